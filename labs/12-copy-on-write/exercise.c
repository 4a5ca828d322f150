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
    // To do: a load or a store.
    (void)memory, (void)stored;
    say("to do: %s", step);
}

// To do: the child. And what does each page tell?

int main(int argc, char *argv[])
{
    bool before[PAGES] = {false}, after[PAGES] = {false};
    int i = 2;
    // To do: map 24 pages. Fork. Take turns with the child.
    for (; i < argc && strcmp(argv[i], "fork") != 0; i++)
        do_step(NULL, argv[i], before);
    while (++i < argc)
        do_step(NULL, argv[i], after);
    return 0;
}
