// names.h: where producer and consumer meet, and whose place it is.
//
// Three names: an object in /dev/shm and two FIFOs. They contain the
// user and a NAME of his choice: two users, or two pairs, never meet.
// The producer makes them and removes them, however it ends; if it was
// killed with SIGKILL, the next producer takes over what it left.

#ifndef NAMES_H
#define NAMES_H

#include "tidy.h"
#include <stdbool.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

static char object[64], full[256], empty[256];

// Sets the three. FIFOs go to $XDG_RUNTIME_DIR, a folder of this user
// alone, or to /tmp. A bad NAME: usage, exit status 2.
static inline void choose_names(const char *name)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    if (name[0] == '\0' || strlen(name) > 32 || strchr(name, '/') ||
        strlen(folder) > 128)
        usage("shm-open-fifo producer|consumer [NAME]; NAME is up to "
              "32 characters without a slash, its folder up to 128");
    snprintf(object, sizeof object, "/memlabs-%u-%s",
             (unsigned)getuid(), name);
    snprintf(full, sizeof full, "%s%s.full", folder, object);
    snprintf(empty, sizeof empty, "%s%s.empty", folder, object);
}

static int names_are_ours; // the first so many of the three

// What lies at a name that we could not take is not ours to remove.
static inline void remove_names(void)
{
    if (names_are_ours >= 1)
        shm_unlink(object);
    if (names_are_ours >= 2)
        unlink(full);
    if (names_are_ours >= 3)
        unlink(empty);
}

// Open the object and lock it. The kernel drops the lock when its owner
// ends, however it ends: who gets it owns whatever lies there.
static inline int own_object(void)
{
    for (int attempt = 0; attempt < 10; attempt++) {
        // A file in a tmpfs: with a name, an owner and a mode like any
        // other, of length 0, and without memory until it is touched.
        // *Cost:* one open(2) in /dev/shm.
        // *Fails:* -1. `EACCES`: it is another user's. `ENOENT`: there
        // is none, and no `O_CREAT`. `EINVAL`: a bad name.
        int file = shm_open(object, O_RDWR | O_CREAT, 0600);
        if (file == -1)
            die("shm_open");

        // *Cost:* one call. The lock belongs to the open file.
        // *Fails:* -1. `EWOULDBLOCK`: somebody else has the lock.
        names_are_ours = flock(file, LOCK_EX | LOCK_NB) == 0;
        int error = names_are_ours ? EWOULDBLOCK : errno;
        struct stat about;
        if (fstat(file, &about) == -1)
            die("fstat");
        if (error != EWOULDBLOCK) {
            names_are_ours = about.st_size == 0; // then it is new
            errno = error;
            die("flock");
        }
        if (names_are_ours && about.st_nlink == 1) {
            if (about.st_size > 0)
                note("producer: a killed one left %s: taken over",
                     object);
            return file;
        }
        names_are_ours = 0; // its last owner has just removed it
        if (close(file) == -1)
            die("close");
    }
    fail("producer: another one runs: %s is locked. Stop it, or give "
         "both sides a NAME", object);
}

// A FIFO of ours that is there already was left by a killed producer,
// and a consumer may still wait in it: it will do.
static inline void make_fifo(const char *path)
{
    struct stat seen;
    // A name in a folder for a pipe. The data stay in the kernel.
    // *Cost:* one call, like making a file.
    // *Fails:* -1. `EEXIST`: the name is taken. `EACCES`: the folder is
    // not ours; in / it needs root.
    bool made = mkfifo(path, 0600) == 0;
    bool taken = !made && errno == EEXIST;
    if (taken && lstat(path, &seen) == -1)
        die("lstat");
    if (!made && (!taken || !S_ISFIFO(seen.st_mode) ||
                  seen.st_uid != getuid()))
        fail("producer: mkfifo %s: %s (%s). Set XDG_RUNTIME_DIR to a "
             "folder of yours", path, errno_name(errno),
             strerror(errno));
    names_are_ours++;
}

// Make all three; returns the open object, whose lock lasts as long as
// it stays open. A signal in between waits.
static inline int make_names(void)
{
    at_end(remove_names);
    umask(077);
    hold_signals();
    int file = own_object();
    make_fifo(full);
    make_fifo(empty);
    release_signals();
    return file;
}

// The consumer's side: open what the producer made. What nobody has
// locked is what a killed producer left.
static inline int find_object(const char *program, const char *name)
{
    int file = shm_open(object, O_RDONLY, 0);
    if (file == -1 && errno != ENOENT)
        die("shm_open");
    bool running = file != -1 && flock(file, LOCK_SH | LOCK_NB) == -1;
    if (running && errno != EWOULDBLOCK)
        die("flock");
    if (!running)
        fail("consumer: no producer has made %s%s. Start it first: "
             "%s producer %s", object, file == -1 ? " (ENOENT)" : "",
             program, name);
    return file;
}

#endif
