// coldfile.h: a temporary file, and how much of it is in memory.
//
// What advice brings into memory shows only on a file that is not there
// already. cold_file() makes one; posix_fadvise then gets its pages out
// of memory, and no right is needed for that. The file has no name, so
// nothing is left of it when the program ends.

#ifndef COLDFILE_H
#define COLDFILE_H

#include "tidy.h"
#include <poll.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { FILE_PAGES = 256, TRIES = 1000 };

// Page i of it begins with the byte i; the rest looks random, since
// what a file system can compress, it reads in larger pieces. It is
// written to the device: a page newer than that could not leave memory.
static inline void cold_fill(int file, size_t page)
{
    size_t size = FILE_PAGES * page;
    unsigned char *bytes = calloc(FILE_PAGES, page);
    if (bytes == NULL)
        die("calloc");
    uint32_t random = 1;
    for (size_t i = 0; i < size; i++) {
        random = random * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(random >> 24);
    }
    for (size_t i = 0; i < FILE_PAGES; i++)
        bytes[i * page] = (unsigned char)i;
    for (size_t done = 0; done < size;) {
        ssize_t n = write(file, bytes + done, size - done);
        if (n == -1)
            die("write");
        done += (size_t)n;
    }
    free(bytes);
    if (fsync(file) == -1)
        die("fsync");
}

// Returns the descriptor of a new file with FILE_PAGES pages.
static inline int cold_file(size_t page)
{
    int file = temporary_file();
    struct stat status;
    if (fstat(file, &status) == -1)
        die("fstat");
    if ((size_t)status.st_blksize > page)
        SKIP("files in %s are read %ld bytes at a time, not by page:"
             " set TMPDIR", temporary_folder(),
             (long)status.st_blksize);
    cold_fill(file, page);
    return file;
}

// How many of the pages from..to-1 are in memory. `map` is the file.
static inline size_t in_memory(char *map, size_t from, size_t to)
{
    unsigned char state[FILE_PAGES];
    size_t size = (size_t)sysconf(_SC_PAGESIZE), count = 0;
    if (mincore(map + from * size, (to - from) * size, state) == -1)
        die("mincore");
    for (size_t i = 0; i < to - from; i++)
        count += state[i] & 1;
    return count;
}

// The kernel goes on reading after a touch or a call has returned. Wait
// until `wanted` pages are in memory and no more came for 5 ms, but no
// longer than a second or two.
static inline void settle(char *map, size_t wanted)
{
    size_t count = 0;
    for (int i = 0, quiet = 0; i < TRIES && quiet < 5; i++) {
        size_t before = count;
        count = in_memory(map, 0, FILE_PAGES);
        quiet = count == before && count >= wanted ? quiet + 1 : 0;
        if (poll(NULL, 0, 1) == -1)
            die("poll");
    }
}

#endif
