// exercise: what has the child stored into? The parent's pages tell.
//
// Run: exercise FILE [STEP]... fork [STEP]...
//
// A step is w5, a store into page 5, or r5, a load from it, of 24 pages
// of private memory, 0 to 23. The parent does its steps before `fork`,
// forks, and does those behind it. Then the child, and it alone, opens
// FILE, and does the steps in there. The parent waits until that is
// done, and looks at its own page table while the child still lives:
//
//     pages: p P p P . 0 ...  parent
//     stored into: 1
//     not stored into: 0 2
//     cannot tell: 3 4 5 ...
//
// The first line is from page_view. The others are the pages that the
// child has stored into, has not, and those of which no page table of
// the parent can tell. The child prints nothing. No word passes between
// the two: they take turns (turns.h), or close a pipe. What is no step,
// or a FILE that cannot be opened, ends the program with 1: it prints a
// line that names it, and nothing else, also if the child has met it.

#include "pageview.h"
#include "turns.h"
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { PAGES = 24 };

// Do that step; `stored` notes the pages that were stored into.
static void do_step(char *memory, const char *step, bool *stored)
{
    // BEGIN SOLUTION
    char kind, rest;
    unsigned page;
    if (sscanf(step, "%c%2u%c", &kind, &page, &rest) != 2 ||
        strchr("rw", kind) == NULL || page >= PAGES)
        fail("exercise: %.20s is no step", step);
    volatile char *byte = memory + page * (size_t)sysconf(_SC_PAGESIZE);
    if (kind == 'r') {
        (void)*byte;
        return;
    }
    *byte = 1;
    stored[page] = true;
    // STARTER
    //| // To do: a load or a store.
    //| (void)memory, (void)stored;
    //| say("to do: %s", step);
    // END SOLUTION
}

// BEGIN SOLUTION
static void be_the_child(char *memory, const char *path)
{
    bool stored[PAGES] = {false};
    char step[32];
    wait_turn();
    FILE *file = fopen(path, "re");
    if (file == NULL)
        fail("exercise: fopen %s: %s", path, strerror(errno));
    while (fscanf(file, "%31s", step) == 1)
        do_step(memory, step, stored);
    fclose(file);

    // Stay until the parent has looked: at our end every page becomes
    // its own, and they all look alike.
    pass_turn();
    wait_turn();
    exit(0);
}

// A page tells if both had it from fork on, and the parent has left it
// alone since.
static void tell(char *memory, const bool *before, const bool *after)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    char stored[80] = "", kept[80] = "", unknown[80] = "";
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (pagemap == -1)
        die("open /proc/self/pagemap");
    for (size_t i = 0; i < PAGES; i++) {
        char cell = page_cell(pagemap, memory + i * size, size);
        char *list = !before[i] || after[i] ? unknown
                     : cell == 'P'          ? stored
                                            : kept;
        sprintf(list + strlen(list), " %zu", i);
    }
    close(pagemap);
    page_view(memory, PAGES, "parent");
    say("stored into:%s", stored);
    say("not stored into:%s", kept);
    say("cannot tell:%s", unknown);
}
// STARTER
//| // To do: the child. And what does each page tell?
// END SOLUTION

int main(int argc, char *argv[])
{
    bool before[PAGES] = {false}, after[PAGES] = {false};
    int i = 2;
    // BEGIN SOLUTION
    if (argc < 3)
        usage("exercise FILE [STEP]... fork [STEP]...");
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == -1)
        die("prctl");
    char *memory = mmap(NULL, PAGES * (size_t)sysconf(_SC_PAGESIZE),
                        PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    for (; i < argc && strcmp(argv[i], "fork") != 0; i++)
        do_step(memory, argv[i], before);
    open_turns();
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(memory, argv[1]);
    while (++i < argc)
        do_step(memory, argv[i], after);
    pass_turn();
    wait_turn();
    tell(memory, before, after);
    pass_turn();
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("exercise: the child failed (wait status %d)", status);
    // STARTER
    //| // To do: map 24 pages. Fork. Take turns with the child.
    //| for (; i < argc && strcmp(argv[i], "fork") != 0; i++)
    //|     do_step(NULL, argv[i], before);
    //| while (++i < argc)
    //|     do_step(NULL, argv[i], after);
    // END SOLUTION
    return 0;
}
