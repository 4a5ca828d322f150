// exercise: work on what is in memory, and give it back.
//
// Run: exercise NAME
//
// NAME is a shared memory object of N pages. Most of them are holes:
// nobody stored into them, they are not in memory, and a touch would
// bring them in. Ask which pages are there, and touch no others. Add up
// all bytes of those; a page that begins with the letter d is done with
// and given back with madvise: out of memory, whoever maps it. All others
// stay as they are. Ask again:
//
//     before: 41 of 26000 pages in memory
//     sum: 123456
//     after: 17 of 26000 pages in memory

#include "lab.h"
#include <sys/mman.h>
#include <sys/stat.h>

// To do: a function that asks mincore and counts the pages.

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise NAME");
    int object = shm_open(argv[1], O_RDWR, 0);
    if (object == -1)
        fail("exercise: shm_open %s: %s", argv[1], strerror(errno));
    struct stat status;
    if (fstat(object, &status) == -1)
        die("fstat");
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (size_t)status.st_size, pages = size / page;
    // To do: map the object, ask, add up, give back, ask again.
    say("to do: look at %zu pages", pages);
    if (close(object) == -1)
        die("close");
    return 0;
}
