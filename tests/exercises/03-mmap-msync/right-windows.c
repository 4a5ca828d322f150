// right: page by page, msync behind each, and open with a size from lseek.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int bad(const char *call, const char *path)
{
    fprintf(stderr, "%s: %s: %s\n", call, path, strerror(errno));
    return 1;
}

int main(int argc, char **argv)
{
    long page = sysconf(_SC_PAGESIZE);
    if (argc == 1) {
        fputs("usage: exercise FILE...\n", stderr);
        return 2;
    }
    for (char **path = argv + 1; *path; path++) {
        long changed = 0;
        int fd = open(*path, O_RDWR);
        if (fd < 0)
            return bad("open", *path);
        off_t size = lseek(fd, 0, SEEK_END);
        for (off_t at = 0; at < size; at += page) {
            size_t length = size - at < page ? (size_t)(size - at)
                                             : (size_t)page;
            unsigned char *map = mmap(0, length, PROT_WRITE | PROT_READ,
                                      MAP_SHARED, fd, at);
            if (map == MAP_FAILED)
                return bad("mmap", *path);
            for (size_t i = 0; i < length; i++)
                if (islower(map[i])) {
                    map[i] = (unsigned char)toupper(map[i]);
                    changed++;
                }
            if (msync(map, length, MS_SYNC))
                return bad("msync", *path);
            munmap(map, length);
        }
        close(fd);
        printf("%s: %ld of %ld bytes changed\n", *path, changed,
               (long)size);
        fflush(stdout);
    }
    return 0;
}
