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

// BEGIN SOLUTION
static size_t in_memory(void *map, size_t size, size_t pages,
                        unsigned char *state)
{
    if (mincore(map, size, state) == -1)
        die("mincore");
    size_t count = 0;
    for (size_t i = 0; i < pages; i++)
        count += state[i] & 1;
    return count;
}

static unsigned long add_up(const unsigned char *start, size_t length)
{
    unsigned long sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += start[i];
    return sum;
}
// STARTER
//| // To do: a function that asks mincore and counts the pages.
// END SOLUTION

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
    // BEGIN SOLUTION
    unsigned char *map = mmap(NULL, size, PROT_READ | PROT_WRITE,
                              MAP_SHARED, object, 0);
    if (map == MAP_FAILED)
        die("mmap");
    unsigned char *state = malloc(pages);
    if (state == NULL)
        die("malloc");
    size_t before = in_memory(map, size, pages, state);
    say("before: %zu of %zu pages in memory", before, pages);
    unsigned long sum = 0;
    for (size_t i = 0; i < pages; i++) {
        if ((state[i] & 1) == 0)
            continue;
        unsigned char *start = map + i * page;
        sum += add_up(start, page);
        if (*start == 'd' && madvise(start, page, MADV_REMOVE) == -1)
            die("madvise");
    }
    say("sum: %lu", sum);
    size_t after = in_memory(map, size, pages, state);
    say("after: %zu of %zu pages in memory", after, pages);
    free(state);
    // STARTER
    //| // To do: map the object, ask, add up, give back, ask again.
    //| say("to do: look at %zu pages", pages);
    // END SOLUTION
    if (close(object) == -1)
        die("close");
    return 0;
}
