# shellcheck shell=bash
# shellcheck disable=SC2154  # the script that sources this shares its names
# peer.sh: the other side of a case, a process of the grader's own.

# start_peer FOLDER NAME: start the other side, and wait until it says `ready`.
# It ends when its standard input does, and half a minute after the program's
# `seconds` at the latest; who reads what it writes may end before.
start_peer() {
    local line=''
    mkfifo "$2.in" "$2.said"
    (
        trap '' PIPE
        cd "$work" && exec timeout -k 1 $((30 + ${seconds:-0})) bash -c "exec $(<"$1/peer")"
    ) <"$2.in" >"$2.said" 2>&1 &
    peer_pid=$!
    exec {to_peer}>"$2.in" {from_peer}<"$2.said"
    read -r -t 30 line <&"$from_peer" || true
    [[ $line == ready ]] || broken "the peer of $(basename "$1") did not start: ${line:-(it said nothing)}"
}

# stop_peer NAME: what it says now, if anything, is a complaint.
stop_peer() {
    local ended=0
    exec {to_peer}>&-
    cat <&"$from_peer" >"$1.peer"
    exec {from_peer}<&-
    wait "$peer_pid" || ended=$?
    rm "$1.in" "$1.said"
    [[ $ended == 0 || -s $1.peer ]] ||
        broken "the peer of $(basename "${1%/*}") ended with status $ended and did not say why"
}
