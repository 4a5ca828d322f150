// right: a child hears, copies and acknowledges; its parent prints.
#include "names.h"
#include <sys/wait.h>

struct slot {
    unsigned sequence;
    char text[32];
};

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise NAME");
    choose_names(argv[1]);
    signal(SIGPIPE, SIG_IGN);
    int line[2];
    if (pipe(line) == -1)
        die("pipe");
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        close(line[0]);
        int file = shm_open(object, O_RDONLY, 0);
        if (file == -1)
            die("shm_open");
        struct slot *slot = mmap(NULL, sizeof *slot, PROT_READ,
                                 MAP_SHARED, file, 0);
        if (slot == MAP_FAILED)
            die("mmap");
        int bell = open(full, O_RDONLY);
        int answer = bell == -1 ? -1 : open(empty, O_WRONLY);
        if (answer == -1)
            die("open");
        ssize_t length;
        char byte;
        for (unsigned i = 1; (length = read(bell, &byte, 1)) == 1; i++) {
            struct slot copy = *slot;
            if (copy.sequence != i)
                fail("item %u is missing", i);
            if (write(line[1], &copy, sizeof copy) != sizeof copy)
                die("write");
            if (write(answer, &byte, 1) == -1)
                die("write");
        }
        if (length == -1)
            die("read");
        exit(0);
    }
    close(line[1]);
    struct slot item;
    unsigned count = 0;
    while (read(line[0], &item, sizeof item) == sizeof item)
        say("item %u: %.32s", ++count, item.text);
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        return 1;
    say("end of file after %u items", count);
    return 0;
}
