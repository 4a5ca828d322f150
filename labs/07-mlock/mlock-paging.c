// mlock-paging: ask the kernel to page out, and count what comes back.
//
// Teaches: a page that was paged out is read from the disk at its next
//          touch: a major fault. A locked page does not leave, even on
//          request.
// Calls:   mlock, madvise
// Run:     make lab-7
// See:     `. . . .` and 4 major faults; locked, `f f f f` and none.

#include "memlock.h"
#include "pageview.h"
#include "tidy.h"
#include <poll.h>
#include <sys/mman.h>
#include <sys/random.h>

enum { PAGES = 4 };
static size_t page_size;

// A file on a disk, and clean: the kernel has no reason to keep it.
static int make_file(void)
{
    int file = temporary_file();
    char page[page_size];
    for (int i = 0; i < PAGES; i++) {
        // Random bytes: what a file system can compress, it reads, and
        // keeps, in larger pieces than a page.
        for (size_t at = 0; at < page_size; at += 256)
            if (getrandom(page + at, 256, 0) != 256)
                die("getrandom");
        errno = ENOSPC; // should it write less than a page
        if (write(file, page, page_size) != (ssize_t)page_size)
            die("write");
    }
    if (fsync(file) == -1)
        die("fsync");
    return file;
}

// Read a byte of each page. How often did the disk have to be asked?
static long touch(const volatile char *pages)
{
    long before = faults(MAJOR);
    for (size_t i = 0; i < PAGES; i++)
        (void)pages[i * page_size];
    return faults(MAJOR) - before;
}

// Is one of the pages in memory, be it in our page table or not?
static bool in_memory(char *pages)
{
    unsigned char state[PAGES];
    if (mincore(pages, PAGES * page_size, state) == -1)
        die("mincore");
    int count = 0;
    for (int i = 0; i < PAGES; i++)
        count += state[i] & 1;
    return count > 0;
}

// `MADV_PAGEOUT`: behave as if memory were short, for this range, now.
// A file's page leaves memory if it is clean; a dirty one leaves the
// page table only. Private pages need swap to go to.
// *Cost:* one call; later a major fault for each page touched again.
// *Fails:* -1. `EINVAL`: the range is locked, or the kernel is older
// than 5.4. What it cannot page out stays, and no error tells.
static int page_out(char *pages)
{
    return madvise(pages, PAGES * page_size, MADV_PAGEOUT);
}

int main(void)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = PAGES * page_size;
    say("%d pages of a file are mapped, and touched", PAGES);
    int file = make_file();
    char *pages = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    if (pages == MAP_FAILED)
        die("mmap");

    // No read-ahead: a fault brings the one page that was touched.
    if (madvise(pages, size, MADV_RANDOM) == -1)
        die("madvise");
    touch(pages);
    page_view(pages, PAGES, "all are in memory");
    for (int i = 0; i < 20; i++) {
        if (page_out(pages) == -1)
            die("madvise");
        if (!in_memory(pages))
            break;
        if (poll(NULL, 0, 1) == -1)
            die("poll");
        touch(pages); // the kernel was busy with a page: ask again
    }
    page_view(pages, PAGES, "after MADV_PAGEOUT");
    long plain = touch(pages);
    say("plain:  touched again: %ld major faults", plain);
    if (plain == 0)
        SKIP("nothing was paged out: is the file in memory, or fsync "
             "off? Set TMPDIR to a folder on a disk");

    // *Cost:* one call, which takes the faults of all pages.
    // *Fails:* -1. `ENOMEM`: over RLIMIT_MEMLOCK. `EPERM`: it is 0.
    if (mlock(pages, size) == -1) {
        skip_if_over_limit(size);
        die("mlock");
    }
    skip_if_nothing_locked();
    CHECK(page_out(pages) == -1 && errno == EINVAL,
          "asked to page out what is locked, the kernel says EINVAL");
    page_view(pages, PAGES, "locked, and after MADV_PAGEOUT");
    long locked = touch(pages);
    say("locked: touched again: %ld major faults", locked);
    CHECK(locked == 0, "a locked page does not leave");
    if (munmap(pages, size) == -1)
        die("munmap");
    if (close(file) == -1)
        die("close");
    return 0;
}
