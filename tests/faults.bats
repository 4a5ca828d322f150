# Every system call of every program fails, in turn with every error it has.
# With that and the other tests, every line of the programs runs.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers
load places
load coverage

# The places are those of programs built without gcov: its own calls come
# after them, when a process ends.
setup_file() {
    build_at_call
    : >"$WORK/used"
    all_places >"$WORK/places"
    [[ -s $WORK/places ]]
    export startup counts BUILD
    [[ -z ${SLOW-} ]] || return 0 # no time to look at coverage
    build coverage CC=gcc \
        CFLAGS="-g -O0 --coverage -fprofile-update=atomic -include $here/coverage.h"
    counts=$WORK/counts
    mkdir "$counts"
}

@test "each call that a program makes is in faults.tsv" {
    awk 'FNR == NR { known[$1]; next }
        { split($3, part, ","); if (!(part[2] in known)) bad[part[2]] }
        END { for (call in bad) print "not in tests/faults.tsv: " call
              exit length(bad) > 0 || FNR == 0 }' "$here/faults.tsv" "$WORK/places"
}

# one_line_a_place: problems that differ in nothing but the error.
one_line_a_place() {
    awk '{ place = $2; sub(/,[^,]*$/, "", place); error = $2
           sub(/.*,/, "", error); sub(/:$/, "", error)
           $2 = place; gsub(error " \\([^)]*\\)", "ERROR"); errors[$0] = errors[$0] " " error }
         END { for (line in errors) print line "\n     " errors[line]
               exit NR > 0 }'
}

@test "a call that fails ends the program with one line, and leaves nothing" {
    awk -v every="${SLOW:+3}" '!every || NR % every == 1' "$WORK/places" >"$WORK/some"
    in_two "$here/fail_calls" "$WORK/some" | one_line_a_place
}

@test "each line of faults-absorbed.tsv was of use" {
    [[ -z ${SLOW-} ]] || skip 'not all calls were tried on this slow machine'
    sort -nu "$WORK/used" | awk 'FNR == NR { used[$1]; next }
        /^#/ { next }
        !(line++ in used) && !/\tchance: / { print "of no use: " $0; bad = 1 }
        END { exit bad }' - "$here/faults-absorbed.tsv"
}

@test "every line of labs and common runs, or uncovered.tsv says why not" {
    [[ -z ${SLOW-} ]] || skip 'not all calls were tried on this slow machine'
    run_rest >"$WORK/said" 2>&1 || true
    lines | judge_lines || {
        need_users # an ordinary user alone does not reach every line
        false
    }
}
