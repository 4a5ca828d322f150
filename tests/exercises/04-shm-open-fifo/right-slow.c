// right: FIFOs first, poll, pauses before the copy, writev that never waits.
#include "names.h"
#include <poll.h>
#include <sys/uio.h>

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise NAME");
    choose_names(argv[1]);
    signal(SIGPIPE, SIG_IGN);
    int object_file = find_object(argv[0], argv[1]);
    int bell = open(full, O_RDONLY);
    if (bell == -1)
        die("open");
    int answer = open(empty, O_WRONLY | O_NONBLOCK);
    if (answer == -1)
        die("open");
    struct stat about;
    if (fstat(object_file, &about) == -1)
        die("fstat");
    char *slot = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_SHARED,
                      object_file, 0);
    if (slot == MAP_FAILED)
        die("mmap");
    unsigned last = 0, sequence;
    char byte[2] = "!", text[33] = "";
    for (;;) {
        struct pollfd wait = {.fd = bell, .events = POLLIN};
        if (poll(&wait, 1, -1) == -1)
            die("poll");
        ssize_t length = read(bell, byte, 1);
        if (length == -1)
            die("read");
        if (length == 0)
            break;
        usleep(last < 5 ? 70000 : 100); // not yet copied
        memcpy(&sequence, slot, sizeof sequence);
        memcpy(text, slot + sizeof sequence, 32);
        usleep(last < 5 ? 20000 : 100);
        if (sequence != ++last)
            fail("item %u is missing", last);
        say("item %u: %s", sequence, text);
        struct iovec out = {byte, 1};
        if (writev(answer, &out, 1) != 1)
            die("writev");
    }
    say("end of file after %u items", last);
    munmap(slot, (size_t)about.st_size);
    return 0;
}
