// exact: the update that was lost, and two ways not to lose it.
//
// Teaches: behind a semaphore the load and the store cannot be torn
//          apart, even if we try. An atomic addition is one step.
// Calls:   sem_init, sem_wait, sem_trywait, sem_post, sem_destroy,
//          atomic_fetch_add
// Run:     make lab-13
// See:     `is kept out`: in lost-update the child loaded a 0 here.

#include "turns.h"
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { STORM = 100000 };

// `volatile`: each load and store is made, as in lost-update.
struct shared {
    sem_t free;
    volatile int counter;
    atomic_int atomic;
};

static void storm(struct shared *shared)
{
    // Load, addition and store are one step, for all processors: other
    // loads and stores come before it or after it.
    // *Cost:* no system call; a few instructions, or a single one.
    // *Fails:* never.
    for (int i = 0; i < STORM; i++)
        atomic_fetch_add(&shared->atomic, 1);
}

static void child_adds(struct shared *shared)
{
    int number = shared->counter;
    say("POSIX:  child  takes it, and loads %d", number);
    shared->counter = number + 1;
    say("POSIX:  child  stores %d, and gives it", shared->counter);

    // Add 1, and wake a process that sleeps. Nobody asks whether the
    // giver was the taker: a semaphore has no owner.
    // *Cost:* no system call if nobody sleeps; otherwise futex(2).
    // *Fails:* -1. `EOVERFLOW`: it would pass SEM_VALUE_MAX.
    if (sem_post(&shared->free) == -1)
        die("sem_post");
}

// Its turn comes when the parent has loaded.
static void be_the_child(struct shared *shared)
{
    wait_turn();

    // Take it if it is free, and do not wait.
    // *Cost:* no system call.
    // *Fails:* -1. `EAGAIN`: it is not free.
    bool taken = sem_trywait(&shared->free) == 0;
    if (!taken && errno != EAGAIN)
        die("sem_trywait");
    if (taken)
        child_adds(shared);
    else
        say("POSIX:  child  is kept out: EAGAIN");
    pass_turn();
    wait_turn();

    // Make 0 of a 1, or sleep until there is one. Here there is: the
    // parent has given it, and then passed the turn.
    // *Cost:* no system call if it is free; otherwise futex(2).
    // *Fails:* -1. `EINTR`: a signal came while it slept.
    if (!taken && sem_wait(&shared->free) == -1)
        die("sem_wait");
    if (!taken)
        child_adds(shared);
    storm(shared);
    _exit(0);
}

// What was forced in lost-update, with a semaphore around it.
static void hand_over(struct shared *shared)
{
    if (sem_wait(&shared->free) == -1)
        die("sem_wait");
    int number = shared->counter;
    say("POSIX:  parent takes it, and loads %d", number);
    pass_turn();
    wait_turn();
    shared->counter = number + 1;
    say("POSIX:  parent stores %d, and gives it", shared->counter);
    if (sem_post(&shared->free) == -1)
        die("sem_post");
    pass_turn();
}

int main(void)
{
    struct shared *shared = mmap(NULL, sizeof *shared,
                                 PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("mmap");

    // A POSIX semaphore is a number in memory: how many may still
    // enter, here the second 1. The first 1: processes share it. With 0
    // there all goes well until one has to sleep: nobody wakes it.
    // *Cost:* no system call: it stores into the semaphore.
    // *Fails:* -1. `EINVAL`: the number is over SEM_VALUE_MAX.
    if (sem_init(&shared->free, 1, 1) == -1)
        die("sem_init");

    open_turns();
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(shared);
    hand_over(shared);
    storm(shared);
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("exact: the child failed (wait status %d)", status);
    CHECK(shared->counter == 2, "with a semaphore, 1 and 1 are 2");

    say("atomic: each adds 1, %d times: %d", STORM, shared->atomic);
    CHECK(shared->atomic == 2 * STORM, "an atomic addition loses none");

    // Nothing waits on it any more, and its memory may be used anew.
    // *Cost:* no system call.
    // *Fails:* -1. `EINVAL`: no semaphore. libc does not look.
    if (sem_destroy(&shared->free) == -1)
        die("sem_destroy");
    if (munmap(shared, sizeof *shared) == -1)
        die("munmap");
    return 0;
}
