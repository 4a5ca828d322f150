// private-file: a private mapping is no snapshot of its file.
//
// Teaches: a page of a MAP_PRIVATE mapping is frozen, all of it, by the
//          first store into it. Until then it follows the file.
// Calls:   mmap
// Run:     make lab-12
// See:     `cc #b cc cc`: the b is in the file no more.

#include "faults.h"
#include "pageview.h"
#include "tidy.h"
#include <sys/mman.h>
#include <sys/prctl.h>

enum { PAGES = 4 };
static size_t page_size;

// As any other process would, with write(2): the first two bytes of
// each page of the file.
static void change_file(int file, char letter)
{
    char two[] = {letter, letter, '\0'};
    errno = ENOSPC; // if there is room for one byte
    for (size_t i = 0; i < PAGES; i++)
        if (pwrite(file, two, 2, (off_t)(i * page_size)) != 2)
            die("pwrite");
    say("file:   %s %s %s %s", two, two, two, two);
}

static void draw_memory(const char *memory)
{
    char drawing[3 * PAGES] = "";
    for (size_t i = 0; i < PAGES; i++) {
        memcpy(drawing + 3 * i, memory + i * page_size, 2);
        drawing[3 * i + 2] = i + 1 < PAGES ? ' ' : '\0';
    }
    say("memory: %s", drawing);
}

int main(void)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = PAGES * page_size;

    // A huge page would be mapped, or copied, by one fault.
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == -1)
        die("prctl");
    int file = temporary_file();
    if (ftruncate(file, (off_t)size) == -1)
        die("ftruncate");
    change_file(file, 'a');

    // The page table points to the pages of the file itself, and does
    // not allow a store. Whether later changes of the file can be seen
    // is unspecified, says mmap(2). On Linux they can, page by page.
    // *Cost:* one call; a fault, which copies, for the first store into
    // each page. One fault for a load may bring several pages.
    // *Fails:* MAP_FAILED. `EACCES`: the file is not open for reading.
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                        file, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    load(memory, PAGES);
    page_view(memory, PAGES, "mapped, and read");
    change_file(file, 'b');
    draw_memory(memory);
    CHECK(memory[page_size] == 'b', "the mapping follows the file");

    predict(1, store(memory + page_size, 1, '#'), "stores # into 1");
    page_view(memory, PAGES, "has stored into 1");
    change_file(file, 'c');
    draw_memory(memory);
    CHECK(memory[page_size + 1] == 'b' && memory[0] == 'c',
          "page 1 is frozen, its neighbours still follow the file");
    page_view(memory, PAGES, "the file has changed");
    if (munmap(memory, size) == -1)
        die("munmap");
    if (close(file) == -1)
        die("close");
    return 0;
}
