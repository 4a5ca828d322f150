// files.h: the POSIX way and the plain file: two ways, nearly one.
//
// shm_open is open(2) in /dev/shm, shm_unlink is unlink(2) there. All
// else is the same: ftruncate, mmap, munmap.

#ifndef FILES_H
#define FILES_H

#include "sysv.h"
#include <sys/mman.h>
#include <sys/stat.h>

static char object[64], path[4096];
static bool object_made, path_made;

// The two names, with the user's number and the segment's in them. It
// is ours, and what lies there was left by a run that was killed. But
// another IPC namespace has a segment of this number, too, and may
// share these folders with us: so the namespace's number comes as well.
static void choose_names(void)
{
    struct stat namespace;
    if (stat("/proc/self/ns/ipc", &namespace) == -1)
        die("stat /proc/self/ns/ipc");
    snprintf(object, sizeof object, "/memlabs-%u-three-ways-%lu-%d",
             (unsigned)getuid(), (unsigned long)namespace.st_ino,
             number);
    int length = snprintf(path, sizeof path, "%s/memlabs-file-%s",
                          temporary_folder(),
                          object + strlen("/memlabs-"));
    if (length >= (int)sizeof path)
        fail("TMPDIR is too long: set it to another folder");
}

static void cannot(const char *call, const char *name)
{
    fail("%s %s: %s (%s). Both /dev/shm and %s (see TMPDIR) must "
         "have room, and you the right to write there", call, name,
         errno_name(errno), strerror(errno), temporary_folder());
}

static void note_leftover(const char *call, const char *name, int found)
{
    if (found == 0)
        note("a killed run left %s: removed", name);
    else if (errno != ENOENT)
        cannot(call, name);
}

// ftruncate gives a length, posix_fallocate the memory or the blocks:
// without them a store may be a SIGBUS. Who measures the first store
// leaves it out.
static bool reserve = true;

static void set_size(const char *name, int file, size_t size)
{
    if (ftruncate(file, (off_t)size) == -1)
        die("ftruncate");
    errno = reserve ? posix_fallocate(file, 0, (off_t)size) : 0;
    if (errno != 0 && errno != EOPNOTSUPP)
        cannot("posix_fallocate", name);
    if (close(file) == -1)
        die("close");
}

static void create_object(size_t size, mode_t mode)
{
    choose_names();
    note_leftover("shm_unlink", object, shm_unlink(object));
    hold_signals();
    int file = shm_open(object, O_RDWR | O_CREAT | O_EXCL, mode);
    object_made = file != -1;
    release_signals();
    if (file == -1)
        cannot("shm_open", object);
    set_size(object, file, size);
}

static void create_file(size_t size, mode_t mode)
{
    choose_names();
    note_leftover("unlink", path, unlink(path));
    hold_signals();
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    path_made = file != -1;
    release_signals();
    if (file == -1)
        cannot("open", path);
    set_size(path, file, size);
}

static void *map_and_close(int file, size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
                        file, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    if (close(file) == -1)
        die("close");
    return memory;
}

static void *attach_object(size_t size)
{
    int file = shm_open(object, O_RDWR, 0);
    if (file == -1)
        die("shm_open");
    return map_and_close(file, size);
}

static void *attach_file(size_t size)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file == -1)
        die("open");
    return map_and_close(file, size);
}

static void unmap(void *memory, size_t size)
{
    if (munmap(memory, size) == -1)
        die("munmap");
}

static void take_object(void)
{
    if (shm_unlink(object) == -1)
        die("shm_unlink");
    object_made = false;
}

static void take_path(void)
{
    if (unlink(path) == -1)
        die("unlink");
    path_made = false;
}

#endif
