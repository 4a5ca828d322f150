# shellcheck shell=bash
# make-room.sh: the room of scripts/sandbox: namespaces, and what is in them.

# limit_memory: put this process into a new cgroup of 512 MiB and 256 processes,
# if there is a memory controller that we may use; sets `group`.
limit_memory() {
    local base=/sys/fs/cgroup limit
    group=''
    if [[ -w $base/memory/cgroup.procs ]]; then
        group=$base/memory/${folder##*/} limit=memory.limit_in_bytes
    elif [[ -w $base/cgroup.procs ]] && grep -qs memory "$base/cgroup.subtree_control"; then
        group=$base/${folder##*/} limit=memory.max
    fi
    [[ -n $group ]] || return 0
    { mkdir "$group" && printf '512M' >"$group/$limit" &&
        printf '%d' "$BASHPID" >"$group/cgroup.procs"; } 2>/dev/null || group=''
}

# leave_room: nothing of it stays. The last of its processes may still be ending.
leave_room() {
    local tries
    set +e
    [[ -z $group ]] || printf '%d' "$$" >"${group%/*}/cgroup.procs"
    for ((tries = 0; tries < 50; tries++)); do
        if [[ -z $group ]] || rmdir "$group"; then
            break
        fi
        sleep 0.1
    done
    rm -rf "$folder"
} 2>/dev/null

# sweep: remove what rooms have left that were killed by SIGKILL: old ones, whose
# lock nobody holds.
sweep() {
    local left
    find /var/tmp -maxdepth 1 -name 'memlabs-room.*' -user "$EUID" -mmin +2 | while read -r left; do
        flock --nonblock "$left" rm -rf "$left" || continue
        rmdir /sys/fs/cgroup{,/memory}/"${left##*/}" || true
    done
} 2>/dev/null

# In the new namespaces: the tree and $BUILD move to /mnt, because they may be
# in /tmp, which becomes a small file system in memory: no disk can be filled.
# A file in the folder $0 says that all this worked.
# shellcheck disable=SC2016  # for the shell in there
furnish='mount -t tmpfs tmpfs /mnt && mkdir /mnt/tree /mnt/build &&
    mount --bind "$MEMLABS_TREE" /mnt/tree && mount --bind "$BUILD" /mnt/build &&
    mount -t tmpfs -o mode=1777,size=64m tmpfs /dev/shm && : >"$0/begun" &&
    mount -t tmpfs -o mode=1777,size=256m,nr_inodes=20k tmpfs /tmp || exit
    { ! test -d /dev/mqueue || mount -t mqueue mqueue /dev/mqueue; }
    unset XDG_RUNTIME_DIR; cd /mnt/tree && BUILD=/mnt/build TMPDIR=/tmp exec "$@" 2>&3 3>&-'

room() {
    local how inside='' lock status=0
    sweep || true # another one sweeps, too
    folder=$(mktemp -d /var/tmp/memlabs-room.XXXXXX)
    exec {lock}<"$folder" && flock "$lock"
    group='' # these two for leave_room, which runs last
    trap leave_room EXIT
    # In the background, so that this shell can answer a signal at once; with
    # job control, so that SIGINT is not ignored inside. `wait` takes the
    # shell's own word about the killed job, and it is dropped.
    trap '{ [[ -z $inside ]] || { kill -KILL "$inside"; wait "$inside"; }; exit 143; } 2>/dev/null' HUP INT TERM
    export MEMLABS_TREE=$PWD BUILD=${BUILD:-build}
    [[ $BUILD == /* ]] || BUILD=$PWD/$BUILD
    mkdir -p "$BUILD"
    limit_memory
    [[ $(bwrap --help 2>/dev/null) != *disable-userns* ]] || export MEMLABS_USERNS=--disable-userns
    for how in -imp -rUimp; do
        set -m
        MEMLABS_ROOM=namespaces${group:+,cgroup} unshare "$how" --fork --kill-child --mount-proc \
            sh -c "$furnish" "$folder" "$@" 3>&2 2>/dev/null &
        inside=$!
        set +m
        wait "$inside" || status=$?
        [[ ! -f $folder/begun ]] || return "$status"
        status=0
    done
    MEMLABS_ROOM=none TMPDIR=$folder "$@"
}
