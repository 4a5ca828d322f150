# shellcheck shell=bash
# shellcheck disable=SC2030,SC2031,SC2034,SC2153,SC2154  # the script that sources this shares its names
# cases.sh: read an exercise's cases and rules, and run a case in the room.
#
# docs/authors.md describes both kinds of file. A case's values are the
# variables of a subshell, and its texts are expanded as a prompt is: $name,
# $((a + b)), $(command). Cases are written by teachers, and trusted.

source scripts/peer.sh

# expand_case FILE FOLDER: roll its dice and write into FOLDER: in/ (the files
# it gives), run, script, peer, status, stderr, check, order, limit, title
# (those that it has) and want, the expected output.
expand_case() (
    _file=$top/$1 _folder=$2
    HERE=$top/${1%/*} BIN=$BUILD/${1%/*}
    [[ $BIN == /* ]] || BIN=$top/$BIN
    # shellcheck disable=SC2016  # these two stay as they are for `check`
    IN='$IN' OUT='$OUT'
    export HERE BIN
    mkdir "$_folder/in"
    exec {_case}<"$_file"
    cd "$_folder/in" || exit 3
    : >../want
    _title=${_file##*/}
    printf '%s\n' "${_title%.case}" >../title
    while IFS= read -r _line; do
        case $_line in
            '#'* | '') ;;
            output:*) break ;;
            [a-z]*:*) take_key "${_line%%:*}" "${_line#*:}" ;;
            *) printf '%s: what is "%s"?\n' "$_file" "$_line" >&2; exit 3 ;;
        esac
    done <&"$_case"
    while IFS= read -r _line; do
        printf '%s\n' "${_line@P}"
    done <&"$_case" >../want
)

# take_key KEY TEXT: one line of a case.
take_key() {
    local _text=${2# }
    local _name=${_text%% = *}
    case $1 in
        let) _text=${_text#* = }
            if [[ $_text =~ ^(([0-9]+)\ of\ )?([0-9]+)\.\.([0-9]+)$ ]]; then
                _text=$(roll "${BASH_REMATCH[2]:-1}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[4]}")
            else
                _text=${_text@P}
            fi
            printf -v "$_name" '%s' "$_text"
            export "${_name?}" ;;
        file) _text=${_text#* = } && printf '%s\n' "${_text@P}" >"$_name" ;;
        make) bash -euc "$_text" ;;
        title | run | script | peer | status | stderr | check | order | limit)
            printf '%s\n' "${_text@P}" >"../$1" ;;
        *) printf '%s: what is "%s:"?\n' "$_file" "$1" >&2; exit 3 ;;
    esac
}

# roll COUNT FROM TO: so many random numbers, a blank between them.
roll() {
    awk -v n="$1" -v from="$2" -v to="$3" -v seed="$((RANDOM * 32768 + RANDOM))" 'BEGIN {
        srand(seed)
        while (n-- > 0) printf "%d%s", from + int(rand() * (to - from + 1)), n ? " " : "\n" }'
}

# prepare FILE: expand that case in a folder of its own; sets `case`.
prepare() {
    case=${1##*/} case=$desk/${case%.case}
    mkdir "$case"
    expand_case "$1" "$case" || broken "$1: cannot be read"
}

# keep_input: what the case gave the program, so that the student can run it.
keep_input() {
    rm -rf "${folder:?}/$(basename "$case")"
    cp -r "$case/in" "$folder/$(basename "$case")"
}

# run_case FOLDER NAME [OPTION VALUE]... [-- WRAPPER...]: run the expanded case of FOLDER
# with these options of `sandbox run`. Writes FOLDER/NAME.out, .err, .peer
# (what the peer complained of) and .left; sets `status` and `work`. If its time
# is over, and the machine is busy, once more, with more of it.
run_case() {
    local again=''
    run_once "$@"
    [[ $status == 124 ]] || return 0
    if [[ -z ${slow-} ]] && is_busy; then
        again=yes
        clean_up
        run_once "$@"
    fi
    [[ $status != 124 ]] || slow=yes # the other cases need not take long
}

# is_busy: does who wants a processor wait longer than it runs? (proc(5): schedstat)
is_busy() {
    local ran waited was_ran was_waited i
    read -r was_ran was_waited _ 2>/dev/null </proc/self/schedstat || return
    for ((i = 0; i < 20000; i++)); do :; done
    read -r ran waited _ </proc/self/schedstat
    ((2 * (waited - was_waited) > 3 * (ran - was_ran)))
}

# run_once: run_case, without a second chance.
run_once() {
    local folder=$1 name=$1/$2 seconds=$patience options=() command=() peer_pid to_peer from_peer object before binary=/prog/exercise
    shift 2
    while [[ ${1-} == --?* ]]; do
        options+=("$1" "$2")
        shift 2
    done
    [[ ${1-} != -- ]] || shift
    [[ -z ${MEMLABS_WRAP-} ]] || binary=$prog/exercise
    [[ ! -f $folder/limit ]] || seconds=$(<"$folder/limit")
    [[ -z $again ]] || seconds=$((3 * seconds))
    [[ -z ${slow-} ]] || seconds=1
    [[ ! -f $folder/run ]] || read -ra command <"$folder/run"
    command=("$@" "$binary" "${command[@]}")
    [[ ! -f $folder/script ]] || command=(sh -c "$(<"$folder/script")")
    work=$folder/work
    [[ ! -d $work ]] || rm -rf "$work"
    cp -r "$folder/in" "$work"
    give_away "$work"
    objects
    before=" ${!there[*]} "
    printf 0 >"$name.status"
    [[ ! -f $folder/peer ]] || start_peer "$folder" "$name"
    {
        scripts/sandbox run --prog "$prog" --work "$work" --seconds "$seconds" \
            "${options[@]}" "${command[@]}" </dev/null 2>"$name.err" || printf '%d' "$?" >"$name.status"
    } 2>/dev/null | head -c 1000000 >"$name.out"
    status=$(<"$name.status")
    : >"$name.peer"
    [[ ! -f $folder/peer ]] || stop_peer "$name"
    objects
    for object in "${!there[@]}"; do
        [[ $before == *" $object "* ]] || printf '%s\n' "$object"
    done | sort >"$name.left"
}

# broken WORDS: the checker itself could not judge.
broken() {
    printf 'error\t%s\n' "$*" >>"$results"
    exit 3
}
