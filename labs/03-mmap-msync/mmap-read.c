// mmap-read: a file read as if it were an array.
//
// Teaches: a private mapping shows a file as memory. A store into it is
//          kept in a copy of that page, and never reaches the file.
// Calls:   open, fstat, mmap, munmap
// Run:     make lab-3, or mmap-read FILE
// See:     after the store one page is `P`, no longer the file's.

#include "pageview.h"
#include "tidy.h"
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

// A path could name another file a moment after any check of it: open
// it first, then ask about what is open. `O_NONBLOCK` is for a FIFO,
// where `open` would otherwise wait for somebody to write.
// *Cost:* one call; no byte of the file is read.
// *Fails:* -1. `ENOENT`: no such file. `EACCES`: not ours to read.
static int open_file(const char *path)
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file == -1)
        fail("mmap-read: open %s: %s (%s)", path, errno_name(errno),
             strerror(errno));
    return file;
}

// With no FILE: a few lines of our own, in a file that needs no name.
static int make_file(void)
{
    static const char lines[] = "one line\nanother\nthe last\n";
    int file = temporary_file();
    errno = ENOSPC; // if not all of it fits
    if (pwrite(file, lines, strlen(lines), 0) != (ssize_t)strlen(lines))
        die("pwrite");
    return file;
}

// `fstat` asks the open file. `stat(path)` asks a name: the answer can
// be about a file that took its place.
// *Cost:* one call.
// *Fails:* -1. `EOVERFLOW`: a size that does not fit in an off_t.
static size_t size_of(int file, const char *path)
{
    struct stat about;
    if (fstat(file, &about) == -1)
        die("fstat");
    if (S_ISDIR(about.st_mode))
        fail("mmap-read: %s is a directory. Name a file", path);
    if (!S_ISREG(about.st_mode))
        fail("mmap-read: %s has no size to map: it is no regular file",
             path);
    if (about.st_size == 0)
        fail("mmap-read: %s has length 0, and a mapping has at least a "
             "byte", path);
    if ((uintmax_t)about.st_size > SIZE_MAX)
        fail("mmap-read: %s is larger than the address space", path);
    return (size_t)about.st_size;
}

// The length comes from `fstat`, never from a NUL in the mapping: past
// the end of the file there is one only as far as its last page goes.
static void print_text(const char *text, size_t size)
{
    const char *nul = memchr(text, '\0', size);
    if (nul != NULL)
        fail("mmap-read: this is no text file: byte %td is 0",
             nul - text);
    bool ended = text[size - 1] == '\n';
    while (size > 0) {
        ssize_t wrote = write(STDOUT_FILENO, text, size);
        if (wrote == -1)
            die("write");
        text += wrote;
        size -= (size_t)wrote;
    }
    if (!ended)
        say("%s", "");
}

int main(int argc, char *argv[])
{
    if (argc > 2)
        usage("mmap-read [FILE]");
    const char *path = argc > 1 ? argv[1] : "(temporary file)";
    int file = argc > 1 ? open_file(path) : make_file();
    size_t size = size_of(file, path);

    // The file appears in memory, and nothing is read yet. We may store
    // although the file is open for reading only: a `MAP_PRIVATE` store
    // goes to a copy. The mapping outlives the descriptor.
    // *Cost:* one call; each first touch of a page is a fault, and one
    // fault often maps several pages that are in memory already.
    // *Fails:* MAP_FAILED, which is not NULL. `EINVAL`: length 0.
    char *text = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                      file, 0);
    if (text == MAP_FAILED)
        die("mmap");
    print_text(text, size);
    page_view(text, 1, "the first page, after reading it");

    char before = text[0];
    text[0] = before == '#' ? '*' : '#';
    page_view(text, 1, "the first page, after a store into it");
    char now;
    if (pread(file, &now, 1, 0) != 1)
        die("pread");
    say("read:  in memory '%c', in the file '%c'", text[0], now);
    CHECK(now == before, "a private store never reaches the file");

    // *Cost:* one call; the copy of the page is freed.
    // *Fails:* -1. `EINVAL`: the address does not begin a page.
    if (munmap(text, size) == -1)
        die("munmap");
    if (close(file) == -1)
        die("close");
    return 0;
}
