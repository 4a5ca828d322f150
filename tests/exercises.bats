# The exercises: their starters, and the verdicts on submissions.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

@test "each committed starter is what make starters makes" { scripts/starters --check; }

@test "a solution whose blocks are not balanced is an error" {
    local name text status
    while read -r name text; do
        printf '%b' "$text" >labs/01-fork-shmget/solution.c
        status=0
        scripts/starters --to "$WORK/starter.c" 1 2>"$WORK/said" || status=$?
        cat "$WORK/said"
        [[ $status == 3 ]]
        [[ $(wc -l <"$WORK/said") == 1 ]]
        grep -q "^labs/01-fork-shmget/solution.c:[0-9]*: .*$name" "$WORK/said"
        [[ ! -e $WORK/starter.c ]]
    done <<'LINES'
END int a;\n// BEGIN SOLUTION\nint b;\n
inside // BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION\n
BEGIN // END SOLUTION\n
outside // STARTER\n//| int c;\n
begins // BEGIN SOLUTION\n// STARTER\nint c;\n// END SOLUTION\n
LINES
}

setup() { [[ -f $WORK/kept.c ]] || cp labs/01-fork-shmget/solution.c "$WORK/kept.c"; }
teardown() { cp "$WORK/kept.c" labs/01-fork-shmget/solution.c; }

@test "every verdict on a submission is right" {
    local limit=(--seconds 60)
    [[ -z ${SLOW-} ]] || limit=(--seconds 20)
    [[ -z ${ALL-} ]] || limit=()
    tests/verdicts "${limit[@]}" >"$WORK/table" 2>&1 || { cat "$WORK/table"; false; }
    sed 's/^/# table /' "$WORK/table" >&3
}

@test "a peer that does not start, or ends without a word, is an error and no score" {
    local case=expected/02-server-client/exercise/1-asked.case peer status
    for peer in false 'echo ready; exit 7'; do
        sed -i.kept "s/^peer:.*/peer: sh -c '$peer'/" "$case"
        status=0
        scripts/exercise 2 >"$WORK/report" 2>&1 || status=$?
        mv "$case.kept" "$case"
        cat "$WORK/report"
        [[ $status == 3 ]]
        grep -q '^exercise: the peer of 1-asked \(did not start\|ended with status 7\)' "$WORK/report"
        fails grep -q points "$WORK/report"
    done
}

@test "a grading that is told to end does so at once, and ends all it started" {
    local grading
    mkdir -p "$WORK/t/01-fork-shmget"
    printf '#include <unistd.h>\nint main(void) { for (;;) pause(); }\n' >"$WORK/t/01-fork-shmget/exercise.c"
    scripts/exercise 1 "$WORK/t" >"$WORK/report" 2>&1 &
    grading=$!
    for _ in {1..200}; do
        ! pgrep -f /prog/exercise || break
        sleep 0.05
    done
    kill "$grading"
    fails wait "$grading"
    for _ in {1..40}; do
        pgrep -f 'prog/exercise|scripts/(judge|sandbox)' || break
        sleep 0.05
    done
    fails pgrep -f 'prog/exercise|scripts/(judge|sandbox)'
    fails grep -q points "$WORK/report"
}

@test "a submission that links to another one is not graded" {
    mkdir -p "$WORK/one/01-fork-shmget" "$WORK/two"
    cp labs/01-fork-shmget/solution.c "$WORK/one/01-fork-shmget/exercise.c"
    ln -s "$WORK/one/01-fork-shmget" "$WORK/two/"
    fails scripts/exercise 1 "$WORK/two" >"$WORK/report"
    grep -q '0 of 100' "$WORK/report"
    grep -q 'in another folder' "$WORK/report"
}

@test "two gradings at once, and as another user" {
    need_users
    local both=0
    mkdir -p "$WORK/a/01-fork-shmget" "$WORK/b/01-fork-shmget"
    cp labs/01-fork-shmget/solution.c "$WORK/a/01-fork-shmget/exercise.c"
    cp labs/01-fork-shmget/solution.c "$WORK/b/01-fork-shmget/exercise.c"
    chmod -R a+rwX "$WORK" "$BUILD"
    scripts/exercise 1 "$WORK/a" >"$WORK/a.report" &
    as_user env BUILD="$WORK/build" scripts/exercise 1 "$WORK/b" >"$WORK/b.report" || both=1
    wait "$!" || both=1
    head -n 1 "$WORK/a.report" "$WORK/b.report"
    ((both == 0))
}

@test "scripts/check grades a folder, and adds up" {
    mkdir -p "$WORK/s/labs/01-fork-shmget"
    cp labs/01-fork-shmget/solution.c "$WORK/s/labs/01-fork-shmget/exercise.c"
    scripts/check "$WORK/s" 1 >"$WORK/report"
    [[ $(tail -n 1 "$WORK/report") == 'total: 100 of 100 points' ]]
    scripts/check --json "$WORK/s" 1 | jq -e '.[0].score == 100 and (.[0].tests | length) > 5'
    local status=0
    scripts/check "$WORK/s" 1 2 >"$WORK/report" || status=$?
    [[ $status == 1 && $(tail -n 1 "$WORK/report") == 'total: 100 of 200 points' ]]
    fails scripts/check "$WORK/nothing"
}
