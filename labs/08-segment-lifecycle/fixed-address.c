// fixed-address: shmat puts it exactly there, or nowhere.
//
// Teaches: an address given to shmat is no wish, as it is for mmap: the
//          segment goes exactly there, or the call fails with EINVAL.
// Calls:   shmat
// Run:     make lab-8
// See:     one error for three mistakes, and what works each time.

#include "segment.h"

// The kernel looks whether any of the addresses is in use, by whatever
// it is: a library, the heap, a stack, another segment. It moves
// nothing that is there, and it looks for no better place.
// *Cost:* one call; none of the segment's pages is touched.
// *Fails:* (void *)-1. `EINVAL`: something is there, or the address is
// no multiple of the page size, or there is no such segment.
static char *attach(void *address, int flags, const char *how)
{
    char *got = shmat(segment, address, flags);
    if (got == (void *)-1 && (errno != EINVAL || address == NULL))
        die("shmat");
    say("shmat: %-30s %s", how,
        got == (void *)-1 ? "EINVAL" : "attached");
    return got;
}

static void detach(char *address)
{
    if (shmdt(address) == -1)
        die("shmdt");
}

int main(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    create_segment(3 * page);
    char *home = attach(NULL, 0, "anywhere (NULL)");

    // Removed while it is attached, so that no crash can leave it. On
    // Linux it can be attached further; POSIX does not promise that.
    if (shmctl(segment, IPC_RMID, NULL) == -1)
        die("shmctl");
    say("shmat: three pages at addr=%p", (void *)home);
    strcpy(home, "Hello");

    char *same = attach(home, 0, "the same address");
    char *overlap = attach(home - 2 * page, 0, "two pages below it");
    CHECK(same == (void *)-1 && overlap == (void *)-1,
          "in use, wholly or in part: EINVAL");

    // The way out. Any address is good, for data that holds none.
    char *other = attach(NULL, 0, "anywhere (NULL)");
    say("shmat: three pages at addr=%p", (void *)other);
    CHECK(memcmp(other, "Hello", 6) == 0,
          "the kernel finds room, and the data is the same");

    // Leave this place, and take it again: nothing here maps memory in
    // between. In a process with threads another could be faster.
    detach(other);
    char *odd = attach(other + 100, 0, "a free address + 100");

    // Down to a multiple of `SHMLBA`: a page, here. Some processors
    // need more, or their caches would see one page as two.
    char *rounded = attach(other + 100, SHM_RND, "+ 100 with SHM_RND");
    CHECK(odd == (void *)-1 && rounded == other,
          "a segment begins where a page begins");

    detach(rounded);
    detach(home);
    CHECK(shmat(segment, NULL, 0) == (void *)-1 && errno == EINVAL,
          "a segment that is gone: EINVAL, too");
    segment = -1;
    return 0;
}
