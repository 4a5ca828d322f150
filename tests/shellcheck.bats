load helpers

# scripts: every file with a shell's first line, wherever it is.
scripts() {
    grep -rlE --exclude-dir=build --exclude-dir=.git '^#!.*\<(bash|sh)$|^# shellcheck shell=' .
}

@test "shellcheck finds nothing in any script" {
    [[ $(scripts | wc -l) -gt 5 ]]
    scripts | xargs shellcheck -x
}

@test "shellcheck finds nothing in the tests" {
    shellcheck -x tests/*.bats
}
