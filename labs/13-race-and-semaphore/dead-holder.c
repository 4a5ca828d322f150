// dead-holder: killed with the semaphore taken and the work half done.
//
// Teaches: a semaphore does not know who has it, so nobody gives it
//          back. With SEM_UNDO the kernel does, and mends nothing else.
// Calls:   semctl, semop
// Run:     make lab-13
// See:     the semaphore is 0, then 1; and 30 of 100 are missing.

#include "guard.h"
#include <sys/mman.h>

// `volatile`: each load and store is made, as in lost-update.
struct accounts {
    volatile int from, to;
};

// Take the semaphore if it is free.
static int take(int set, short undo)
{
    // `SEM_UNDO`: the kernel sums up what this process has done to the
    // semaphore, and takes it back when the process ends, in any way.
    // Who takes so also has to give so: only then the sum is 0.
    // *Cost:* one call; the first one also makes the list of sums.
    // *Fails:* -1. `EAGAIN`: not free. `ENOMEM`: no room for the list.
    struct sembuf one = {.sem_op = -1,
                         .sem_flg = (short)(IPC_NOWAIT | undo)};
    return semop(set, &one, 1);
}

// Move 30 from one account to the other, and get half way.
static void be_the_holder(int set, short undo, struct accounts *bank)
{
    if (take(set, undo) == -1)
        die("semop");
    bank->from = bank->from - 30;
    if (raise(SIGKILL) != 0)
        die("raise");
    bank->to = bank->to + 30;
    _exit(1);
}

// Returns the number that is in the semaphore when the holder is gone.
static int lose_a_holder(int set, short undo, struct accounts *bank)
{
    bank->from = 100;
    bank->to = 0;
    union semun { int val; } one = {.val = 1};
    if (semctl(set, 0, SETVAL, one) == -1)
        die("semctl");
    pid_t holder = fork();
    if (holder == -1)
        die("fork");
    if (holder == 0)
        be_the_holder(set, undo, bank);
    int status;
    if (waitpid(holder, &status, 0) == -1)
        die("waitpid");
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        fail("dead-holder: the holder failed (status %d)", status);

    // `GETVAL`: the number. `GETPID`: which process changed it last.
    // The kernel has nothing to tell who has taken it.
    // *Cost:* one call.
    // *Fails:* -1. `EINVAL`: no such set. `EACCES`: its mode forbids.
    int number = semctl(set, 0, GETVAL);
    if (number == -1)
        die("semctl");
    say("%s pid=%d took it, and was killed: the semaphore is %d",
        undo ? "SEM_UNDO:" : "plain:   ", holder, number);
    return number;
}

int main(void)
{
    struct accounts *bank = mmap(NULL, sizeof *bank,
                                 PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (bank == MAP_FAILED)
        die("mmap");
    int set = semget(guard(), 1, IPC_CREAT | IPC_EXCL | 0600);
    if (set == -1)
        die("semget");
    say("the set is semid=%d", set);

    int number = lose_a_holder(set, 0, bank);
    CHECK(number == 0 && take(set, 0) == -1 && errno == EAGAIN,
          "no process has it, and no process can take it: EAGAIN");

    number = lose_a_holder(set, SEM_UNDO, bank);
    CHECK(number == 1 && take(set, SEM_UNDO) == 0,
          "the kernel gave it back");
    say("SEM_UNDO: the accounts are %d and %d", bank->from, bank->to);
    CHECK(bank->from + bank->to == 70, "and mended nothing else");

    if (semctl(set, 0, IPC_RMID) == -1)
        die("semctl");
    if (munmap(bank, sizeof *bank) == -1)
        die("munmap");
    return 0;
}
