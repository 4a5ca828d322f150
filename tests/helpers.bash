# shellcheck shell=bash
# helpers.bash: what the tests share. A .bats file begins: load helpers
#
# The current folder is the copy of the tree that tests/run made; $WORK is a
# folder of this part alone. Labs and programs are found as the scripts do.

source scripts/lib.sh
set +u
# shellcheck disable=SC2034  # for who loads this
here=$top/tests
WORK=${WORK:-$(mktemp -d)}
mkdir -p "$WORK"

# The user that tests become: nobody on the distributions we know.
other_user=65533

# build NAME ARG...: all programs, built below $WORK/NAME with these
# variables for make; sets BUILD to it.
build() {
    BUILD=$WORK/$1
    make -s BUILD="$BUILD" "${@:2}" all
}

# each_program FUNCTION ARG...: call FUNCTION LAB PROGRAM ARG... for all
# there are. All are tried; one that fails is a failure in the end.
each_program() {
    local lab program failed=0
    for lab in $(all_labs); do
        for program in $(programs_of "$lab"); do
            "$1" "$lab" "$program" "${@:2}" ||
                { failed=1; printf '(%s)\n' "$lab/$program"; }
        done
    done
    return "$failed"
}

# matches LAB PROGRAM COMMAND...: run COMMAND; did it end well and print what
# LAB's PROGRAM is expected to? Prints why not. Standard error must be empty.
matches() {
    local lab=$1 program=$2 out=$WORK/$2.out status=0 verdict reason
    shift 2
    "$@" >"$out" 2>"$out.err" </dev/null || status=$?
    compare "$lab" "$program" "$status" "$out"
    [[ $verdict == pass || $verdict == skip ]] && [[ ! -s $out.err ]] && return
    printf '%s: %s\n' "$program" "${reason:-wrote to standard error}"
    cat "$out.err"
    [[ ! -f $out.diff ]] || cat "$out.diff"
    rm -f "$out.diff"
    return 1
}

# run_program LAB PROGRAM: matches, with the program as it is built.
run_program() {
    local command
    command_of "$1" "$2"
    matches "$1" "$2" timeout -k 1 60 "${command[@]}"
}

# left_behind: print the objects and files that there are, without those in
# the array `known`; fails if there is one. Where nothing is private, only
# what is new since the part began.
left_behind() {
    local -a found=()
    local kind
    shopt -s nullglob
    found=(/dev/shm/* "${TMPDIR:-/tmp}"/*)
    shopt -u nullglob
    for kind in shm sem msg; do
        mapfile -s 1 -t -O "${#found[@]}" found </proc/sysvipc/$kind
    done
    if [[ -n $MEMLABS_SHARED && ! -f $WORK/before ]]; then
        printf '%s' "${found[*]}" >"$WORK/before"
    fi
    [[ "${found[*]}" != "${known[*]}" ]] || return 0
    if [[ -n $MEMLABS_SHARED && ${found[*]} == "$(<"$WORK/before")" ]]; then
        return 0
    fi
    printf 'left behind: %s\n' "${found[@]}"
    return 1
}
known=()

# clean_up: remove what was left behind, so that it counts once.
clean_up() {
    [[ -n $MEMLABS_SHARED ]] && return
    rm -rf /dev/shm/* /tmp/*
    ipcrm --all 2>/dev/null
}

# as_user COMMAND...: run it as an ordinary user.
as_user() {
    setpriv --reuid "$other_user" --regid "$other_user" --clear-groups -- "$@"
}

# all_tools_but TOOL FOLDER: links in FOLDER to all programs of the system but one.
all_tools_but() {
    rm -rf "$2" && mkdir "$2"
    ln -s -f -t "$2" /usr/bin/*
    [[ -L /bin ]] || ln -s -f -t "$2" /bin/*
    rm -f "$2/$1"
}

# fails COMMAND...: does it? Bats does not see a `!` on any line but the last.
fails() {
    ! "$@"
}

need_users() {
    as_user true 2>/dev/null || skip 'needs root, to become another user'
}

need_private() {
    [[ -z $MEMLABS_SHARED ]] || skip 'needs root or user namespaces, for mounts of its own'
}
