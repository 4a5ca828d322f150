// valgrind.h: is this program run by valgrind?
//
// valgrind runs a translation of a program and knows the system calls
// of its day. What needs the CPU or the kernel itself asks, and skips.

#ifndef VALGRIND_H
#define VALGRIND_H

#include "lab.h"
#include <stdbool.h>

// valgrind puts its own library before all others, and says so here.
static inline bool under_valgrind(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return preload != NULL && strstr(preload, "/vgpreload") != NULL;
}

#endif
