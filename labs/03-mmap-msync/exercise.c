// exercise: a file becomes upper case by stores into memory.
//
// Run: exercise FILE...
//
// Map each FILE and turn its letters a-z into A-Z, in the file itself,
// by stores into the mapping: no read(2), no write(2), no other file.
// They have to be on the disk (msync) before you print the line:
//
//     notes: 17 of 5000 bytes changed
//     empty: 0 of 0 bytes changed
//
// A FILE may hold any bytes, zeros too, and have any length: 0, or whole
// pages. There may be more of them than a process may have open, or
// mapped, at once. If a FILE cannot be changed, name it and the error
// on standard error, and exit with 1; those before it are changed.

#include "lab.h"
#include <sys/mman.h>
#include <sys/stat.h>

// To do: turn the letters of text into capitals; how many were there?

static void change(const char *path)
{
    // To do: open path, ask for its size, map it, change it, have it
    // written to the disk, and take the mapping away again.
    say("to do: change %s", path);
}

int main(int argc, char *argv[])
{
    if (argc < 2)
        usage("exercise FILE...");
    for (int i = 1; i < argc; i++)
        change(argv[i]);
    return 0;
}
