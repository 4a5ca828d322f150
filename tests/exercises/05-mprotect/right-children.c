// right: a child and a new buffer for each guest; the child reports.
#include "guest.h"
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

static char *buffer, *name;
static size_t size, page;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)context;
    char *end = buffer + size, *at = info->si_addr;
    if (at >= end && at < end + page) {
        say("%s: stopped at offset %zu", name, (size_t)(at - buffer));
        _exit(0);
    }
    signal(sig, SIG_DFL);
}

static void child(void)
{
    size_t pages = 1 + (size - 1) / page;
    char *start = mmap(NULL, (pages + 2) * page, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        die("mmap");
    if (mprotect(start + pages * page, 2 * page, PROT_NONE) == -1)
        die("mprotect");
    buffer = start + pages * page - size;
    say("%s: returned %d", name, find_guest(name)(buffer, size));
    exit(0);
}

int main(int argc, char *argv[])
{
    if (argc < 3)
        usage("exercise SIZE GUEST...");
    size = strtoul(argv[1], NULL, 10);
    page = (size_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = on_fault;
    if (sigaction(SIGSEGV, &action, NULL) == -1)
        die("sigaction");
    for (int i = 2; i < argc; i++) {
        name = argv[i];
        pid_t pid = fork();
        if (pid == -1)
            die("fork");
        if (pid == 0)
            child();
        int status;
        if (waitpid(pid, &status, 0) == -1)
            die("waitpid");
        if (WIFSIGNALED(status)) {
            signal(SIGSEGV, SIG_DFL);
            raise(SIGSEGV);
        }
        if (status != 0)
            exit(1);
    }
}
