# shellcheck shell=bash
# shellcheck disable=SC2154  # shared with faults.bats, which loads this
# coverage.bash: which lines of labs/ and common/ the tests reach.
#
# The programs are built with gcov for this, and each process adds its
# counts below $counts when it ends.

# part NAME [FILTER]: run that part, or its tests that match FILTER, on the
# programs in $BUILD, only for what they reach: its verdict counts elsewhere.
part() {
    env WORK="$WORK/$1" bats --tap --tempdir "$WORK/$1-bats" -f "${2:-.}" \
        "tests/$1.bats" >/dev/null 2>&1 3>&- </dev/null || true
}

# ready FILE: wait until that is in it, ten seconds at most.
ready() {
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        ! grep -q ready "$1" || return 0
        sleep 0.05
    done
    printf 'never ready: %s\n' "$1"
}

# rare: what no other part does with these programs.
rare() {
    local lab program command text=$WORK/text fifo server running
    for lab in $(all_labs); do
        for program in $(programs_of "$lab"); do
            command_of "$lab" "$program"
            (trap '' HUP; env -u TMPDIR "${command[@]}")
            LD_PRELOAD=/vgpreload_as_valgrind_does "${command[@]}"
            TMPDIR=/dev/shm "${command[@]}"
            MEMLABS_STEP=/nowhere "${command[@]}"
            (ulimit -l 4; as_user "${command[@]}")
            (ulimit -l 64; as_user "${command[@]}")
        done
    done
    at_call -a msync-dirty#1,openat,2,ENOENT "$BUILD/labs/03-mmap-msync/msync-dirty"
    at_call -a shm-open-fifo:consumer#1,write,2,EPIPE labs/04-shm-open-fifo/demo "$BUILD/labs/04-shm-open-fifo"
    at_call -a fork-shmget#1,shmat,1,SIGKILL "$BUILD/labs/01-fork-shmget/fork-shmget"
    "$BUILD/labs/01-fork-shmget/fork-shmget"
    at_call -a system-v#1,wait4,1,SIGTERM "$BUILD/labs/13-race-and-semaphore/system-v"
    printf 'no newline' >"$text"
    "$BUILD/labs/03-mmap-msync/mmap-read" "$text"
    "$BUILD/labs/03-mmap-msync/mmap-msync" "$text.new" 1
    "$BUILD/labs/03-mmap-msync/mmap-msync" "$text.new" 1
    server=$BUILD/labs/02-server-client/server
    "$server" 7 $'bell\a' >"$text" &
    running=$!
    ready "$text"
    "$BUILD/labs/02-server-client/client" 7
    as_user "$server" 7
    kill "$running"
    fifo=$BUILD/labs/04-shm-open-fifo/shm-open-fifo
    "$fifo" producer again >"$text.2" &
    running=$!
    ready "$text.2"
    "$fifo" producer again
    kill -KILL "$running"
    wait "$running" # until then it has its lock
    "$fifo" producer again >"$text.3" &
    ready "$text.3"
    "$fifo" consumer again
    wait
}

# run_rest: what reaches lines that no failing call reaches: the programs as
# they are, a line at a time, with signals, and under other tests. An
# ordinary user has to be able to write counts, too.
run_rest() {
    local lab
    scripts/check | tee "$WORK/checked"
    chmod -R a+rwX "$BUILD" "$counts"
    for lab in $(all_labs); do
        scripts/step "$lab" </dev/null
    done
    awk 'NR % 25 == 4 { print $0 ",SIGTERM"; print $0 ",SIGKILL" }' \
        "$WORK/places" >"$WORK/signals"
    in_two "$here/send_signals" "$WORK/signals"
    part badinput
    part interop
    part places 'TMPDIR|/dev/shm|locked|right|/proc|pipe'
    rare </dev/null
}

# shown: of lines that begin with a file's name, those of no skipped program.
shown() {
    grep -vFf <(sed -n 's|^skipped: \([^:]*\): .*|labs/\1.c|p' "$WORK/checked"; echo none)
}

# lines: FILE, line number, count and text, for each line that has code;
# `branch` instead of a text for each of its branches. Not those of a program
# that this machine cannot show: scripts/check has skipped it.
lines() {
    local data notes
    find "$WORK" -name '*.gcda' | while read -r data; do
        notes=$BUILD/${data##*/coverage/}
        cp -n "${notes%.gcda}.gcno" "${data%/*}/"
        gcov --branch-probabilities --branch-counts --stdout "$data" 2>/dev/null
    done | awk -F: -v OFS='\t' '
        $2 ~ /^ *0$/ && $3 == "Source" { file = $4; line = 0; next }
        file !~ /^(labs|common)\// { next }
        /^branch/ { print file, line, branch++, "branch", $0 ~ /taken [1-9]/; next }
        /^(call|function|unconditional)/ { next }
        $1 !~ /-$/ && $2 ~ /^ *[0-9]+$/ {
            line = $2 + 0; branch = 0; text = $0
            sub(/^[^:]*:[^:]*:[ \t]*/, "", text)
            print file, line, "-", text, $1 ~ /^ *[1-9]/ }' |
        shown
}

# judge_lines: of the output of lines, print the lines that never ran and are
# not in uncovered.tsv, and the reverse; fails if there is one.
judge_lines() {
    awk -F'\t' '
        FNR == NR { if (!/^#/) reason[$1 "\t" $2] = $3; next }
        { key = $1 "\t" $2 "\t" $3; kind[key] = $4; hit[key] += $5 }
        END {
            for (key in hit) {
                split(key, part, "\t")
                if (kind[key] == "branch") { branches++; taken += hit[key] > 0; continue }
                all++
                if (hit[key] > 0) { run++; continue }
                entry = part[1] "\t" kind[key]
                if (entry in reason) used[entry]
                else { print "never ran: " part[1] ":" part[2] ": " kind[key]; bad = 1 }
            }
            for (entry in reason)
                if (!(entry in used) && reason[entry] !~ /^chance: /) { print "ran, or is gone: " entry; bad = 1 }
            printf "# coverage: %d of %d lines (%.1f %%), %d of %d branches (%.1f %%)\n",
                run, all, 100 * run / all, taken, branches, 100 * taken / branches \
                >"/dev/fd/3"
            exit bad || all == 0
        }' <(shown <"$here/uncovered.tsv") -
}
