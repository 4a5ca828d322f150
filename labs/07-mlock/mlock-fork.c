// mlock-fork: the child has no lock, and the parent takes faults again.
//
// Teaches: locks are not inherited. And after fork the next store to a
//          locked page takes a fault, though the page is locked still.
// Calls:   mlock
// Run:     make lab-7
// See:     `0 faults` before fork, and after it a fault for each page.

#include "memlock.h"
#include "pageview.h"
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { PAGES = 4 };
static size_t page_size;

static long store(char *pages)
{
    long before = faults(MINOR);
    for (size_t i = 0; i < PAGES; i++)
        pages[i * page_size] = 1;
    return faults(MINOR) - before;
}

// The child has the parent's data at the same addresses, and may lose
// it to swap. It would have to lock for itself.
static void be_the_child(char *pages)
{
    say("child:  %ld pages locked", locked_pages());
    page_view(pages, PAGES, "child:  the parent's pages");
    _exit(locked_pages() == 0 ? 0 : 1);
}

int main(void)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);

    // A huge page would bring all of ours in by a single fault.
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == -1)
        die("prctl");
    char *pages = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        die("mmap");

    // Locked in this process: the lock belongs to its mapping, and not
    // to the memory.
    // *Cost:* one call, which takes the faults of all pages.
    // *Fails:* -1. `ENOMEM`: over RLIMIT_MEMLOCK. `EPERM`: it is 0.
    if (mlock(pages, PAGES * page_size) == -1) {
        skip_if_over_limit(PAGES * page_size);
        die("mlock");
    }
    skip_if_nothing_locked();
    say("parent: %ld pages locked", locked_pages());
    store(pages);
    long before = store(pages);
    say("parent: stores: %ld faults", before);

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(pages);
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("mlock-fork: the child failed (wait status %d)", status);

    // fork forbade writing to every page, so that each side would get
    // its copy when it writes. The child is gone. The rule is not.
    say("parent: %ld pages locked", locked_pages());
    long after = store(pages);
    say("parent: stores: %ld faults", after);
    CHECK(before == 0 && after == PAGES,
          "after fork, each locked page faults once more");
    say("parent: stores: %ld faults", store(pages));
    if (munmap(pages, PAGES * page_size) == -1)
        die("munmap");
    return 0;
}
