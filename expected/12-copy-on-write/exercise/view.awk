# view.awk: what the program has to print for the lists of steps in the
# environment: before (fork), after, and child.
#
#     before="w1 r2" after= child="w1" BIN=DIR awk -f view.awk
#
# Where there is no zero page (DIR/zero-page prints no), a page that was only
# read is like one that was stored into: P, or p while both have it.

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

# only_read: the cell of a page that the parent has read at most.
function only_read(i) {
    if (!(("r", i) in before || ("r", i) in after))
        return "."
    if (zero_page == "yes")
        return "0"
    return ("r", i) in before && !(("w", i) in child) ? "p" : "P"
}

BEGIN {
    note("before", before)
    note("after", after)
    note("child", child)
    (ENVIRON["BIN"] "/zero-page") | getline zero_page
    for (i = 0; i < 24; i++) {
        had = ("w", i) in before
        mine = ("w", i) in after
        told[i] = !had || mine ? "?" : ("w", i) in child ? "P" : "p"
        cell = mine ? "P" : had ? told[i] : only_read(i)
        cells = cells cell " "
    }
    print "pages: . none  0 zero page  P own  p shared until written"
    print "pages: f file or shared memory  F by two or more  s swapped"
    print "pages: " cells " parent"
    print "stored into:" pages_of("P")
    print "not stored into:" pages_of("p")
    print "cannot tell:" pages_of("?")
}
