// names: a name leads to an object, and is not the object.
//
// Teaches: some spellings are one name, and some are none. And a name
//          that is unlinked and made again leads to a second object:
//          who has the first one never hears of it.
// Calls:   shm_open
// Run:     make lab-9
// See:     what the client reads after the restart.

#include "object.h"
#include <limits.h>
#include <stdbool.h>

// The C library makes a path of the name: it drops the slashes in
// front, refuses one inside, and puts /dev/shm/ before what is left.
// *Cost:* one open(2), or none at all if the library refuses.
// *Fails:* -1. `EEXIST`: it is there, with `O_EXCL`. `EINVAL`: a slash
// inside, or no name. `ENAMETOOLONG`: over 255 characters.
static int make(const char *name)
{
    hold_signals();
    int file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file != -1)
        made = name;
    release_signals();
    return file;
}

static void remove_name(void)
{
    if (shm_unlink(made) == -1)
        die("shm_unlink");
    made = NULL;
}

// Is that name refused? If not, `made` is another one from here on.
static bool fails(const char *how, const char *name, int error)
{
    errno = 0;
    bool failed = make(name) == -1;
    say("%s: %s", how, failed ? errno_name(errno) : "a new object");
    return failed && errno == error;
}

static int *map(int file)
{
    int *memory = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
                       MAP_SHARED, file, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    if (close(file) == -1)
        die("close");
    return memory;
}

static void try_lengths(const char *name)
{
    char text[NAME_MAX + 3];
    int zeros = NAME_MAX - (int)strlen(name);
    snprintf(text, sizeof text, "%s-%0*d", name, zeros, 0);
    int file = make(text);
    if (file == -1)
        no_object(text);
    say("a slash and 255 characters: a new object");
    remove_name();
    if (close(file) == -1)
        die("close");
    snprintf(text, sizeof text, "%s-%0*d", name, zeros + 1, 0);
    CHECK(fails("a slash and 256 characters", text, ENAMETOOLONG),
          "a name is a file name: 255 characters");
}

static void try_slashes(const char *name)
{
    char two[80], inside[80];
    snprintf(two, sizeof two, "/%s", name);
    snprintf(inside, sizeof inside, "%s/1", name);
    CHECK(fails("no slash", name + 1, EEXIST) &&
              fails("two slashes in front", two, EEXIST),
          "slashes in front do not count: the same object");
    CHECK(fails("a slash inside", inside, EINVAL) &&
              fails("nothing but a slash", "/", EINVAL),
          "there are no folders, and no empty name");
}

// Both sides are in this process, to keep it short. They have an object
// each in the end, as two processes would.
int main(void)
{
    const char *name = own_name();
    try_lengths(name);

    int file = make(name);
    if (file == -1)
        die("shm_open");
    fill(file, sizeof(int));
    int *server = map(file);
    say("one slash in front: a new object");
    try_slashes(name);
    *server = 1;
    int again = shm_open(name, O_RDWR, 0);
    if (again == -1)
        die("shm_open");
    int *client = map(again);
    say("server: stores 1; client: reads %d", *client);

    // A server that "cleans up" when it starts. There is no error
    // anywhere, and from here on the two never meet again.
    remove_name();
    file = make(name);
    if (file == -1)
        die("shm_open");
    fill(file, sizeof(int));
    int *restarted = map(file);
    *restarted = 2;
    say("server: restarted, stores 2; client: reads %d", *client);
    CHECK(*client == 1 && *restarted == 2, "one name, two objects");
    remove_name();
    if (munmap(server, sizeof(int)) == -1 ||
        munmap(client, sizeof(int)) == -1 ||
        munmap(restarted, sizeof(int)) == -1)
        die("munmap");
    return 0;
}
