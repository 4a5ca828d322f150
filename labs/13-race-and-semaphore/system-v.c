// system-v: the same with a semaphore that the kernel keeps.
//
// Teaches: a System V semaphore keeps the other process out as a POSIX
//          one does. It is no memory of ours: each touch is a call.
// Calls:   semget, semctl, semop
// Run:     make lab-13
// See:     `make step-13`, and `ipcs -s` in a second terminal.

#include "guard.h"
#include "turns.h"
#include <sys/mman.h>

static int make_set(key_t key)
{
    // A set of semaphores, here of one. No process owns it: it stays
    // until it is removed, or the machine goes down. That is why there
    // is a guard.
    // *Cost:* one call.
    // *Fails:* -1. `EEXIST`: the key is in use. `ENOSPC`: no more sets
    // (`ipcs -s` shows whose they are).
    int set = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);
    if (set == -1)
        die("semget");
    say("parent makes the set semid=%d", set);

    // POSIX promises nothing about the numbers in a new set, so set
    // ours. Each program has to declare the union itself (semctl(2)).
    // *Cost:* one call.
    // *Fails:* -1. `EINVAL`: no such set. `ERANGE`: over 32767.
    union semun { int val; } one = {.val = 1};
    if (semctl(set, 0, SETVAL, one) == -1)
        die("semctl");
    return set;
}

static int add(int set, short number, short flags)
{
    // Add to semaphore 0 of the set. If that would make it negative:
    // sleep until it does not, or with IPC_NOWAIT fail. A call can do
    // this to several semaphores of a set: to all, or to none.
    // *Cost:* one call, even if nobody else wants it.
    // *Fails:* -1. `EAGAIN`: IPC_NOWAIT. `EIDRM`: the set was removed.
    struct sembuf one = {.sem_op = number, .sem_flg = flags};
    return semop(set, &one, 1);
}

// Its turn comes when the parent has loaded.
static void be_the_child(int set, volatile int *counter)
{
    wait_turn();
    if (add(set, -1, IPC_NOWAIT) == 0)
        fail("system-v: the child took what the parent has");
    if (errno != EAGAIN)
        die("semop");
    say("child  is kept out: EAGAIN");
    pass_turn();
    wait_turn();
    if (add(set, -1, 0) == -1)
        die("semop");
    int number = *counter;
    say("child  takes it, and loads %d", number);
    *counter = number + 1;
    say("child  stores %d, and gives it", *counter);
    if (add(set, 1, 0) == -1)
        die("semop");
    _exit(0);
}

// What was forced in lost-update, with a semaphore around it.
static void hand_over(int set, volatile int *counter)
{
    if (add(set, -1, 0) == -1)
        die("semop");
    int number = *counter;
    say("parent takes it, and loads %d", number);
    pass_turn();
    wait_turn();
    *counter = number + 1;
    say("parent stores %d, and gives it", *counter);
    if (add(set, 1, 0) == -1)
        die("semop");
    pass_turn();
}

int main(void)
{
    // `volatile`: each load and store is made, as in lost-update.
    volatile int *counter = mmap(NULL, sizeof *counter,
                                 PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counter == MAP_FAILED)
        die("mmap");
    int set = make_set(guard());
    open_turns();
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(set, counter);
    hand_over(set, counter);
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("system-v: the child failed (wait status %d)", status);
    CHECK(*counter == 2, "with a semaphore, 1 and 1 are 2");

    // Unlike a segment a set goes at once, under those who use it. They
    // get `EIDRM` if they sleep in semop, and otherwise `EINVAL`.
    if (semctl(set, 0, IPC_RMID) == -1)
        die("semctl");
    CHECK(add(set, -1, 0) == -1 && errno == EINVAL,
          "once removed, the set is gone: EINVAL");
    if (munmap((void *)counter, sizeof *counter) == -1)
        die("munmap");
    return 0;
}
