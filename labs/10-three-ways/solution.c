// exercise: numbers go from object to object, each in its own way.
//
// Run: exercise FROM TO...
//
// Each argument says in which way an object is found, and its name:
//
//     sysv:4711         the System V segment with this key
//     posix:/numbers    the POSIX object of this name
//     file:numbers      the plain file of this name
//
// FROM is full of values of type unsigned. TO is not there yet: make it
// with the size and the permissions of FROM, whatever the umask is. Put
// each number plus 1 into it, in the same order, through memory alone.
// Then take FROM's name away, and say what TO has; all ways alike:
//
//     5 numbers, sum 4726
//
// A sum may be too large for an unsigned. If there is a third name go
// on, from the second to the third. If a step fails, name the object or
// the call, and exit with 1: its FROM is as it was, its TO is not there,
// and the steps before are done. A TO that was there already is such an
// error, and stays. An unknown way: say how to call it, and exit with 2.

#include "lab.h"
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

struct object {
    unsigned *memory; // NULL: a call failed, see errno
    size_t size;
    mode_t mode;
};

struct way {
    const char *name;
    // Find it, or make it like another. The id or descriptor, or -1.
    int (*open)(const char *name, const struct object *like);
    struct object (*attach)(int id, const struct object *like);
    int (*remove)(const char *name);
};

// BEGIN SOLUTION
static int open_segment(const char *name, const struct object *like)
{
    key_t key = (key_t)strtol(name, NULL, 10);
    if (like == NULL)
        return shmget(key, 0, 0);
    return shmget(key, like->size,
                  IPC_CREAT | IPC_EXCL | (int)like->mode);
}

static struct object attach_segment(int id, const struct object *like)
{
    struct shmid_ds about;
    (void)like; // shmget has heard of the size
    if (shmctl(id, IPC_STAT, &about) == -1)
        return (struct object){0};
    void *memory = shmat(id, NULL, 0);
    return (struct object){memory == (void *)-1 ? NULL : memory,
                           about.shm_segsz, about.shm_perm.mode & 0777};
}

static int remove_segment(const char *name)
{
    return shmctl(open_segment(name, NULL), IPC_RMID, NULL);
}

static int open_posix(const char *name, const struct object *like)
{
    return shm_open(name, like ? O_RDWR | O_CREAT | O_EXCL : O_RDWR,
                    like ? like->mode : 0);
}

static int open_file(const char *name, const struct object *like)
{
    return open(name, like ? O_RDWR | O_CREAT | O_EXCL : O_RDWR,
                like ? like->mode : 0);
}

// The descriptor stays open: who moves a few objects can afford it.
static struct object map(int file, const struct object *like)
{
    struct stat about;
    if ((like != NULL && ftruncate(file, (off_t)like->size) == -1) ||
        fstat(file, &about) == -1)
        return (struct object){0};
    // A length is no room: where there is none, a store is a SIGBUS.
    if (like != NULL &&
        (errno = posix_fallocate(file, 0, about.st_size)) != 0)
        return (struct object){0};
    void *memory = mmap(NULL, (size_t)about.st_size,
                        PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return (struct object){memory == MAP_FAILED ? NULL : memory,
                           (size_t)about.st_size, about.st_mode & 0777};
}

static const struct way ways[] = {
    {"sysv:", open_segment, attach_segment, remove_segment},
    {"posix:", open_posix, map, shm_unlink},
    {"file:", open_file, map, unlink},
};

// The way that `text` begins with; *name is what comes behind it.
static const struct way *way_of(const char *text, const char **name)
{
    for (int i = 0; i < 3; i++) {
        *name = text + strlen(ways[i].name);
        if (strncmp(text, ways[i].name, strlen(ways[i].name)) == 0)
            return &ways[i];
    }
    usage("exercise FROM TO...: sysv:KEY, posix:/NAME or file:NAME");
}

// From here on nothing knows which way it goes.
static void move(const char *from_text, const char *to_text)
{
    const char *from_name, *to_name;
    const struct way *from_way = way_of(from_text, &from_name);
    const struct way *to_way = way_of(to_text, &to_name);
    int id = from_way->open(from_name, NULL);
    struct object from = {0}, to = {0};
    if (id != -1)
        from = from_way->attach(id, NULL);
    if (from.memory == NULL)
        fail("exercise: %s: %s", from_text, strerror(errno));
    id = to_way->open(to_name, &from);
    if (id != -1)
        to = to_way->attach(id, &from);
    if (to.memory == NULL) {
        note("exercise: %s: %s", to_text, strerror(errno));
        if (id != -1)
            to_way->remove(to_name);
        exit(1);
    }
    size_t count = from.size / sizeof(unsigned);
    unsigned long sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += to.memory[i] = from.memory[i] + 1;
    if (from_way->remove(from_name) == -1) {
        note("exercise: remove %s: %s", from_text, strerror(errno));
        to_way->remove(to_name);
        exit(1);
    }
    say("%zu numbers, sum %lu", count, sum);
}
// STARTER
//| // To do: a table of these, with a row for each of the three ways,
//| // and a function that moves the numbers and knows only the table.
// END SOLUTION

int main(int argc, char *argv[])
{
    if (argc < 3)
        usage("exercise FROM TO...");
    // BEGIN SOLUTION
    umask(0); // a new file is to get its mode as a segment does: whole
    // END SOLUTION
    for (int i = 1; i + 1 < argc; i++)
        // BEGIN SOLUTION
        move(argv[i], argv[i + 1]);
        // STARTER
        //| say("to do: from %s to %s", argv[i], argv[i + 1]);
        // END SOLUTION
    return 0;
}
