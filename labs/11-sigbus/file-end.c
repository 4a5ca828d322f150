// file-end: the end of the file cuts through a page of the mapping.
//
// Teaches: a store behind the end of a file, but on its last page, is
//          done and not in the file. A page wholly behind the end is
//          SIGBUS. What counts is the end now, not at the time of mmap.
// Calls:   mmap, ftruncate
// Run:     make lab-11
// See:     byte 904 of page 1 can be stored into, byte 0 of page 2 not.

#include "bus.h"
#include "pageview.h"
#include "tidy.h"
#include <sys/mman.h>

// 1 page and 904 bytes: 5000 bytes, where a page has 4096.
enum { LAST = 904, PAGES = 3 };

// A new file, `size` times an x.
static int make_file(size_t size)
{
    int file = temporary_file();
    char *text = malloc(size);
    if (text == NULL)
        die("malloc");
    memset(text, 'x', size);
    errno = ENOSPC; // if not all of it fits
    if (pwrite(file, text, size, 0) != (ssize_t)size)
        die("pwrite");
    free(text);
    return file;
}

static bool store_at(volatile char *map, size_t page, size_t byte)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    bool stored = store(map + page * size + byte, 1, 'y');
    say("store: page %zu, byte %zu: %s", touched / size, touched % size,
        bus_result());
    return stored;
}

int main(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), end = page + LAST;
    int file = make_file(end);
    say("file:  1 page and %d bytes", LAST);

    // A mapping may be longer than the file.
    // *Cost:* one call.
    // *Fails:* MAP_FAILED, but not for this: of a regular file's length
    // it takes no notice.
    char *map = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
                     MAP_SHARED, file, 0);
    if (map == MAP_FAILED)
        die("mmap");
    say("mmap:  %d pages", PAGES);
    catch_bus(map);

    char last = map[end - 1], behind = map[end], byte;
    say("load:  page 1, byte %d: '%c'", LAST - 1, last);
    say("load:  page 1, byte %d: %d", LAST, behind);
    bool stored = store_at(map, 1, LAST);
    ssize_t count = pread(file, &byte, 1, (off_t)end);
    if (count == -1)
        die("pread");
    say("read:  page 1, byte %d: %zd bytes, the file has ended", LAST,
        count);
    CHECK(behind == 0 && stored && count == 0,
          "a store behind the end is done, and is not in the file");

    stored = store_at(map, 2, 0);
    CHECK(!stored && touched == 2 * page,
          "a page wholly behind the end is SIGBUS");
    map[0] = 'y';
    page_view(map, PAGES, "the file ends in page 1");

    // Anybody who may write to the file may cut it, at any moment.
    // *Cost:* one call. The pages behind the new end are freed, and
    // leave the page tables of all processes that have mapped them.
    // *Fails:* -1. `EINVAL`: not open for writing.
    if (ftruncate(file, (off_t)page) == -1)
        die("ftruncate");
    say("file:  1 page, by ftruncate");
    map[0] = 'z'; // if a huge page was cut, this brings back page 0
    page_view(map, PAGES, "the file ends with page 0");
    stored = store_at(map, 1, 0);
    CHECK(!stored && touched == page,
          "page 1 was there; the file was cut, and it is SIGBUS, too");

    if (munmap(map, PAGES * page) == -1)
        die("munmap");
    if (close(file) == -1)
        die("close");
    return 0;
}
