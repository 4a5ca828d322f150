# The student's loop: predict, hint, watch, trace, maps, reset, progress.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

setup() {
    export BUILD=$WORK/build
    rm -rf "$BUILD"
    cp labs/01-fork-shmget/exercise.c "$WORK/starter.c"
}
teardown() { cp "$WORK/starter.c" labs/01-fork-shmget/exercise.c; }

@test "hints come one at a time, from the first to the last" {
    local k all
    all=$(awk '/^## / { inside = /^## Hints/ } inside && /^[0-9]+\. /' labs/01-fork-shmget/README.md | wc -l)
    for ((k = 1; k <= all; k++)); do
        [[ $(scripts/hint 1) == "hint $k of $all: "* ]]
    done
    [[ $(scripts/hint 1) == "hint $all of $all: "*'last'* ]]
    fails scripts/hint 99
}

@test "predictions are kept, and come back beside the answers after the run" {
    printf 'forty-two\n\nperhaps\n' | scripts/predict 1
    [[ $(wc -l <"$BUILD/progress/01-fork-shmget.predictions") == 2 ]]
    make -s BUILD="$BUILD" lab-1 >"$WORK/out"
    grep -q 'you: forty-two' "$WORK/out"
    grep -q 'so:  0\. The kernel' "$WORK/out"
    fails scripts/predict 2 </dev/null
    [[ ! -e $BUILD/progress/02-server-client.predictions ]]
}

@test "progress says what is done, and what is next" {
    [[ $(scripts/progress | tail -n 1) == 'next: make lab-1' ]]
    make -s BUILD="$BUILD" lab-1 >/dev/null
    [[ $(scripts/progress | tail -n 1) == 'next: make exercise-1' ]]
    cp labs/01-fork-shmget/solution.c labs/01-fork-shmget/exercise.c
    make -s BUILD="$BUILD" exercise-1
    scripts/progress | grep -q '^ 1 fork-shmget .*run: matched .*100 of 100'
    [[ $(scripts/progress | tail -n 1) == 'next: make lab-2' ]]
    make -s BUILD="$BUILD" clean
    scripts/progress | grep -q '100 of 100'
}

@test "the solution is shown for all points, or by force" {
    fails scripts/solution 1 >"$WORK/out" 2>"$WORK/err"
    [[ ! -s $WORK/out ]]
    grep -q 'make hint-1' "$WORK/err"
    FORCE=1 scripts/solution 1 >"$WORK/out.c"
    fails grep -E 'SOLUTION|STARTER|//\|' "$WORK/out.c"
    cc -std=c11 -Icommon -fsyntax-only "$WORK/out.c"
    make -s BUILD="$BUILD" solution-1 FORCE=1 >/dev/null
}

@test "reset keeps each old file" {
    local file=labs/01-fork-shmget/exercise.c
    [[ $(scripts/reset 1) == "$file is the starter now" ]]
    printf 'mine\n' >"$file"
    scripts/reset 1
    printf 'mine, too\n' >"$file"
    scripts/reset 1
    cmp "$file" "$WORK/starter.c"
    [[ $(cat "$BUILD"/progress/01-fork-shmget.exercise-[12].c) == $'mine\nmine, too' ]]
}

@test "trace shows the lab's calls, explained" {
    cp labs/01-fork-shmget/solution.c labs/01-fork-shmget/exercise.c
    scripts/trace 1 >"$WORK/out"
    grep -q '^P1 shmget(IPC_PRIVATE' "$WORK/out"
    grep -q '^ *shmget: returns' "$WORK/out"
    grep -q '^P2 openat' "$WORK/out"
    printf 'int main(void) { return 0 }\n' >labs/01-fork-shmget/exercise.c
    fails scripts/trace 1 >"$WORK/out"
    grep -q 'error' "$WORK/out"
}

@test "maps shows the segment after each line" {
    cp labs/01-fork-shmget/solution.c labs/01-fork-shmget/exercise.c
    timeout 20 scripts/maps 1 >"$WORK/out"
    grep -q 'SYSV.* rw-s .* pages .[fF]' "$WORK/out"
    grep -q '^total' "$WORK/out"
}

@test "watch checks at the start, and at each save" {
    local i
    timeout 60 scripts/watch 1 >"$WORK/out" 2>&1 &
    for ((i = 0; i < 300; i++)); do
        ! grep -q '10 of 100' "$WORK/out" || break
        sleep 0.1
    done
    cp labs/01-fork-shmget/solution.c labs/01-fork-shmget/exercise.c
    for ((i = 0; i < 300; i++)); do
        ! grep -q '100 of 100' "$WORK/out" || break
        sleep 0.1
    done
    kill "$!"
    wait "$!" || true
    grep -q '10 of 100' "$WORK/out"
    grep -q '100 of 100' "$WORK/out"
}
