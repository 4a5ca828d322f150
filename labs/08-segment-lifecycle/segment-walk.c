// segment-walk: one segment, from its first day to its last.
//
// Teaches: a segment is no address and no part of a process: it can be
//          at two addresses at once, and it stays when nobody has it.
// Calls:   shmat, shmdt, shmctl
// Run:     make lab-8
// See:     nattch 0, and later the text is still there.

#include "pageview.h"
#include "segment.h"

enum { SIZE = 0x6400 };

// Where the segment goes is for the kernel to say, in each process and
// at each attach again. A second attach gives it a second address.
// *Cost:* one call; the first touches of its pages are page faults, at
// each of the addresses.
// *Fails:* (void *)-1. `EINVAL`: no such segment. `ENOMEM`: no room.
static char *attach_anywhere(void)
{
    char *address = shmat(segment, NULL, 0);
    if (address == (void *)-1)
        die("shmat");
    return address;
}

// A well-known example asks for this address, a multiple of any page
// size. Nothing keeps it free for us. The way out is to let the kernel
// choose; if that works, it was the address that `EINVAL` was about.
static char *attach_fixed(void *wish)
{
    char *address = shmat(segment, wish, 0);
    if (address == (void *)-1 && errno != EINVAL)
        die("shmat");
    if (address != (void *)-1) {
        say("fixed: addr=%p is free here", (void *)address);
        return address;
    }
    address = attach_anywhere();
    SKIP_STEP("fixed", "addr=%p is taken here (EINVAL)", wish);
    return address;
}

// The address is empty again. The segment does not change.
// *Cost:* one call: page table entries go, pages stay.
// *Fails:* -1. `EINVAL`: no attached segment begins here.
static void detach(char *address)
{
    if (shmdt(address) == -1)
        die("shmdt");
}

// The kernel's record. `nattch` counts mappings, not processes.
// *Cost:* one call.
// *Fails:* -1. `EINVAL`: there is no such segment (any more). `EIDRM`:
// it goes at this very moment. `EACCES`: the mode forbids reading.
static void say_record(const char *when)
{
    struct shmid_ds record;
    if (shmctl(segment, IPC_STAT, &record) == -1)
        die("shmctl");
    say("walk: %zu bytes, nattch %lu: %s", record.shm_segsz,
        (unsigned long)record.shm_nattch, when);
}

int main(void)
{
    create_segment(SIZE);
    say("walk: made shmid=%d", segment);
    say_record("allocated");

    char *first = attach_anywhere();
    char *second = attach_anywhere();
    say("walk: attached at addr=%p", (void *)first);
    say("walk: attached at addr=%p", (void *)second);
    say_record("attached twice, by one process");
    strcpy(first, "Hello");
    page_view(first, 1, "first address:  written");
    page_view(second, 1, "second address: not touched");
    say("walk: the second address reads \"%.16s\"", second);
    page_view(first, 1, "first address:  as before");
    page_view(second, 1, "second address: read");
    CHECK(first != second && memcmp(second, "Hello", 6) == 0,
          "same segment, different address");

    // Nothing is lost here, and nothing is given back: until somebody
    // says `IPC_RMID`, the segment keeps its pages and waits.
    detach(first);
    detach(second);
    if (is_gone(segment))
        SKIP("the last detach removed it: see kernel.shm_rmid_forced");
    say_record("detached twice");

    char *again = attach_fixed((void *)0x5000000);
    say("walk: attached again, reads \"%.16s\"", again);
    CHECK(memcmp(again, "Hello", 6) == 0,
          "nobody had it attached, and it kept its data");

    detach(again);
    if (shmctl(segment, IPC_RMID, NULL) == -1)
        die("shmctl");
    CHECK(is_gone(segment),
          "removed: the kernel knows no such segment (EINVAL)");
    segment = -1;
    return 0;
}
