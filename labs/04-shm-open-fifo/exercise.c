// exercise: a consumer: each item once, in order, and then the end.
//
// Run: exercise NAME, while a producer of that NAME runs
//
// The producer puts an item into the object, writes one byte into the
// FIFO `full`, and waits. Print the item, and then write one byte into
// the FIFO `empty`: from then on the next item may stand in its place.
// When the producer closes `full`, print how many there were:
//
//     item 1: one
//     item 2: two
//     end of file after 2 items
//
// Use no processor while you wait. You may only read the object, and
// its text may have no NUL. The sequence counts from 1: if an item is
// missing, do not print the next one but say on standard error which,
// and exit with 1. If there is no object (ENOENT), or the producer is
// gone before it heard you (EPIPE), say so there and exit with 1, too.
//
// choose_names(NAME) in names.h sets `object`, `full` and `empty`. Open
// them in this order, as the producer does.

#include "names.h"

struct slot {
    unsigned sequence;
    char text[32];
};

// To do: map the object, to read; wait for a byte, or for the end.

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise NAME");
    choose_names(argv[1]);
    // To do: open the object and both FIFOs, then item after item.
    say("to do: a consumer of %s", object);
    return 0;
}
