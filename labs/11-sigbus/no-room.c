// no-room: a length is a promise, and there may be no room to keep it.
//
// Teaches: ftruncate reserves nothing. With too little room it succeeds
//          all the same, and a store dies later. posix_fallocate says
//          ENOSPC at once, before anything is stored.
// Calls:   unshare, mount, posix_fallocate
// Run:     make lab-11
// See:     16 MiB are promised, and the store at MiB 1 is SIGBUS.

#include "bus.h"
#include "tidy.h"
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { MIB = 1 << 20, PROMISED = 16 * MIB };

// Without user namespaces there is no small file system for us.
static void skip_tmpfs(const char *what)
{
    SKIP_STEP("tmpfs", "no namespace: %s: %s", what, errno_name(errno));
    _exit(0);
}

static void check_tmpfs(bool holds, const char *claim)
{
    say("tmpfs: => %s%s", holds ? "" : "FALSE: ", claim);
    if (!holds)
        _exit(1);
}

static void put(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file == -1 || write(file, text, strlen(text)) == -1 ||
        close(file) == -1)
        skip_tmpfs(path);
}

static void mount_tmpfs(void)
{
    char user[64], group[64];
    snprintf(user, sizeof user, "%u %u 1", geteuid(), geteuid());
    snprintf(group, sizeof group, "%u %u 1", getegid(), getegid());

    // From here on we have our own table of mounts, and in it we may
    // mount, root or not. It goes when this process ends.
    // *Cost:* one call; the table of mounts is copied.
    // *Fails:* -1. `EPERM`: forbidden here. `ENOSPC`: over
    // user.max_user_namespaces. `EINVAL`: more than one thread.
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == -1)
        skip_tmpfs("unshare");

    // Who has no number in here can own no file: keep what we had.
    put("/proc/self/uid_map", user);
    put("/proc/self/setgroups", "deny");
    put("/proc/self/gid_map", group);

    // Over /dev/shm, which is hidden below it, for us alone.
    // *Cost:* one call; no memory until something is stored.
    // *Fails:* -1. `EPERM`: forbidden here. `ENOENT`: no such folder.
    if (mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=1m") == -1)
        skip_tmpfs("mount");
    say("tmpfs: 1 MiB, on the child's own /dev/shm");
}

// The length is there, and the room is not: who finds out is the store.
static void promise(int object, char *map)
{
    if (ftruncate(object, PROMISED) == -1)
        die("ftruncate");
    say("tmpfs: ftruncate to 16 MiB: done");
    bool stored = store(map, PROMISED, 'x');
    say("tmpfs: stores, the last at MiB %zu, byte %zu: %s",
        touched / MIB, touched % MIB, bus_result());
    check_tmpfs(!stored && touched == MIB,
                "16 MiB were promised, and there was room for 1");
}

static void reserve(int object, char *map)
{
    if (ftruncate(object, 0) == -1)
        die("ftruncate");

    // Room for all these bytes, or an error, and both now. A store into
    // what it has reserved does not fail for lack of room.
    // *Cost:* one call. A tmpfs takes the pages now.
    // *Fails:* returns the error; errno stays as it was. `ENOSPC`.
    int error = posix_fallocate(object, 0, PROMISED);
    say("tmpfs: posix_fallocate of 16 MiB: %s", errno_name(error));
    errno = error;
    if (error != 0 && error != ENOSPC)
        die("posix_fallocate");
    check_tmpfs(error == ENOSPC, "who asks is told, before any store");

    errno = posix_fallocate(object, 0, MIB);
    if (errno != 0)
        die("posix_fallocate");
    check_tmpfs(store(map, MIB, 'x'), "1 MiB reserved is 1 MiB there");
}

static void be_the_child(void)
{
    mount_tmpfs();
    int object = shm_open("/memlabs", O_RDWR | O_CREAT | O_EXCL, 0600);
    if (object == -1)
        die("shm_open");
    if (shm_unlink("/memlabs") == -1)
        die("shm_unlink");
    char *map = mmap(NULL, PROMISED, PROT_READ | PROT_WRITE, MAP_SHARED,
                     object, 0);
    if (map == MAP_FAILED)
        die("mmap");
    catch_bus(map);
    promise(object, map);
    reserve(object, map);
    if (munmap(map, PROMISED) == -1)
        die("munmap");
    if (close(object) == -1)
        die("close");
    _exit(0);
}

int main(void)
{
    struct stat about;
    int file = temporary_file();
    if (ftruncate(file, PROMISED) == -1)
        die("ftruncate");
    if (fstat(file, &about) == -1)
        die("fstat");
    CHECK(about.st_size == PROMISED && about.st_blocks < MIB / 512,
          "a file 16 MiB long takes less than 1 MiB of room");
    if (close(file) == -1)
        die("close");

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child();
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (!WIFEXITED(status))
        fail("no-room: the child was killed (status %d)", status);
    return WEXITSTATUS(status);
}
