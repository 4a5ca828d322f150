// mlock: locked memory is there before it is touched, and stays.
//
// Teaches: mlock brings every page into memory at once, so that no
//          first touch waits in a page fault. Locks have no count:
//          what was locked twice and unlocked once is unlocked.
// Calls:   mlock, mlock2, munlock
// Run:     make lab-7
// See:     `P P P P` before anyone has touched the locked pages.

#include "memlock.h"
#include "pageview.h"
#include "valgrind.h"
#include <sys/mman.h>
#include <sys/prctl.h>

enum { PAGES = 4 };
static size_t page_size;

static char *map_pages(void)
{
    char *pages = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        die("mmap");
    return pages;
}

static void unmap(char *pages)
{
    if (munmap(pages, PAGES * page_size) == -1)
        die("munmap");
}

// Store into each page. How many page faults did that take?
static long store(char *pages)
{
    long before = faults(MINOR);
    for (size_t i = 0; i < PAGES; i++)
        pages[i * page_size] = 1;
    return faults(MINOR) - before;
}

// No more locked, and at liberty to leave: nothing else happens to the
// page now. There is no count: one munlock undoes every lock.
// *Cost:* one call; a mapping is cut or joined as in mprotect.
// *Fails:* -1. `ENOMEM`: a page of the range is not mapped.
static void unlock(char *start, size_t length)
{
    if (munlock(start, length) == -1)
        die("munlock");
}

// Every page that holds one of the `length` bytes is brought in, as by
// a store of ours, and must stay until it is unlocked or unmapped.
// *Cost:* one call, which takes the faults of all pages.
// *Fails:* -1. `ENOMEM`: over RLIMIT_MEMLOCK, or not mapped. `EPERM`:
// the limit is 0. `EAGAIN`: a page could not be brought in.
static void lock(char *start, size_t length)
{
    if (mlock(start, length) == 0)
        return;
    skip_if_over_limit(PAGES * page_size);
    die("mlock");
}

// The range is marked, and each page is locked when it comes, by a
// fault as ever. For a large mapping of which few pages are used.
// *Cost:* one call; then one fault a page, at its first touch.
// *Fails:* -1, as mlock does. `EINVAL`: it does not know the flag.
static void lock_on_fault(char *pages)
{
    if (under_valgrind()) {
        SKIP_STEP("onfault", "valgrind does not know mlock2");
        return;
    }
    if (mlock2(pages, PAGES * page_size, MLOCK_ONFAULT) == -1)
        die("mlock2");
    say("onfault: %ld pages locked, and see how many there are",
        locked_pages());
}

int main(void)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);

    // A huge page would bring all of ours in by a single fault.
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == -1)
        die("prctl");
    char *plain = map_pages(), *locked = map_pages();
    char *later = map_pages(), *first = map_pages();

    // The first time brings in what runs it, too. It does not count.
    store(first);
    page_view(plain, PAGES, "plain memory, not touched");
    say("plain:   stores: %ld faults", store(plain));
    lock(locked, PAGES * page_size);
    skip_if_nothing_locked();
    page_view(locked, PAGES, "after mlock, not touched");
    long taken = store(locked);
    say("locked:  stores: %ld faults", taken);
    CHECK(taken == 0, "a touch of locked memory takes no fault");

    lock(locked, PAGES * page_size);
    say("locked:  twice: %ld pages locked", locked_pages());
    unlock(locked, PAGES * page_size);
    say("locked:  unlocked once: %ld pages locked", locked_pages());
    CHECK(locked_pages() == 0,
          "locks do not add up: one munlock ends all");

    lock(locked + page_size - 1, 2);
    say("locked:  2 bytes, across an edge: %ld pages", locked_pages());
    CHECK(locked_pages() == 2, "2 bytes lock 2 pages: only whole ones");
    unlock(locked, PAGES * page_size);

    lock_on_fault(later);
    page_view(later, PAGES, "later memory, not touched");
    long once = store(later), twice = store(later);
    say("later:   stores: %ld faults, then %ld", once, twice);
    unmap(first);
    unmap(plain);
    unmap(locked);
    unmap(later);
    CHECK(locked_pages() == 0, "munmap ends a lock too");
    return 0;
}
