// exercise: a bank whose clerks may be killed at any moment.
//
// Run: exercise KEY FILE...
//
// The bank is there: a segment with that KEY, which begins with ten
// balances; the rest of its 4096 bytes is zeros, and yours. And a set
// of one semaphore with the same KEY, which is 1 when the bank is free.
// For each FILE a child makes the transfers in it, one after the other:
// `3 7 50` moves 50 from account 3 to account 7. A child that is killed
// is replaced at once, and the new one goes on with the FILE. However
// often that happens, each transfer is made once, and all of it: who
// takes the semaphore first ends what a dead child has begun. When all
// files are done, the parent, which opens none of them, prints:
//
//     account 0: 4711
//     ...
//     account 9: 1234
//
// If a child fails by itself, it is not replaced: nothing is printed,
// and the program exits with 1. Remove nothing: the bank stays.

#include "lab.h"
#include <signal.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>

enum { ACCOUNTS = 10, FILES = 16 };

// `volatile`: each store is made, and in the order that stands here.
struct bank {
    volatile long balance[ACCOUNTS];
    // To do: what is to be known when a child is gone?
};

// To do: the child. How does it begin a transfer, and who ends it?

int main(int argc, char *argv[])
{
    if (argc < 3 || argc - 2 > FILES)
        usage("exercise KEY FILE... (at most %d)", FILES);
    key_t key = (key_t)strtol(argv[1], NULL, 0);
    int segment = shmget(key, sizeof(struct bank), 0);
    if (segment == -1)
        die("shmget");
    // To do: find the set, attach the segment, start a child for
    // each file, wait for them, and replace those that are killed.
    for (int i = 2; i < argc; i++)
        say("to do: a child for %s", argv[i]);
    return 0;
}
