// bus.h: store into memory that may not be there, and live.
//
//     catch_bus(map);
//     bool stored = store(map + page, length, 'x');
//     say("byte %zu: %s", touched, bus_result());
//
// An assignment cannot return an error: where there is no page for it,
// the kernel sends SIGBUS, and that ends the program. Here a handler
// turns the signal into a `false`.

#ifndef BUS_H
#define BUS_H

#include "lab.h"
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

// volatile: the handler changes them in the middle of a store.
static volatile sig_atomic_t in_store, bus_code;
static volatile size_t touched; // last, from the start of the mapping
static volatile char *bus_map;
static sigjmp_buf way_out;

// To return would be to run the same store again, into the same fault.
// So leave by a jump. It is safe here: the signal has interrupted our
// store, and no library. A SIGBUS elsewhere is a bug: die of it.
// *Cost:* no call; the registers of that place come back.
// *Fails:* it does not return. A jump into a function that has returned
// is undefined, so `in_store` tells whether store() is still running.
static void on_bus(int sig, siginfo_t *info, void *context)
{
    (void)context;
    if (!in_store) {
        signal(sig, SIG_DFL);
        raise(sig);
        return;
    }
    in_store = 0;
    bus_code = info->si_code;
    touched = (uintptr_t)info->si_addr - (uintptr_t)bus_map;
    siglongjmp(way_out, 1);
}

// `SA_NODEFER`: a signal is blocked while its handler runs, until it
// returns. Ours does not, and a SIGBUS that finds itself blocked cannot
// wait as others do: the kernel ends the program.
static inline void catch_bus(volatile char *map)
{
    bus_map = map;
    struct sigaction action = {.sa_sigaction = on_bus,
                               .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGBUS, &action, NULL) == -1)
        die("sigaction");
}

// Store `value` into start[0], then into one byte a page, as far as
// `length` goes. Returns false if a store was a SIGBUS.
static inline bool store(volatile char *start, size_t length,
                         char value)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    // Note this place, for the jump. It returns 0 now, and once more,
    // with the 1 of the handler, after the jump. A 1 here instead of
    // the 0 would note the blocked signals, too.
    // *Cost:* no call; with that 1, one here and one at the jump.
    // *Fails:* it cannot.
    if (sigsetjmp(way_out, 0) != 0)
        return false;
    bus_code = 0;
    in_store = 1;
    size_t at = 0;
    for (; at < length; at += page)
        start[at] = value;
    in_store = 0;
    touched = (size_t)(start - bus_map) + at - page;
    return true;
}

// What came of the last store().
static inline const char *bus_result(void)
{
    return bus_code == 0            ? "done"
           : bus_code == BUS_ADRERR ? "SIGBUS, BUS_ADRERR"
                                    : "SIGBUS, not BUS_ADRERR";
}

#endif
