// faults.h: count page faults, and hold the count to a prediction.
//
//     store(start, 2, 'x')   'x' into the first byte of each of 2 pages
//     load(start, 2)         read that byte of each
//     predict(2, store(start, 2, 'x'), "child:  stores into 0 1")
//     conclude("the claim")  the last line, if all predictions held
//
// store() and load() return how many page faults they took: minor ones,
// for which no disk is read. They count in this process alone.

#ifndef FAULTS_H
#define FAULTS_H

#include "lab.h"
#include "valgrind.h"
#include <sys/resource.h>

static inline long faults_so_far(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == -1)
        die("getrusage");
    return usage.ru_minflt;
}

// The first call of each of these brings in what counting needs: after
// fork the stack, too, is not ours until we store into it. For the same
// reason nothing is printed between the two counts.
static inline long store(char *start, size_t pages, char value)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    faults_so_far();
    long before = faults_so_far();
    for (size_t i = 0; i < pages; i++)
        start[i * size] = value;
    return faults_so_far() - before;
}

// volatile, and used: neither the compiler nor valgrind may leave out a
// load.
static inline long load(const volatile char *start, size_t pages)
{
    volatile char seen = 0;
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    faults_so_far();
    long before = faults_so_far();
    for (size_t i = 0; i < pages; i++)
        seen = (char)(seen + start[i * size]);
    return faults_so_far() - before;
}

// Any other count than the one predicted ends the program.
static inline void predict(long predicted, long taken, const char *what)
{
    static bool told;
    if (under_valgrind()) {
        if (!told)
            SKIP_STEP("faults", "valgrind takes faults of its own");
        told = true;
        return;
    }
    say("faults: %ld predicted, %ld taken  %s", predicted, taken, what);
    if (taken != predicted) {
        say("faults: => FALSE: the prediction holds");
        exit(1);
    }
}

static inline void conclude(const char *claim)
{
    if (!under_valgrind())
        say("faults: => %s", claim);
}

#endif
