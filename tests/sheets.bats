# What the sheets, README.md and docs/ say is what one sees.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

# Each test works on a copy of its own: the sheets change the tree.
setup() {
    cp -a . "$WORK/copy"
    cd "$WORK/copy"
}
teardown() {
    cd "$top"
    rm -rf "$WORK/copy"
}

@test "commands and edits in the sheets do what the sheets say" {
    local sheet failed=0
    for sheet in labs/*/README.md; do
        tests/sheet "$sheet" || failed=1
    done
    ((failed == 0))
}

@test "the small programs in the sheets print what the sheets say" {
    local lab failed=0
    for lab in $(all_labs); do
        scripts/try --check "$lab" || failed=1
    done
    ((failed == 0))
}

@test "the commands for a second terminal work while the lab waits" {
    local lab failed=0
    for lab in $(all_labs); do
        tests/steps "$lab" || failed=1
    done
    ((failed == 0))
}

@test "the commands in README.md and docs/ work" {
    local file failed=0
    for file in README.md docs/*.md; do
        tests/sheet "$file" || failed=1
    done
    ((failed == 0))
}

@test "an edit that the file does not contain is a failure" {
    sed -i 's/^-    say(/-    no_such(/' labs/01-fork-shmget/README.md
    run tests/sheet labs/01-fork-shmget/README.md
    [[ $status == 1 && $output == *'not exactly once'* ]]
}

@test "a sheet that says something else is a failure" {
    sed -i 's/^pages: F  child:  shared, after/pages: G  child:  shared, after/' \
        labs/01-fork-shmget/README.md
    run tests/sheet labs/01-fork-shmget/README.md
    [[ $status == 1 && $output == *'but this came'* ]]
}
