// peer: another process changes files that a program has mapped.
//
// Run: peer GATE KEY FILE=SIZE...
//
// Prints `ready`. When somebody opens GATE to read, adds KEY to each
// byte of each FILE, cuts it to SIZE (-: leaves its length), and writes
// a line to GATE. With the SIZE `on` it begins to cut then, page by
// page from the end, until one page is left. Ends with standard input.

#include "lab.h"
#include <poll.h>
#include <sys/stat.h>
#include <time.h>

enum { FILES = 16 };

struct target {
    int file;
    const char *size;
};

// Sleep for a while. Ends the program at the end of standard input.
static void pause_for(long nanoseconds, const char *complaint)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    struct timespec time = {.tv_nsec = nanoseconds};
    char byte;
    if (ppoll(&input, 1, &time, NULL) <= 0 || input.revents == 0)
        return;
    if (read(STDIN_FILENO, &byte, 1) > 0)
        return;
    if (complaint != NULL)
        say("%s", complaint);
    exit(0);
}

static off_t size_of(int file)
{
    struct stat about;
    if (fstat(file, &about) == -1)
        die("fstat");
    return about.st_size;
}

static struct target open_target(char *argument)
{
    char *size = strchr(argument, '=');
    if (size == NULL)
        usage("peer GATE KEY FILE=SIZE...");
    *size = '\0';
    struct target target = {.size = size + 1};
    target.file = open(argument, O_RDWR | O_CLOEXEC);
    if (target.file == -1)
        die("open");
    return target;
}

static void change(struct target target, int key)
{
    unsigned char bytes[4096];
    ssize_t length;
    for (off_t at = 0;; at += length) {
        length = pread(target.file, bytes, sizeof bytes, at);
        if (length == -1)
            die("pread");
        if (length == 0)
            break;
        for (ssize_t i = 0; i < length; i++)
            bytes[i] = (unsigned char)(bytes[i] + key);
        if (pwrite(target.file, bytes, (size_t)length, at) != length)
            die("pwrite");
    }
    if (target.size[0] >= '0' && target.size[0] <= '9' &&
        ftruncate(target.file, atoll(target.size)) == -1)
        die("ftruncate");
}

static void go_on(int file)
{
    long page = sysconf(_SC_PAGESIZE);
    for (off_t size = size_of(file) / page * page; size > page;) {
        size -= page;
        if (ftruncate(file, size) == -1)
            die("ftruncate");
        pause_for(20000, NULL);
    }
}

int main(int argc, char *argv[])
{
    struct target targets[FILES];
    int files = argc - 3, gate;
    if (files < 1 || files > FILES)
        usage("peer GATE KEY FILE=SIZE...");
    for (int i = 0; i < files; i++)
        targets[i] = open_target(argv[i + 3]);
    say("ready");
    while ((gate = open(argv[1], O_WRONLY | O_NONBLOCK)) == -1)
        pause_for(1000000, "nobody has opened the gate to read its line");
    for (int i = 0; i < files; i++)
        change(targets[i], atoi(argv[2]));
    if (write(gate, "cut\n", 4) != 4)
        say("the gate was closed before its line was read");
    close(gate);
    for (int i = 0; i < files; i++)
        if (strcmp(targets[i].size, "on") == 0)
            go_on(targets[i].file);
    for (;;)
        pause_for(100000000, NULL);
}
