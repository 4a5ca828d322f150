// right: no lab.h, stdio for both FIFOs, the lock looked at, output at the end.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct item {
    unsigned number;
    char text[32];
};

int main(int argc, char **argv)
{
    char name[100], path[200];
    if (argc != 2) {
        fputs("usage: exercise NAME\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    snprintf(name, sizeof name, "/memlabs-%u-%s", (unsigned)getuid(), argv[1]);
    int fd = shm_open(name, O_RDONLY, 0);
    if (fd < 0) {
        perror(name);
        return 1;
    }
    const struct item *shared = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    snprintf(path, sizeof path, "/tmp%s.full", name);
    FILE *bell = fopen(path, "r");
    if (!bell) {
        perror(path);
        return 1;
    }
    snprintf(path, sizeof path, "/tmp%s.empty", name);
    FILE *answer = fopen(path, "w");
    if (!answer) {
        perror(path);
        return 1;
    }
    setbuf(bell, NULL);
    unsigned count = 0;
    while (getc(bell) != EOF) {
        struct item copy;
        memcpy(&copy, shared, sizeof copy);
        if (copy.number != count + 1) {
            fflush(stdout);
            fprintf(stderr, "after item %u came item %u: %u was lost\n",
                    count, copy.number, count + 1);
            return 1;
        }
        printf("item %u: %.32s\n", ++count, copy.text);
        if (putc('\n', answer) == EOF || fflush(answer) == EOF) {
            fprintf(stderr, "write: %s\n", strerror(errno));
            return 1;
        }
    }
    if (ferror(bell)) {
        perror("read");
        return 1;
    }
    printf("end of file after %u items\n", count);
    fclose(bell);
    munmap((void *)shared, 4096);
    close(fd);
    return 0;
}
