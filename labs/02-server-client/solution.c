// exercise: a client that answers the server's question.
//
// Run: exercise KEY, while a server that asks runs
//
// The segment under KEY holds a question, which may fill it to its last
// byte with no NUL behind. You may only read it: print the question.
// Under KEY + 1 make the segment for the answer: of the same size, mode
// 0600. Write the question into it in capital letters, then detach it:
// as soon as nobody is attached, the server reads it. Sleep until the
// server sends SIGUSR1 to the process that made it. A reply now stands
// in place of the question: print it, and remove your segment.
//
//     question: who are you
//     answer: at key 0x0000002b
//     reply: a client
//
// If no segment has KEY (ENOENT), or one has KEY + 1 already (EEXIST),
// say so on standard error and exit with 1. What is not yours, stays.

#include "tidy.h"
#include <ctype.h>
#include <sys/shm.h>

// BEGIN SOLUTION
static int answer = -1;

static void remove_answer(void)
{
    if (answer != -1)
        shmctl(answer, IPC_RMID, NULL);
}

// Make the segment under this key, and leave the answer in it.
static void write_answer(key_t key, const char *question, size_t size)
{
    at_end(remove_answer);
    hold_signals();
    answer = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);
    release_signals();
    if (answer == -1)
        die("shmget");
    char *capitals = shmat(answer, NULL, 0);
    if (capitals == (void *)-1)
        die("shmat");
    for (size_t i = 0; i < size; i++)
        capitals[i] = (char)toupper((unsigned char)question[i]);
    if (shmdt(capitals) == -1)
        die("shmdt");
}
// STARTER
//| // To do: make the segment for the answer, fill it, and detach it.
// END SOLUTION

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise KEY");
    key_t key = (key_t)strtoul(argv[1], NULL, 0);
    // BEGIN SOLUTION
    // Before the server can find our segment: from then on it may send.
    sigset_t told;
    sigemptyset(&told);
    sigaddset(&told, SIGUSR1);
    if (sigprocmask(SIG_BLOCK, &told, NULL) == -1)
        die("sigprocmask");
    int segment = shmget(key, 0, 0);
    if (segment == -1)
        die("shmget");
    const char *question = shmat(segment, NULL, SHM_RDONLY);
    if (question == (void *)-1)
        die("shmat");
    struct shmid_ds record;
    if (shmctl(segment, IPC_STAT, &record) == -1)
        die("shmctl");
    int size = (int)record.shm_segsz;
    say("question: %.*s", size, question);
    write_answer(key + 1, question, record.shm_segsz);
    say("answer: at key %#010x", (unsigned)key + 1);
    int sig;
    errno = sigwait(&told, &sig);
    if (errno != 0)
        die("sigwait");
    say("reply: %.*s", size, question);
    // STARTER
    //| // To do: find the segment under key, attach it to read, print
    //| // the question, answer it, sleep, and print the reply.
    //| say("to do: a client of the segment under key %#x",
    //|     (unsigned)key);
    // END SOLUTION
    return 0;
}
