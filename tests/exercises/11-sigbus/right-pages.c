// right: bus.h; a page at a time is copied and asked about after that.
#include "bus.h"
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct file {
    char *name;
    int fd;
    size_t length;
    volatile char *map;
};

static bool copy_page(volatile char *from, size_t length,
                      unsigned char *to)
{
    if (sigsetjmp(way_out, 0) != 0)
        return false;
    in_store = 1;
    for (size_t i = 0; i < length; i++)
        to[i] = (unsigned char)from[i];
    in_store = 0;
    return true;
}

static void report(struct file *file)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = 0;
    unsigned char *copy = calloc(1, page);
    unsigned long sum = 0;
    if (copy == NULL)
        die("calloc");
    while (bytes < file->length) {
        struct stat now;
        size_t length = file->length - bytes;
        if (length > page)
            length = page;
        if (!copy_page(file->map + bytes, length, copy))
            break;
        if (fstat(file->fd, &now) == -1)
            die("fstat");
        size_t size = (size_t)now.st_size, there = 0;
        if (size > bytes)
            there = size - bytes < length ? size - bytes : length;
        for (size_t i = 0; i < there; i++)
            sum += copy[i];
        bytes += there;
        if (there < length)
            break;
    }
    free(copy);
    say("%s: %zu of %zu bytes, sum %lu", file->name, bytes, file->length,
        sum);
}

int main(int argc, char *argv[])
{
    if (argc < 3)
        usage("exercise GATE FILE...");
    struct file *files = calloc((size_t)argc, sizeof *files);
    if (files == NULL)
        die("calloc");
    for (int i = 2; i < argc; i++) {
        struct stat about;
        files[i].name = argv[i];
        files[i].fd = open(argv[i], O_RDONLY);
        if (files[i].fd == -1 || fstat(files[i].fd, &about) == -1)
            fail("%s: %s", argv[i], strerror(errno));
        files[i].length = (size_t)about.st_size;
        if (about.st_size == 0)
            continue;
        files[i].map = mmap(NULL, files[i].length, PROT_READ, MAP_SHARED,
                            files[i].fd, 0);
        if (files[i].map == MAP_FAILED)
            die("mmap");
    }
    catch_bus(NULL);
    char line[100];
    struct pollfd gate = {.events = POLLIN};
    gate.fd = open(argv[1], O_RDONLY);
    if (gate.fd == -1 || poll(&gate, 1, -1) != 1 ||
        read(gate.fd, line, sizeof line) < 1)
        die(argv[1]);
    for (int i = 2; i < argc; i++)
        report(&files[i]);
    free(files);
    return 0;
}
