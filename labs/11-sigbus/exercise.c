// exercise: read files that are cut short while they are mapped.
//
// Run: exercise GATE FILE...
//
// Map each FILE as long as it is. Only then open GATE, a FIFO, and read
// the line in it: meanwhile another process changes the files and cuts
// some of them, and may go on cutting. Then load each byte through the
// mappings, with no read(2) of a FILE, and print for each how many of
// its bytes could be read, and their sum:
//
//     notes: 5000 of 12288 bytes, sum 617283
//     empty: 0 of 0 bytes, sum 0
//
// The first number counts no zeros behind the end, which fill the last
// page. Whoever asks for the length before a load can be too late: the
// load itself has to be survived, and no child may die of it, either.
// If a FILE or GATE cannot be used, name it and the error on standard
// error, and exit with 1.

#include "lab.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct mapped {
    int file;
    size_t length;
    const volatile unsigned char *map;
};


static struct mapped map_file(const char *name)
{
    struct mapped text = {.file = -1};
    // To do: open it, ask for its length, and map it.
    say("to do: map %s", name);
    return text;
}

static void report(const char *name, struct mapped text)
{
    // To do: load each byte, and survive it. How many were the file's?
    say("to do: read the %zu bytes of %s", text.length, name);
}

int main(int argc, char *argv[])
{
    struct mapped texts[16];
    int files = argc - 2;
    if (files < 1 || files > 16)
        usage("exercise GATE FILE...");
    for (int i = 0; i < files; i++)
        texts[i] = map_file(argv[i + 2]);
    // To do: open the gate, and read the line in it.
    for (int i = 0; i < files; i++)
        report(argv[i + 2], texts[i]);
    return 0;
}
