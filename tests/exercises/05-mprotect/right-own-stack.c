// right: a stack for the handler, no mask to restore, a guard on each side.
#include "guest.h"
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

static jmp_buf place;
static uintptr_t from, to;
static volatile uintptr_t address;

static void caught(int sig, siginfo_t *info, void *unused)
{
    (void)unused;
    address = (uintptr_t)info->si_addr;
    if (info->si_code == SEGV_ACCERR && from <= address && address < to)
        longjmp(place, 1);
    struct sigaction old = {.sa_handler = SIG_DFL};
    sigaction(sig, &old, NULL);
}

int main(int argc, char *argv[])
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size;
    if (argc < 3 || sscanf(argv[1], "%zu", &size) != 1)
        usage("exercise SIZE GUEST...");
    size_t room = (size / page + 2) * page;
    char *all = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        die("mmap");
    char *end = all + room;
    if (mprotect(end, page, PROT_NONE) || mprotect(all, page, PROT_NONE))
        die("mprotect");
    from = (uintptr_t)end;
    to = from + page;
    static char stack[65536];
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    if (sigaltstack(&other, NULL) == -1)
        die("sigaltstack");
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
    action.sa_sigaction = caught;
    if (sigaction(SIGSEGV, &action, NULL) == -1)
        die("sigaction");
    for (int volatile i = 2; i < argc; i++) {
        guest_function *guest = find_guest(argv[i]);
        memset(end - size, 0, size);
        if (setjmp(place))
            say("%s: stopped at offset %zu", argv[i], (size_t)(address - (from - size)));
        else
            say("%s: returned %d", argv[i], guest(end - size, size));
    }
    if (munmap(all, room + page) == -1)
        die("munmap");
}
