// peer: the producer, for exercise 4.
//
// Usage: peer NAME [ITEM]...
//
// Makes the object and the two FIFOs of NAME, prints `ready`, and gives a
// consumer one item after the other; for an item `-` it leaves a number
// out, and after an item `!` it gives the next one and is gone, without
// hearing of it. Before the second and the fourth it keeps the consumer
// waiting until it is seen to sleep. At the third the FIFO `empty` is filled up, so that who
// acknowledges has to wait there, and the slot is overwritten meanwhile:
// who looks at it after that sees something else. Whatever is wrong is a
// line on standard output. It ends when its standard input ends.

#include "tidy.h"
#include <glob.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

struct slot {
    unsigned sequence;
    char text[32];
    char behind[32]; // is no part of an item
};

static char object[80], full[120], empty[120];
static struct slot *slot;
static int to_consumer = -1, from_consumer = -1;

// The FIFOs themselves: whoever has our uid may put a link under a name.
struct fifo {
    char again[32]; // opens it once more
    struct stat about;
};
static struct fifo fifo_full, fifo_empty;

static void remove_names(void)
{
    if (slot != NULL) {
        shm_unlink(object);
        unlink(full);
        unlink(empty);
    }
}

// The names that the program's names.h has: in there it has another uid.
static void choose_names(const char *name)
{
    const char *folder = getenv("XDG_RUNTIME_DIR"), *room;
    const char *uid = getenv("MEMLABS_UID");
    if (((room = getenv("MEMLABS_ROOM")) && strcmp(room, "none") == 0) ||
        ((room = getenv("MEMLABS_WRAP")) && strcmp(room, "none") == 0))
        uid = NULL;
    if (folder == NULL || folder[0] == '\0' || getenv("MEMLABS_UID"))
        folder = "/tmp";
    snprintf(object, sizeof object, "/memlabs-%u-%.32s",
             uid ? (unsigned)atoi(uid) : (unsigned)getuid(), name);
    snprintf(full, sizeof full, "%.30s%s.full", folder, object);
    snprintf(empty, sizeof empty, "%.30s%s.empty", folder, object);
}

static struct fifo make_fifo(const char *path)
{
    struct fifo fifo;
    if (mkfifo(path, 0666) == -1)
        die("mkfifo");
    int file = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (file == -1 || fstat(file, &fifo.about) == -1)
        die("open, fstat");
    snprintf(fifo.again, sizeof fifo.again, "/proc/self/fd/%d", file);
    return fifo;
}

// Who has our uid may also cut the object short.
static void on_bus(int sig)
{
    static const char why[] = "producer: the object was cut\n";
    (void)sig;
    remove_names();
    _exit(write(STDOUT_FILENO, why, sizeof why - 1) == -1);
}

// The object may only be read by others, and is locked as by the lab's
// producer; anybody may open the FIFOs as he likes.
static void make_names(void)
{
    umask(0);
    int file = shm_open(object, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file == -1)
        die("shm_open");
    if (ftruncate(file, sizeof *slot) == -1)
        die("ftruncate");
    slot = mmap(NULL, sizeof *slot, PROT_READ | PROT_WRITE, MAP_SHARED,
                file, 0);
    if (slot == MAP_FAILED)
        die("mmap");
    strcpy(slot->behind, " and this is no part of it");
    if (fchmod(file, 0444) == -1 || flock(file, LOCK_EX) == -1)
        die("fchmod, flock");
    fifo_full = make_fifo(full);
    fifo_empty = make_fifo(empty);
    from_consumer = open(fifo_empty.again, O_RDONLY | O_NONBLOCK);
    if (from_consumer == -1)
        die("open");
}

// Wait up to 2 ms for a byte or the end of file at `fifo`, if it is not
// -1. False: our standard input has ended, and so do we.
static bool pause_shortly(int fifo)
{
    char byte;
    struct pollfd wait[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                            {.fd = fifo, .events = POLLIN}};
    if (poll(wait, 2, 2) == -1)
        die("poll");
    if (wait[0].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0)
        exit(0);
    return true;
}

// Has this process the FIFO open? `descriptor` is the number, or -1: any.
static bool has_open(int pid, int descriptor, const struct fifo *fifo)
{
    char path[64];
    struct stat theirs;
    int from = descriptor == -1 ? 0 : descriptor;
    for (int i = from; i <= (descriptor == -1 ? 63 : descriptor); i++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, i);
        if (stat(path, &theirs) == 0 && theirs.st_ino == fifo->about.st_ino &&
            theirs.st_dev == fifo->about.st_dev)
            return true;
    }
    return false;
}

// Which process reads the FIFO `full`? 0: none.
static int find_consumer(void)
{
    glob_t found;
    int consumer = 0;
    if (glob("/proc/[0-9]*", 0, NULL, &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        int pid = atoi(found.gl_pathv[i] + strlen("/proc/"));
        if (pid != getpid() && has_open(pid, -1, &fifo_full))
            consumer = pid;
    }
    globfree(&found);
    return consumer;
}

// What a process has used and done. False: it has ended.
struct use {
    char state;
    unsigned long ticks, sleeps;
};

static bool look_at(int pid, struct use *use)
{
    char path[64], line[512];
    unsigned long user, kernel;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(line, 1, sizeof line - 1, file) : 0;
    line[length] = '\0';
    char *end = strrchr(line, ')');
    if (file != NULL)
        fclose(file);
    if (end == NULL || sscanf(end, ") %c %*d %*d %*d %*d %*d %*u %*u %*u "
                              "%*u %*u %lu %lu", &use->state, &user,
                              &kernel) != 3)
        return false;
    use->ticks = user + kernel;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "voluntary_ctxt_switches: %lu", &use->sleeps);
    if (file != NULL)
        fclose(file);
    return use->state != 'Z' && use->state != 'X';
}

// Wait until the consumer has slept, and not once been awake, for 25 looks
// in a row. A process that sleeps is soon found so, and one that does
// not never is, however busy the machine.
static void wait_for_sleep(int pid, unsigned item)
{
    struct use first = {0}, last, now = {0};
    const char *why = NULL;
    if (!look_at(pid, &first))
        return;
    last = first;
    for (int quiet = 0; quiet < 25 && why == NULL;) {
        pause_shortly(-1);
        if (!look_at(pid, &now))
            return;
        if (now.ticks - first.ticks > 20)
            why = "uses the processor";
        else if (now.sleeps - first.sleeps > 100)
            why = "wakes up again and again";
        bool same = now.ticks == last.ticks && now.sleeps == last.sleeps;
        quiet = same && now.state == 'S' ? quiet + 1 : 0;
        last = now;
    }
    if (why != NULL)
        say("producer: while it waits for item %u the consumer %s, and it "
            "should sleep: read", item, why);
}

// How many bytes has the consumer sent that nobody has read?
static int pending(void)
{
    int bytes = 0;
    return ioctl(from_consumer, FIONREAD, &bytes) == 0 ? bytes : 0;
}

// Has the consumer read our byte? Then it is done with the item before, too.
static bool was_taken(void)
{
    int bytes = 0;
    return ioctl(to_consumer, FIONREAD, &bytes) == 0 && bytes == 0;
}

// Is a thread of any process in a write to the FIFO `empty`? With `ask`:
// can we know that at all?
static bool in_acknowledgement(int ask)
{
    glob_t found;
    bool known = false;
    int pid, descriptor, call;
    char line[64];
    if (glob("/proc/[0-9]*/task/*/syscall", 0, NULL, &found) != 0)
        return false;
    for (size_t i = 0; i < found.gl_pathc && !known; i++) {
        FILE *file = fopen(found.gl_pathv[i], "re");
        if (file == NULL || fgets(line, sizeof line, file) == NULL)
            line[0] = '\0';
        if (file != NULL)
            fclose(file);
        sscanf(found.gl_pathv[i], "/proc/%d", &pid);
        known = ask ? pid == ask && line[0] != '\0'
                    : sscanf(line, "%d %x", &call, &descriptor) == 2 &&
                          (call == SYS_write || call == SYS_writev) &&
                          has_open(pid, descriptor, &fifo_empty);
    }
    globfree(&found);
    return known;
}

// Fill `empty` up; give the number of bytes. 0: we could not see who
// waits to write there, or a consumer would not wait.
static ssize_t fill_up(int pid)
{
    char path[64], line[64], page[65536] = "";
    unsigned flags = 0;
    for (int i = 0; i < 64; i++) {
        snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", pid, i);
        FILE *file = NULL;
        if (has_open(pid, i, &fifo_empty))
            file = fopen(path, "re");
        while (file != NULL && fgets(line, sizeof line, file) != NULL)
            sscanf(line, "flags: %o", &flags);
        if (file != NULL)
            fclose(file);
    }
    if (flags == 0 || (flags & O_NONBLOCK) || !in_acknowledgement(pid))
        return 0;
    int size = fcntl(from_consumer, F_SETPIPE_SZ, 4096);
    int end = open(fifo_empty.again, O_WRONLY | O_NONBLOCK);
    ssize_t filled = size > 0 && size <= (int)sizeof page && end != -1
                         ? write(end, page, (size_t)size) : 0;
    if (end != -1)
        close(end);
    return filled > 0 ? filled : 0;
}

// Read one byte of the consumer's. False: it has closed the FIFO, or it
// sleeps, and nothing will come.
static bool hear(int pid)
{
    struct use last = {0}, now = {0};
    char byte;
    for (int quiet = 0; quiet < 600;) {
        ssize_t length = read(from_consumer, &byte, 1);
        if (length == 1)
            return true;
        struct pollfd ended = {.fd = from_consumer, .events = POLLIN};
        if (poll(&ended, 1, 0) == 1 && (ended.revents & POLLHUP) &&
            !(ended.revents & POLLIN))
            return false;
        pause_shortly(length == -1 ? from_consumer : -1);
        now = (struct use){0};
        look_at(pid, &now);
        bool same = now.ticks == last.ticks && now.sleeps == last.sleeps;
        quiet = same && now.state == 'S' ? quiet + 1 : 0;
        last = now;
    }
    return false;
}

// Give one item, and wait until it is acknowledged.
static bool give(unsigned item, unsigned sequence, const char *text,
                 int pid)
{
    static int answers = 1;
    ssize_t filler = 0;
    if (item == 2 || item == 4)
        wait_for_sleep(pid, item);
    if (item == 2)
        answers += pending();
    if (item == 2 && answers > 1) {
        say("producer: item 1 was acknowledged %d times: the next one may "
            "then come too early", answers);
        for (int i = 1; i < answers; i++)
            hear(pid);
    }
    if (item == 3)
        filler = fill_up(pid);
    slot->sequence = sequence;
    strncpy(slot->text, text, sizeof slot->text);
    if (write(to_consumer, "!", 1) == -1)
        return false;
    while (filler > 0 && !(was_taken() && in_acknowledgement(0)) &&
           find_consumer() != 0)
        pause_shortly(-1);
    if (filler > 0)
        strcpy(slot->text, "read after acknowledging it");
    while (filler-- > 0)
        if (!hear(pid))
            return false;
    bool heard = hear(pid);
    for (int i = 1; item > 1 && i < answers; i++)
        heard = hear(pid);
    strcpy(slot->text, "read after acknowledging it");
    return heard;
}

// All items were given: has the consumer sent a byte for each, and does
// it see the end?
static void end(int pid, bool many)
{
    slot->sequence += 7; // who counts by it has not counted
    if (close(to_consumer) == -1)
        die("close");
    int more = 0;
    while (hear(pid))
        more++;
    if (more > 0 && many)
        say("producer: the consumer acknowledged %d item%s more than it "
            "was given", more, more == 1 ? "" : "s");
    struct pollfd ended = {.fd = from_consumer, .events = POLLIN};
    if (pid > 0 && poll(&ended, 1, 0) == 0 && find_consumer() != 0) {
        say("producer: closed the FIFO, but the consumer sleeps on: has "
            "it opened `full` for writing itself?");
        kill(pid, SIGTERM);
    }
}

// The last bell, and nobody is there any more to hear an answer.
static void leave(unsigned sequence, const char *text)
{
    slot->sequence = sequence;
    strncpy(slot->text, text, sizeof slot->text);
    if (close(from_consumer) == -1)
        die("close");
    if (write(to_consumer, "!", 1) == -1 && errno != EPIPE)
        die("write");
    if (close(to_consumer) == -1)
        die("close");
    for (;;)
        pause_shortly(-1);
}

int main(int argc, char *argv[])
{
    if (argc < 2)
        usage("peer NAME [ITEM]...");
    choose_names(argv[1]);
    at_end(remove_names);
    signal(SIGBUS, on_bus);
    make_names();
    say("ready");
    do
        pause_shortly(-1);
    while ((to_consumer = open(fifo_full.again,
                               O_WRONLY | O_NONBLOCK)) == -1);

    // Once it can acknowledge, it has opened all three.
    struct pollfd met = {.fd = from_consumer};
    int pid = 0;
    while ((pid = find_consumer()) == 0 && poll(&met, 1, 0) == 0)
        pause_shortly(-1);
    unsigned sequence = 0;
    bool gap = false;
    for (int i = 2; i < argc; i++) {
        sequence++;
        if (strcmp(argv[i], "!") == 0)
            leave(sequence, argv[i + 1]);
        bool out = strcmp(argv[i], "-") == 0;
        gap = gap || out;
        if (out)
            continue;
        bool heard = give((unsigned)i - 1, sequence, argv[i], pid);
        if (heard && gap)
            say("producer: item %u was acknowledged, though one before it "
                "was missing", sequence);
        if (!heard && !gap)
            say("producer: item %u was not acknowledged: one byte into "
                "the FIFO `empty`", sequence);
        if (!heard || gap)
            break;
    }
    end(pid, argc > 3);
    for (;;)
        pause_shortly(-1);
}
