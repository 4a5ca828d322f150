// right: without lab.h; two pipes that are only closed; pages in .bss.
// needs: zero-page
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Alignas(65536) volatile char memory[24 * 65536];
static char own[24], seen[24], later[24];

static void step(const char *text, char *stores, char *loads)
{
    char *end;
    unsigned long page = strtoul(text + 1, &end, 10);
    if ((text[0] != 'r' && text[0] != 'w') || end == text + 1 || *end ||
        page > 23) {
        fprintf(stderr, "bad step %s\n", text);
        exit(1);
    }
    volatile char *where = memory + page * sysconf(_SC_PAGESIZE);
    if (text[0] == 'w') {
        *where = 'w';
        stores[page] = 1;
    } else {
        char unused = *where;
        (void)unused;
        loads[page] = 1;
    }
}

static void child(const char *path, int done, int look)
{
    char word[100], byte;
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        _exit(1);
    }
    while (fscanf(f, "%99s", word) == 1)
        step(word, own, seen);
    fclose(f);
    close(done);
    read(look, &byte, 1);
    _exit(0);
}

static void list(const char *name, const char *kinds, char kind)
{
    printf("%s:", name);
    for (int i = 0; i < 24; i++)
        if (kinds[i] == kind)
            printf(" %d", i);
    printf("\n");
}

int main(int argc, char **argv)
{
    int done[2], look[2], i = 2, status;
    char byte, kinds[24];
    uint64_t entry[24];
    while (i < argc && strcmp(argv[i], "fork"))
        step(argv[i++], own, seen);
    if (pipe2(done, O_CLOEXEC) || pipe2(look, O_CLOEXEC)) {
        perror("pipe2");
        return 1;
    }
    pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        return 1;
    }
    if (pid == 0) {
        close(done[0]);
        close(look[1]);
        // The parent's own steps come first: it says so with a byte.
        if (read(look[0], &byte, 1) != 1)
            _exit(1);
        child(argv[1], done[1], look[0]);
    }
    close(done[1]);
    close(look[0]);
    while (++i < argc)
        step(argv[i], later, seen);
    write(look[1], "g", 1);
    read(done[0], &byte, 1);
    int map = open("/proc/self/pagemap", O_RDONLY);
    size_t size = sysconf(_SC_PAGESIZE);
    if (map < 0 || pread(map, entry, sizeof entry,
                         (uintptr_t)memory / size * 8) != sizeof entry) {
        perror("pagemap");
        return 1;
    }
    close(map);
    close(look[1]);
    if (wait(&status) < 0) {
        perror("wait");
        return 1;
    }
    if (status)
        return 1;
    puts("pages: . none  0 zero page  P own  p shared until written");
    puts("pages: f file or shared memory  F by two or more  s swapped");
    printf("pages: ");
    for (i = 0; i < 24; i++) {
        char cell = !(entry[i] >> 63) ? '.'
                    : entry[i] >> 56 & 1 ? 'P'
                    : own[i] ? 'p' : '0';
        kinds[i] = own[i] && !later[i] ? cell : '?';
        printf("%c ", cell);
    }
    printf(" parent\n");
    list("stored into", kinds, 'P');
    list("not stored into", kinds, 'p');
    list("cannot tell", kinds, '?');
    return 0;
}
