# Places where things are missing, full, closed or unusual: a program does
# as expected, skips with a reason, or ends with one clear line.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

setup_file() { chmod -R a+rX "$BUILD"; }
teardown() {
    local folder
    for folder in "${mounted[@]}"; do
        umount "$folder"
    done
    rm -rf /tmp/full
    known=()
    left_behind
}

# mount_on FOLDER OPTIONS: a tmpfs there, until the test ends.
mounted=()
mount_on() {
    need_private
    mkdir -p "$1"
    mount -t tmpfs -o "$2" tmpfs "$1"
    mounted+=("$1")
}

# clear LAB PROGRAM WRAPPER...: run it by WRAPPER. Fine are: as expected; a
# skip; exit 1 with one line on standard error (of a demo's programs each).
clear() {
    local lab=$1 program=$2 command out=$WORK/clear status=0 lines verdict reason
    shift 2
    command_of "$lab" "$program"
    "$@" timeout -k 1 10 "${command[@]}" >"$out" 2>"$out.err" </dev/null || status=$?
    lines=$(wc -l <"$out.err")
    compare "$lab" "$program" "$status" "$out"
    case $status/$verdict/$lines in
        0/pass/0 | 77/skip/0 | 1/*/1) left_behind && return ;;
        1/*/[23]) [[ $program == demo ]] && left_behind && return ;;
    esac
    printf '%s: exit %d, %s\n' "$program" "$status" "$reason"
    cat "$out.err" "$out.diff" 2>/dev/null
    rm -f "$out.diff"
    return 1
}

# unwritten LAB PROGRAM WRAPPER: run it by a WRAPPER that takes away where
# it writes to. It must say so, or die of SIGPIPE, and leave nothing.
unwritten() {
    local command out=$WORK/unwritten status=0
    command_of "$1" "$2"
    "$3" timeout -k 1 10 "${command[@]}" 2>"$out" </dev/null || status=$?
    case $status in
        141) left_behind && return ;;
        1) grep -q 'write' "$out" && left_behind && return ;;
    esac
    printf '%s: exit %d\n' "$2" "$status"
    cat "$out"
    return 1
}

# in_namespace COMMAND: a shell command in mounts of its own.
in_namespace() {
    need_private
    unshare -m --propagation private bash -ec "$1"
}

@test "the source tree is read-only and BUILD is elsewhere" {
    cp -a . "$WORK/tree"
    rm -rf "$WORK/tree/build"
    in_namespace "
        mount --bind $WORK/tree $WORK/tree
        mount -o remount,bind,ro $WORK/tree
        cd $WORK/tree
        make -s BUILD=$WORK/elsewhere check"
}

@test "the source tree is read-only and BUILD is not elsewhere: one says so" {
    cp -a . "$WORK/tree2"
    rm -rf "$WORK/tree2/build"
    run in_namespace "
        mount --bind $WORK/tree2 $WORK/tree2
        mount -o remount,bind,ro $WORK/tree2
        make -s -C $WORK/tree2 lab-1"
    [[ $status == 2 && $output == *'make BUILD=/'* ]]
}

@test "a path with spaces" {
    mkdir "$WORK/a path" && cp -a . "$WORK/a path/with spaces"
    cd "$WORK/a path/with spaces"
    rm -rf build
    make -s check
    make -s lab-1
}

@test "no space in /dev/shm" {
    mount_on /dev/shm size=4k,mode=1777
    head -c 4096 /dev/zero >/dev/shm/full
    known=(/dev/shm/full)
    each_program clear env
}

@test "no /dev/shm that can be written" {
    mount_on /dev/shm ro
    each_program clear env
}

@test "no space in TMPDIR" {
    mount_on /tmp/full size=4k,mode=1777
    head -c 4096 /dev/zero >/tmp/full/full
    known=(/tmp/full/full)
    TMPDIR=/tmp/full each_program clear env
}

@test "no TMPDIR" { each_program clear env TMPDIR=/nowhere; }
@test "no HOME" { each_program clear env -u HOME; }
@test "no environment" { each_program clear env -i PATH="$PATH"; }

@test "SIGCHLD is ignored by who starts it" {
    each_program clear env --ignore-signal=CHLD
}

@test "no memory may be locked" {
    ulimit -l 0
    each_program clear env
}

@test "no memory may be locked, as an ordinary user" {
    need_users
    ulimit -l 0
    each_program clear as_user
}

@test "no right to read the own page table" {
    need_users
    # Of a program that its user may not read, /proc/PID belongs to root.
    BUILD=$WORK/unreadable
    cp -a "$top/build" "$BUILD"
    find "$BUILD" -type f -perm /111 -exec chmod 711 {} +
    each_program clear as_user
}

@test "no /proc" {
    need_private
    BUILD=$WORK/noproc
    cp -a "$top/build" "$BUILD"
    each_program without_proc
}
without_proc() {
    clear "$@" unshare -m sh -c 'mount -t tmpfs tmpfs /proc && exec "$@"' sh
}

@test "the Turkish locale" {
    mkdir -p "$WORK/locales"
    localedef -i tr_TR -f UTF-8 "$WORK/locales/tr_TR.UTF-8"
    each_program clear env LOCPATH="$WORK/locales" LC_ALL=tr_TR.UTF-8
    env LOCPATH="$WORK/locales" LC_ALL=tr_TR.UTF-8 make -s check
}

no_stdout() { "$@" >&-; }
full_disk() { "$@" >/dev/full; }
closed_pipe() { "$@" >&7; }

@test "standard output is closed" { each_program unwritten no_stdout; }
@test "standard output is full" { each_program unwritten full_disk; }
@test "nobody reads the pipe" {
    local fifo=$WORK/fifo
    mkfifo "$fifo"
    # shellcheck disable=SC2094  # the reader is opened only to be closed
    exec 6<>"$fifo" 7>"$fifo" 6>&-
    each_program unwritten closed_pipe
}
