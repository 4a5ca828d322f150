// right: no table, posix_fallocate and fchmod, /dev/shm by its path.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[2][5000];

// The kind of object: s, p or f; the path of a file, or the key.
static char parse(const char *text, int i)
{
    if (!strncmp(text, "sysv:", 5)) {
        strcpy(path[i], text + 5);
        return 's';
    }
    if (!strncmp(text, "posix:/", 7)) {
        snprintf(path[i], sizeof path[i], "/dev/shm/%s", text + 7);
        return 'p';
    }
    if (!strncmp(text, "file:", 5)) {
        strcpy(path[i], text + 5);
        return 'f';
    }
    fprintf(stderr, "usage: exercise FROM TO...\n");
    exit(2);
}

static int gone(char kind, int i)
{
    if (kind == 's')
        return shmctl(shmget(atoi(path[i]), 1, 0), IPC_RMID, 0);
    return unlink(path[i]);
}

static int bad(const char *call)
{
    fprintf(stderr, "%s: %m\n", call);
    return 1;
}

static int step(const char *from, const char *to)
{
    char a = parse(from, 0), b = parse(to, 1);
    size_t size;
    unsigned mode, *in, *out;
    if (a == 's') {
        struct shmid_ds ds;
        int id = shmget(atoi(path[0]), 0, 0);
        if (id < 0)
            return bad("shmget");
        if (shmctl(id, IPC_STAT, &ds))
            return bad("shmctl");
        size = ds.shm_segsz;
        mode = ds.shm_perm.mode & 0777;
        in = shmat(id, 0, SHM_RDONLY);
        if (in == (void *)-1)
            return bad("shmat");
    } else {
        struct stat st;
        int fd = open(path[0], O_RDONLY);
        if (fd < 0)
            return bad("open");
        fstat(fd, &st);
        size = (size_t)st.st_size;
        mode = st.st_mode & 0777;
        in = mmap(0, size, PROT_READ, MAP_SHARED_VALIDATE, fd, 0);
        close(fd);
        if (in == MAP_FAILED)
            return bad("mmap");
    }
    if (b == 's') {
        struct shmid_ds ds;
        int id = shmget(atoi(path[1]), size, IPC_CREAT | IPC_EXCL | 0600);
        if (id < 0)
            return bad("shmget");
        out = shmat(id, 0, 0);
        if (out == (void *)-1 || shmctl(id, IPC_STAT, &ds)) {
            bad("shmat");
            shmctl(id, IPC_RMID, 0);
            return 1;
        }
        ds.shm_perm.mode = (mode_t)mode;
        shmctl(id, IPC_SET, &ds);
    } else {
        int fd = open(path[1], O_RDWR | O_CREAT | O_EXCL, 0600);
        if (fd < 0)
            return bad("open");
        errno = posix_fallocate(fd, 0, (off_t)size);
        if (errno) {
            bad("posix_fallocate");
            gone(b, 1);
            return 1;
        }
        fchmod(fd, mode);
        out = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        if (out == MAP_FAILED) {
            bad("mmap");
            gone(b, 1);
            return 1;
        }
    }
    unsigned long sum = 0;
    for (size_t i = size / 4; i-- > 0;) {
        out[i] = in[i] + 1;
        sum += out[i];
    }
    if (gone(a, 0) == -1) {
        bad("IPC_RMID or unlink");
        gone(b, 1);
        return 1;
    }
    if (a == 's')
        shmdt(in);
    else
        munmap(in, size);
    if (b == 's')
        shmdt(out);
    else
        munmap(out, size);
    printf("%zu numbers, sum %lu\n", size / 4, sum);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        parse("", 0);
    for (int i = 1; i + 1 < argc; i++)
        if (step(argv[i], argv[i + 1]))
            return 1;
}
