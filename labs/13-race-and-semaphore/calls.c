// calls: what each of the three costs, with the kernel as witness.
//
// Teaches: an atomic addition makes no system call, a POSIX semaphore
//          only if it must wait, a System V semaphore one each time.
// Calls:   sem_wait, semop
// Run:     make lab-13
// See:     `no system call`, and the two that name one.

#include "witness.h"
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/sem.h>

enum { TIMES = 1000 };

static struct shared {
    atomic_int counter;
    sem_t free, taken;
} *shared;

static void add(void)
{
    for (int i = 0; i < TIMES; i++)
        atomic_fetch_add(&shared->counter, 1);
}

static void take_free(void)
{
    // A POSIX semaphore is a number in our own memory. If it is not 0,
    // an atomic instruction takes 1 from it, and that is all.
    // *Cost:* no system call; one or more if it has to sleep.
    // *Fails:* -1. `EINTR`: a signal came while it slept.
    for (int i = 0; i < TIMES; i++)
        if (sem_wait(&shared->free) == -1 ||
            sem_post(&shared->free) == -1)
            die("sem_wait, sem_post");
}

// Here is a 0, and only the kernel can put a process to sleep.
static void take_taken(void)
{
    if (sem_wait(&shared->taken) == -1)
        die("sem_wait");
}

static void take_system_v(void)
{
    // A System V semaphore is in the kernel, and semop is the call that
    // goes there. There is no set -1, but the witness is asked first.
    // *Cost:* one call to take, one to give, whether it is free or not.
    // *Fails:* -1. `EINVAL`: no such set. `EIDRM`: it was removed.
    struct sembuf one = {.sem_op = -1};
    if (semop(-1, &one, 1) == -1)
        die("semop");
}

// libc may use either of them for semop.
static bool is_semop(int call)
{
    return call == SYS_semop || call == SYS_semtimedop;
}

int main(void)
{
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("mmap");
    if (sem_init(&shared->free, 1, 1) == -1 ||
        sem_init(&shared->taken, 1, 0) == -1)
        die("sem_init");

    // Once without the witness: the dynamic linker looks a function up
    // at its first use, and that is not to count.
    add();
    take_free();

    int call = first_call_of(add);
    say("atomic:   add 1, %d times: %s", TIMES,
        call == NO_CALL ? "no system call" : "a system call");
    CHECK(call == NO_CALL && shared->counter == 2 * TIMES,
          "an atomic addition makes no system call");

    call = first_call_of(take_free);
    say("POSIX:    take and give, %d times: %s", TIMES,
        call == NO_CALL ? "no system call" : "a system call");
    CHECK(call == NO_CALL, "nor does a POSIX semaphore that is free");

    call = first_call_of(take_taken);
    say("POSIX:    take it from another: %s",
        call == SYS_futex ? "futex" : "not futex");
    CHECK(call == SYS_futex, "to wait, it has to ask the kernel");

    call = first_call_of(take_system_v);
    say("System V: take: %s", is_semop(call) ? "semop" : "not semop");
    CHECK(is_semop(call), "semop asks it each time: it is a call");
    if (munmap(shared, sizeof *shared) == -1)
        die("munmap");
    return 0;
}
