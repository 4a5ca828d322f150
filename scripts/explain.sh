# shellcheck shell=bash
# shellcheck disable=SC2034,SC2086,SC2154  # lists of calls are a word each; scripts/judge, which sources this, shares its names
# explain.sh: say what was wrong with a run, and what the likely cause is.

# calls_of_rules: the calls that the rules speak of, as strace wants them.
calls_of_rules() {
    local calls
    calls=$(sed -nE 's/ -- .*//; s/([a-z0-9_]+)([a-z0-9])\?/\1\2 \1/g; s/^fault: *([a-z0-9_|]+).*/\1/p; s/^(work|call|never|cause): *//p' \
        "$exercise/rules" | grep -oE '[a-z][a-z0-9_]{2,}' | sort -u)
    calls=$(printf ',?%s' $calls clone clone3 fork vfork wait4 waitid exit_group mmap shmat ftruncate)
    printf '%s' "${calls#,}"
}

# show_trace: the first case's calls, those of the sheet's table, as a file.
show_trace() {
    local calls
    calls=$(sed -n '/^## The calls/,/^## /p' "labs/$lab/README.md" |
        sed -nE 's/^\| `[^(]*[ *]([a-z_0-9]+)\(.*/\1/p' | sort -u)
    # What strace calls otherwise than the C library does.
    calls+=$(sed -nE 's/^(sigaction|sigprocmask|sigsuspend|sigpending)$/ rt_&/p; s/^sigwait(info)?$/ rt_sigtimedwait/p' <<<"$calls")
    calls=$(printf ',?%s' ${calls//$'\n'/ } openat unlink mknodat),$(calls_of_rules)
    prepare "${cases[0]}"
    run_case "$case" run --trace "$case/strace" --calls "${calls#,}"
    awk -f scripts/trace.awk "$case/strace" | grep '^P' |
        grep -v -e 'ld\.so' -e '\.so[."]' -e 'rt_sigaction(SIG\(CHLD\|XFSZ\),' | sed 's/ {si_signo=[^,]*, / {/; s/ *) *= /) = /' >"$folder/trace.txt" || true
}

# ran FOLDER: the command of that case, to copy and paste.
ran() {
    # shellcheck disable=SC2016  # for the student's shell
    local command shown=$MEMLABS_BUILD/${folder#"$BUILD"/} from='$OLDPWD'
    [[ $MEMLABS_BUILD != /* ]] || from=''
    read -r command 2>/dev/null <"$1/run" || command=''
    [[ ! -f $1/script ]] || command="PATH=..:\$PATH; $(<"$1/script")"
    [[ ! -f $1/peer ]] || printf 'peer: (cd %s/%s; %s)   (in another terminal, and first)\n' \
        "$shown" "${1##*/}" "$(sed "s|$BUILD/|$from/$MEMLABS_BUILD/|g; s|$top/|$from/|g" "$1/peer")"
    [[ -f $1/script ]] || command="../exercise $command"
    printf 'ran:  (cd %s/%s; %s)\n' "$shown" "${1##*/}" "${command% }"
}

# explain_case FOLDER: was that run right? If not, prints what was run, what
# was expected and came, and the cause.
explain_case() {
    local want=0 problem='' order=none
    [[ ! -f $1/status ]] || want=$(<"$1/status")
    [[ ! -f $1/order ]] || order=$(<"$1/order")
    if [[ $status == 124 ]]; then
        problem='it still ran after the time limit and was stopped'
    elif ((status > 128)) && [[ $status != "$want" ]]; then
        problem="it was killed by SIG$(kill -l "$status" 2>/dev/null || printf '?')"
    elif [[ $status != "$want" ]]; then
        problem="it ended with exit status $status, not $want"
    elif [[ -f $1/stderr ]] && ! grep -Eq -- "$(<"$1/stderr")" "$1/run.err"; then
        problem="no line on standard error says: $(<"$1/stderr")"
    fi
    awk -v order="$order" -f scripts/match.awk "$1/want" "$1/run.out" >"$1/diff" ||
        problem=${problem:-it printed something else}
    if [[ -z $problem ]] && ! checked "$1"; then
        problem=$(head -n 5 "$1/checked")
    elif [[ -z $problem && -s $1/run.peer ]]; then
        problem=$(head -n 5 "$1/run.peer")
    fi
    [[ -n $problem ]] || return 0
    printf '%s\n' "$problem"
    ran "$1"
    [[ ! -s $1/run.err ]] || printf 'said: %s\n' "$(head -n 3 "$1/run.err" | visible)"
    [[ ! -s $1/run.peer || $problem == "$(head -n 5 "$1/run.peer")" ]] ||
        printf 'the other side said: %s\n' "$(head -n 5 "$1/run.peer" | visible)"
    [[ ! -s $1/diff ]] || { printf 'expected (-), and what came (+):\n'; cat "$1/diff"; }
    cause "$1"
    return 1
}

# visible: standard input with control characters as ^X.
visible() {
    cut -c -300 | cat -v
}

# checked FOLDER: the case's own check, as the student's user; its words go to
# FOLDER/checked. Status 3 says that the work was not done, and sets `cheated`.
checked() {
    local who=()
    [[ -f $1/check ]] || return 0
    [[ $EUID != 0 || $(</proc/self/uid_map) != *4294967295 ]] || who=(setpriv --reuid "$MEMLABS_UID" --regid "$MEMLABS_UID" --clear-groups)
    (cd "$1/work" && IN=$1/in OUT=$1/run.out timeout "$patience" "${who[@]}" bash -c "$(<"$1/check")") >"$1/checked" 2>&1 ||
        { (($? != 3)) || cheated=yes; [[ -s $1/checked ]] || printf 'the check failed: %s\n' "$(<"$1/check")" >"$1/checked"; return 1; }
}

# cause FOLDER: the likely cause, by the trace: of the exercise's rules, or one
# of those that every exercise knows.
cause() {
    local rule trace=$desk/cause was=$status
    [[ -f $1/strace || $status != 124 ]] || return 0
    [[ -f $1/strace ]] || {
        cp "$1/run.left" "$desk/kept"
        run_case "$1" again --trace "$1/strace" --calls "$(calls_of_rules)"
        cp "$desk/kept" "$1/run.left"
        status=$was
    }
    awk -f scripts/trace.awk "$1/strace" >"$trace"
    while IFS= read -r rule; do
        if tr '\n' '~' <"$trace" | grep -Eq -- "${rule%% -- *}"; then
            printf 'cause: %s\n' "${rule##* -- }"
            return
        fi
    done < <(sed -n 's/^cause: *//p' "$exercise/rules" scripts/causes)
    [[ $status != 124 ]] || sed -n 's/^\(P[0-9]*\) \(.*\) = ?$/\1 was in: \2/p' "$trace" | grep -v exit_group | head -n 3
}

# explain_left FILE: for each object left behind, what is missing.
explain_left() {
    local kind rest
    while read -r kind rest; do
        case $kind in
            shm) printf 'segment %s is left behind: IPC_RMID is missing. After a run by hand, see ipcs -m; ipcrm -m ID removes it\n' "$rest" ;;
            sem) printf 'semaphore set %s is left behind: IPC_RMID is missing. After a run by hand, see ipcs -s; ipcrm -s ID removes it\n' "$rest" ;;
            msg) printf 'message queue %s is left behind: IPC_RMID is missing; ipcrm -q ID removes it\n' "$rest" ;;
            /dev/shm/*) printf '%s is left behind: shm_unlink (or sem_unlink) is missing. After a run by hand: rm %s\n' "$kind" "$kind" ;;
            *) printf '%s is left behind: unlink is missing\n' "$kind" ;;
        esac
    done <"$1" | sed -E 's/ [0-9]+ key 0x0+ / /; s/(segment|set|queue) [0-9]+ key/\1 with key/' | visible
}
