// rights: the mode of an object: what cuts it, and who looks at it.
//
// Teaches: umask(2) cuts what a program wants to grant. shm_open checks
//          the mode, as open(2) does, and nothing checks it again.
// Calls:   umask, fchmod
// Run:     make lab-9
// See:     the mode is 0400, and a store succeeds.

#include "object.h"
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>

// Root may open any file, whatever its mode. This process gives up all
// of root's rights (lab 7); an ordinary user has none of them anyway.
static void give_up_rights(void)
{
    uint32_t header[2] = {0x20080522}, none[6] = {0};
    if (syscall(SYS_capset, header, none) == -1)
        die("capset");
}

// Open the object once more. 0, or the errno.
static int open_again(const char *what, int flags)
{
    int file = shm_open(made, flags, 0);
    int error = file == -1 ? errno : 0;
    say("child:  %s: %s", what, error == 0 ? "yes" : errno_name(error));
    return error;
}

// In a child, since a right given up does not come back.
static void be_the_child(int *shared)
{
    give_up_rights();
    CHECK(open_again("open it to read", O_RDONLY) == 0 &&
              open_again("open it to write", O_RDWR) == EACCES,
          "shm_open checks the mode, even for the owner");
    *shared = 42;
    say("child:  stores 42, by the mapping from before fork");
    _exit(0);
}

static void show_mode(int file, mode_t expected, const char *claim)
{
    struct stat about;
    if (fstat(file, &about) == -1)
        die("fstat");
    say("parent: the mode is %04o", about.st_mode & 07777);
    CHECK((about.st_mode & 07777) == expected, claim);
}

static int *map(int file)
{
    int *memory = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
                       MAP_SHARED, file, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    return memory;
}

int main(void)
{
    const char *name = own_name();

    // The bits that no file of this process shall get when it is made,
    // whatever it asks for. A child inherits it. 022 is the usual one.
    // *Cost:* one call.
    // *Fails:* never. It returns the mask that was.
    umask(022);
    hold_signals();
    int file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0666);
    if (file != -1)
        made = name;
    release_signals();
    if (file == -1)
        no_object(name);
    show_mode(file, 0644, "asked for 0666, and umask took a part");

    // The mode as it stands here: umask has no part in it.
    // *Cost:* one call. Who has the object open keeps what he has.
    // *Fails:* -1. `EPERM`: only its owner and root may.
    if (fchmod(file, 0400) == -1)
        die("fchmod");
    show_mode(file, 0400, "fchmod sets what it is told");

    // Nobody may write it, but we have opened it to write before that.
    fill(file, sizeof(int));
    int *shared = map(file);
    say("parent: sets the length, and maps it to write: done");
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(shared);
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("the child failed (wait status %d)", status);
    say("parent: shared = %d", *shared);
    CHECK(*shared == 42, "ftruncate, mmap and a store do not check it");

    if (shm_unlink(name) == -1)
        die("shm_unlink");
    made = NULL;
    if (munmap(shared, sizeof(int)) == -1 || close(file) == -1)
        die("munmap, close");
    return 0;
}
