// right: the descriptor is closed at once, a child stores, backwards; the
// mapping is a page longer than the file, and never touched there.
#include "lab.h"
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void child(char *text, size_t size)
{
    while (size-- > 0)
        if (text[size] >= 'a' && text[size] <= 'z')
            text[size] ^= 0x20;
    _exit(0);
}

static size_t count(const char *text, size_t size)
{
    size_t letters = 0;
    for (const char *end = text + size; text < end; text++)
        letters += *text >= 'a' && *text <= 'z';
    return letters;
}

int main(int argc, char *argv[])
{
    if (argc < 2)
        usage("exercise FILE...");
    for (int i = 1; i < argc; i++) {
        struct stat about;
        int file = open(argv[i], O_RDWR | O_CLOEXEC);
        if (file == -1 || fstat(file, &about) == -1)
            fail("%s: %s", argv[i], strerror(errno));
        size_t size = (size_t)about.st_size;
        char *text = mmap(NULL, size + 8192, PROT_READ | PROT_WRITE,
                          MAP_SHARED, file, 0);
        if (text == MAP_FAILED)
            die("mmap");
        close(file);
        size_t letters = count(text, size);
        pid_t pid = fork();
        if (pid == -1)
            die("fork");
        if (pid == 0)
            child(text, size);
        int status;
        if (waitpid(pid, &status, 0) == -1 || status != 0)
            fail("the child of %s failed", argv[i]);
        if (msync(text, size, MS_SYNC) == -1)
            die("msync");
        munmap(text, size + 8192);
        say("%s: %zu of %zu bytes changed", argv[i], letters, size);
    }
    return 0;
}
