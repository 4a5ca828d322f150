// exercise: hold a key where no swap and no core dump can show it.
//
// Run: exercise KEY ASK ANSWER
//
// KEY is a file or a FIFO with 32 bytes, which may come in parts. Read
// them into memory that is locked (mlock) and left out of core dumps
// (MADV_DONTDUMP) before the first byte comes; one page has to be
// enough. No other memory may ever have a copy. Then each line of ASK
// gets a line in ANSWER at once:
//
//     ASK       ANSWER
//     4711      3405691582     its seal, under the key
//     forget    forgotten      the 32 bytes are overwritten with zeros
//     4711      no key
//
// The memory stays mapped, locked and left out until ASK ends; then
// exit with 0. If KEY ends too early or a call fails, say which, and
// exit with 1. Where nothing can be locked, KEY is not read; a line says
//
//     exercise: mlock: Operation not permitted; see ulimit -l

#include "lab.h"
#include <sys/mman.h>

enum { KEY = 32 };

// What only who has the key can work out.
static unsigned seal(const unsigned char *key, unsigned number)
{
    for (int i = 0; i < KEY; i++)
        number = (number ^ key[i]) * 16777619;
    return number;
}

// BEGIN SOLUTION
static unsigned char *make_safe_page(void)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        die("mmap");
    if (madvise(page, size, MADV_DONTDUMP) == -1)
        die("madvise");
    if (mlock(page, size) == -1)
        fail("exercise: mlock: %s; see ulimit -l", strerror(errno));
    return page;
}

// With read(2), because fread would leave a copy in its buffer.
static void read_key(const char *path, unsigned char *key)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file == -1)
        fail("exercise: open %s: %s", path, strerror(errno));
    for (ssize_t got = 0, part; got < KEY; got += part) {
        part = read(file, key + got, (size_t)(KEY - got));
        if (part == -1)
            die("read");
        if (part == 0)
            fail("exercise: %s has only %zd bytes", path, got);
    }
    close(file);
}
// STARTER
//| // To do: functions that make safe memory, and read the key into it.
// END SOLUTION

int main(int argc, char *argv[])
{
    if (argc != 4)
        usage("exercise KEY ASK ANSWER");
    unsigned char *key = NULL;
    // BEGIN SOLUTION
    unsigned char *page = make_safe_page();
    read_key(argv[1], page);
    key = page;
    // STARTER
    //| // To do: make the memory, read the key into it, go on below.
    //| say("to do: read the key from %s, and keep it safe", argv[1]);
    //| if (key == NULL)
    //|     return 0;
    // END SOLUTION
    FILE *ask = fopen(argv[2], "re"), *answer = fopen(argv[3], "we");
    if (ask == NULL || answer == NULL)
        fail("exercise: fopen: %s", strerror(errno));
    char word[32];
    while (fscanf(ask, "%31s", word) == 1) {
        if (strcmp(word, "forget") == 0) {
            // BEGIN SOLUTION
            explicit_bzero(page, KEY);
            key = NULL;
            // STARTER
            //| // To do: overwrite the key.
            // END SOLUTION
            fprintf(answer, "forgotten\n");
        } else if (key == NULL) {
            fprintf(answer, "no key\n");
        } else {
            unsigned number = (unsigned)strtoul(word, NULL, 10);
            fprintf(answer, "%u\n", seal(key, number));
        }
        fflush(answer); // who asked waits for it
    }
    fclose(ask);
    fclose(answer);
    return 0;
}
