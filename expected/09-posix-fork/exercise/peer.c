// peer: another program that uses the counter, for exercise 9.
//
// Usage: peer /NAME KIND VALUE SUM
//
//     new      there is no such object yet
//     early    so, too, and this process adds 1 as soon as it has a length
//     bare     it is there, and has no length
//     full     it is a page long: VALUE, and words behind it
//     busy     so, too, and this process adds to it, every 20 us
//
// Prints `ready`. When its standard input ends, the object has to be
// there and the counter to be SUM and what this process has added; it says
// so if not, and removes the object.

#include "tidy.h"
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>

static const char behind[] = "what stands behind the counter";
static const char *name;
static struct stat was;

static void remove_object(void)
{
    if (name != NULL)
        shm_unlink(name);
}

static void on_cut(int sig)
{
    char byte;
    (void)sig;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    say("the object was cut while others had it mapped: that is SIGBUS "
        "for them. O_TRUNC and ftruncate may do that");
    remove_object();
    _exit(0);
}

// The object belongs to the student's user, where we may say so.
static atomic_ulong *make(bool full, unsigned long value)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file == -1)
        die("shm_open");
    const char *user = getenv("MEMLABS_UID");
    if (user != NULL && fchown(file, (uid_t)strtoul(user, NULL, 10),
                               (gid_t)-1) == -1 && errno != EINVAL &&
        errno != EPERM)
        die("fchown");
    if (fstat(file, &was) == -1)
        die("fstat");
    if (!full)
        return NULL;
    if (ftruncate(file, (off_t)page) == -1)
        die("ftruncate");
    atomic_ulong *counter = mmap(NULL, page, PROT_READ | PROT_WRITE,
                                 MAP_SHARED, file, 0);
    if (counter == MAP_FAILED)
        die("mmap");
    atomic_store(counter, value);
    memcpy((char *)counter + page - sizeof behind, behind, sizeof behind);
    close(file);
    return counter;
}

// Has our standard input ended?
static bool is_over(void)
{
    char byte;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

// Before all others, if we may: then what we do comes between two
// instructions of theirs on one processor, too.
static void go_first(void)
{
    const struct sched_param first = {.sched_priority = 1};
    sched_setscheduler(0, SCHED_FIFO, &first);
    prctl(PR_SET_TIMERSLACK, 1);
}

// 20 microseconds; longer where our own turns take long, so that three
// quarters of the time are left to those whom we come before.
static void pause_shortly(void)
{
    static struct timespec woke;
    struct timespec now, pause = {.tv_nsec = 20000};
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (woke.tv_sec == now.tv_sec &&
        3 * (now.tv_nsec - woke.tv_nsec) > pause.tv_nsec)
        pause.tv_nsec = 3 * (now.tv_nsec - woke.tv_nsec);
    if (pause.tv_nsec > 1000000)
        pause.tv_nsec = 1000000;
    nanosleep(&pause, NULL);
    clock_gettime(CLOCK_MONOTONIC, &woke);
}

// Add to the counter until the end. Returns how often.
static unsigned long keep_adding(atomic_ulong *counter)
{
    unsigned long added = 0;
    go_first();
    for (; !is_over(); added++) {
        pause_shortly();
        atomic_fetch_add(counter, 1);
    }
    return added;
}

// Wait for a new object, and be the first to add to it. Returns how often.
static unsigned long add_early(void)
{
    struct stat now = {.st_size = 0};
    int file = -1;
    go_first();
    for (; file == -1; pause_shortly())
        if ((file = shm_open(name, O_RDWR, 0)) == -1 && is_over())
            return 0;
    atomic_ulong *counter = mmap(NULL, sizeof *counter,
                                 PROT_READ | PROT_WRITE, MAP_SHARED,
                                 file, 0);
    if (counter == MAP_FAILED)
        die("mmap");
    while (fstat(file, &now) == 0 && now.st_size < (off_t)sizeof *counter) {
        if (is_over())
            return 0;
        pause_shortly();
    }
    atomic_fetch_add(counter, 1);
    return 1;
}

static void judge(const char *kind, unsigned long sum, unsigned long added)
{
    char words[sizeof behind];
    unsigned long value;
    struct stat now;
    int file = shm_open(name, O_RDONLY | O_NONBLOCK, 0);
    if (file == -1 || fstat(file, &now) == -1) {
        say("there is no object of that name: it is to outlive its "
            "processes, and nobody removes it");
    } else if (was.st_ino != 0 && now.st_ino != was.st_ino) {
        say("the object was removed, and made anew under its name: who "
            "had it mapped does not see the new one");
    } else if (!S_ISREG(now.st_mode) ||
               pread(file, &value, sizeof value, 0) != sizeof value) {
        say("the object has no length%s: ftruncate, or posix_fallocate",
            strcmp(kind, "bare") ? "" : ", and its maker will not come "
            "to give it one. Do not wait for him: all may do it");
    } else if (value != sum + added && strcmp(kind, "early") == 0) {
        say("the counter in the object is %lu, and should be %lu: another "
            "process added %lu as soon as it had a length. A new object "
            "is zeros, and who stores another 0 may be late", value,
            sum + added, added);
    } else if (value != sum + added) {
        say("the counter in the object is %lu, and should be %lu%s", value,
            sum + added, added == 0 ? "" : ": another process added to "
            "it, and counts are lost. Adding is one step by "
            "atomic_fetch_add alone");
    } else if (was.st_ino != 0 && strcmp(kind, "bare") != 0 &&
               (pread(file, words, sizeof words,
                      sysconf(_SC_PAGESIZE) - (off_t)sizeof words) !=
                    sizeof words ||
                memcmp(words, behind, sizeof words) != 0)) {
        say("what stood behind the counter is gone: ftruncate has cut the "
            "object, though it was longer");
    }
}

int main(int argc, char *argv[])
{
    if (argc != 5)
        usage("peer /NAME new|early|bare|full|busy VALUE SUM");
    const char *kind = argv[2];
    unsigned long added = 0;
    name = argv[1];
    at_end(remove_object);
    signal(SIGBUS, on_cut);
    atomic_ulong *counter = NULL;
    if (strcmp(kind, "new") != 0 && strcmp(kind, "early") != 0)
        counter = make(strcmp(kind, "bare") != 0, strtoul(argv[3], NULL, 10));
    say("ready");
    if (strcmp(kind, "early") == 0)
        added = add_early();
    if (strcmp(kind, "busy") == 0)
        added = keep_adding(counter);
    while (!is_over())
        poll(&(struct pollfd){.fd = STDIN_FILENO, .events = POLLIN}, 1, -1);
    judge(kind, strtoul(argv[4], NULL, 10), added);
    return 0;
}
