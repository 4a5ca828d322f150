// exercise: a small `ipcs -m`, which removes what is stale.
//
// Run: exercise [-r]
//
// Print a line for each segment there is, in the order of the kernel's
// table, as `ipcs -m` does: key, shmid, owner (a number), mode (three
// octal digits or fewer), size, nattch, and `dest` if it is removed and
// still attached. An index into that table is no shmid, and the table
// has holes.
//
//     0x0001e240 98305 1000 640 400 0
//     0x00000000 65538 1000 600 25600 1 dest
//     0x00003039 131075 65534 0 1 0
//
// With -r, remove then what is stale: the segments whose owner you are
// (geteuid), and only those, with nattch 0. Say which:
//
//     removed 98305
//
// You may see segments, and own some, that you may not read. One that
// goes while you look is no error; any other failure ends it with 1.

#include "lab.h"
#include <stdbool.h>
#include <sys/shm.h>

// To do: print the line of the segment with this id.
static void print(int id, const struct shmid_ds *record)
{
    say("to do: segment %d, size %zu", id, record->shm_segsz);
}

int main(int argc, char *argv[])
{
    bool removes = argc == 2 && strcmp(argv[1], "-r") == 0;
    if (argc > 1 && !removes)
        usage("exercise [-r]");
    // To do: SHM_INFO gives the last index of the kernel's table.
    // Look at each index up to it; then, for -r, remove what is stale.
    struct shmid_ds record = {.shm_segsz = 0};
    print(-1, &record);
    if (removes)
        say("to do: remove what is stale");
    return 0;
}
