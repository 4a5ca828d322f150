# Submissions that want to harm, to hang, or to have points for nothing.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2016,SC2317  # bats, helpers

load helpers

setup() {
    sub=$WORK/sub.$BATS_TEST_NUMBER
    mkdir -p "$sub/01-fork-shmget"
    file=$sub/01-fork-shmget/exercise.c
    chmod -R a+rwX "$WORK"
}

# grade LIMIT: grade the submission: it ends, gives at most that many points,
# and leaves no process, no folder and no object.
grade() {
    local status=0
    MEMLABS_PATIENCE=1 timeout 120 scripts/exercise 1 "$sub" >"$WORK/report" 2>&1 || status=$?
    cat "$WORK/report"
    [[ $status == 1 ]]
    [[ $(grep -a -c '^exercise 01-fork-shmget: ' "$WORK/report") == 1 ]]
    [[ $(grep -a '^exercise 01' "$WORK/report") =~ :\ ([0-9]+)\ of\ 100\ points ]]
    ((BASH_REMATCH[1] <= $1))
    fails grep -qa '[[:cntrl:]]' <(tr -d '\n\t' <"$WORK/report")
    fails pgrep -f /prog/exercise
    left_behind
}

@test "hostile programs earn the build's points at most, and leave nothing" {
    local one failed=0 count=0
    for one in tests/hostile/*.c; do
        [[ -z ${SLOW-} ]] || ((count++ % 2)) || continue
        cp "$one" "$file"
        grade 10 >"$WORK/said" 2>&1 || { printf '%s:\n' "$one"; cat "$WORK/said"; failed=1; }
        case $one in
            *look-around*) ! grep -E 'found|may write /[^wtd]' "$WORK/report" || failed=1 ;;
            *include-secret*) ! grep -E 'root:|IPC_RMID' "$WORK/report" || failed=1 ;;
        esac
    done
    ((failed == 0))
}

@test "what is no file is not graded" {
    grade 0
    ln -s /etc/passwd "$file"
    grade 0
    rm "$file" && mkdir "$file"
    grade 0
    rmdir "$file" && mkfifo "$file"
    grade 0
    rm "$file" && head -c 300000 /dev/zero >"$file"
    grade 0
}

@test "files that are no program earn nothing" {
    : >"$file"
    grade 0
    awk 'BEGIN { for (i = 0; i < 20000; i++) printf "%c", i * 167 % 256 }' >"$file"
    grade 0
    printf 'char *title = "\033]0;mine\007\302\2332J" + nothing;\n' >"$file"
    grade 0
    printf 'int main(void)\r\n{\r\n    return 0;\r\n}' >"$file"
    grade 10
}

@test "a missing tool is an error, and no score" {
    local status=0
    all_tools_but bwrap "$WORK/bin"
    cp labs/01-fork-shmget/exercise.c "$file"
    env PATH="$WORK/bin" scripts/exercise 1 "$sub" >"$WORK/report" 2>&1 || status=$?
    cat "$WORK/report"
    [[ $status == 3 ]]
    grep -q 'bwrap is not installed.*scripts/setup' "$WORK/report"
    fails grep -q points "$WORK/report"
}

@test "without namespaces it grades all the same, and says so" {
    need_users
    cp labs/01-fork-shmget/solution.c "$file"
    chmod -R a+rwX "$WORK" "$BUILD"
    unshare -U --map-root-user bash -c '
        echo 0 >/proc/sys/user/max_user_namespaces
        export PATH="$0:$PATH"; exec "$@"' "$WORK" \
        scripts/exercise 1 "$sub" >"$WORK/report" 2>&1 || true
    cat "$WORK/report"
    grep -q 'points, not isolated' "$WORK/report"
}
