# shellcheck shell=bash
# shellcheck disable=SC2034  # find_lab and compare set what callers read
# lib.sh: what the scripts share. Source it; it changes to the top folder.
#
# A lab is named by its number or its folder: 3, 03 or 03-mmap-msync.
# The programs are in $BUILD (default: build), which may be elsewhere.

top=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
cd "$top" || exit 3
BUILD=${BUILD:-build}
export LC_ALL=C

# error MESSAGE...: one line on standard error; exit 3: could not judge.
error() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 3
}

# show_help: print the comment at the top of the running script.
show_help() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

# has_tool NAME: is this command, header, library or locale here?
has_tool() {
    case $1 in
        ??_??) [[ -f /usr/share/i18n/locales/$1 ]] ;;
        *.h) [[ -f /usr/include/$1 ]] || cc -E -include "$1" - </dev/null ;;
        *.so) compgen -G "/usr/lib*/$1*" || compgen -G "/usr/lib/*/$1*" ;;
        *) command -v "$1" ;;
    esac >/dev/null 2>&1
}

# need_tools NAME...: all of them, or the end, with what to do.
need_tools() {
    local tool
    for tool in "$@"; do
        has_tool "$tool" || error "$tool is not installed. Install what is missing: scripts/setup"
    done
}

# all_labs: the folders below labs/, a line each, in order.
all_labs() {
    local folder
    for folder in labs/[0-9]*/; do
        folder=${folder%/}
        [[ ! -d $folder ]] || printf '%s\n' "${folder##*/}"
    done
}

# find_lab NAME: set `lab` to the folder; exit 2 with a list if none fits.
find_lab() {
    local match
    for match in labs/"$1" labs/"$1"-* labs/0"$1"-*; do
        if [[ -d $match && $1 == [0-9]* ]]; then
            lab=${match#labs/}
            return
        fi
    done
    printf '%s: there is no lab %s. The labs are:\n' "${0##*/}" "$1" >&2
    all_labs | sed 's/^/  /' >&2
    exit 2
}

# programs_of LAB: what runs, a line each: `demo`, or each program, in the
# order in which the top of the lab's sheet names them.
programs_of() {
    local line name named=' '
    if [[ -x labs/$1/demo ]]; then
        printf 'demo\n'
        return
    fi
    while IFS= read -r line && [[ $line != '## '* ]]; do
        while [[ $line =~ \]\(([a-z0-9-]+)\.c\)(.*) ]]; do
            name=${BASH_REMATCH[1]} line=${BASH_REMATCH[2]}
            [[ ! -f labs/$1/$name.c ]] || named+="$name "
        done
    done 2>/dev/null <"labs/$1/README.md" || true
    for name in labs/"$1"/*.c; do
        name=${name##*/} name=${name%.c}
        [[ $named == *" $name "* || ! -f labs/$1/$name.c ]] || named+="$name "
    done
    named=${named/ exercise / } named=${named/ solution / }
    named=${named# } named=${named% }
    [[ -z $named ]] || printf '%s\n' "${named// /$'\n'}"
}

# command_of LAB PROGRAM: set the array `command` to what starts it.
command_of() {
    if [[ $2 == demo ]]; then
        command=("labs/$1/demo" "$BUILD/labs/$1")
    else
        command=("$BUILD/labs/$1/$2")
    fi
    [[ -x ${command[0]} ]] ||
        error "${command[0]} is not built. Build it first: make lab-${1%%-*}"
}

# The longest a lab may run, in seconds. All end within one second.
limit=${MEMLABS_LIMIT:-20}
[[ $limit =~ ^[1-9][0-9]*$ ]] || error "MEMLABS_LIMIT=$limit is no number of seconds"

# What marks the processes of this run, wherever they are later.
export MEMLABS_RUN=$$.$RANDOM

# start COMMAND...: run it for `limit` seconds at most (status 124), and end
# what it left running, if its output may wait for that. The shell's own word
# about a crash is dropped: compare has a better one.
start() {
    local status=0 began=$SECONDS
    {
        MEMLABS_RUN=$MEMLABS_RUN.$BASHPID. timeout --foreground --kill-after=2 "$limit" "$@" 2>&3 3>&- ||
            status=$?
    } 3>&2 2>/dev/null
    ((status != 137 || SECONDS - began < limit)) || status=124
    [[ $status == 0 && -f /dev/stdout ]] || stop_strays "$MEMLABS_RUN.$BASHPID"
    return "$status"
}

# stop_strays RUN: a child that outlives its parent holds our pipe open, or
# a processor. It has the run's name, and a dot, in its environment: ask it to
# end, then make it.
stop_strays() {
    local signal strays
    for signal in TERM KILL; do
        strays=$(grep -lsz "^MEMLABS_RUN=${1//./\\.}\." /proc/[0-9]*/environ) || true
        [[ -n $strays ]] || return 0
        # shellcheck disable=SC2086  # a word each
        kill -s "$signal" ${strays//[!0-9$'\n']/} 2>/dev/null || true
        sleep 0.2
    done
}

# make_runs LAB...: set `runs` to a new folder for their outputs, with a
# folder for each in it. It goes when the script ends: two runs never meet.
make_runs() {
    if ! { { [[ -d $BUILD ]] || mkdir -p "$BUILD"; } &&
        runs=$(mktemp -d "$BUILD/run.XXXXXX") &&
        { (($# == 0)) || mkdir "${@/#/"$runs/"}"; }; } 2>/dev/null; then
        error "cannot write to $BUILD. Name another folder: make BUILD=/tmp/memlabs ..."
    fi
    trap 'rm -rf "$runs"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# Judging what was printed: normalise, compare and matches_text.
source "${BASH_SOURCE[0]%/*}/judge.sh"
