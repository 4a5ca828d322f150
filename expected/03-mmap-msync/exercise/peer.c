// peer: another process, which has the same files mapped.
//
// Run: peer FILE...
//
// Prints `ready` when all are mapped. At the end of standard input it
// looks into its mappings: if the files were changed in place, it sees
// capitals there now. Says what it sees instead.

#include "lab.h"
#include <sys/mman.h>
#include <sys/stat.h>

enum { FILES = 16 };

struct seen {
    const char *name;
    int file;
    struct stat about;
    char *map, *copy;
};

static void look(struct seen *seen, const char *name)
{
    seen->name = name;
    seen->file = open(name, O_RDONLY | O_CLOEXEC);
    if (seen->file == -1)
        die("open");
    if (fstat(seen->file, &seen->about) == -1)
        die("fstat");
    size_t size = (size_t)seen->about.st_size;
    seen->map = mmap(NULL, size, PROT_READ, MAP_SHARED, seen->file, 0);
    if (seen->map == MAP_FAILED)
        die("mmap");
    seen->copy = malloc(size);
    if (seen->copy == NULL)
        die("malloc");
    memcpy(seen->copy, seen->map, size);
}

static void look_again(const struct seen *seen)
{
    struct stat by_name, now;
    if (fstat(seen->file, &now) == -1)
        die("fstat");
    if (stat(seen->name, &by_name) == -1 ||
        by_name.st_ino != now.st_ino) {
        say("%s is another file now, and who has the old one mapped "
            "sees nothing: change it in place", seen->name);
        return;
    }
    if (now.st_size != seen->about.st_size) {
        say("%s has another length now", seen->name);
        return;
    }
    for (off_t i = 0; i < now.st_size; i++) {
        char byte = seen->copy[i];
        if (byte >= 'a' && byte <= 'z')
            byte = (char)(byte - 'a' + 'A');
        if (seen->map[i] != byte) {
            say("%s: who has it mapped, too, sees byte %lld as '%c', "
                "not '%c'", seen->name, (long long)i, seen->map[i], byte);
            return;
        }
    }
}

int main(int argc, char *argv[])
{
    struct seen seen[FILES];
    if (argc < 2 || argc > FILES)
        usage("peer FILE...");
    for (int i = 1; i < argc; i++)
        look(&seen[i - 1], argv[i]);
    say("ready");
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    for (int i = 1; i < argc; i++)
        look_again(&seen[i - 1]);
    return 0;
}
