// mlockall: lock what will be mapped, or what is mapped, or both.
//
// Teaches: after MCL_FUTURE each new mapping comes locked and complete,
//          with MCL_ONFAULT locked and empty. MCL_CURRENT alone takes
//          that back. The child inherits none of it.
// Calls:   mlockall, munlockall
// Run:     make lab-7
// See:     `P P P P` straight from mmap: pages that nobody touched.

#include "memlock.h"
#include "pageview.h"
#include "valgrind.h"
#include <sys/mman.h>
#include <sys/wait.h>

enum { PAGES = 4 };
static size_t page_size, size;

static char *map_pages(void)
{
    char *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        skip_if_over_limit(2 * size);
        die("mmap");
    }
    return pages;
}

static void unmap(char *pages)
{
    if (munmap(pages, size) == -1)
        die("munmap");
}

// `MCL_FUTURE`: from now on mmap locks what it maps, and so does what
// needs memory: malloc, a library loaded late, a new thread's stack.
// `MCL_ONFAULT`: but bring no page in before it is touched.
// *Cost:* one call; then each mmap takes the faults of all its pages.
// *Fails:* -1. `EPERM`: RLIMIT_MEMLOCK is 0. Over the limit it is mmap
// that fails later: `EAGAIN`.
static void lock_future(int how)
{
    if (mlockall(MCL_FUTURE | how) == -1) {
        skip_if_over_limit(2 * size);
        die("mlockall");
    }
}

static void ask_the_child(void)
{
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        say("child:   %ld pages locked", locked_pages());
        page_view(map_pages(), PAGES, "child:   mapped, not touched");
        _exit(locked_pages() == 0 ? 0 : 1);
    }
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("mlockall: the child failed (wait status %d)", status);
}

// `MCL_CURRENT`: all that is mapped now: code, libraries, heap, stack.
// It must fit under the limit as a whole. MCL_FUTURE, not said again,
// is off again.
static void lock_current(void)
{
    size_t all = (size_t)status_pages("VmSize") * page_size;
    if (mlockall(MCL_CURRENT) == -1) {
        if (!over_limit(all))
            die("mlockall");
        SKIP_STEP("current", "all %zu KiB of this program are over the "
                  "limit: see `ulimit -l`", all / 1024);
        return;
    }
    long before = locked_pages();
    say("current: locked, more than our %d pages: %s", 2 * PAGES,
        before > 2 * PAGES ? "yes" : "no");
    char *later = map_pages();
    say("current: of 4 pages mapped after it: %ld",
        locked_pages() - before);
    unmap(later);
}

int main(void)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    size = PAGES * page_size;
    if (under_valgrind())
        SKIP("valgrind's own memory would be locked and counted too");

    lock_future(0);
    say("future:  %ld pages locked", locked_pages());
    char *full = map_pages();
    page_view(full, PAGES, "future:  mapped, not touched");
    say("future:  %ld pages locked", locked_pages());
    skip_if_nothing_locked();
    CHECK(locked_pages() == PAGES, "after MCL_FUTURE, mmap locks");

    lock_future(MCL_ONFAULT);
    char *empty = map_pages();
    page_view(empty, PAGES, "onfault: mapped, not touched");
    say("onfault: %ld pages locked", locked_pages());
    ask_the_child();
    lock_current();

    // Nothing is locked, and nothing will be.
    // *Cost:* one call; every mapping is unlocked.
    // *Fails:* -1. `EPERM`, but only before Linux 2.6.9.
    if (munlockall() == -1)
        die("munlockall");
    char *later = map_pages();
    page_view(later, PAGES, "after munlockall, mapped");
    CHECK(locked_pages() == 0, "munlockall ends all of that");
    unmap(later);
    unmap(full);
    unmap(empty);
    return 0;
}
