// exercise: each child adds up a file, and the sums meet in a segment.
//
// Run: exercise FILE...
//
// Child i opens the i-th FILE, which holds numbers, and adds them up
// into slot i of one segment; no child touches another's slot. The
// parent opens none of them. It prints each slot, then the total:
//
//     slot 0: 17
//     slot 1: 4
//     total: 21
//
// If a child fails it prints no slot and no total, and exits with 1.

#include "lab.h"
#include <sys/shm.h>
#include <sys/wait.h>

// To do: open path, and add its numbers to *slot.

int main(int argc, char *argv[])
{
    if (argc < 2)
        usage("exercise FILE...");
    int slots = argc - 1;
    // To do: make a segment with a slot for each file, start a child
    // for each, wait for all of them, and print what they found.
    for (int i = 0; i < slots; i++)
        say("to do: a child for %s", argv[i + 1]);
    return 0;
}
