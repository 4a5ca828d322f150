// pageview.h: draw what the kernel has mapped, one cell a page.
//
//     pages: . . P P p f F s  after fork, before the child writes
//
// page_view() reads the page table of this process, and needs no right
// for it: since Linux 4.2 /proc/self/pagemap hides only the numbers of
// the page frames from ordinary users (proc(5)). smaps_kib() reads the
// kernel's counts for one mapping. Neither touches a page it looks at.

#ifndef PAGEVIEW_H
#define PAGEVIEW_H

#include "lab.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

// The bits of one 64-bit pagemap entry that the view uses.
#define PM_PRESENT (1ULL << 63)
#define PM_SWAPPED (1ULL << 62)
#define PM_FILE (1ULL << 61)
#define PM_EXCLUSIVE (1ULL << 56)

// PAGEMAP_SCAN (an ioctl since Linux 6.7) finds pages by kind.
// Stated here so that older headers will do.
struct pageview_scan {
    uint64_t size, flags, start, end, walk_end, found, found_length;
    uint64_t max_pages, inverted, all_of, any_of, return_mask;
};
struct pageview_region {
    uint64_t start, end, categories;
};
#define PAGEVIEW_SCAN _IOWR('f', 16, struct pageview_scan)
#define PAGEVIEW_IS_ZERO (1ULL << 5)

// Is this present page the one zero page that all processes share? An
// older kernel does not scan, but move_pages(2) reports -EFAULT for it,
// unless a container forbids that: then we cannot tell, and say so.
static inline bool page_is_zero(int pagemap, const char *page,
                                size_t size)
{
    struct pageview_region region;
    struct pageview_scan scan = {
        .size = sizeof scan,
        .start = (uintptr_t)page,
        .end = (uintptr_t)page + size,
        .found = (uintptr_t)&region,
        .found_length = 1,
        .all_of = PAGEVIEW_IS_ZERO,
        .return_mask = PAGEVIEW_IS_ZERO,
    };
    long found = syscall(SYS_ioctl, pagemap, PAGEVIEW_SCAN, &scan);
    if (found != -1)
        return found == 1;
    int status = 0;
    long moved = syscall(SYS_move_pages, 0, 1, &page, NULL, &status, 0);
    if (moved == -1)
        SKIP_STEP("pages", "0 and p look alike here: move_pages: %s",
                  strerror(errno));
    return moved == 0 && status == -EFAULT;
}

static inline char page_cell(int pagemap, const char *page, size_t size)
{
    uint64_t entry = 0;
    off_t where = (off_t)((uintptr_t)page / size * sizeof entry);
    errno = EIO;
    if (pread(pagemap, &entry, sizeof entry, where) != sizeof entry)
        die("pread /proc/self/pagemap");
    if (entry & PM_SWAPPED)
        return 's';
    if (!(entry & PM_PRESENT))
        return '.';
    if (entry & PM_FILE)
        return entry & PM_EXCLUSIVE ? 'f' : 'F';
    if (entry & PM_EXCLUSIVE)
        return 'P';
    return page_is_zero(pagemap, page, size) ? '0' : 'p';
}

// Print a line of up to 24 cells for the pages from `start`, and before
// the first such line the legend. `when` says what has just happened.
// Prints `pages: skip: why` where this kernel hides its page tables.
static inline void page_view(const void *start, size_t pages,
                             const char *when)
{
    static bool legend_shown;
    char cells[2 * 24 + 1] = "";
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (pagemap == -1) {
        SKIP_STEP("pages", "no /proc/self/pagemap: %s",
                  strerror(errno));
        return;
    }
    for (size_t i = 0; i < pages && i < 24; i++) {
        const char *page = (const char *)start + i * size;
        cells[2 * i] = page_cell(pagemap, page, size);
        cells[2 * i + 1] = ' ';
    }
    if (close(pagemap) == -1)
        die("close");
    if (!legend_shown) {
        say("pages: . none  0 zero page  P own  "
            "p shared until written");
        say("pages: f file or shared memory  F by two or more  "
            "s swapped");
    }
    legend_shown = true;
    say("pages: %s %s", cells, when);
}

// Is `0` what a load from new private memory brings, and can we see it?
// One virtual machine was met (PVM) whose kernel does without the zero
// page, and gives each reader a page of its own: `P`.
static inline bool zero_page_is_seen(void)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (pagemap == -1)
        return false;
    volatile char *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        die("mmap");
    char zero = page[0];
    bool seen = page_cell(pagemap, (char *)page, size) != 'P' &&
                zero == 0; // or valgrind would not load it
    if (munmap((char *)page, size) == -1)
        die("munmap");
    if (close(pagemap) == -1)
        die("close");
    return seen;
}

// One count of the mapping that holds `address`, in KiB: "Rss",
// "Private_Dirty", "Locked" ... (proc(5)). -1: the kernel
// does not say, or nothing is mapped there.
static inline long smaps_kib(const void *address, const char *field)
{
    FILE *smaps = fopen("/proc/self/smaps", "re");
    if (smaps == NULL && errno == ENOENT)
        return -1;
    if (smaps == NULL)
        die("fopen /proc/self/smaps");
    char line[512];
    bool inside = false;
    long kib = -1;
    while (kib == -1 && fgets(line, sizeof line, smaps) != NULL) {
        uintptr_t from, to;
        char name[32];
        long value;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2)
            inside = from <= (uintptr_t)address &&
                     (uintptr_t)address < to;
        else if (inside &&
                 sscanf(line, "%31[^:]: %ld kB", name, &value) == 2 &&
                 strcmp(name, field) == 0)
            kib = value;
    }
    if (ferror(smaps))
        die("read /proc/self/smaps");
    fclose(smaps);
    return kib;
}

#endif
