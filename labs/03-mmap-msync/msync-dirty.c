// msync-dirty: what msync waits for.
//
// Teaches: a store makes a page dirty, newer than the disk. MS_ASYNC
//          leaves it so; MS_SYNC returns when the disk has it.
// Calls:   msync
// Run:     make lab-3
// See:     dirty, dirty, clean.

#include "pageview.h"
#include "tidy.h"
#include <sys/mman.h>
#include <sys/vfs.h>

#define TMPFS 0x01021994 // f_type of a file system without a disk
#define RAMFS 0x858458f6
#define OVERLAY 0x794c7630 // a container's: there may be a disk below

// Does the mapping hold a page that is newer than the disk?
static bool is_dirty(const void *map)
{
    long alone = smaps_kib(map, "Private_Dirty");
    long others = smaps_kib(map, "Shared_Dirty");
    if (alone == -1 || others == -1)
        SKIP("this kernel keeps no counts in /proc/self/smaps");
    return alone + others > 0;
}

static const char *word(bool dirty)
{
    return dirty ? "dirty" : "clean";
}

int main(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int file = temporary_file();
    if (ftruncate(file, (off_t)page) == -1)
        die("ftruncate");
    errno = posix_fallocate(file, 0, (off_t)page);
    if (errno != 0 && errno != EOPNOTSUPP)
        die("posix_fallocate");
    char *map = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED,
                     file, 0);
    if (map == MAP_FAILED)
        die("mmap");

    struct statfs about;
    if (fstatfs(file, &about) == -1)
        die("fstatfs");
    if (about.f_type == TMPFS || about.f_type == RAMFS)
        SKIP("%s is in memory and has no disk to write to. Set TMPDIR "
             "to a folder on a disk", temporary_folder());

    // The kernel also writes dirty pages of its own accord, all of them
    // at a sync(1). If it comes in between, do it once more.
    bool stored = false, async = false, sync = false;
    for (int i = 0; i < 5 && !(stored && async); i++) {
        map[0]++;
        stored = is_dirty(map);

        // `MS_ASYNC` starts nothing (a no-op since Linux 2.6.19): the
        // kernel knows the page is dirty, and writes it when it is old,
        // 30 seconds by default. `MS_SYNC` writes it now, and waits.
        // *Cost:* one call. Clean pages are not written again.
        // *Fails:* -1. `EINVAL`: both flags, or not a page's beginning.
        if (msync(map, page, MS_ASYNC) == -1)
            die("msync");
        async = is_dirty(map);
        if (msync(map, page, MS_SYNC) == -1)
            die("msync");
        sync = is_dirty(map);
    }
    if (sync && about.f_type == OVERLAY)
        SKIP("%s has no disk below it. Set TMPDIR to a folder on one",
             temporary_folder());
    say("after a store  %s", word(stored));
    say("after MS_ASYNC %s", word(async));
    say("after MS_SYNC  %s", word(sync));
    if (munmap(map, page) == -1)
        die("munmap");
    if (close(file) == -1)
        die("close");
    CHECK(stored && async && !sync,
          "only MS_SYNC waits until the page is clean");
    return 0;
}
