// exercise: a counter in a named object, which outlives its processes.
//
// Run: exercise NAME N
//
// The object of that NAME begins with an `unsigned long`, a counter.
// Map it, add 1 to it, N times, one at a time: others watch it. Print
// `made` if this process has made the object, or `found`, and what the
// counter is after your last addition:
//
//     made 100000
//     found 250000
//
// Nobody removes the object. Other programs add to the counter at the
// same time, each by atomic_fetch_add: no count may be lost. Who comes
// first makes the object, and only he says `made`. The object may be
// there and have no length, if its maker is slow, or dead: do not wait
// for him. It may be longer than a counter: what is in it stays. If a
// call fails, say which, and exit with 1.

#include "object.h"
#include <stdatomic.h>
#include <stdbool.h>

// To do: open the object of that name; make it if it is not there.
// To do: give it a length, if it has none.

int main(int argc, char *argv[])
{
    if (argc != 3)
        usage("exercise NAME N");
    unsigned long n = strtoul(argv[2], NULL, 10);
    // To do: map it, add 1 to the counter n times, and print it.
    bool is_mine = false;
    say("to do: %s %s, and add %lu", is_mine ? "made" : "find",
        argv[1], n);
    return 0;
}
