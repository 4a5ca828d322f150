# shellcheck shell=bash
# demo.sh: what the demos share: start programs, and leave none running.
#
# A demo sources it, calls open_demo, and starts its programs with launch.
# Their lines come through one pipe, in order, to be read from <&5; show_rest
# copies those that are left. However the demo ends, its programs end too.

children=() # the pids of what was started
rest=''     # that of show_rest's cat
before=''

# none_runs: have all ended that were started?
none_runs() {
    local pid
    for pid in "${children[@]}" $rest; do
        ! kill -0 "$pid" || return 1
    done
} 2>/dev/null

# stop: end what still runs, and see it end: up to a second. One that is not
# yet what it will be may miss a signal, so they get several. `cat` ends by
# itself when they have.
stop() {
    local i
    trap '' INT TERM
    # A signal may come before launch has noted its child.
    [[ $! == "$before" || $! == "$rest" ]] || children+=("$!")
    for ((i = 0; i < 100; i++)); do
        none_runs && break
        kill "${children[@]}" || true
        ((i < 50)) || kill "$rest" || true
        sleep 0.01
    done
    printf 'done\n' >&4 || true
} 2>/dev/null

# watch: read the children's pids. If no `done` follows, the demo was killed
# and cannot stop them: do it here.
watch() {
    local line pids=()
    trap '' INT TERM
    while read -r line; do
        [[ $line != 'done' ]] || return 0
        pids+=("$line")
    done
    kill "${pids[@]}" 2>/dev/null
}

# open_demo: open the pipe, and see to it that nothing outlives the demo.
open_demo() {
    trap '' PIPE # `watch` may be gone
    exec 4> >(watch)
    exec 3<> <(:)
    exec 5</dev/fd/3 3>&-
    before=$! # a process of this function's, and none that stop should end
    trap stop EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# launch COMMAND...: start it, with its output into the pipe; sets `child`.
launch() {
    exec 6>/dev/fd/5 # here, before anyone reads: no writer is an end of file
    "$@" >&6 4>&- 5<&- 6>&- &
    child=$!
    children+=("$child")
    exec 6>&-
    printf '%d\n' "$child" >&4
}

# show_rest: copy the lines that are left, until all programs have ended.
show_rest() {
    cat <&5 4>&- &
    rest=$!
}

# give_time: a fifth of a second, for all that run to end by themselves.
give_time() {
    local i
    for ((i = 0; i < 20; i++)); do
        ! none_runs || return 0
        sleep 0.01
    done
}
