// memlock.h: what the kernel counts about this process.
//
//     faults(MINOR)          the page faults it has taken so far
//     status_pages("VmLck")  the pages it has locked
//     locked_pages()         the same
//     over_limit(size)       is that more than it may lock?

#ifndef MEMLOCK_H
#define MEMLOCK_H

#include "lab.h"
#include <stdbool.h>
#include <sys/resource.h>

// MAJOR faults had to read from a disk, MINOR did not (getrusage(2)).
enum fault_kind { MINOR, MAJOR };

static inline long faults(enum fault_kind kind)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == -1)
        die("getrusage");
    return kind == MAJOR ? usage.ru_majflt : usage.ru_minflt;
}

// A size in /proc/self/status (proc(5)), in pages. open and read, not
// fopen: after mlockall its buffer would be locked, and counted.
static inline long status_pages(const char *field)
{
    char status[8192];
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (file == -1)
        die("open /proc/self/status");
    ssize_t length = read(file, status, sizeof status - 1);
    if (length == -1 || close(file) == -1)
        die("read /proc/self/status");
    status[length] = '\0';
    const char *found = strstr(status, field);
    if (found == NULL)
        fail("/proc/self/status has no %s: is this Linux?", field);
    long kib = strtol(found + strlen(field) + 1, NULL, 10);
    return kib / (sysconf(_SC_PAGESIZE) / 1024);
}

static inline long locked_pages(void)
{
    return status_pages("VmLck");
}

// Sanitizers replace mlock and mlockall by functions that do nothing.
// Call it when something must be locked.
static inline void skip_if_nothing_locked(void)
{
    if (locked_pages() == 0)
        SKIP("the call succeeds and locks nothing (AddressSanitizer?)");
}

// May this process lock `size` bytes? Leaves errno as it was.
static inline bool over_limit(size_t size)
{
    int error = errno;
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) == -1)
        die("getrlimit");
    errno = error;
    return limit.rlim_cur < size;
}

// A call that locks has failed. Where the limit was in the way there is
// nothing to show, otherwise the caller says what went wrong.
static inline void skip_if_over_limit(size_t size)
{
    if (over_limit(size))
        SKIP("locking %zu KiB is over the limit, RLIMIT_MEMLOCK: see "
             "`ulimit -l`", size / 1024);
}

#endif
