// populate-free: pages before they are needed, and back after use.
//
// Teaches: POPULATE fills the page table without a load or a store.
//          FREE lets the kernel take pages back when it likes, but not
//          one that was stored into since.
// Calls:   madvise
// Run:     make lab-6
// See:     page 1 reads 0 in the end, and nobody stored 0 there.

#include "pageview.h"
#include <poll.h>
#include <sys/mman.h>

// Some headers, musl's too, do not have these two. The numbers belong
// to the kernel's interface, so they never change.
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

enum { PAGES = 4, TRIES = 1000 };

static size_t page;

// With length 0 nothing is advised, and the result still tells whether
// the kernel knows the advice. That is how a program asks.
static void need(int advice, const char *name)
{
    if (madvise(NULL, 0, advice) == 0)
        return;
    if (errno != EINVAL)
        die("madvise");
    SKIP("this kernel has no %s", name);
}

static size_t in_memory(char *memory, size_t pages)
{
    unsigned char state[PAGES];
    size_t count = 0;
    if (mincore(memory, pages * page, state) == -1)
        die("mincore");
    for (size_t i = 0; i < pages; i++)
        count += state[i] & 1;
    return count;
}

static void populate(char *memory)
{
    page_view(memory, PAGES, "new memory");

    // As if each page were read once: private memory gets the zero
    // page, a file is read from its device.
    // *Cost:* one call in place of a page fault for each page.
    // *Fails:* -1. `EINVAL`: the mapping forbids it, or an old kernel.
    // `ENOMEM`: no memory. `EFAULT`: a touch would raise SIGBUS.
    if (madvise(memory, PAGES * page, MADV_POPULATE_READ) == -1)
        die("madvise");
    page_view(memory, PAGES, "after MADV_POPULATE_READ");

    // As if each page were stored into, with what it holds. If there is
    // no memory for it this call can say so; a store could not.
    if (madvise(memory, PAGES * page, MADV_POPULATE_WRITE) == -1)
        die("madvise");
    page_view(memory, PAGES, "after MADV_POPULATE_WRITE");
    CHECK(in_memory(memory, PAGES) == PAGES,
          "all pages are there, and none was touched");
}

// PAGEOUT: take these now. The kernel passes over a page that some CPU
// still has on a list of its own, so ask again, for a second or so.
// Returns whether the pages have left memory.
static bool page_out(char *memory, size_t pages)
{
    for (int i = 0; i < TRIES; i++) {
        if (madvise(memory, pages * page, MADV_PAGEOUT) == -1)
            die("madvise");
        if (in_memory(memory, pages) == 0)
            return true;
        if (poll(NULL, 0, 1) == -1)
            die("poll");
    }
    return false;
}

static void free_and_store(char *memory)
{
    for (size_t i = 0; i < PAGES; i++)
        memory[i * page] = 7;

    // Cold pages go sooner than others when memory runs short. Until
    // then they stay as they are: no load can tell the difference.
    if (madvise(memory, PAGES * page, MADV_COLD) == -1)
        die("madvise");
    page_view(memory, PAGES, "7 in each page, after MADV_COLD");

    // Free pages need not be kept. They go when memory runs short, and
    // the next load finds zeros; until then it finds what was there.
    if (madvise(memory, PAGES * page, MADV_FREE) == -1)
        die("madvise");
    int seen = memory[page];
    CHECK(seen == 7 || seen == 0,
          "after MADV_FREE a page reads as before, or 0");

    // A store says that the page is wanted after all. A load does not.
    memory[0] = 8;
    if (!page_out(memory + page, PAGES - 1)) {
        SKIP_STEP("FREE", "the kernel did not take the pages back");
        return;
    }
    say("FREE: page 0, stored into since, reads %d", memory[0]);
    say("FREE: page 1, only read since, reads %d", memory[page]);
    bool held = memory[0] == 8 && memory[page] == 0;
    say("FREE: => %sa store keeps a page, a load does not",
        held ? "" : "FALSE: ");
    if (!held)
        exit(1);
}

int main(void)
{
    page = (size_t)sysconf(_SC_PAGESIZE);
    need(MADV_FREE, "MADV_FREE: it came with Linux 4.5");
    need(MADV_PAGEOUT, "MADV_PAGEOUT: it came with Linux 5.4");
    need(MADV_POPULATE_WRITE, "MADV_POPULATE: it came with Linux 5.14");

    if (!zero_page_is_seen())
        SKIP_STEP("pages", "no zero page seen: READ brings P, not 0");

    char *memory = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    populate(memory);
    free_and_store(memory);
    if (munmap(memory, PAGES * page) == -1)
        die("munmap");
    return 0;
}
