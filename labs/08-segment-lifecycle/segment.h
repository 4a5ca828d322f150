// segment.h: make a segment with a key, and leave none behind.
//
// The programs of this lab use no IPC_PRIVATE: a run that is killed
// between shmget and IPC_RMID leaves its segment, and without a key the
// next run could not find it. Their keys are made from the program's
// own file (ftok).

#ifndef SEGMENT_H
#define SEGMENT_H

#include "tidy.h"
#include <stdbool.h>
#include <sys/shm.h>

static int segment = -1;

static inline void remove_segment(void)
{
    if (segment != -1)
        shmctl(segment, IPC_RMID, NULL);
}

// The kernel knows no segment with this id (any more).
static inline bool is_gone(int id)
{
    struct shmid_ds record;
    if (shmctl(id, IPC_STAT, &record) == 0)
        return false;
    if (errno != EINVAL)
        die("shmctl");
    return true;
}

// If nobody has it attached and its maker is gone, a killed run left
// it: remove it. We may look only at what is ours, or readable. A maker
// in another container, whose pids we do not see, has the pid 0 for us,
// and kill finds our own process group: so it counts as alive.
static inline bool remove_leftover(key_t key)
{
    struct shmid_ds seen;
    int id = shmget(key, 0, 0);
    if (id == -1 || shmctl(id, IPC_STAT, &seen) == -1)
        return false;
    if (seen.shm_nattch > 0 || kill(seen.shm_cpid, 0) == 0 ||
        errno != ESRCH || shmctl(id, IPC_RMID, NULL) == -1)
        return false;
    note("a killed run left segment %d: removed", id);
    return true;
}

// Sets `segment` to a new one, of all zeros, that goes at the end of
// this program, and returns its key.
static inline key_t create_segment(size_t size)
{
    at_end(remove_segment);
    for (int project = 1; project < 256; project++) {
        key_t key = ftok("/proc/self/exe", project);
        if (key == -1)
            die("ftok");

        // `IPC_EXCL`: without it a second run would get this one's
        // segment, and each would remove it under the other.
        // *Cost:* one call: a record, and no page yet.
        // *Fails:* -1. `EEXIST`: the key is in use. `EINVAL`: size 0,
        // or over kernel.shmmax. `ENOSPC`: no more segments.
        hold_signals();
        segment = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);
        release_signals();
        if (segment != -1)
            return key;
        if (errno != EEXIST)
            die("shmget");
        if (remove_leftover(key))
            project--;
    }
    fail("all 255 keys of this program are in use; see ipcs -m");
}

#endif
