# view.awk: what the program has to print for the lists of steps in the
# environment: before (fork), after, and child.
#
#     before="w1 r2" after= child="w1" awk -f view.awk

function note(list, done,    step, n) {
    n = split(ENVIRON[list], step, " ")
    for (; n > 0; n--)
        done[substr(step[n], 1, 1), substr(step[n], 2) + 0]
}

function pages_of(kind,    i, list) {
    for (i = 0; i < 24; i++)
        if (told[i] == kind)
            list = list " " i
    return list
}

BEGIN {
    note("before", before)
    note("after", after)
    note("child", child)
    for (i = 0; i < 24; i++) {
        had = ("w", i) in before
        mine = ("w", i) in after
        told[i] = !had || mine ? "?" : ("w", i) in child ? "P" : "p"
        cell = mine ? "P" : had ? told[i] : ("r", i) in before || ("r", i) in after ? "0" : "."
        cells = cells cell " "
    }
    print "pages: . none  0 zero page  P own  p shared until written"
    print "pages: f file or shared memory  F by two or more  s swapped"
    print "pages: " cells " parent"
    print "stored into:" pages_of("P")
    print "not stored into:" pages_of("p")
    print "cannot tell:" pages_of("?")
}
