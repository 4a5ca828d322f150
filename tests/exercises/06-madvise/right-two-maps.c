// right: read through one mapping, give back through another, from the end.
#include "lab.h"
#include <stdint.h>
#include <sys/mman.h>

static char *map(int object, size_t size, int access)
{
    char *start = mmap(NULL, size, access, MAP_SHARED, object, 0);
    if (start == MAP_FAILED)
        die("mmap");
    return start;
}

static size_t ask(char *start, size_t size, char *state, size_t pages)
{
    if (mincore(start, size, (unsigned char *)state) == -1)
        die("mincore");
    size_t n = 0;
    while (pages > 0)
        if (state[--pages] & 1)
            n++;
    return n;
}

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise NAME");
    int object = shm_open(argv[1], O_RDWR, 0600);
    if (object == -1)
        die("shm_open");
    size_t size = (size_t)lseek(object, 0, SEEK_END);
    size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = size / page;
    char *reading = map(object, size, PROT_READ);
    char *giving = map(object, size, PROT_READ | PROT_WRITE);
    close(object);
    char *state = calloc(pages + 1, 2), *done = state + pages;
    if (state == NULL)
        die("calloc");
    if (madvise(reading, size, MADV_RANDOM) == -1)
        die("madvise");
    say("before: %zu of %zu pages in memory", ask(reading, size, state, pages), pages);
    uint64_t sum = 0;
    for (size_t i = pages; i-- > 0;) {
        if (!(state[i] & 1))
            continue;
        volatile unsigned char *byte = (unsigned char *)reading + i * page;
        done[i] = *byte == 'd';
        for (size_t k = 0; k < page; k++)
            sum += byte[k];
    }
    for (size_t i = 0; i < pages; i++)
        if (done[i] && madvise(giving + i * page, 1, MADV_REMOVE) == -1)
            die("madvise");
    say("sum: %lu", (unsigned long)sum);
    say("after: %zu of %zu pages in memory", ask(giving, size, state, pages), pages);
    free(state);
    munmap(reading, size);
    munmap(giving, size);
}
