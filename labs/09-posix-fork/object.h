// object.h: a name for this run alone, and what to do when it fails.
//
// The name has our pid in it, so two runs do not meet, unless they are
// in two containers that share /dev/shm and count their pids apart: the
// second says that the name is in use. It is removed however we end.
// Only SIGKILL leaves it there, and then the next run removes it.

#ifndef OBJECT_H
#define OBJECT_H

#include "tidy.h"
#include <dirent.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define OWN_NAME "memlabs-09-pid="

// The name to remove at the end, or NULL.
static const char *made;

static inline void remove_made(void)
{
    if (made != NULL)
        shm_unlink(made);
}

// A new object could not be made: what to do about it depends on errno.
static inline void no_object(const char *name)
{
    const char *file = name + strspn(name, "/");
    switch (errno) {
    case ENOENT:
        SKIP("there is no /dev/shm (ENOENT). As root: mkdir -p "
             "/dev/shm && mount -t tmpfs -o mode=1777 tmpfs /dev/shm");
    case EACCES:
        SKIP("we may not use /dev/shm (EACCES): see ls -ld /dev/shm. "
             "As root: chmod 1777 /dev/shm");
    case EROFS:
        SKIP("/dev/shm is read-only (EROFS). As root: mount -o "
             "remount,rw /dev/shm");
    case ENOSPC:
        fail("shm_open: /dev/shm has no room for a name (ENOSPC): see "
             "df -i /dev/shm, and remove what is yours");
    case EEXIST:
        fail("shm_open: \"%.60s\" is in use (EEXIST). Whose it is: ls "
             "-l /dev/shm. If it is yours: rm '/dev/shm/%.60s'", name,
             file);
    case EINVAL:
    case ENAMETOOLONG:
        fail("shm_open: \"%.60s\" is no name (%s). A name is a slash "
             "and 1 to 255 characters, none of them a slash", name,
             errno_name(errno));
    default:
        die("shm_open");
    }
}

// Did a killed run leave it? The name tells a pid, and no other process
// has that one any more. That is not enough: it may be the pid of a run
// in another container. So ask the kernel, which knows them all. It
// gives a read lease (fcntl(2)) on a file that nobody has open to
// write, or mapped so.
static inline bool is_left(const char *file)
{
    int pid;
    if (sscanf(file, OWN_NAME "%9d", &pid) != 1 ||
        (pid != getpid() && (kill(pid, 0) == 0 || errno != ESRCH)))
        return false;
    int object = shm_open(file, O_RDONLY, 0);
    bool left =
        object != -1 && fcntl(object, F_SETLEASE, F_RDLCK) == 0;
    if (object != -1)
        close(object);
    return left;
}

static inline void remove_leftovers(void)
{
    DIR *folder = opendir("/dev/shm");
    if (folder == NULL && (errno == ENOENT || errno == EACCES))
        no_object("");
    if (folder == NULL)
        die("opendir /dev/shm");
    struct dirent *file;
    for (errno = 0; (file = readdir(folder)) != NULL; errno = 0)
        if (is_left(file->d_name) && shm_unlink(file->d_name) == 0)
            note("a killed run left /dev/shm/%s: removed",
                 file->d_name);
    if (errno != 0)
        die("readdir /dev/shm");
    if (closedir(folder) == -1)
        die("closedir");
}

// "/memlabs-09-pid=4711". From here on, what is `made` is removed.
static inline const char *own_name(void)
{
    static char name[64];
    at_end(remove_made);
    remove_leftovers();
    snprintf(name, sizeof name, "/" OWN_NAME "%d", getpid());
    return name;
}

// A length is not memory. Ask for that now: if there is none, the first
// touch would be SIGBUS, and a program can hardly answer a signal.
static inline void fill(int file, size_t size)
{
    if (ftruncate(file, (off_t)size) == -1)
        die("ftruncate");
    errno = posix_fallocate(file, 0, (off_t)size);
    if (errno == ENOSPC)
        fail("posix_fallocate: /dev/shm is full (ENOSPC). See df -h "
             "/dev/shm, and ls -l /dev/shm for what may be removed");
    if (errno != 0)
        die("posix_fallocate");
}

#endif
