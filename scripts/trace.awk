# trace.awk: what strace wrote, as the calls of a student's processes.
#
#     awk -f trace.awk STRACE-OUTPUT      (of strace -f -q --pidns-translation)
#
# Prints a line a call, in order: `P1 shmget(0x1, 4096, 0600) = 5`. P1 is the
# first process that ran .../prog/exercise, P2 the next, or its first child. A
# signal is `P1 --- SIGSEGV {...} ---`, an end `P1 +++ exited with 0 +++`. What
# other processes do (the shell, the sandbox) is left out. For strace's when=,
# which counts from a process's birth, `# shmget 3` says that the first shmget
# of any P was the third of its process; with MEMLABS_LIKE set, the first
# whose line matches that regular expression. A line `! ` says what is not tidy: a
# child that nobody waited for, or that outlived its parent.

function adopt(pid, by) {
    if (pid in name)
        return
    name[pid] = "P" ++students
    parent[pid] = by
    children[by]++
}

# cloned LINE: the child that this call made, as strace numbers it, or 0.
function cloned(line) {
    if (line !~ /^([0-9]+ +)?(<\.\.\. )?(clone3?|v?fork)(\(| resumed>).* = [1-9][0-9]*( \/\* [0-9]+ in strace's PID NS \*\/)?$/)
        return 0
    sub(/.* = /, "", line)
    sub(/.*\/\* /, "", line)
    return line + 0
}

# A child may be seen before the call that made it has returned.
BEGIN {
    while ((getline line < ARGV[1]) > 0)
        if (child = cloned(line))
            maker[child] = line + 0
    close(ARGV[1])
}

{
    pid = $1 + 0
    sub(/^[0-9]+ +/, "")
    if (!(pid in name) && maker[pid] in name)
        adopt(pid, maker[pid])
}
/<unfinished \.\.\.>$/ {
    sub(/ *<unfinished \.\.\.>$/, "")
    begun[pid] = $0
    next
}
/^<\.\.\. [a-z0-9_]+ resumed>/ {
    sub(/^<\.\.\. [a-z0-9_]+ resumed>/, "")
    $0 = begun[pid] $0
    delete begun[pid]
}
/^rt_sigaction\(SIGCHLD, \{sa_handler=SIG_IGN/ { ignored = 1 }
/^[a-z]/ {
    call = $0
    sub(/\(.*/, "", call)
    count[pid, call]++
}
/^execve\("[^"]*\/prog\/exercise"/ && / = 0$/ {
    adopt(pid, 0)
    sub(/"[^"]*"/, "\"/prog/exercise\"") # also where nothing isolates it
}
pid in name && (child = cloned($0)) {
    adopt(child, pid)
    if (/CLONE_THREAD/) { # no child: nobody waits for it
        children[pid]--
        parent[child] = 0
    }
}
pid in name {
    sub(/ \/\* [0-9]+ in strace's PID NS \*\/$/, "")
    print name[pid], $0
    if (/^[a-z]/ && !(call in first) && $0 ~ ENVIRON["MEMLABS_LIKE"])
        first[call] = count[pid, call]
    if (/^wait4\(.* = [1-9]/ || /^waitid\(.* = 0$/ && !/WNOWAIT/)
        waited[pid]++
    if (/^\+\+\+/)
        ended[pid] = ++ends
}
END {
    for (pid in begun)
        if (pid in name)
            print name[pid], begun[pid] " = ?"
    for (call in first)
        print "#", call, first[call]
    for (pid in name) {
        if (parent[pid] && ended[pid] > ended[parent[pid]])
            print "!", name[pid], "still ran when its parent " name[parent[pid]] " had ended: wait for it"
        else if (children[pid] > waited[pid] && !ignored)
            print "!", name[pid], "did not wait for each of its children: a zombie stays until it ends"
    }
}
