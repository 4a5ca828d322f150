// witness.h: the first system call that a piece of work makes.
//
//     first_call_of(work)   its number (SYS_futex), or NO_CALL
//
// The work runs in a child that has asked the kernel to let no system
// call pass (seccomp(2)). So the kernel itself is the witness: a child
// that comes to its end has made none.

#ifndef WITNESS_H
#define WITNESS_H

#include "lab.h"
#include "valgrind.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { NO_CALL = -1 };

// Shared with the child; volatile: its signal handler stores it.
static volatile int *witnessed;

// exit_group itself, not `_exit`: no other call may come before it.
static inline void witness_end(void)
{
    syscall(SYS_exit_group, 0);
}

// SIGSYS came instead of a call, and says which (si_syscall).
static inline void witness_call(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)context;
    *witnessed = info->si_syscall;
    witness_end();
}

// What the kernel is to run at each system call: load its number; let
// exit_group pass; for any other, SIGSYS. The numbers are stated here
// because linux/filter.h is not beside every C library.
struct witness_step {
    unsigned short code;
    unsigned char skip_if_true, skip_if_false;
    unsigned value;
};
enum { LOAD = 0x20, IF_EQUAL = 0x15, RETURN = 0x06 };
enum { SECCOMP_FILTER = 2 };
static struct witness_step witness_steps[] = {
    {LOAD, 0, 0, 0},
    {IF_EQUAL, 0, 1, SYS_exit_group},
    {RETURN, 0, 0, 0x7fff0000}, // SECCOMP_RET_ALLOW
    {RETURN, 0, 0, 0x00030000}, // SECCOMP_RET_TRAP
};

// The first prctl is what the kernel asks of all but root: never again
// more rights, so that no program that has them is fooled by a filter.
static inline void forbid_calls(void)
{
    struct {
        unsigned short length;
        struct witness_step *steps;
    } filter = {4, witness_steps};
    struct sigaction action = {.sa_sigaction = witness_call,
                               .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGSYS, &action, NULL) == -1)
        die("sigaction");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
        prctl(PR_SET_SECCOMP, SECCOMP_FILTER, &filter) == -1) {
        if (errno == EINVAL)
            SKIP("this kernel has no filter for calls (seccomp)");
        die("prctl");
    }
}

static inline int first_call_of(void (*work)(void))
{
    if (under_valgrind())
        SKIP("valgrind makes system calls of its own");
    witnessed = mmap(NULL, sizeof *witnessed, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (witnessed == MAP_FAILED)
        die("mmap");
    *witnessed = NO_CALL;
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        forbid_calls();
        work();
        witness_end();
    }
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        exit(77);
    if (status != 0)
        fail("the child failed (wait status %d)", status);
    int first = *witnessed;
    if (munmap((void *)witnessed, sizeof *witnessed) == -1)
        die("munmap");
    return first;
}

#endif
