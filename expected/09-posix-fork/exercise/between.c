// between: run a program, and come between its instructions.
//
// Run: between /NAME ADDITIONS COMMAND...
//
// From where the command has mapped the object, it runs one instruction
// at a time (ptrace). Between two of them this process adds 1 to the
// counter, up to ADDITIONS times in all: so who loads, adds and stores
// loses counts, however near the two are, and on whatever processor. It
// also sees how far each instruction takes the counter: 1, or all at
// once. On x86 an addition in one instruction also needs `lock`, or two
// processors lose counts. Where no ptrace is, it only adds.
//
// Exit status: the command's, or 1 and a line if it added wrongly.

#include "lab.h"
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/user.h>
#include <sys/wait.h>

enum { MOST = 64, PERIOD = 64, PATIENCE = 20000 };
static struct {
    pid_t pid;
    bool locked; // the instruction that it is in
} traced[MOST];
static int tracees;
static atomic_ulong *counter;
static unsigned long last, additions;
static bool is_mapped, is_free;
static const char *name, *complaint;

// Has it mapped the object? Reading its own maps needs no right.
static bool has_mapped(pid_t pid)
{
    char path[64], line[512];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "re");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
        found |= strstr(line, name) != NULL;
    if (maps != NULL)
        fclose(maps);
    return found;
}

// Is its next instruction one that no other processor can come into? On
// other processors than x86 that cannot be seen so easily.
static bool is_locked(pid_t pid)
{
    bool locked = true;
#ifdef __x86_64__
    const char *prefixes = "\x66\x67\xf2\xf3\x2e\x36\x3e\x26\x64\x65";
    long at = ptrace(PTRACE_PEEKUSER, pid,
                     offsetof(struct user, regs.rip), 0);
    unsigned long code = (unsigned long)ptrace(PTRACE_PEEKTEXT, pid, at, 0);
    while ((code & 0xff) != 0 && strchr(prefixes, code & 0xff) != NULL)
        code >>= 8;
    locked = (code & 0xff) == 0xf0;
#endif
    (void)pid;
    return locked;
}

// An instruction was done. What is the counter now? Adds to it in half
// of the periods: then even who tries again until it fits gets through.
static void look(void)
{
    static int steps, since;
    static bool adds = true;
    bool locked = false;
    unsigned char dice;
    if (++steps % PERIOD == 0 && getrandom(&dice, 1, 0) == 1)
        adds = dice & 1;
    unsigned long more = adds && additions > 0;
    unsigned long value = atomic_fetch_add(counter, more);
    additions -= more;
    long rise = (long)(value - last);
    last = value + more;
    since = rise == 0 ? since + 1 : 0;
#ifndef __x86_64__
    is_free = since > PATIENCE; // ldxr and stxr: no step between works
#endif
    if (rise == 0)
        return;
    for (int i = 0; i < tracees; i++)
        locked |= traced[i].locked;
    if (rise < 0)
        complaint = "another program added to the counter, and counts "
                    "are lost: adding is one step by atomic_fetch_add "
                    "alone";
    else if (rise > tracees)
        complaint = "the counter has risen by more than 1 at once: add "
                    "1, N times";
    else if (!locked)
        complaint = "an addition was not atomic: two processors that "
                    "do so at once lose counts. atomic_fetch_add";
}

static int find(pid_t pid)
{
    int i = 0;
    while (i < tracees && traced[i].pid != pid)
        i++;
    return i;
}

// This process has stopped: look, and let it go on.
static void handle_stop(pid_t pid, int status)
{
    int i = find(pid), sig = WSTOPSIG(status) & 0x7f;
    bool fresh = i == tracees;
    if (fresh && tracees == MOST)
        fail("between: more than %d processes", MOST);
    if (fresh)
        traced[tracees++].pid = pid;
    is_mapped = is_mapped || has_mapped(pid);
    if (is_mapped)
        look();
    if (fresh || sig == SIGTRAP || status >> 16 != 0)
        sig = 0;
    traced[i].locked = is_mapped && is_locked(pid);
    ptrace(is_free ? PTRACE_DETACH : is_mapped ? PTRACE_SINGLESTEP
           : PTRACE_SYSCALL, pid, 0, sig);
}

static pid_t start(char *command[])
{
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        // Refused where we are traced ourselves: then it just runs.
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0)
            raise(SIGSTOP);
        execvp(command[0], command);
        die("execvp");
    }
    return child;
}

// Two processes that take turns do so faster where they need not wake
// another processor.
static void stay_on_this_processor(void)
{
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET((size_t)sched_getcpu(), &here);
    sched_setaffinity(0, sizeof here, &here);
}

static void map_counter(void)
{
    int file = shm_open(name, O_RDWR, 0);
    if (file == -1)
        die("shm_open");
    counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE,
                   MAP_SHARED, file, 0);
    if (counter == MAP_FAILED)
        die("mmap");
    close(file);
    last = atomic_load(counter);
}

int main(int argc, char *argv[])
{
    const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD |
                         PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    if (argc < 4)
        usage("between /NAME ADDITIONS COMMAND...");
    name = argv[1];
    additions = strtoul(argv[2], NULL, 10);
    stay_on_this_processor();
    pid_t pid, child = start(argv + 3);
    map_counter(); // now, so that the child does not have it from us
    int status, ended = 0;
    while ((pid = waitpid(-1, &status, __WALL)) > 0) {
        if (WIFSTOPPED(status)) {
            if (pid == child && tracees == 0)
                ptrace(PTRACE_SETOPTIONS, pid, 0, options);
            handle_stop(pid, status);
            continue;
        }
        int i = find(pid);
        if (i < tracees)
            traced[i] = traced[--tracees];
        if (pid == child)
            ended = status;
    }
    atomic_fetch_add(counter, additions);
    if (complaint != NULL)
        fail("%s", complaint);
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
}
