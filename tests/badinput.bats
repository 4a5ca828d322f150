# Bad input: the documented exit status, one clear line, nothing left.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

# prepare: the folder that badinput.tsv speaks of, and a PATH to the programs.
prepare() {
    local folder
    for folder in "$(realpath "$BUILD")"/labs/*/; do
        PATH=$folder:$PATH
    done
    mkdir -p "$WORK/folder/folder" "$WORK/folder/full"
    chmod -R a+rX "$WORK" "$BUILD"
    cd "$WORK/folder"
    : >empty
    mkfifo fifo
    printf 'one\0two\n' >binary
    printf 'one line\n' | tee text >unreadable
    printf 'my data\n' >data
    chmod 600 unreadable
    mount -t tmpfs -o size=4k tmpfs full
    printf 'full' >full/full
    ls -l --time-style=+ . >../before
}

teardown() {
    umount "$WORK/folder/full" || true
    cd "$top"
    left_behind
}

# try STATUS PATTERN COMMAND: prints what is wrong.
try() {
    local status=0 lines
    (eval "$3") >../out 2>../err </dev/null || status=$?
    # Not counted: what make and mkdir add, and the list of labs.
    grep -vE '^(make: \*\*\*|mkdir:|  [0-9][0-9]-)' ../err | uniq >../said || true
    [[ $2 != 'No rule'* ]] || cp ../err ../said
    lines=$(wc -l <../said)
    [[ $status == "$1" && ($2 == - && $lines == 0 || $lines == 1) ]] &&
        { [[ $2 == - ]] || grep -qE -e "$2" ../said; } &&
        diff ../before <(ls -l --time-style=+ .) && return
    printf '%s\n    exit %d, not %d; stderr is not one line like %s\n' \
        "$3" "$status" "$1" "$2"
    sed 's/^/    /' ../err
    return 1
}

@test "bad input" {
    local status pattern command failed=0 count=0
    need_private
    prepare
    while IFS=$'\t' read -r status pattern command; do
        [[ $status != '#'* ]] || continue
        [[ $command != *as_user* ]] || as_user true 2>/dev/null || continue
        try "$status" "$pattern" "$command" || failed=1
        count=$((count + 1))
    done <"$here/badinput.tsv"
    ((failed == 0 && count > 0))
}

@test "programs that take no argument ignore those they get" {
    extra() {
        local command
        command_of "$1" "$2"
        [[ $2 == demo ]] || grep -q 'argv' "labs/$1/$2.c" ||
            matches "$1" "$2" "${command[@]}" extra arguments
    }
    each_program extra
}

# without TOOL COMMAND...: run it with a PATH that has all but that tool.
without() {
    all_tools_but "$1" "$WORK/tools"
    PATH=$WORK/tools "${@:2}"
}

@test "a compiler that is not there" {
    run without cc make -s BUILD="$WORK/b" lab-1
    [[ $status == 2 && $output == *cc* ]]
}

@test "tests without a tool that they need fail, and say which" {
    run without valgrind tests/run cppcheck
    [[ $status == 3 && $output == *valgrind*'scripts/setup --all'* ]]
}
