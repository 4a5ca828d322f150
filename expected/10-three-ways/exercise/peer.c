// peer: gives the first object, and looks at the last, for exercise 10.
//
// Usage: peer [taken] MODE FROM TO... NUMBER...
//
// FROM and TO are sysv:KEY, posix:/NAME or file:NAME; FIRST+STEP*COUNT
// stands for many numbers. Makes FROM, of this mode (octal) and with
// the numbers, and prints `ready`. When its standard input ends, FROM
// and each TO but the last must be gone; in the last each number is
// larger by the number of steps. taken: it makes all but the first TO.
// This one must have what one step gives, and all others stay as they
// are. Whatever is wrong is a line on standard output. It removes FROM,
// what it made, and what is to be there.

#include "lab.h"
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

struct object {
    unsigned *memory;
    size_t size;
    mode_t mode;
};

static bool complained;

static bool is_segment(const char *text)
{
    return strncmp(text, "sysv:", 5) == 0;
}

static int open_name(const char *text, int flags)
{
    const char *name = strchr(text, ':') + 1;
    if (is_segment(text))
        return shmget((key_t)strtol(name, NULL, 10), 0, 0);
    return text[0] == 'p' ? shm_open(name, flags, 0)
                          : open(name, flags);
}

static void remove_name(const char *text)
{
    const char *name = strchr(text, ':') + 1;
    if (is_segment(text))
        shmctl(open_name(text, 0), IPC_RMID, NULL);
    else if (text[0] == 'p')
        shm_unlink(name);
    else
        unlink(name);
}

static uid_t student(void)
{
    const char *number = getenv("MEMLABS_UID");
    return number != NULL ? (uid_t)strtoul(number, NULL, 10) : getuid();
}

// Make it, and give it to the program's user: who does not own it could
// not remove it. That is refused where both are the same user.
static void make_segment(const char *name, size_t size, mode_t mode,
                         const void *numbers)
{
    struct shmid_ds about;
    int id = shmget((key_t)strtol(name, NULL, 10), size,
                    IPC_CREAT | IPC_EXCL | 0600);
    void *memory = id == -1 ? (void *)-1 : shmat(id, NULL, 0);
    if (memory == (void *)-1 || shmctl(id, IPC_STAT, &about) == -1)
        die("shmget");
    memcpy(memory, numbers, size);
    shmdt(memory);
    about.shm_perm.mode = mode;
    if (shmctl(id, IPC_SET, &about) == -1)
        die("shmctl");
    about.shm_perm.uid = student();
    shmctl(id, IPC_SET, &about);
}

static void make(const char *text, size_t size, mode_t mode,
                 const void *numbers)
{
    const char *name = strchr(text, ':') + 1;
    int flags = O_RDWR | O_CREAT | O_EXCL;
    if (is_segment(text)) {
        make_segment(name, size, mode, numbers);
        return;
    }
    int file = text[0] == 'p' ? shm_open(name, flags, 0600)
                              : open(name, flags, 0600);
    if (file == -1 || write(file, numbers, size) != (ssize_t)size ||
        fchmod(file, mode) == -1)
        die("open");
    if (fchown(file, student(), (gid_t)-1) == -1 && errno != EPERM &&
        errno != EINVAL)
        die("fchown");
    close(file);
}

// Attach it to read. `memory` is NULL if it is not there.
static struct object look_at(const char *text)
{
    struct object object = {0};
    struct shmid_ds segment;
    struct stat file;
    int id = open_name(text, O_RDONLY);
    if (id == -1)
        return object;
    if (is_segment(text)) {
        if (shmctl(id, IPC_STAT, &segment) == -1)
            return object;
        void *memory = shmat(id, NULL, SHM_RDONLY);
        object.memory = memory == (void *)-1 ? NULL : memory;
        object.size = segment.shm_segsz;
        object.mode = segment.shm_perm.mode & 0777;
    } else if (fstat(id, &file) == 0) {
        static unsigned none;
        void *memory = mmap(NULL, (size_t)file.st_size, PROT_READ,
                            MAP_SHARED, id, 0);
        object.memory = memory == MAP_FAILED ? &none : memory;
        object.size = memory == MAP_FAILED ? 0 : (size_t)file.st_size;
        object.mode = file.st_mode & 0777;
    }
    return object;
}

static void expect(const char *text, size_t count, mode_t mode,
                   const unsigned *numbers, unsigned more)
{
    struct object object = look_at(text);
    size_t at = 0, size = count * sizeof *numbers;
    if (object.memory == NULL) {
        say("%s is not there", text);
    } else if (object.size != size) {
        say("%s has %zu bytes, expected: %zu", text, object.size, size);
    } else if (object.mode != mode) {
        say("%s has the mode %04o, expected: %04o", text,
            (unsigned)object.mode, (unsigned)mode);
    } else {
        while (at < count && object.memory[at] == numbers[at] + more)
            at++;
        if (at < count)
            say("number %zu in %s is %u, expected: %u", at + 1, text,
                object.memory[at], numbers[at] + more);
        complained |= at < count;
        return;
    }
    complained = true;
}

// The numbers themselves, or `FIRST+STEP*COUNT`.
static unsigned *read_numbers(char **words, size_t *count)
{
    unsigned first = 0, step = 0;
    bool series = *count == 1 && sscanf(words[0], "%u+%u*%zu", &first,
                                        &step, count) == 3;
    unsigned *numbers = calloc(*count, sizeof *numbers);
    if (numbers == NULL)
        die("calloc");
    for (size_t i = 0; i < *count; i++)
        numbers[i] = series ? first + (unsigned)i * step
                     : (unsigned)strtoul(words[i], NULL, 10);
    return numbers;
}

static void wait_for_end(void)
{
    char bytes[64];
    while (read(STDIN_FILENO, bytes, sizeof bytes) > 0)
        ;
}

// What is to be there in the end: -1 no object, else the numbers, each
// larger by so much.
static long expected(bool taken, size_t i, size_t steps)
{
    if (taken)
        return i == 0 ? -1 : i == 1;
    return i == steps ? (long)steps : -1;
}

static bool is_made(bool taken, size_t i)
{
    return i == 0 || (taken && i > 1);
}

int main(int argc, char *argv[])
{
    bool taken = argc > 1 && strcmp(argv[1], "taken") == 0;
    char **names = argv + 2 + taken, **words = names;
    while (words < argv + argc && strchr(*words, ':') != NULL)
        words++;
    if (words - names < 2 || words == argv + argc)
        usage("peer [taken] MODE FROM TO... NUMBER...");
    mode_t mode = (mode_t)strtoul(names[-1], NULL, 8);
    size_t steps = (size_t)(words - names) - 1;
    size_t count = (size_t)(argv + argc - words);
    unsigned *numbers = read_numbers(words, &count);
    for (size_t i = 0; i <= steps; i++)
        if (is_made(taken, i))
            make(names[i], count * sizeof *numbers, mode, numbers);
    say("ready");
    wait_for_end();
    for (size_t i = steps + 1; i-- > 0 && !complained;) {
        long more = expected(taken, i, steps);
        if (more >= 0)
            expect(names[i], count, mode, numbers, (unsigned)more);
        else if ((complained = look_at(names[i]).memory != NULL))
            say("%s still has its name", names[i]);
    }
    for (size_t i = 0; i <= steps; i++)
        if (is_made(taken, i) || expected(taken, i, steps) >= 0)
            remove_name(names[i]);
    return 0;
}
