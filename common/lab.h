// lab.h: the few words all labs share: say, fail, die, CHECK, SKIP.
//
// A lab shows its system calls as they are. Here stands only what would
// be noise on every page: a line of output, a line of failure. Include
// it first: _GNU_SOURCE switches on the calls that Linux adds to C.

#ifndef LAB_H
#define LAB_H

#define _GNU_SOURCE
#include "errno_name.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Each takes a printf format and writes one line (up to 8190 bytes).
//   say    to standard output: the lesson
//   note   to standard error, and goes on
//   fail   to standard error, and exits 1: what happened, what to do
//   usage  to standard error, and exits 2: how to call the program
#define say(...) lab_print(STDOUT_FILENO, __VA_ARGS__)
#define note(...) lab_print(STDERR_FILENO, __VA_ARGS__)
#define fail(...) (note(__VA_ARGS__), exit(1))
#define usage(...) (note("usage: " __VA_ARGS__), exit(2))

// A call failed with the errno of this moment: say so, and exit 1.
#define die(call) \
    fail("%s:%d: %s: %s (%s); its errors: README.md beside it", \
         __FILE__, __LINE__, call, errno_name(errno), strerror(errno))

// Prints `=> claim` if it holds; if not `=> FALSE: claim`, and exits 1.
#define CHECK(condition, claim) \
    ((condition) ? say("=> %s", claim) \
                 : (say("=> FALSE: %s", claim), exit(1)))

// This machine cannot show the lab (exits 77), or one step of it: the
// lines that begin with the step's name on a machine that can.
#define SKIP(...) (say("skip: " __VA_ARGS__), exit(77))
#define SKIP_STEP(step, ...) say(step ": skip: " __VA_ARGS__)

static inline void lab_print(int fd, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// `make step-N` names a FIFO here: after each line wait for one byte of
// it, so that a second terminal can look at the process as it is now.
static inline void lab_wait(void)
{
    const char *fifo = getenv("MEMLABS_STEP");
    if (fifo == NULL)
        return;
    char go[32];
    int length = snprintf(go, sizeof go, "step pid=%d\n", getpid());
    int gate = open(fifo, O_RDONLY);
    if (gate == -1)
        die("open MEMLABS_STEP");
    if (write(STDOUT_FILENO, go, (size_t)length) == -1)
        die("write");
    if (read(gate, go, 1) == -1)
        die("read MEMLABS_STEP");
    close(gate);
}

// One write(2) a line and no stdio buffer: fork would copy a buffer and
// print its lines twice, and the lines of two processes could mix.
static inline void lab_print(int fd, const char *format, ...)
{
    char line[8192] = "";
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line - 1, format, values);
    va_end(values);
    size_t length = strlen(line);
    line[length++] = '\n';
    for (size_t sent = 0; sent < length;) {
        ssize_t n = write(fd, line + sent, length - sent);
        if (n == -1 && fd == STDERR_FILENO)
            return;
        if (n == -1)
            die("write");
        sent += (size_t)n;
    }
    if (fd == STDOUT_FILENO)
        lab_wait();
}

// Before main: what a careless parent may have left us. If standard
// output is closed, the next file we open would become it, and the
// lesson would be written into that file. If SIGCHLD is ignored, our
// children leave no zombie to wait for: `waitpid` fails with ECHILD. If
// files may not grow (ulimit -f), let the call fail that tries it.
__attribute__((constructor)) static void lab_begin(void)
{
    if (fcntl(STDOUT_FILENO, F_GETFD) == -1) {
        note("write: standard output closed: %s (%s); use >/dev/null",
             errno_name(errno), strerror(errno));
        _exit(1);
    }
    if (signal(SIGCHLD, SIG_DFL) == SIG_ERR ||
        signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        die("signal");
}

#endif
