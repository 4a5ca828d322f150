# shellcheck shell=bash
# shellcheck disable=SC2154  # scripts/judge, which sources this, shares its names
# faults.sh: let calls fail, one at a time, and say how the program took it.

# judge_faults: the calls of the rules fail, one at a time.
judge_faults() {
    local names error like call index
    case=${cases[0]##*/} case=$desk/${case%.case}
    while read -r names error like; do
        read -r call index < <(MEMLABS_LIKE=$like awk -f scripts/trace.awk "$case/strace" | sed -nE "s/^# (($names) )/\\1/p") ||
            { found faults 0 1 "$names fails with $error: it was never called"; continue; }
        run_case "$case" fault --trace "$desk/strace" --calls "$call,?fork,?vfork,?clone,?clone3" \
            --inject "$call:error=$error:when=$index"
        explain_fault "$call" "$error" >"$said" || true
        clean_up
        awk -f scripts/trace.awk "$desk/strace" | grep '^P.*INJECTED' >/dev/null ||
            { found faults 0 0 "$call could not be made to fail"; continue; }
        found faults "$([[ -s $said ]] && echo 0 || echo 1)" 1 "$call fails with $error" "$said"
    done < <(sed -n 's/^fault: *//p' "$exercise/rules")
}

# explain_fault CALL ERROR: a call has failed in the last run: is it reported?
explain_fault() {
    local said text=$case/fault.err
    said=$(head -n 2 "$text" | visible)
    if [[ $status == 124 ]]; then
        printf 'after %s had failed with %s it did not end\n' "$1" "$2"
    elif ((status > 128)); then
        printf 'after %s had failed with %s it was killed by SIG%s: its result was used, and not looked at or compared with the wrong value\n' \
            "$1" "$2" "$(kill -l "$status" 2>/dev/null)"
    elif [[ $status == 0 ]]; then
        printf '%s failed with %s, and the program ended with exit status 0, as if it had not\n' "$1" "$2"
    elif ! grep -Eiq -- "${1%[0-9]}|$2|$(error_text "$2")" "$text"; then
        printf '%s failed with %s, and no line on standard error names the call or the error: %s\n' "$1" "$2" "${said:-(nothing)}"
    elif sed '1,/(INJECTED)/d' "$desk/strace" | grep -q -e '--- SIGSEGV {' -e '--- SIGBUS {'; then
        printf 'after %s had failed with %s its result was used, and not looked at or compared with the wrong value: SIGSEGV or SIGBUS came\n' "$1" "$2"
    fi
    explain_left "$case/fault.left"
}

# error_text NAME: what strerror says of it.
error_text() {
    case $1 in
        ENOSPC) printf 'No space left' ;;
        ENOMEM) printf 'Cannot allocate memory|Out of memory' ;;
        EACCES) printf 'Permission denied' ;;
        EPERM) printf 'Operation not permitted' ;;
        EAGAIN) printf 'Resource temporarily unavailable' ;;
        EMFILE) printf 'Too many open files' ;;
        EINVAL) printf 'Invalid argument' ;;
        EIO) printf 'Input/output error' ;;
        ENOENT) printf 'No such file' ;;
        EEXIST) printf 'File exists' ;;
        EOVERFLOW) printf 'Value too large' ;;
        ENXIO) printf 'No such device or address' ;;
        ENFILE) printf 'Too many open files in system' ;;
        EPIPE) printf 'Broken pipe' ;;
        EIDRM) printf 'Identifier removed' ;;
        ECHILD) printf 'No child processes' ;;
        EINTR) printf 'Interrupted system call' ;;
        EFBIG) printf 'File too large' ;;
        *) printf '%s' "$1" ;;
    esac
}
