// guard.h: a semaphore set that does not outlive its program.
//
//     key_t key = guard();
//     int set = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);
//
// A process that is killed removes nothing, and nobody removes a set
// for it. So guard() forks, and it is the child that goes on with the
// program. The parent does nothing but wait for the child's end, in
// any way, and then removes the set that has the key, if there is one.

#ifndef GUARD_H
#define GUARD_H

#include "tidy.h"
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/wait.h>

static pid_t guarded;

static inline void pass_on(int sig)
{
    kill(guarded, sig);
}

// A signal that asks to end is for the program; the guard ends after
// it, and as it did: with its exit status, or by its signal.
static inline void be_the_guard(key_t key)
{
    for (int i = 0; i < TIDY_SIGNALS; i++)
        if (signal(tidy_signals[i], pass_on) == SIG_ERR)
            die("signal");
    release_signals();
    int status;
    if (waitpid(guarded, &status, 0) == -1)
        die("waitpid");
    int set = semget(key, 0, 0);
    if (set != -1)
        semctl(set, 0, IPC_RMID);
    if (WIFEXITED(status))
        _exit(WEXITSTATUS(status));
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    _exit(1);
}

// A key that nobody else has: both know it before there is a set. If
// the set were IPC_PRIVATE, a program that is killed inside semget
// could not tell its id any more.
static inline key_t guard(void)
{
    key_t key;
    if (getrandom(&key, sizeof key, 0) == -1)
        die("getrandom");
    key |= 1; // 0 is IPC_PRIVATE

    hold_signals(); // until the guard can pass them on
    guarded = fork();
    if (guarded == -1)
        die("fork");
    if (guarded != 0)
        be_the_guard(key);
    release_signals();
    return key;
}

#endif
