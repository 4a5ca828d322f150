# A signal at any system call of any program leaves nothing behind. With ALL=1
# each is sent at every call, with SLOW=1 at a third of those that are named.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers
load places

setup_file() {
    build_at_call
    export startup
    all_places >"$WORK/places"
    [[ -s $WORK/places ]]
}

# at_places SIGNAL [N]: it, at every place there is, or at every Nth.
at_places() {
    awk -v signal="$1" -v every="${ALL:-$((${2-1} * (2 * ${SLOW:-0} + 1)))}" \
        'NR % every == 0 { print $0 "," signal }' "$WORK/places" >"$WORK/signals"
    in_two "$here/send_signals" "$WORK/signals"
}

# The handler is the same for the first three.
@test "SIGTERM at every third call leaves nothing behind" { at_places SIGTERM 3; }
@test "SIGINT at every ninth call leaves nothing behind" { at_places SIGINT 9; }
@test "SIGHUP at every eleventh call leaves nothing behind" { at_places SIGHUP 11; }
@test "SIGKILL at every ninth call, and the next run is as ever" { at_places SIGKILL 9; }

# shell_places PATTERN: the calls, every 5th or those that match, of the
# shell that runs a demo, and of no other shell that it starts.
shell_places() {
    local lab command
    for lab in $(all_labs); do
        [[ -x labs/$lab/demo ]] || continue
        command_of "$lab" demo
        at_call -l "$WORK/shell" "${command[@]}" >/dev/null 2>&1
        grep '^bash#1,' "$WORK/shell" | awk -v lab="$lab" -v pattern="${1-}" \
            'pattern ? $0 ~ pattern : NR % 5 == 0 { print lab, "demo", $0 }'
    done
}

# Not at its rt_sigaction: bash 5.2 loops for ever if SIGINT comes while it
# installs its own handler for it, before it waits.
@test "^C at every seventh call of a program or its demo leaves nothing behind" {
    shell_places | grep -v rt_sigaction >>"$WORK/places"
    at_places +SIGINT 7
}

@test "SIGTERM to a demo leaves nothing behind" {
    shell_places >"$WORK/places"
    at_places SIGTERM
}

@test "SIGKILL to a demo that waits, and the next run is as ever" {
    shell_places wait4 >"$WORK/places"
    at_places SIGKILL
}
