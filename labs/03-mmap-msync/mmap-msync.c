// mmap-msync: write a file by storing into memory.
//
// Teaches: a store into a shared mapping is in the file at once, for
//          every process. msync is about the disk, not about others.
// Calls:   ftruncate, posix_fallocate, mmap, msync
// Run:     make lab-3, or mmap-msync FILE MEGABYTES
// See:     read(2) finds the text before any msync.

#include "pageview.h"
#include "tidy.h"
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define TEXT "mmap-msync stored this\n"
static const char *made; // a file we created and did not finish

static void remove_made(void)
{
    if (made != NULL)
        unlink(made);
}

// Open FILE, or make it. One that is not empty and not from an earlier
// run is somebody's data: it stays as it is.
static int open_file(const char *path)
{
    char start[sizeof TEXT - 1];
    at_end(remove_made);
    hold_signals();
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file != -1)
        made = path;
    release_signals();
    if (file == -1 && errno == EEXIST)
        file = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (file == -1)
        fail("mmap-msync: open %s: %s (%s)", path, errno_name(errno),
             strerror(errno));
    struct stat about;
    if (fstat(file, &about) == -1)
        die("fstat");
    if (!S_ISREG(about.st_mode))
        fail("mmap-msync: %s is not a regular file", path);
    ssize_t length = pread(file, start, sizeof start, 0);
    if (length == -1)
        die("pread");
    bool ours = length == (ssize_t)sizeof start &&
                memcmp(start, TEXT, sizeof start) == 0;
    bool hole = lseek(file, 0, SEEK_DATA) == -1 && errno == ENXIO;
    if (length > 0 && !ours && !hole)
        fail("mmap-msync: %s has data in it and was left as it is. "
             "Name a new file", path);
    return file;
}

static size_t parse_megabytes(const char *text)
{
    char *end;
    errno = 0;
    uintmax_t megabytes = strtoumax(text, &end, 10);
    if (errno != 0 || *end != '\0' || text[0] < '0' || text[0] > '9' ||
        megabytes == 0 || megabytes > SIZE_MAX >> 21)
        usage("mmap-msync [FILE MEGABYTES]; MEGABYTES is a number from "
              "1 to %zu, not \"%s\"", SIZE_MAX >> 21, text);
    return (size_t)megabytes << 20;
}

int main(int argc, char *argv[])
{
    if (argc != 1 && argc != 3)
        usage("mmap-msync [FILE MEGABYTES]");
    size_t length = parse_megabytes(argc == 3 ? argv[2] : "1");
    int file = argc == 3 ? open_file(argv[1]) : temporary_file();

    // The file has this length now, and no disk space: a hole of zeros.
    // A touch of a page wholly behind the end of a file is SIGBUS.
    // *Cost:* one call; no block is written.
    // *Fails:* -1. `EFBIG`: more than this file system can hold.
    if (ftruncate(file, (off_t)length) == -1)
        die("ftruncate");

    // Space for the page that we will store into. A store cannot return
    // ENOSPC: on a full disk it would be SIGBUS in the middle of an
    // assignment. The page needs all its blocks, whatever we store.
    // *Cost:* one call; the blocks are reserved.
    // *Fails:* returns the error. `ENOSPC`: the disk is full.
    errno = posix_fallocate(file, 0, sysconf(_SC_PAGESIZE));
    if (errno != 0 && errno != EOPNOTSUPP)
        die("posix_fallocate");

    // `MAP_SHARED` maps the very pages that read(2) and write(2) of
    // all processes use: the page cache.
    // *Cost:* one call; the first touch of each page is a fault.
    // *Fails:* MAP_FAILED. `ENOMEM`: no address space. `EACCES`: the
    // file is not open for reading and writing.
    char *map = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                     file, 0);
    if (map == MAP_FAILED)
        die("mmap");
    page_view(map, 1, "the first page, mapped and not touched");
    memcpy(map, TEXT, strlen(TEXT));
    page_view(map, 1, "the first page, after a store into it");

    char text[sizeof TEXT] = "";
    if (pread(file, text, sizeof text - 1, 0) == -1)
        die("pread");
    say("read(2) finds: %.*s", (int)strlen(text) - 1, text);
    CHECK(strcmp(text, TEXT) == 0,
          "a shared store is in the file at once, before any msync");

    // On return the disk, if there is one, has said that it has the
    // data; nobody else needed this. A new file's name is not data:
    // fsync(2) of its folder is what saves that from a power cut.
    // *Cost:* one call, and a write that it waits for.
    // *Fails:* -1. `EIO`: the disk. `ENOMEM`: part is unmapped.
    if (msync(map, length, MS_SYNC) == -1)
        die("msync");
    if (munmap(map, length) == -1)
        die("munmap");
    if (close(file) == -1)
        die("close");
    say("the file is %zu MB long", length >> 20);
    made = NULL;
    return 0;
}
