// right: a window of 64 pages after the other is mapped; runs are joined.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW = 64 };

static int fd;
static long page;
static unsigned long total;

static int failed(const char *what)
{
    perror(what);
    return -1;
}

// How many pages of that window are in memory, or -1; with `work`, adds them
// up and gives back those that are done with.
static int window(off_t from, size_t length, int work)
{
    unsigned char vec[WINDOW];
    int count = 0;
    char *map = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, from);
    if (map == MAP_FAILED)
        return failed("mmap");
    if (mincore(map, length, vec) != 0)
        return failed("mincore");
    char *run = NULL;
    for (size_t i = 0; i <= length / (size_t)page; i++) {
        char *at = map + i * (size_t)page;
        int here = i < length / (size_t)page && (vec[i] & 1);
        count += here;
        if (work && here)
            for (long k = 0; k < page; k++)
                total += (unsigned char)at[k];
        if (work && here && at[0] == 'd') {
            if (run == NULL)
                run = at;
        } else if (run != NULL) {
            if (madvise(run, (size_t)(at - run), MADV_REMOVE) != 0)
                return failed("madvise");
            run = NULL;
        }
    }
    munmap(map, length);
    return count;
}

static long all(off_t size, int work)
{
    long count = 0;
    for (off_t at = 0; at < size; at += WINDOW * page) {
        off_t left = size - at;
        int n = window(at, (size_t)(left < WINDOW * page ? left : WINDOW * page), work);
        if (n < 0)
            return -1;
        count += n;
    }
    return count;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    char path[300];
    snprintf(path, sizeof path, "/dev/shm/%s", argv[1] + (argv[1][0] == '/'));
    fd = open(path, O_RDWR);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        perror(path);
        return 1;
    }
    page = getpagesize();
    long before = all(st.st_size, 1);
    long after = before < 0 ? -1 : all(st.st_size, 0);
    if (after < 0)
        return 1;
    printf("before: %ld of %ld pages in memory\nsum: %lu\n", before, (long)(st.st_size / page), total);
    printf("after: %ld of %ld pages in memory\n", after, (long)(st.st_size / page));
    close(fd);
    return 0;
}
