# A program prints the same bytes each time, wherever its output goes.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

setup_file() { chmod -R a+rX "$BUILD"; }

# same_bytes COUNT WRAPPER LAB PROGRAM: run it COUNT times by WRAPPER, or a
# tenth as often if it is no demo (ALL=1: as often): one process, or a parent that waits for its
# child. Each output, values named, is as the first, and that is as expected.
same_bytes() {
    local count=$1 lab=$3 program=$4 command raw='' last='' got want='' normal i verdict reason
    command_of "$3" "$4"
    [[ $4 == demo || -n ${ALL-} ]] || count=$((count / 10))
    [[ $4 == demo || -z ${SLOW-} ]] || count=2
    for ((i = 0; i < count; i++)); do
        "$2" "${command[@]}" >"$WORK/out" 2>&1 </dev/null || true
        raw=$(<"$WORK/out")
        [[ $i == 0 || $raw != "$last" ]] || continue
        last=$raw
        normalise "$raw"
        got=${normal%$'\n'}
        if ((i == 0)); then
            want=$got
            compare "$3" "$4" 0 "$WORK/out"
            [[ $verdict == pass || $got == 'skip: '* ]] || want="as expected/$3/$4.txt"
        fi
        [[ $got == "$want" ]] && continue
        printf 'run %d of %s differs:\n' "$((i + 1))" "$4"
        diff <(printf '%s\n' "$want") <(printf '%s\n' "$got") | head -n 20
        return 1
    done
}

# What puts a program into each place.
to_file() { "$@"; }
to_pipe() { "$@" | cat; }
to_terminal() { script -qec "$(printf '%q ' "$@")" /dev/null | tr -d '\r'; }
on_one_cpu() { taskset -c "$first_cpu" "$@"; }

# first_cpu: the first that this process may run on.
first_cpu=$(sed -n 's/^Cpus_allowed_list:[ \t]*\([0-9]*\).*/\1/p' /proc/self/status)

# at_once OTHER COMMAND...: run it twice, the second time by OTHER. What the
# second prints goes to standard output only if it is not as expected.
at_once() {
    local verdict reason
    "$1" "${@:2}" >"$WORK/other" 2>&1 &
    "${@:2}"
    wait "$!"
    compare "$lab" "$program" 0 "$WORK/other"
    [[ $verdict == pass || $(<"$WORK/other") == 'skip: '* ]] || cat "$WORK/other"
}
two_at_once() { at_once env "$@"; }
two_users_at_once() { at_once as_user "$@"; }

few=20
[[ -z ${SLOW-} ]] || few=5

files() { same_bytes 70 to_file "$@"; }
one_cpu() { same_bytes 70 on_one_cpu "$@"; }
pipes() { same_bytes 30 to_pipe "$@"; }
terminals() { same_bytes 30 to_terminal "$@"; }
pairs() { same_bytes "$few" two_at_once "$@"; }
users() { same_bytes "$few" two_users_at_once "$@"; }
ordinary() { same_bytes "$few" as_user "$@"; }

# 200 runs of a demo: the first four tests.
@test "runs to a file" { each_program files; }
@test "runs on one processor" { each_program one_cpu; }
@test "runs to a pipe" { each_program pipes; }
@test "runs to a terminal" { each_program terminals; }
@test "two runs at once" { each_program pairs; }
@test "runs as an ordinary user" { need_users; each_program ordinary; }
@test "two users at once" { need_users; each_program users; }

teardown() { left_behind; }
