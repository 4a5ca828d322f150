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

// BEGIN SOLUTION
// Sets `is_mine` if nobody had made it before.
static int open_object(const char *name, bool *is_mine)
{
    int file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    *is_mine = file != -1;
    if (file == -1 && errno == EEXIST)
        file = shm_open(name, O_RDWR, 0);
    if (file == -1)
        die("shm_open");
    return file;
}

// At least that long: what is longer is not cut, and whoever comes
// second changes nothing. So it needs no check, and all may do it.
static void give_length(int file)
{
    errno = posix_fallocate(file, 0, sizeof(unsigned long));
    if (errno != 0)
        die("posix_fallocate");
}
// STARTER
//| // To do: open the object of that name; make it if it is not there.
//| // To do: give it a length, if it has none.
// END SOLUTION

int main(int argc, char *argv[])
{
    if (argc != 3)
        usage("exercise NAME N");
    unsigned long n = strtoul(argv[2], NULL, 10);
    // BEGIN SOLUTION
    bool is_mine;
    int file = open_object(argv[1], &is_mine);
    give_length(file);
    atomic_ulong *counter = mmap(NULL, sizeof *counter,
                                 PROT_READ | PROT_WRITE, MAP_SHARED,
                                 file, 0);
    if (counter == MAP_FAILED)
        die("mmap");
    unsigned long seen = atomic_load(counter);
    for (unsigned long i = 0; i < n; i++)
        seen = atomic_fetch_add(counter, 1) + 1;
    say("%s %lu", is_mine ? "made" : "found", seen);
    // STARTER
    //| // To do: map it, add 1 to the counter n times, and print it.
    //| bool is_mine = false;
    //| say("to do: %s %s, and add %lu", is_mine ? "made" : "find",
    //|     argv[1], n);
    // END SOLUTION
    return 0;
}
