// unsized: an object without a length can be mapped, but not touched.
//
// Teaches: mmap does not ask how long an object is. The first touch
//          does: SIGBUS. Once ftruncate has given the object a length,
//          the same store through the same mapping works.
// Calls:   memfd_create
// Run:     make lab-11
// See:     the same store twice: SIGBUS, then done.

#include "bus.h"
#include "pageview.h"
#include <sys/mman.h>

static bool store_first_byte(char *map)
{
    bool stored = store(map, 1, 42);
    say("store:  byte %zu: %s", touched, bus_result());
    return stored;
}

int main(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    // What `shm_open` makes, too, but without a name: a file in memory,
    // of length 0. Nothing can leave it behind: it goes with its last
    // descriptor and its last mapping.
    // *Cost:* one call; no page.
    // *Fails:* -1. `EMFILE`: too many open files. `EINVAL`: no such
    // flag, or a name of more than 249 bytes.
    int object = memfd_create("unsized", MFD_CLOEXEC);
    if (object == -1)
        die("memfd_create");
    say("object: length 0");

    // No error: a mapping is a range of addresses, and a file to ask
    // when one of them is touched. It may get its length later.
    char *map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED,
                     object, 0);
    if (map == MAP_FAILED)
        die("mmap");
    say("mmap:   done, 1 page");
    page_view(map, 1, "mapped");
    catch_bus(map);
    bool before = store_first_byte(map);
    page_view(map, 1, "after the first store");
    CHECK(!before && touched == 0,
          "it can be mapped without a length, and not touched");

    if (ftruncate(object, 1) == -1)
        die("ftruncate");
    say("object: length 1, by ftruncate");
    bool after = store_first_byte(map);
    page_view(map, 1, "after the second store");

    char bytes[2] = "";
    ssize_t count = pread(object, bytes, sizeof bytes, 0);
    if (count == -1)
        die("pread");
    say("read:   %zd byte, a %d", count, bytes[0]);
    CHECK(after && count == 1 && bytes[0] == 42,
          "with a length, the same store is done, and in the object");

    if (munmap(map, page) == -1)
        die("munmap");
    if (close(object) == -1)
        die("close");
    return 0;
}
