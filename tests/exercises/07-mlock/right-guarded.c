// right: the key at the end of a page, a guard behind it, dprintf, fgets.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static unsigned seal(const unsigned char *key, unsigned number)
{
    for (int i = 0; i < 32; i++) {
        number ^= key[i];
        number *= 16777619u;
    }
    return number;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: exercise KEY ASK ANSWER\n", stderr);
        return 2;
    }
    size_t page = (size_t)getpagesize();
    char *area = mmap(NULL, 3 * page, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED ||
        mprotect(area + page, page, PROT_READ | PROT_WRITE) != 0) {
        perror("mmap");
        return 1;
    }
    volatile unsigned char *key = (unsigned char *)area + 2 * page - 32;
    if (mlock2((void *)((uintptr_t)key), 32, MLOCK_ONFAULT) != 0) {
        fprintf(stderr, "mlock2: %s (how much one may lock: ulimit -l)\n",
                strerror(errno));
        return 1;
    }
    if (madvise(area, 3 * page, MADV_DONTDUMP) != 0 ||
        madvise(area + page, page, MADV_WIPEONFORK) != 0) {
        perror("madvise");
        return 1;
    }
    int in = open(argv[1], O_RDONLY);
    if (in < 0) {
        perror(argv[1]);
        return 1;
    }
    for (size_t got = 0; got < 32;) {
        struct pollfd ready = {.fd = in, .events = POLLIN};
        poll(&ready, 1, -1);
        struct iovec where = {(void *)((uintptr_t)key + got), 32 - got};
        ssize_t n = readv(in, &where, 1);
        if (n <= 0) {
            fprintf(stderr, n < 0 ? "readv: %s\n" : "%s: no key\n",
                    n < 0 ? strerror(errno) : argv[1]);
            return 1;
        }
        got += (size_t)n;
    }
    close(in);
    FILE *ask = fopen(argv[2], "r");
    int out = open(argv[3], O_WRONLY | O_CREAT, 0600);
    if (!ask || out < 0) {
        perror("open");
        return 1;
    }
    char line[100];
    int known = 1;
    while (fgets(line, sizeof line, ask)) {
        if (!strncmp(line, "forget", 6)) {
            for (int i = 0; i < 32; i++)
                key[i] = 0;
            known = 0;
            dprintf(out, "forgotten\n");
        } else if (known) {
            unsigned answer = seal((unsigned char *)(uintptr_t)key,
                                   (unsigned)atoll(line));
            dprintf(out, "%u\n", answer);
        } else {
            dprintf(out, "no key\n");
        }
    }
    munmap(area, 3 * page);
    return 0;
}
