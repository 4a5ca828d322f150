# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # scripts/judge, which sources this, shares its names
# room.sh: what is in the room that scripts/judge works in.

# The grader's own files: in a room, a folder that the program cannot see.
desk=${TMPDIR:-/tmp}/grader

# What a run may take, in seconds, if its case does not say; more where the
# compiler took long (judge_build): such a machine is slow, or busy.
patience=${MEMLABS_PATIENCE:-5}

# objects: what there is of all that a program may leave behind; sets the array
# `there`, whose keys say it.
objects() {
    local kind key id rest path
    unset -v there
    declare -gA there=()
    for kind in shm sem msg; do
        while read -r key id rest; do
            [[ $key != key ]] || continue
            printf -v key '0x%08x' $((key & 0xffffffff)) # as ipcs shows it
            there["$kind $id key $key"]=1
        done <"/proc/sysvipc/$kind"
    done 2>/dev/null
    shopt -s nullglob dotglob
    for path in /dev/shm/* /dev/mqueue/* "${TMPDIR:-/tmp}"/*; do
        [[ $path == "$desk" ]] || there[$path]=1
    done
    shopt -u nullglob dotglob
}

# clean_up: remove them, so that the next run does not meet them.
clean_up() {
    [[ $MEMLABS_ROOM != none ]] || return 0
    objects
    ((${#there[@]})) || return 0
    find /dev/shm /dev/mqueue /tmp -mindepth 1 -maxdepth 1 ! -path "$desk" \
        -exec rm -rf {} + 2>/dev/null || true
    ipcrm --all 2>/dev/null || true
}

# not_wrapped: does bubblewrap fail here? Then go on without, and the file
# FOLDER/isolation tells the others.
not_wrapped() {
    [[ $MEMLABS_ROOM != none ]] || return
    ! scripts/sandbox run true >/dev/null 2>&1 || return
    export MEMLABS_WRAP=none
    printf 'half\n' >"$folder/isolation"
}

# give_away PATH: let the student's user own it, where we may.
give_away() {
    [[ $EUID != 0 || $(</proc/self/uid_map) != *4294967295 ]] || chown -R "$MEMLABS_UID:$MEMLABS_UID" "$1"
}
