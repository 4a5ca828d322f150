// exercise: numbers go from object to object, each in its own way.
//
// Run: exercise FROM TO...
//
// Each argument says in which way an object is found, and its name:
//
//     sysv:4711         the System V segment with this key
//     posix:/numbers    the POSIX object of this name
//     file:numbers      the plain file of this name
//
// FROM is full of values of type unsigned. TO is not there yet: make it
// with the size and the permissions of FROM, whatever the umask is. Put
// each number plus 1 into it, in the same order, through memory alone.
// Then take FROM's name away, and say what TO has; all ways alike:
//
//     5 numbers, sum 4726
//
// A sum may be too large for an unsigned. If there is a third name go
// on, from the second to the third. If a step fails, name the object or
// the call, and exit with 1: its FROM is as it was, its TO is not there,
// and the steps before are done. A TO that was there already is such an
// error, and stays. An unknown way: say how to call it, and exit with 2.

#include "lab.h"
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

struct object {
    unsigned *memory; // NULL: a call failed, see errno
    size_t size;
    mode_t mode;
};

struct way {
    const char *name;
    // Find it, or make it like another. The id or descriptor, or -1.
    int (*open)(const char *name, const struct object *like);
    struct object (*attach)(int id, const struct object *like);
    int (*remove)(const char *name);
};

// To do: a table of these, with a row for each of the three ways,
// and a function that moves the numbers and knows only the table.

int main(int argc, char *argv[])
{
    if (argc < 3)
        usage("exercise FROM TO...");
    for (int i = 1; i + 1 < argc; i++)
        say("to do: from %s to %s", argv[i], argv[i + 1]);
    return 0;
}
