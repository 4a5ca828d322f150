// tidy.h: leave nothing behind, however the program ends.
//
// A segment, a FIFO, a name in /dev/shm outlive the process that made
// them. at_end(undo) runs undo() on return from main, on exit (so after
// die, fail, CHECK and SKIP too) and on the signals that ask a program
// to stop. SIGKILL cannot be caught: there only the next run can help.

#ifndef TIDY_H
#define TIDY_H

#include "lab.h"
#include <signal.h>

static const int tidy_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
enum { TIDY_SIGNALS = sizeof tidy_signals / sizeof tidy_signals[0] };
static void (*tidy_undo)(void);

// Undo, then die of the same signal: our parent sees why we ended.
static void tidy_on_signal(int sig)
{
    tidy_undo();
    signal(sig, SIG_DFL);
    raise(sig);
}

// Register undo(). It must be safe at any moment and twice: only system
// calls, and only on what a global variable says was made.
static inline void at_end(void (*undo)(void))
{
    tidy_undo = undo;
    if (atexit(undo) != 0)
        die("atexit");
    struct sigaction action = {.sa_handler = tidy_on_signal};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < TIDY_SIGNALS; i++) {
        struct sigaction old;
        if (sigaction(tidy_signals[i], &action, &old) == -1)
            die("sigaction");
        if (tidy_signals[i] == SIGHUP && old.sa_handler == SIG_IGN &&
            sigaction(SIGHUP, &old, NULL) == -1) // by nohup(1)
            die("sigaction");
    }
    // Nobody reads our output any more: let the call fail instead.
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        die("signal");
}

// hold_signals() ... release_signals(): a signal that comes in between
// waits. Needed around a call that makes an object: if it struck before
// the result is stored, undo() could not know what was made. Both keep
// errno, so the call's own failure can still be reported.
static inline void tidy_mask(int how)
{
    int error = errno;
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < TIDY_SIGNALS; i++)
        sigaddset(&set, tidy_signals[i]);
    if (sigprocmask(how, &set, NULL) == -1)
        die("sigprocmask");
    errno = error;
}

static inline void hold_signals(void)
{
    tidy_mask(SIG_BLOCK);
}

static inline void release_signals(void)
{
    tidy_mask(SIG_UNBLOCK);
}

// Where temporary files go: $TMPDIR, or /var/tmp, which is on a disk
// where /tmp may be memory, or /tmp.
static inline const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");
    if (folder != NULL && folder[0] != '\0')
        return folder;
    return access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp";
}

static char tidy_name[4096];

static void tidy_remove_name(void)
{
    if (tidy_name[0] != '\0')
        unlink(tidy_name);
}

// For a file system that can make no file without a name: take the name
// away again at once.
static inline int tidy_mkstemp(const char *folder)
{
    if (atexit(tidy_remove_name) != 0)
        die("atexit");
    int length = snprintf(tidy_name, sizeof tidy_name,
                          "%s/memlabs-XXXXXX", folder);
    errno = ENAMETOOLONG;
    hold_signals();
    int file = length < (int)sizeof tidy_name ? mkstemp(tidy_name) : -1;
    if (file != -1 && unlink(tidy_name) == -1)
        die("unlink");
    tidy_name[0] = '\0';
    release_signals();
    return file;
}

// An open file, empty, in temporary_folder(), and without a name: it
// goes with the last descriptor and mapping. Where the file system has
// O_TMPFILE, even SIGKILL cannot leave it behind.
static inline int temporary_file(void)
{
    const char *folder = temporary_folder();
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file == -1 && errno == EOPNOTSUPP)
        file = tidy_mkstemp(folder);
    if (file == -1)
        fail("no temporary file in %.200s: %s (%s). Set TMPDIR to a "
             "folder you may write to", folder, errno_name(errno),
             strerror(errno));
    return file;
}

#endif
