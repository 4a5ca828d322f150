// cost: what shared memory costs, counted in page faults.
//
// Teaches: the first touch of a page costs a fault, in all three ways
//          as in private memory. After that the kernel is not asked,
//          until it has written a file's page to the disk.
// Calls:   getrusage, msync
// Run:     make lab-10, or `cost ROUNDS` to measure times
// See:     8 faults for 8 pages, then 0; and `file:` after msync.

#include "measure.h"
#include "ways.h"
#include <sys/resource.h>

enum { PAGES = 8 };
static long repeated; // faults at a second touch

// *Cost:* one call; the kernel keeps these counts for each process.
// *Fails:* -1. `EINVAL`: neither this process nor its children.
static long faults(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == -1)
        die("getrusage");
    return usage.ru_minflt + usage.ru_majflt;
}

// Store into each page. How many page faults did that take?
static long store(char *memory, size_t size)
{
    long before = faults();
    for (size_t at = 0; at < size; at += size / PAGES)
        memory[at] = 1;
    return faults() - before;
}

// 0 is the same everywhere. Above it the count depends on the machine:
// one fault may bring several pages that lie together in the cache.
static const char *in_words(long count)
{
    static char text[3][32];
    static int next;
    next = (next + 1) % 3;
    snprintf(text[next], sizeof text[0], "count=%ld", count);
    return count == 0 ? "0" : text[next];
}

// Count for memory that is new here: the first touch, the second, and
// one after the kernel has written to the disk what has one.
static void count_faults(const char *name, char *memory, size_t size)
{
    long first = store(memory, size), again = store(memory, size);
    repeated += again;

    // A clean page may be written only after the kernel knows: it takes
    // the right to store away, and the next store faults and says so.
    // *Cost:* one call, and a write to the disk that it waits for.
    // *Fails:* -1. `EIO`: the disk. `ENOMEM`: it is not mapped.
    if (msync(memory, size, MS_SYNC) == -1)
        die("msync");
    long synced = store(memory, size);
    if (strcmp(name, "file:") == 0 && synced == 0)
        SKIP_STEP("file", "msync took no right away: is %s in memory? "
                  "Set TMPDIR to a folder on a disk",
                  temporary_folder());
    else
        say("%-8s faults: first touch %s, second %s, after msync %s",
            name, in_words(first), in_words(again),
            in_words(synced));
}

static int parse_rounds(const char *text)
{
    char *end;
    long rounds = strtol(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || rounds < 1 ||
        rounds > MAX_ROUNDS)
        usage("cost [ROUNDS]; ROUNDS is a number from 1 to %d, not "
              "\"%s\"", MAX_ROUNDS, text);
    return (int)rounds;
}

int main(int argc, char *argv[])
{
    size_t size = PAGES * (size_t)sysconf(_SC_PAGESIZE);
    if (argc > 2)
        usage("cost [ROUNDS]");
    if (argc == 2)
        measure_all(parse_rounds(argv[1]));
    if (argc == 2)
        return 0;
    allow_huge_pages(false); // a fault would bring many pages at once
    create_all(size, 0600);
    char *shared[WAYS], *warm = map_private(size);
    char *private = map_private(size);
    for (int i = 0; i < WAYS; i++)
        shared[i] = ways[i].attach(size);
    take_names();

    store(warm, size); // the first time brings in what runs it, too
    count_faults("private:", private, size);
    for (int i = 0; i < WAYS; i++) {
        count_faults(ways[i].name, shared[i], size);
        ways[i].detach(shared[i], size);
    }
    unmap(warm, size);
    unmap(private, size);
    CHECK(repeated == 0, "after the first touch, no fault in any way");
    return 0;
}
