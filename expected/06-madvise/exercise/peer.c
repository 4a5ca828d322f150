// peer: whoever made the object of exercise 6, and looks at it afterwards.
//
// Usage: peer serve NAME SEED PAGES FILLED DONE ENDS
//        peer facts SEED PAGES FILLED DONE ENDS
//
// The object has PAGES pages; FILLED of them are in memory: the first
// and the last if ENDS is 1, and neither of them if it is 0. DONE of 100
// of these begin with a d, some of the others are all zero. serve makes
// the object and prints `ready`; when its standard input ends it prints
// what is wrong with the object, and removes it. facts prints how many
// pages are in memory, the sum of their bytes, and how many are to stay.

#include "lab.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

static uint64_t state;
static size_t page, pages;
static char *kind; // of each page: 0 a hole, d done, k kept, z all zero

static uint64_t roll(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

// Some pages are filled in a row: a step from a page that is given back
// to one that stays.
static void plan(char *argv[])
{
    state = strtoull(argv[0], NULL, 10) * 2654435761 + 88172645463325252;
    pages = strtoul(argv[1], NULL, 10);
    size_t filled = strtoul(argv[2], NULL, 10);
    unsigned done = (unsigned)strtoul(argv[3], NULL, 10);
    kind = calloc(pages, 1);
    if (kind == NULL)
        die("calloc");
    bool ends = argv[4][0] == '1';
    size_t at = 0;
    for (size_t i = 0; i < filled; i++) {
        while (kind[at] != 0 || (!ends && at % (pages - 1) == 0))
            at = roll() % 3 == 0 ? (at + 1) % pages : roll() % pages;
        kind[at] = roll() % 100 < done ? 'd' : roll() % 4 ? 'k' : 'z';
        at = i == 0 && ends ? pages - 1 : at;
    }
}

// What a page of that number holds.
static void fill(unsigned char *start, size_t number)
{
    memset(start, 0, page);
    if (kind[number] == 'z')
        return;
    state = number * 6364136223846793005 + 1442695040888963407;
    for (size_t i = 0; i < page; i++)
        start[i] = (unsigned char)(roll() >> 32);
    start[0] = (unsigned char)kind[number];
}

static unsigned char *page_of(size_t number)
{
    static unsigned char *bytes;
    if (bytes == NULL)
        bytes = malloc(page);
    if (bytes == NULL)
        die("malloc");
    fill(bytes, number);
    return bytes;
}

static void facts(void)
{
    unsigned long filled = 0, sum = 0, stay = 0;
    for (size_t i = 0; i < pages; i++) {
        if (kind[i] == 0)
            continue;
        unsigned char *bytes = page_of(i);
        for (size_t k = 0; k < page; k++)
            sum += bytes[k];
        filled++;
        stay += kind[i] != 'd';
    }
    say("%lu %lu %lu", filled, sum, stay);
}

// The first thing that is wrong with the object, if anything is.
static void look(int object, unsigned char *map, unsigned char *there)
{
    struct stat now;
    if (fstat(object, &now) == -1)
        die("fstat");
    if (now.st_nlink == 0 || (size_t)now.st_size != pages * page) {
        say("the object was %s: it has to stay as it was",
            now.st_nlink == 0 ? "removed" : "cut");
        return;
    }
    if (mincore(map, pages * page, there) == -1)
        die("mincore");
    for (size_t i = 0; i < pages; i++) {
        bool in = there[i] & 1;
        if (kind[i] == 0 && in)
            say("page %zu was a hole, and is in memory now: somebody "
                "touched it", i);
        else if (kind[i] == 'd' && in)
            say("page %zu begins with a d, and is still in memory", i);
        else if (kind[i] == 'z' && !in)
            say("page %zu does not begin with a d, and was given back",
                i);
        else if (kind[i] == 'k' &&
                 (!in || memcmp(map + i * page, page_of(i), page) != 0))
            say("page %zu does not begin with a d, and its data is "
                "lost", i);
        else
            continue;
        return;
    }
}

static void serve(const char *name)
{
    unsigned char *there = malloc(pages);
    umask(0);
    int object = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0666);
    if (object == -1 || there == NULL)
        die("shm_open");
    if (ftruncate(object, (off_t)(pages * page)) == -1)
        die("ftruncate");
    unsigned char *map = mmap(NULL, pages * page, PROT_READ | PROT_WRITE,
                              MAP_SHARED, object, 0);
    if (map == MAP_FAILED)
        die("mmap");
    madvise(map, pages * page, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < pages; i++)
        if (kind[i] != 0)
            fill(map + i * page, i);
    say("ready");
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    look(object, map, there);
    shm_unlink(name);
}

int main(int argc, char *argv[])
{
    page = (size_t)sysconf(_SC_PAGESIZE);
    if (argc == 8 && strcmp(argv[1], "serve") == 0) {
        plan(argv + 3);
        serve(argv[2]);
    } else if (argc == 7 && strcmp(argv[1], "facts") == 0) {
        plan(argv + 2);
        facts();
    } else {
        usage("peer serve NAME SEED PAGES FILLED DONE ENDS");
    }
    return 0;
}
