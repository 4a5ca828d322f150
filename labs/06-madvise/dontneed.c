// dontneed: the one advice that changes what a program reads.
//
// Teaches: MADV_DONTNEED takes pages out of the page table at once.
//          Private memory is then zero; shared memory keeps its data.
// Calls:   madvise, mincore
// Run:     make lab-6
// See:     `0 of 4` and `4 of 4` in memory after the same advice.

#include "pageview.h"
#include <sys/mman.h>

enum { PAGES = 4 };

static size_t page;

// The page view shows what this process has mapped. This asks what is
// in memory at all.
static int in_memory(void *start)
{
    unsigned char state[PAGES];
    int count = 0;

    // One byte a page: its lowest bit says whether the page is in
    // memory. Shared memory and files are looked up in the page cache:
    // they can be in memory and not in the page table.
    // *Cost:* one call; no page is touched, none is brought in.
    // *Fails:* -1. `ENOMEM`: a part is not mapped. `EINVAL`: not the
    // start of a page.
    if (mincore(start, PAGES * page, state) == -1)
        die("mincore");
    for (size_t i = 0; i < PAGES; i++)
        count += state[i] & 1;
    return count;
}

// Store 7 into each page, give the advice, read the pages. Returns how
// many of them still read 7.
static int advise_dontneed(const char *kind, char *memory)
{
    for (size_t i = 0; i < PAGES; i++)
        memory[i * page] = 7;
    page_view(memory, PAGES, "after a store into each page");
    say("%s: %d of %d pages in memory", kind, in_memory(memory), PAGES);

    // The pages leave the page table now. Nothing else holds private
    // pages, if nobody forked: they are freed, and their data is lost.
    // Shared memory has an object that holds it. Whole pages only.
    // *Cost:* one call, one TLB flush; a page fault at each next use.
    // *Fails:* -1. `EINVAL`: not the start of a page, locked pages, or
    // no such advice. `ENOMEM`: a part is not mapped; the rest is done.
    if (madvise(memory, PAGES * page, MADV_DONTNEED) == -1)
        die("madvise");
    page_view(memory, PAGES, "after MADV_DONTNEED");
    say("%s: %d of %d pages in memory", kind, in_memory(memory), PAGES);

    int kept = 0;
    for (size_t i = 0; i < PAGES; i++)
        kept += memory[i * page] == 7;
    say("%s: page 0 read 7, and now reads %d", kind, memory[0]);
    page_view(memory, PAGES, "after a read of each page");
    return kept;
}

static char *map_pages(int sharing)
{
    char *memory = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
                        sharing | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    return memory;
}

int main(void)
{
    page = (size_t)sysconf(_SC_PAGESIZE);
    if (!zero_page_is_seen())
        SKIP_STEP("pages", "no zero page seen: a load brings P, not 0");
    char *private = map_pages(MAP_PRIVATE);
    char *shared = map_pages(MAP_SHARED);

    int kept = advise_dontneed("private", private);
    CHECK(kept == 0, "private memory is lost and reads as zero");
    kept = advise_dontneed("shared", shared);
    CHECK(kept == PAGES, "shared memory keeps its data");

    // A wrong call advises nothing, and the program goes on as before.
    // malloc's addresses are of this kind: hardly ever page-aligned.
    CHECK(madvise(private + 1, 1, MADV_DONTNEED) == -1 &&
              errno == EINVAL,
          "an address inside a page: EINVAL");
    CHECK(madvise(private, page, -1) == -1 && errno == EINVAL,
          "an advice that does not exist: EINVAL");

    if (munmap(private, PAGES * page) == -1 ||
        munmap(shared, PAGES * page) == -1)
        die("munmap");
    return 0;
}
