// sysv.h: the System V way: shmget, shmat, shmdt, shmctl.
//
// The name is a number, and anybody may use any number: so we take the
// first that is free. Who made segment N owns all names with N in them,
// also those in files.h: this one is made first, and goes last.

#ifndef SYSV_H
#define SYSV_H

#include "tidy.h"
#include <stdbool.h>
#include <sys/shm.h>

static int number, segment = -1;
static key_t key;

// Whose maker is gone, and what nobody has attached, was left by a run
// that was killed.
static bool remove_leftover(void)
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

// One call: the name, the size and the mode. No memory yet.
static void create_segment(size_t size, mode_t mode)
{
    for (number = 1; number < 256; number++) {
        key = 0x6d6c0a00 + number;
        hold_signals();
        segment = shmget(key, size, IPC_CREAT | IPC_EXCL | (int)mode);
        release_signals();
        if (segment != -1)
            return;
        if (errno != EEXIST)
            die("shmget");
        if (remove_leftover())
            number--;
    }
    fail("all 255 keys of this lab are in use; see them with ipcs -m");
}

// The name is looked up once; the segment is attached by its id.
static void *attach_segment(size_t size)
{
    int id = shmget(key, size, 0);
    if (id == -1)
        die("shmget");
    void *memory = shmat(id, NULL, 0);
    if (memory == (void *)-1)
        die("shmat");
    return memory;
}

// No size: the kernel knows it.
static void detach_segment(void *memory, size_t size)
{
    (void)size;
    if (shmdt(memory) == -1)
        die("shmdt");
}

// Is kernel.shm_rmid_forced set to 1? Then a segment goes with its last
// user, as if IPC_RMID had been called.
static inline bool goes_with_last_user(void)
{
    char digit = '0';
    int file = open("/proc/sys/kernel/shm_rmid_forced", O_RDONLY);
    if (file == -1 || read(file, &digit, 1) == -1 || close(file) == -1)
        die("read /proc/sys/kernel/shm_rmid_forced");
    return digit == '1';
}

static void take_key(void)
{
    if (shmctl(segment, IPC_RMID, NULL) == -1)
        die("shmctl");
    segment = -1;
}

#endif
