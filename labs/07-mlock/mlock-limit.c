// mlock-limit: what may be locked is limited, for root too if it likes.
//
// Teaches: RLIMIT_MEMLOCK bounds the sum of a process's locks. One page
//          more is ENOMEM, with any amount of memory free. CAP_IPC_LOCK
//          lifts the limit, so the child gives that right up.
// Calls:   capset, setrlimit
// Run:     make lab-7
// See:     4 pages again are no problem, the 5th is ENOMEM.

#include "memlock.h"
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { PAGES = 4, CAP_IPC_LOCK_BIT = 14 };

// As in <linux/capability.h>, which musl comes without.
struct header {
    uint32_t version;
    int32_t pid;
};
struct capabilities {
    uint32_t effective, permitted, inheritable;
};

// Root is a set of rights, and each of them can be given up alone. An
// ordinary user has none; for him this changes nothing.
// *Cost:* one call to read them, one to write.
// *Fails:* -1. `EPERM`: it would add a right. `EINVAL`: bad version.
static void give_up_ipc_lock(void)
{
    struct header header = {.version = 0x20080522};
    struct capabilities both[2];
    if (syscall(SYS_capget, &header, both) == -1)
        die("capget");
    both[0].effective &= ~(1U << CAP_IPC_LOCK_BIT);
    both[0].permitted &= ~(1U << CAP_IPC_LOCK_BIT);
    if (syscall(SYS_capset, &header, both) == -1)
        die("capset");
}

// Two numbers: the soft limit is in force, the hard limit is how high
// the process itself may set the soft one.
// *Cost:* one call. What is locked stays locked, limit or not.
// *Fails:* -1. `EINVAL`: soft over hard. `EPERM`: hard over old hard.
static void limit_to(size_t size)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) == -1)
        die("getrlimit");
    if (limit.rlim_max < size)
        SKIP("ulimit -H -l is %zu KiB, this needs %zu KiB",
             (size_t)limit.rlim_max / 1024, size / 1024);
    limit.rlim_cur = size;
    if (setrlimit(RLIMIT_MEMLOCK, &limit) == -1)
        die("setrlimit");
}

// Lock `size` bytes, and say what came of it: 0, or the errno.
static int try_lock(const char *what, char *start, size_t size)
{
    int error = mlock(start, size) == 0 ? 0 : errno;
    if (error == 0)
        skip_if_nothing_locked();
    say("child:  %s: %s, %ld pages locked", what,
        error == 0 ? "done" : errno_name(error), locked_pages());
    return error;
}

static void be_the_child(void)
{
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = PAGES * page_size;
    char *pages = mmap(NULL, size + page_size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        die("mmap");
    give_up_ipc_lock();
    limit_to(size);
    say("child:  the limit is %d pages", PAGES);
    if (try_lock("lock 4 pages", pages, size) != 0 ||
        try_lock("lock the same", pages, size) != 0)
        die("mlock");
    CHECK(try_lock("lock one more", pages + size, 1) == ENOMEM,
          "over the limit: ENOMEM, however much memory is free");

    limit_to(0);
    say("child:  the limit is 0");
    CHECK(try_lock("lock the same", pages, size) == EPERM,
          "with a limit of 0: EPERM, but what is locked stays locked");
    if (munmap(pages, size + page_size) == -1)
        die("munmap");
    exit(0);
}

// In a child: a right given up does not come back before execve(2).
int main(void)
{
    say("parent: my child gives up CAP_IPC_LOCK");
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child();
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (!WIFEXITED(status))
        fail("mlock-limit: the child was killed (status %d)", status);
    return WEXITSTATUS(status);
}
