// advise-file: touch one page of a cold file, and see what comes along.
//
// Teaches: the kernel reads more of a file than is touched. Advice says
//          how much more, and never changes what a load gives.
// Calls:   posix_fadvise, madvise
// Run:     make lab-6
// See:     the counts of NORMAL, RANDOM and SEQUENTIAL.

#include "coldfile.h"
#include "pageview.h"

enum { TOUCHED = 128, NAMED = 8 };

// How many pages came along with the touched one, on either side.
struct company {
    size_t behind, ahead;
};

static size_t page;

// A new mapping of the file, with none of its pages in memory.
static char *map_cold(int file)
{
    char *map = mmap(NULL, FILE_PAGES * page, PROT_READ, MAP_SHARED,
                     file, 0);
    if (map == MAP_FAILED)
        die("mmap");
    for (int i = 0; i < TRIES; i++) {
        // Forget what is cached of the file; length 0 means all of it.
        // Pages that are mapped, dirty, or being read stay.
        // *Cost:* one call; each later use of a page reads the device.
        // *Fails:* returns the error, and does not set errno. `EBADF`:
        // no descriptor. `EINVAL`: no such advice. `ESPIPE`: a pipe.
        errno = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
        if (errno != 0)
            die("posix_fadvise");
        if (in_memory(map, 0, FILE_PAGES) == 0)
            return map;
        if (poll(NULL, 0, 1) == -1)
            die("poll");
    }
    SKIP("a file in %s stays in memory: set TMPDIR to a folder on a"
         " disk", temporary_folder());
}

static void advise(char *start, size_t pages, int advice)
{
    // NORMAL, RANDOM and SEQUENTIAL stay with the mapping, for page
    // faults that find a page missing. WILLNEED and DONTNEED act now.
    // *Cost:* one call. A part of a mapping may become a mapping of its
    // own: that is where the kernel keeps the advice.
    // *Fails:* -1. `EINVAL`: the address is not at the start of a page,
    // or no such advice. `ENOMEM`: a part is not mapped.
    if (madvise(start, pages * page, advice) == -1)
        die("madvise");
}

// `volatile`: the compiler may not leave out this load, or move it.
static int load(const char *byte)
{
    return *(const volatile unsigned char *)byte;
}

static struct company touch(char *map, int advice, const char *name)
{
    struct company came;
    advise(map, FILE_PAGES, advice);
    int seen = load(map + TOUCHED * page);
    settle(map, advice == MADV_RANDOM ? 1 : 2);
    came.behind = in_memory(map, 0, TOUCHED);
    came.ahead = in_memory(map, TOUCHED + 1, FILE_PAGES);
    say("%s: page %d reads %d; count=%zu came behind, count=%zu ahead",
        name, TOUCHED, seen, came.behind, came.ahead);
    if (munmap(map, FILE_PAGES * page) == -1)
        die("munmap");
    return came;
}

// WILLNEED starts to read and does not wait for the device. What it
// reads comes into memory, not into the page table.
static void will_need(char *map)
{
    advise(map + TOUCHED * page, NAMED, MADV_WILLNEED);
    settle(map, NAMED);
    size_t came = in_memory(map, TOUCHED, TOUCHED + NAMED);
    page_view(map + TOUCHED * page, NAMED, "after MADV_WILLNEED");
    say("WILLNEED: of %d pages named count=%zu came", NAMED, came);
    if (came == 0)
        SKIP_STEP("WILLNEED", "no page came within a second");
    else
        say("WILLNEED: => pages come in, and nobody touched them");
    CHECK(in_memory(map, 0, FILE_PAGES) == came,
          "WILLNEED brings no page that was not named");
}

// DONTNEED is the reverse: out of the page table, but not of memory.
static void dont_need(char *map)
{
    char *part = map + TOUCHED * page;
    for (size_t i = 0; i < NAMED; i++)
        load(part + i * page);
    page_view(part, NAMED, "after a load from each page");
    advise(part, NAMED, MADV_DONTNEED);
    page_view(part, NAMED, "after MADV_DONTNEED");
    CHECK(in_memory(map, TOUCHED, TOUCHED + NAMED) == NAMED &&
              load(part) == TOUCHED,
          "DONTNEED leaves a file's pages and its data in memory");
}

int main(void)
{
    page = (size_t)sysconf(_SC_PAGESIZE);
    int file = cold_file(page);
    char *map = map_cold(file);
    say("before each advice none of the file's %d pages is in memory",
        FILE_PAGES);
    struct company came = touch(map, MADV_NORMAL, "NORMAL");
    bool reads_more = came.behind + came.ahead > 0;
    if (!reads_more)
        SKIP_STEP("NORMAL", "no read-ahead here: only the page came");
    else
        say("NORMAL: => more came than was touched");

    came = touch(map_cold(file), MADV_RANDOM, "RANDOM");
    CHECK(came.behind + came.ahead == 0,
          "RANDOM brings the touched page alone");

    came = touch(map_cold(file), MADV_SEQUENTIAL, "SEQUENTIAL");
    CHECK(came.behind == 0 && (came.ahead > 0 || !reads_more),
          "SEQUENTIAL brings nothing from behind");

    map = map_cold(file);
    will_need(map);
    dont_need(map);
    if (munmap(map, FILE_PAGES * page) == -1)
        die("munmap");
    if (close(file) == -1)
        die("close");
    return 0;
}
