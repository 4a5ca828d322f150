// exercise: a bank whose clerks may be killed at any moment.
//
// Run: exercise KEY FILE...
//
// The bank is there: a segment with that KEY, which begins with ten
// balances; the rest of its 4096 bytes is zeros, and yours. And a set
// of one semaphore with the same KEY, which is 1 when the bank is free.
// For each FILE a child makes the transfers in it, one after the other:
// `3 7 50` moves 50 from account 3 to account 7. A child that is killed
// is replaced at once, and the new one goes on with the FILE. However
// often that happens, each transfer is made once, and all of it: who
// takes the semaphore first ends what a dead child has begun. When all
// files are done, the parent, which opens none of them, prints:
//
//     account 0: 4711
//     ...
//     account 9: 1234
//
// If a child fails by itself, it is not replaced: nothing is printed,
// and the program exits with 1. Remove nothing: the bank stays.

#include "lab.h"
#include <signal.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>

enum { ACCOUNTS = 10, FILES = 16 };

// `volatile`: each store is made, and in the order that stands here.
struct bank {
    volatile long balance[ACCOUNTS];
    // BEGIN SOLUTION
    volatile long done[FILES]; // so many transfers of each file
    struct {
        volatile long begun, from, to, from_new, to_new, file, done;
    } note;
    // STARTER
    //| // To do: what is to be known when a child is gone?
    // END SOLUTION
};

// BEGIN SOLUTION
static void add(int set, short number)
{
    struct sembuf one = {.sem_op = number, .sem_flg = SEM_UNDO};
    while (semop(set, &one, 1) == -1)
        if (errno != EINTR) // Ctrl-Z and `fg` while it slept
            die("semop");
}

// Only stores of what is noted: to do it twice does no harm.
static void end_what_was_begun(struct bank *bank)
{
    if (!bank->note.begun)
        return;
    bank->balance[bank->note.from] = bank->note.from_new;
    bank->balance[bank->note.to] = bank->note.to_new;
    bank->done[bank->note.file] = bank->note.done;
    bank->note.begun = 0;
}

static void transfer(struct bank *bank, int from, int to, long amount)
{
    bank->note.from = from;
    bank->note.to = to;
    bank->note.from_new = bank->balance[from] - amount;
    bank->note.to_new = bank->balance[to] + amount;
    bank->note.begun = 1;
    end_what_was_begun(bank);
}

static void be_a_child(struct bank *bank, int set, int i, char *path)
{
    int from, to;
    long amount, number = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        fail("exercise: fopen %s: %s", path, strerror(errno));
    while (fscanf(file, "%d %d %ld", &from, &to, &amount) == 3) {
        if (from < 0 || from >= ACCOUNTS || to < 0 || to >= ACCOUNTS)
            fail("exercise: %s: no account %d or %d", path, from, to);
        add(set, -1);
        end_what_was_begun(bank);
        if (bank->done[i] == number++) {
            bank->note.file = i;
            bank->note.done = number;
            transfer(bank, from, to, from == to ? 0 : amount);
        }
        add(set, 1);
    }
    fclose(file);
    exit(0);
}

static pid_t start(struct bank *bank, int set, int i, char *path)
{
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_a_child(bank, set, i, path);
    return child;
}
// STARTER
//| // To do: the child. How does it begin a transfer, and who ends it?
// END SOLUTION

int main(int argc, char *argv[])
{
    if (argc < 3 || argc - 2 > FILES)
        usage("exercise KEY FILE... (at most %d)", FILES);
    key_t key = (key_t)strtol(argv[1], NULL, 0);
    int segment = shmget(key, sizeof(struct bank), 0);
    if (segment == -1)
        die("shmget");
    // BEGIN SOLUTION
    int set = semget(key, 1, 0);
    if (set == -1)
        die("semget");
    struct bank *bank = shmat(segment, NULL, 0);
    if (bank == (void *)-1)
        die("shmat");
    pid_t child[FILES];
    int running = argc - 2, failed = 0, status;
    for (int i = 0; i < running; i++)
        child[i] = start(bank, set, i, argv[i + 2]);
    while (running > 0) {
        pid_t ended = wait(&status);
        if (ended == -1)
            die("wait");
        int i = 0;
        while (child[i] != ended)
            i++;
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
            child[i] = start(bank, set, i, argv[i + 2]);
        } else {
            running--;
            failed += status != 0;
        }
    }
    if (failed > 0)
        fail("exercise: %d of the children failed", failed);
    for (int i = 0; i < ACCOUNTS; i++)
        say("account %d: %ld", i, bank->balance[i]);
    // STARTER
    //| // To do: find the set, attach the segment, start a child for
    //| // each file, wait for them, and replace those that are killed.
    //| for (int i = 2; i < argc; i++)
    //|     say("to do: a child for %s", argv[i]);
    // END SOLUTION
    return 0;
}
