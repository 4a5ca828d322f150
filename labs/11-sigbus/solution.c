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

// BEGIN SOLUTION
static sigjmp_buf way_out;
static volatile size_t loaded; // volatile: they outlive the jump
static volatile unsigned long sum;

static void on_bus(int sig)
{
    (void)sig;
    siglongjmp(way_out, 1);
}
// END SOLUTION

static struct mapped map_file(const char *name)
{
    struct mapped text = {.file = -1};
    // BEGIN SOLUTION
    struct stat about;
    text.file = open(name, O_RDONLY | O_CLOEXEC);
    if (text.file == -1)
        fail("exercise: open %s: %s", name, strerror(errno));
    if (fstat(text.file, &about) == -1)
        die("fstat");
    text.length = (size_t)about.st_size;
    if (text.length == 0)
        return text;
    text.map = mmap(NULL, text.length, PROT_READ, MAP_SHARED, text.file,
                    0);
    if (text.map == MAP_FAILED)
        fail("exercise: mmap %s: %s", name, strerror(errno));
    // STARTER
    //| // To do: open it, ask for its length, and map it.
    //| say("to do: map %s", name);
    // END SOLUTION
    return text;
}

static void report(const char *name, struct mapped text)
{
    // BEGIN SOLUTION
    struct stat now;
    loaded = 0, sum = 0;
    if (signal(SIGBUS, on_bus) == SIG_ERR)
        die("signal");
    if (sigsetjmp(way_out, 1) == 0)
        for (; loaded < text.length; loaded++)
            sum += text.map[loaded];
    if (signal(SIGBUS, SIG_DFL) == SIG_ERR)
        die("signal");
    if (fstat(text.file, &now) == -1)
        die("fstat");
    size_t bytes = loaded;
    if (bytes > (size_t)now.st_size)
        bytes = (size_t)now.st_size;
    say("%s: %zu of %zu bytes, sum %lu", name, bytes, text.length, sum);
    // STARTER
    //| // To do: load each byte, and survive it. How many were the file's?
    //| say("to do: read the %zu bytes of %s", text.length, name);
    // END SOLUTION
}

int main(int argc, char *argv[])
{
    struct mapped texts[16];
    int files = argc - 2;
    if (files < 1 || files > 16)
        usage("exercise GATE FILE...");
    for (int i = 0; i < files; i++)
        texts[i] = map_file(argv[i + 2]);
    // BEGIN SOLUTION
    char line[64];
    FILE *gate = fopen(argv[1], "re");
    if (gate == NULL || fgets(line, sizeof line, gate) == NULL)
        fail("exercise: no line in %s: %s", argv[1], strerror(errno));
    fclose(gate);
    // STARTER
    //| // To do: open the gate, and read the line in it.
    // END SOLUTION
    for (int i = 0; i < files; i++)
        report(argv[i + 2], texts[i]);
    return 0;
}
