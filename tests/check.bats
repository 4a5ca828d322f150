# scripts/check, lab, compare and normalise judge right: on labs made here.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers
bats_require_minimum_version 1.5.0

# A tree with the scripts and one lab, whose program is a shell script.
setup() {
    mkdir -p "$WORK/fake/labs/01-one" "$WORK/fake/expected/01-one"
    cp -a "$top/Makefile" "$top/common" "$top/scripts" "$WORK/fake/"
    cd "$WORK/fake"
    BUILD=build
    unset MEMLABS_LIMIT
    printf 'parent: pid=<pid-1>\n=> it holds\n' >expected/01-one/one.txt
}
teardown() {
    cd "$top"
    rm -rf "$WORK/fake"
}

# lab LINE...: lab 1 has the program `one`, made of these shell lines.
lab() {
    mkdir -p build/labs/01-one
    : >labs/01-one/one.c
    printf '%s\n' '#!/bin/bash' "$@" >build/labs/01-one/one
    chmod +x build/labs/01-one/one
}

# judges STATUS TEXT...: scripts/check and scripts/lab end with STATUS, and
# each TEXT is in what they print.
judges() {
    local script text
    for script in check lab; do
        run "scripts/$script" 1
        for text in "${@:2}"; do
            [[ $status == "$1" && $output == *"$text"* ]] && continue
            printf 'scripts/%s: exit %d, not %d with "%s"\n%s\n' \
                "$script" "$status" "$1" "$text" "$output"
            return 1
        done
    done
}

good=('echo "parent: pid=$$"' 'echo "=> it holds"')

@test "what is expected matches" {
    lab "${good[@]}"
    judges 0 'matched'
}

@test "a line that differs is shown, and fails" {
    lab "${good[0]}" 'echo "=> it helds"'
    judges 1 'differs:' '-=> it holds' '+=> it helds'
}

@test "a line too many and a line too few fail" {
    lab "${good[@]}" 'echo more'
    judges 1 'differs:' '+more'
    lab "${good[0]}"
    judges 1 'differs:' '-=> it holds'
}

@test "the right output with a wrong exit status fails" {
    lab "${good[@]}" 'exit 3'
    judges 1 'ended with exit status 3, not 0'
}

@test "a crash is called by its name" {
    lab "${good[@]}" 'kill -SEGV $$'
    judges 1 'was killed by SIGSEGV'
}

@test "what does not end is stopped" {
    export MEMLABS_LIMIT=1
    lab "${good[@]}" 'exec sleep 100'
    judges 1 'still ran after 1 s and was stopped'
}

@test "what ignores SIGTERM is stopped, too" {
    export MEMLABS_LIMIT=1
    lab "trap '' TERM" 'while :; do :; done'
    judges 1 'still ran after 1 s and was stopped'
}

@test "endless output is stopped" {
    export MEMLABS_LIMIT=10
    lab 'yes'
    judges 1 'differs:' 'one'
}

@test "a child that outlives its parent is ended, and holds nothing up" {
    export MEMLABS_LIMIT=10
    lab "${good[@]}" 'sleep 99.25 &' # it has our output open
    judges 0 'matched'
    fails pgrep -f 'sleep 99.25'
    lab "${good[@]}" 'sleep 99.25 >/dev/null 2>&1 &' 'exit 3'
    run scripts/check 1
    fails pgrep -f 'sleep 99.25'
}

@test "a last line that does not end, and a byte 0, fail" {
    lab "${good[0]}" 'printf "=> it holds"'
    judges 1 'did not end its last line'
    lab "${good[@]}" 'printf "\0"'
    run scripts/check 1
    [[ $status == 1 && $output == *'printed a byte 0'* ]]
    lab "${good[@]}" 'printf "\n"'
    judges 1 'differs:'
}

@test "no expected output is an error, not a failure" {
    lab "${good[@]}"
    rm expected/01-one/one.txt
    judges 3 'there is no expected/01-one/one.txt'
}

@test "a program that is not built is an error" {
    lab "${good[@]}"
    rm build/labs/01-one/one
    judges 3 'is not built'
}

@test "exit status 77 is a skip, with its reason" {
    lab 'echo "skip: no swap here"' 'exit 77'
    judges 0 'skipped:' 'no swap here'
}

@test "a step that is skipped takes its lines with it, and is told" {
    printf 'pages: one\npages: two\n=> it holds\n' >expected/01-one/one.txt
    lab 'echo "pages: skip: hidden"' 'echo "=> it holds"'
    judges 0 'matched' 'without pages'
    lab 'echo "pages: skip: hidden"' 'echo "=> it does"'
    judges 1 'differs:'
    lab 'echo "=> it holds"'
    judges 1 'differs:'
}

@test "the same pid twice is not two pids" {
    printf 'pid=<pid-1> pid=<pid-1> pid=<pid-2>\n' >expected/01-one/one.txt
    lab 'echo pid=7 pid=7 pid=8'
    judges 0 'matched'
    lab 'echo pid=7 pid=8 pid=9'
    judges 1 'differs:'
    lab 'echo pid=7 pid=7 pid=7'
    judges 1 'differs:'
}

@test "normalise names the values, and nothing else" {
    run scripts/normalise <<<'pid=12 xpid=12 pid=x7:+1, addr=0x7f (shmid=3) time=12:00 time=1 key=-1 semid=4 pid=12'
    [[ $output == 'pid=<pid-1> xpid=12 pid=<pid-2>, addr=<addr-1> (shmid=<shmid-1>) time=<time> time=<time> key=<key-1> semid=<semid-1> pid=<pid-1>' ]]
}

@test "no lab at all is an error" {
    rm -r labs/01-one
    run scripts/check
    [[ $status == 3 && $output == *'no lab'* ]]
}

@test "check counts all labs, and one bad one fails" {
    lab "${good[@]}"
    mkdir -p labs/02-two expected/02-two build/labs/02-two
    cp expected/01-one/one.txt expected/02-two/two.txt
    : >labs/02-two/two.c
    sed 's/holds/helds/' build/labs/01-one/one >build/labs/02-two/two
    chmod +x build/labs/02-two/two
    run scripts/check
    [[ $status == 1 && $output == *'1 matched, 1 differ, 0 skipped, 0 could not be judged' ]]
    run scripts/check 1
    [[ $status == 0 && $output == '1 matched, 0 differ'* ]]
}

@test "an error outweighs a failure" {
    lab 'false'
    mkdir -p labs/02-two
    : >labs/02-two/two.c
    run scripts/check
    [[ $status == 3 ]]
}

@test "matches_text: numbers, blanks and any lines" {
    matches() { matches_text <(printf '%b' "$1") <(printf '%b' "$2"); }
    matches 'a 1  b\n' 'a 22 b\n'
    matches '...\nb\n...\n' 'x\nb\ny\nz\n'
    matches '...\n' ''
    run ! matches 'a\n' 'b\n'
    run ! matches 'a\n' 'a\nb\n'
    run ! matches '...\nb\n' 'a\nb\nc\n'
}

@test "make lab-1, lab-01 and lab-01-one are the same" {
    printf '#include "lab.h"\nint main(void) { say("parent: pid=%%d", getpid()); CHECK(1, "it holds"); }\n' \
        >labs/01-one/one.c
    local name
    for name in 1 01 01-one; do
        run make "lab-$name"
        [[ $status == 0 && $output == *'matched: one'* ]]
    done
}

@test "make check builds what changed, and only that" {
    printf '#include "lab.h"\nint main(void) { say("parent: pid=%%d", getpid()); CHECK(1, "it holds"); }\n' \
        >labs/01-one/one.c
    run make check
    [[ $status == 0 && $output == *'CC  labs/01-one/one.c'* ]]
    run make check
    [[ $status == 0 && $output != *CC* ]]
    touch common/lab.h
    run make check
    [[ $status == 0 && $output == *'CC  labs/01-one/one.c'* ]]
}

@test "a program that does not compile is no stale success" {
    printf '#include "lab.h"\nint main(void) { say("parent: pid=%%d", getpid()); CHECK(1, "it holds"); }\n' \
        >labs/01-one/one.c
    make check
    echo 'nonsense' >>labs/01-one/one.c
    run make lab-1
    [[ $status == 2 ]]
}
