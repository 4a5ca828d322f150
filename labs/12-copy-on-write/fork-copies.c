// fork-copies: fork copies no page. Stores do, and not all of them.
//
// Teaches: after fork each page has two owners. Who stores into it
//          first takes a fault and gets a copy. The other takes a fault
//          too, even if the first is gone by then, but no copy is made:
//          nobody else has the page.
// Calls:   fork
// Run:     make lab-12
// See:     `P P P P P P`, all our own, and then 2 faults all the same.

#include "faults.h"
#include "frames.h"
#include "pageview.h"
#include "turns.h"
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { PAGES = 6 };
static size_t page_size;

// Where the pages were before fork. The child has this as well.
static uint64_t old[PAGES];
static bool have_frames;

// Which pages are where they were (=), and which are copies (*)? If the
// kernel cannot be sure that a page has no other owner it copies, to be
// safe. So a copy too many is no error.
static void draw_frames(const char *memory, const char *predicted,
                        const char *who)
{
    uint64_t now[PAGES];
    char drawing[2 * PAGES + 1] = "";
    if (!have_frames || !read_frames(memory, PAGES, now))
        return;
    for (size_t i = 0; i < PAGES; i++)
        strcat(drawing, now[i] == old[i] ? "= " : "* ");
    if (strcmp(drawing, predicted) == 0)
        say("frames: %s %s", drawing, who);
    else
        SKIP_STEP("frames", "%shere: a copy to be safe", drawing);
}

static void draw_bytes(const char *memory, const char *who)
{
    char drawing[2 * PAGES + 1] = "";
    for (size_t i = 0; i < PAGES; i++) {
        drawing[2 * i] = memory[i * page_size];
        drawing[2 * i + 1] = ' ';
    }
    say("bytes: %s %s", drawing, who);
}

static void be_the_child(char *memory)
{
    wait_turn();
    load(memory, PAGES);
    page_view(memory, PAGES, "child:  has read all of them");
    predict(2, store(memory, 2, 'c'), "child:  stores into 0 1");
    page_view(memory, PAGES, "child:  has stored into 0 1");
    pass_turn();

    // Of 2 and 3 the parent has a copy now, and the child the original.
    wait_turn();
    draw_bytes(memory, "child:  the parent has stored");
    predict(2, store(memory, 4, 'c'), "child:  stores into 0 1 2 3");
    page_view(memory, PAGES, "child:  has stored into 0 1 2 3");
    draw_frames(memory, "* * = = = = ", "child:  * is a copy");
    _exit(0);
}

static void be_the_parent(char *memory, pid_t child)
{
    page_view(memory, PAGES, "parent: after fork");
    pass_turn();
    wait_turn();

    // 0 and 1 have no other owner any more, but the page table forbids
    // the store as before. Only the fault finds out that it may go on.
    page_view(memory, PAGES, "parent: the child has stored");
    predict(4, store(memory, 4, 'p'), "parent: stores into 0 1 2 3");
    page_view(memory, PAGES, "parent: has stored into 0 1 2 3");
    pass_turn();

    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("fork-copies: the child failed (wait status %d)", status);
    page_view(memory, PAGES, "parent: the child is gone");
    draw_bytes(memory, "parent: the child is gone");
    CHECK(memory[0] == 'p' && memory[2 * page_size] == 'p',
          "no store of the one has reached the other");
    predict(2, store(memory, PAGES, 'p'), "parent: stores into all");
    predict(0, store(memory, PAGES, 'p'), "parent: once more");
    draw_frames(memory, "= = * * = = ", "parent: * is a copy");
}

int main(void)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    stay_on_one_cpu();

    // A huge page would bring in, or copy, all of ours by one fault.
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == -1)
        die("prctl");
    char *memory = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    store(memory, PAGES, 'a');
    page_view(memory, PAGES, "parent: has stored into all");
    have_frames = read_frames(memory, PAGES, old);
    open_turns();

    // The child's page tables name the same pages. In both processes
    // the right to store into them is taken away, so that the kernel
    // hears of the first store: it is a page fault.
    // *Cost:* one call; page tables are copied, and no page is. Later a
    // fault for each page stored into, in the child and in the parent.
    // *Fails:* -1. `EAGAIN`: too many processes. `ENOMEM`: no memory.
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(memory);
    be_the_parent(memory, child);
    conclude("a fault for each page and each owner that stores");
    if (munmap(memory, PAGES * page_size) == -1)
        die("munmap");
    return 0;
}
