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

// BEGIN SOLUTION
static void add_up(const char *path, long *slot)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        fail("exercise: fopen %s: %s", path, strerror(errno));
    long number;
    while (fscanf(file, "%ld", &number) == 1)
        *slot += number;
    if (ferror(file))
        fail("exercise: read %s: %s", path, strerror(errno));
    fclose(file);
    exit(0);
}
// STARTER
//| // To do: open path, and add its numbers to *slot.
// END SOLUTION

int main(int argc, char *argv[])
{
    if (argc < 2)
        usage("exercise FILE...");
    int slots = argc - 1;
    // BEGIN SOLUTION
    int segment = shmget(IPC_PRIVATE, (size_t)slots * sizeof(long),
                         IPC_CREAT | 0600);
    if (segment == -1)
        die("shmget");
    long *sums = shmat(segment, NULL, 0);
    int error = errno;
    if (shmctl(segment, IPC_RMID, NULL) == -1)
        die("shmctl");
    errno = error;
    if (sums == (void *)-1)
        die("shmat");
    for (int i = 0; i < slots; i++) {
        pid_t child = fork();
        if (child == -1)
            die("fork");
        if (child == 0)
            add_up(argv[i + 1], &sums[i]);
    }
    int status, failed = 0;
    for (int i = 0; i < slots; i++) {
        if (wait(&status) == -1)
            die("wait");
        failed += status != 0;
    }
    if (failed > 0)
        fail("exercise: %d of the children failed", failed);
    long total = 0;
    for (int i = 0; i < slots; i++) {
        say("slot %d: %ld", i, sums[i]);
        total += sums[i];
    }
    say("total: %ld", total);
    // STARTER
    //| // To do: make a segment with a slot for each file, start a child
    //| // for each, wait for all of them, and print what they found.
    //| for (int i = 0; i < slots; i++)
    //|     say("to do: a child for %s", argv[i + 1]);
    // END SOLUTION
    return 0;
}
