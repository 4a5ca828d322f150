# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # shared with the tests that load this
# places.bash: reach every system call of every program with at_call.c.
#
# A place is PROCESS,CALL,N as at_call.c says. Calls that the loader and
# libc make before main are not the program's: an empty program built the
# same way tells how many those are.

# build_at_call: compile at_call and the empty program, into $WORK; set
# `startup` to the number of calls before main.
build_at_call() {
    printf '#include <%s>\n' sys/syscall.h errno.h signal.h | cc -E -dM - |
        sed -nE 's/^#define SYS_(\w+) .*/{"\1", SYS_\1},/p
            s/^#define ((E|SIG)[A-Z0-9]+) ([0-9]{1,3}|E[A-Z]+)$/{"\1", \1},/p' \
            >"$WORK/names.h"
    cc -O1 -Wall -Wextra -I"$WORK" -o "$WORK/at_call" "$here/at_call.c"
    printf 'int main(void) { return 0; }\n' >"$WORK/empty.c"
    cc -std=c11 -pthread -o "$WORK/empty" "$WORK/empty.c"
    "$WORK/at_call" -l "$WORK/empty.places" "$WORK/empty"
    startup=$(grep -c '^empty#1,' "$WORK/empty.places")
    startup=$((startup - 1)) # all but its exit_group
}

# at_call ARG...: it, as all tests use it: 5 seconds at most.
at_call() {
    "$WORK/at_call" -s "$startup" -t 5 "$@" </dev/null
}

# thin_out: of what a process calls more than 12 times, the first 6, the last 3
# and 3 between them. ALL=1: of what it calls more than 24 times, twice as many.
thin_out() {
    awk -F, -v few="${ALL:+6}" '{ place[NR] = $0; call[NR] = $1 "," $2; count[$1 "," $2] = $3 }
        END { few = few ? few : 3
          for (i = 1; i <= NR; i++) {
            n = place[i]; sub(/.*,/, "", n); n += 0; all = count[call[i]]
            if (all <= 4 * few || n <= 2 * few || n > all - few || n % int(all / few) == 0)
                print place[i]
        } }'
}

# places_of LAB PROGRAM: the calls that LAB's programs make when PROGRAM
# runs (a demo runs several, and a shell, which is not ours to judge).
places_of() {
    local command line list=$WORK/$1.$2.places
    command_of "$1" "$2"
    at_call -l "$list" "${command[@]}" >/dev/null 2>&1
    while IFS= read -r line; do
        [[ ! -x $BUILD/labs/$1/${line%%[:#]*} ]] || printf '%s\n' "$line"
    done <"$list" | thin_out
}

# all_places: those of all programs: lines LAB PROGRAM PLACE.
all_places() {
    local lab program
    for lab in $(all_labs); do
        for program in $(programs_of "$lab"); do
            places_of "$lab" "$program" | sed "s|^|$lab $program |"
        done
    done
}

# strike PLACE,ACTION COMMAND...: run it with that happening at that place.
# Sets status and err (the lines on standard error); output goes to $out.
strike() {
    status=0
    # For coverage.bash: a run that gcov cannot count spoils a 20th at most.
    [[ -z ${counts-} ]] || export GCOV_PREFIX=$counts/$((RANDOM % 20))
    at_call -a "$1" "${@:2}" >"$out" 2>"$out.err" || status=$?
    mapfile -t err <"$out.err"
}

# in_two SCRIPT FILE: run SCRIPT with the lines of FILE, half of them at the
# same time as the other half, each with its own /tmp, /dev/shm and objects
# (one after the other where there are no namespaces). SCRIPT prints each
# problem it finds; fails if there is one.
in_two() {
    local half
    for half in 0 1; do
        awk -v half="$half" 'NR % 2 == half' "$2" >"$2.$half"
        "$here/isolated" "$1" "$2.$half" >"$2.$half.said" 2>&1 &
        [[ -z $MEMLABS_SHARED ]] || wait
    done
    wait
    cat "$2".[01].said
    [[ ! -s $2.0.said && ! -s $2.1.said ]]
}
