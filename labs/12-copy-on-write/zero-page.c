// zero-page: reading new memory brings no memory.
//
// Teaches: a page that is only read is the zero page, one for all who
//          read where nobody has stored. It is shared as after fork:
//          the first store is another fault, and brings a page.
// Calls:   mmap
// Run:     make lab-12
// See:     3 faults for the loads, and then 6 for the stores, not 3.

#include "faults.h"
#include "frames.h"
#include "pageview.h"
#include <sys/mman.h>
#include <sys/prctl.h>

enum { PAGES = 8, INNER = 6, READ = 3 };

// Are the pages that were only read one and the same?
static void compare_frames(const char *start)
{
    uint64_t frames[READ];
    if (!read_frames(start, READ, frames))
        return;
    bool one = frames[1] == frames[0] && frames[2] == frames[0];
    say("frames: => %s1 2 3 are one page", one ? "" : "FALSE: ");
    if (!one)
        exit(1);
}

int main(void)
{
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);

    // A huge page would bring in all of ours by one fault.
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == -1)
        die("prctl");
    if (!zero_page_is_seen())
        SKIP("no zero page is seen: a load brings an own page");

    // Addresses, and the promise that they read as 0. As long as nobody
    // stores, it takes no memory to keep it.
    // *Cost:* one call; a fault for the first load from a page, and one
    // for the first store into it.
    // *Fails:* MAP_FAILED, never NULL. `ENOMEM`: no address space.
    char *memory = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");

    // The outer pages are not counted. They bring in what a sanitizer
    // keeps about this neighbourhood, by faults of its own.
    store(memory, 1, 'a');
    store(memory + (PAGES - 1) * page_size, 1, 'a');
    page_view(memory, PAGES, "has stored into 0 and 7");

    char *inner = memory + page_size;
    predict(3, load(inner, READ), "loads from 1 2 3");
    page_view(memory, PAGES, "has loaded from 1 2 3");
    CHECK(inner[0] == 0, "what nobody stored reads as 0");
    compare_frames(inner);

    // A store is a store, whatever it stores.
    predict(6, store(inner, INNER, 0), "stores 0 into 1 2 3 4 5 6");
    page_view(memory, PAGES, "has stored 0 into 1 2 3 4 5 6");
    predict(0, load(inner, INNER), "loads from 1 2 3 4 5 6");
    conclude("who reads first and stores later takes two faults");
    if (munmap(memory, PAGES * page_size) == -1)
        die("munmap");
    return 0;
}
