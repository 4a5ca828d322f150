// compare: a table of the three ways, filled in by looking.
//
// Teaches: while it is attached, all three are memory. They differ in
//          what is around that: the name, who may, how long, how much.
// Calls:   umask, stat, statvfs
// Run:     make lab-10
// See:     `umask:` first, which one way ignores; then `exit:`, which
//          all survive.

#include "ways.h"
#include <sys/statvfs.h>
#include <sys/wait.h>

static char in_shm[128], word[32];
static const char *files[WAYS] = {NULL, in_shm, path};
static size_t page;

static void row(const char *step, const char *sysv,
                const char *posix, const char *file)
{
    say("%-8s %-20s %-20s %s", step, sysv, posix, file);
}

// Who may read and write each of them. A POSIX object is a file, and is
// asked like one.
static void show_modes(void)
{
    struct shmid_ds about;
    if (shmctl(segment, IPC_STAT, &about) == -1)
        die("shmctl");
    unsigned mode[WAYS] = {about.shm_perm.mode & 0777};
    for (int i = POSIX; i < WAYS; i++) {
        // *Cost:* one call.
        // *Fails:* -1. `ENOENT`: no such name. `EACCES`: a folder on
        // the way to it is closed to us.
        struct stat file;
        if (stat(files[i], &file) == -1)
            die("stat");
        mode[i] = file.st_mode & 0777;
    }
    say("%-8s %#-20o %#-20o %#o", "umask:", mode[SYSV], mode[POSIX],
        mode[PLAIN]);
    CHECK(mode[SYSV] == 0660 && mode[POSIX] == 0600 &&
              mode[PLAIN] == 0600,
          "the umask is 077, and our group may still write to one");
}

// A child stores into each and ends; nobody else has them attached.
static void show_exit(void)
{
    const char *seen[WAYS];
    int status;
    pid_t child = fork();
    if (child == -1)
        die("fork");
    for (int i = 0; child == 0 && i < WAYS; i++)
        *(int *)ways[i].attach(page) = 42;
    if (child == 0)
        _exit(0);
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("the child failed (wait status %d)", status);
    for (int i = 0; i < WAYS; i++) {
        int *shared = ways[i].attach(page);
        seen[i] = *shared == 42 ? "still there" : "lost";
        ways[i].detach(shared, page);
    }
    row("exit:", seen[SYSV], seen[POSIX], seen[PLAIN]);
}

// *Cost:* one call. Nothing is reserved by looking.
// *Fails:* -1. `ENOENT`: no such name.
static unsigned long free_mib(const char *file)
{
    struct statvfs room;
    if (statvfs(file, &room) == -1)
        die("statvfs");
    return room.f_bavail * room.f_frsize >> 20;
}

// What a segment may be, and what is free in the two file systems.
static void show_limits(void)
{
    struct shminfo limits;
    if (shmctl(0, IPC_INFO, (struct shmid_ds *)&limits) == -1)
        die("shmctl");
    row("limit:", "kernel.shmmax", "room in /dev/shm",
        "room in its folder");
    say("MiB:     count=%lu, count=%lu, count=%lu",
        limits.shmmax >> 20, free_mib(in_shm), free_mib(path));
}

// Two fields of the line in /proc/self/maps: the number of the device
// (0: no disk is below) and the name.
static void show_maps(int *const shared[])
{
    char name[WAYS][64];
    unsigned device[WAYS];
    for (int i = 0; i < WAYS; i++) {
        char *line = maps_line(shared[i]);
        sscanf(line, "%*s %*s %*s %x:", &device[i]);
        snprintf(name[i], sizeof name[0], "%s", maps_name(line, i));
    }
    if (device[PLAIN] == 0)
        SKIP_STEP("disk", "the kernel shows none below %s",
                  temporary_folder());
    else
        row("disk:", device[SYSV] ? "yes" : "none",
            device[POSIX] ? "yes" : "none", "yes");
    row("maps:", name[SYSV], name[POSIX], name[PLAIN]);
}

int main(void)
{
    int *shared[WAYS], found = 0;
    page = (size_t)sysconf(_SC_PAGESIZE);

    // Bits that no new file gets, whatever mode a program asks for. A
    // segment is in no folder: `shmget` gives it the mode as it is.
    // *Cost:* one call. *Fails:* never.
    umask(077);
    create_all(page, 0660);
    snprintf(in_shm, sizeof in_shm, "/dev/shm%s", object);
    snprintf(word, sizeof word, "key=%#x", (unsigned)key);

    row("", "System V", "POSIX", "plain file");
    show_modes();
    row("name:", word, "/memlabs-...", ".../memlabs-file-...");
    if (goes_with_last_user())
        SKIP_STEP("exit", "kernel.shm_rmid_forced is 1");
    else
        show_exit();
    show_limits();
    for (int i = 0; i < WAYS; i++) {
        shared[i] = ways[i].attach(page);
        *shared[i] = 42;
    }
    show_maps(shared);
    take_names();
    for (int i = 0; i < WAYS; i++) {
        found += *shared[i] == 42;
        ways[i].detach(shared[i], page);
    }
    CHECK(found == WAYS, "without its name each is still memory");
    return 0;
}
