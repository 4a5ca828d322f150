// guest.h: find a guest, a function that somebody else has compiled.
//
// guests.so in the current folder is a shared library. Its functions
// get a buffer and may do with it what they like: touch bytes of it, or
// bytes that are not part of it. Nothing in here looks at what they do.

#ifndef GUEST_H
#define GUEST_H

#include "lab.h"
#include <dlfcn.h>

// A guest gets a buffer and its size, and returns a number.
typedef int guest_function(char *buffer, size_t size);

// The guest of that name; the library is loaded with the first one.
static inline guest_function *find_guest(const char *name)
{
    static void *library;
    if (library == NULL)
        library = dlopen("./guests.so", RTLD_NOW);
    if (library == NULL)
        fail("exercise: no guests: %s", dlerror());
    guest_function *guest;
    *(void **)&guest = dlsym(library, name);
    if (guest == NULL)
        fail("exercise: no guest %s: %s", name, dlerror());
    return guest;
}

#endif
