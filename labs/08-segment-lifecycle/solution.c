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

// BEGIN SOLUTION
static void print(int id, const struct shmid_ds *record)
{
    say("0x%08x %d %u %o %zu %lu%s", (unsigned)record->shm_perm.__key,
        id, record->shm_perm.uid, record->shm_perm.mode & 0777,
        record->shm_segsz, (unsigned long)record->shm_nattch,
        record->shm_perm.mode & SHM_DEST ? " dest" : "");
}

// The shmid of what is at that index, or -1: nothing is there.
static int look(int index, struct shmid_ds *record)
{
    int id = shmctl(index, SHM_STAT_ANY, record);
    if (id == -1 && errno != EINVAL && errno != EIDRM)
        die("shmctl");
    return id;
}

static void remove_stale(int id)
{
    if (shmctl(id, IPC_RMID, NULL) == 0)
        say("removed %d", id);
    else if (errno != EINVAL && errno != EIDRM)
        die("shmctl");
}
// STARTER
//| // To do: print the line of the segment with this id.
//| static void print(int id, const struct shmid_ds *record)
//| {
//|     say("to do: segment %d, size %zu", id, record->shm_segsz);
//| }
// END SOLUTION

int main(int argc, char *argv[])
{
    bool removes = argc == 2 && strcmp(argv[1], "-r") == 0;
    if (argc > 1 && !removes)
        usage("exercise [-r]");
    // BEGIN SOLUTION
    struct shm_info info;
    struct shmid_ds record;
    int id, last = shmctl(0, SHM_INFO, (struct shmid_ds *)&info);
    if (last == -1)
        die("shmctl");
    for (int i = 0; i <= last; i++)
        if ((id = look(i, &record)) != -1)
            print(id, &record);
    for (int i = 0; removes && i <= last; i++)
        if ((id = look(i, &record)) != -1 && record.shm_nattch == 0 &&
            record.shm_perm.uid == geteuid())
            remove_stale(id);
    // STARTER
    //| // To do: SHM_INFO gives the last index of the kernel's table.
    //| // Look at each index up to it; then, for -r, remove what is stale.
    //| struct shmid_ds record = {.shm_segsz = 0};
    //| print(-1, &record);
    //| if (removes)
    //|     say("to do: remove what is stale");
    // END SOLUTION
    return 0;
}
