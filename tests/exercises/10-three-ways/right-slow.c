// right: the child moves the numbers of each step, slowly; the umask is
// made to give the right mode.
#include "lab.h"
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char *after(const char *text, const char *way)
{
    size_t length = strlen(way);
    return strncmp(text, way, length) == 0 ? text + length : NULL;
}

// size 0: find it, and say how large it is.
static void *attach(const char *text, size_t *size, mode_t *mode)
{
    const char *name;
    int new = *size > 0 ? O_CREAT | O_EXCL : 0;
    void *memory;
    if ((name = after(text, "sysv:")) != NULL) {
        key_t key = (key_t)strtoul(name, NULL, 10);
        int id = new ? shmget(key, *size, IPC_CREAT | IPC_EXCL |
                              (int)*mode)
                     : shmget(key, 0, 0);
        struct shmid_ds about;
        if (id == -1)
            return NULL;
        if (shmctl(id, IPC_STAT, &about) == -1)
            return NULL;
        *size = about.shm_segsz;
        *mode = about.shm_perm.mode & 0777;
        memory = shmat(id, NULL, 0);
        if (memory == (void *)-1) {
            int error = errno;
            if (new)
                shmctl(id, IPC_RMID, NULL);
            errno = error;
            return NULL;
        }
        return memory;
    }
    if (new)
        umask((mode_t)~*mode & 0777);
    int file;
    if ((name = after(text, "posix:")) != NULL)
        file = shm_open(name, O_RDWR | new, 0777);
    else
        file = open(name = after(text, "file:"), O_RDWR | new, 0777);
    if (file == -1)
        return NULL;
    if (new && ftruncate(file, (off_t)*size) == -1) {
        int error = errno;
        after(text, "posix:") ? shm_unlink(name) : unlink(name);
        errno = error;
        return NULL;
    }
    struct stat about;
    fstat(file, &about);
    *size = (size_t)about.st_size;
    *mode = about.st_mode & 0777;
    memory = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, file,
                  0);
    close(file);
    if (memory != MAP_FAILED)
        return memory;
    if (new)
        after(text, "posix:") ? shm_unlink(name) : unlink(name);
    return NULL;
}

static int take_name(const char *text)
{
    const char *name;
    if ((name = after(text, "sysv:")) != NULL)
        return shmctl(shmget((key_t)strtoul(name, NULL, 10), 0, 0),
                      IPC_RMID, NULL);
    if ((name = after(text, "posix:")) != NULL)
        return shm_unlink(name);
    return unlink(after(text, "file:"));
}

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++)
        if (!after(argv[i], "sysv:") && !after(argv[i], "posix:") &&
            !after(argv[i], "file:"))
            usage("an unknown way: %s", argv[i]);
    unsigned *object[64];
    size_t size = 0;
    mode_t mode = 0;
    object[1] = attach(argv[1], &size, &mode);
    if (object[1] == NULL)
        fail("cannot open %s: %s", argv[1], strerror(errno));
    for (int i = 1; i + 1 < argc; i++) {
        object[i + 1] = attach(argv[i + 1], &size, &mode);
        if (object[i + 1] == NULL)
            fail("cannot make %s: %s", argv[i + 1], strerror(errno));
        if (fork() == 0) {
            unsigned long sum = 0;
            usleep(5000);
            for (size_t at = 0; at < size / sizeof(unsigned); at++)
                sum += object[i + 1][at] = object[i][at] + 1;
            if (take_name(argv[i]) == -1) {
                note("cannot remove %s: %s", argv[i], strerror(errno));
                take_name(argv[i + 1]);
                _exit(1);
            }
            say("%zu numbers, sum %lu", size / sizeof(unsigned), sum);
            _exit(0);
        }
        int status;
        wait(&status);
        if (status != 0)
            return 1;
    }
}
