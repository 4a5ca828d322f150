// measure.h: times of the three ways, beside those of private memory.
//
// Each round measures each kind of memory once, and divides by the
// time of private memory in that round. Printed are the median of the
// ratios, and the quartiles: half of them lie between the two.

#ifndef MEASURE_H
#define MEASURE_H

#include "ways.h"
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <time.h>

enum { PRIVATE = WAYS, HUGE, KINDS }; // two more kinds than ways
enum { SETUP, FIRST_TOUCH, IN_ORDER, AT_RANDOM, PHASES };
enum { MAX_ROUNDS = 999, LOADS = 100000 };

static const size_t measured = 32 << 20; // bytes
static double took[KINDS][PHASES][MAX_ROUNDS];

// Time on the processor, in microseconds: other programs do not count.
static double now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == -1)
        die("clock_gettime");
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

// Private memory gets huge pages on many machines, shared memory on
// few: they are a kind of their own here, and off for all else.
static void allow_huge_pages(bool allow)
{
    if (prctl(PR_SET_THP_DISABLE, !allow, 0, 0, 0) == -1)
        die("prctl");
}

static void *map_private(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    return memory;
}

static void *set_up(int kind)
{
    if (kind < WAYS) {
        ways[kind].create(measured, 0600);
        return ways[kind].attach(measured);
    }
    void *memory = map_private(measured);
    if (kind == HUGE &&
        madvise(memory, measured, MADV_HUGEPAGE) == -1 &&
        errno != EINVAL) // EINVAL: a kernel without them
        die("madvise");
    return memory;
}

// All bytes are 0. Where to load next depends on what was loaded: no
// two loads overlap. Kept, or an optimiser would drop all of them.
static volatile uint64_t last;

static uint64_t load_at_random(const uint64_t *words)
{
    uint64_t at = 1, count = measured / sizeof *words;
    for (int i = 0; i < LOADS; i++)
        at = (at * 6364136223846793005u + 1 + words[at]) % count;
    return at;
}

static void measure(int kind, int round)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    double time[PHASES + 1];
    allow_huge_pages(kind == HUGE);
    time[SETUP] = now();
    char *memory = set_up(kind);
    time[FIRST_TOUCH] = now();
    for (size_t at = 0; at < measured; at += page)
        memory[at] = 0;
    time[IN_ORDER] = now();
    if (memchr(memory, 1, measured) != NULL)
        fail("new memory was not zero");
    time[AT_RANDOM] = now();
    last = load_at_random((uint64_t *)(void *)memory);
    time[PHASES] = now();
    for (int i = 0; i < PHASES; i++)
        took[kind][i][round] = time[i + 1] - time[i];
    if (kind < WAYS)
        ways[kind].take_name();
    (kind < WAYS ? ways[kind].detach : unmap)(memory, measured);
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void print_phase(int phase, const char *name, int rounds)
{
    double *base = took[PRIVATE][phase];
    int half = rounds / 2, quarter = rounds / 4;
    for (int kind = 0; kind < KINDS; kind++)
        for (int i = 0; i < rounds && kind != PRIVATE; i++)
            took[kind][phase][i] /= base[i];
    qsort(base, (size_t)rounds, sizeof *base, by_size);
    say("%s: %.2f us in private memory; beside that", name, base[half]);
    for (int kind = 0; kind < KINDS; kind++) {
        double *ratio = took[kind][phase];
        qsort(ratio, (size_t)rounds, sizeof *ratio, by_size);
        if (kind != PRIVATE)
            say("  %-6s %6.2f times (%.2f to %.2f)",
                kind == HUGE ? "huge:" : ways[kind].name, ratio[half],
                ratio[quarter], ratio[rounds - 1 - quarter]);
    }
}

// Nothing is reserved here: without room, a store would be a SIGBUS.
static void need_room(const char *folder)
{
    struct statvfs room;
    if (statvfs(folder, &room) == -1)
        die("statvfs");
    if (room.f_blocks > 0 && room.f_bavail * room.f_frsize < measured)
        fail("cost: %s has less than %zu MiB free (ENOSPC)", folder,
             measured >> 20);
}

static void measure_all(int rounds)
{
    static const char *const names[PHASES] = {
        "set-up", "first touch", "loads in order", "loads at random"};
    need_room("/dev/shm");
    need_room(temporary_folder());
    at_end(take_all_names);
    reserve = false;
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < KINDS; i++)
            measure((i + round) % KINDS, round);
    say("%zu MiB, %d rounds: the median, and the quartiles",
        measured >> 20, rounds);
    for (int phase = 0; phase < PHASES; phase++)
        print_phase(phase, names[phase], rounds);
}

#endif
