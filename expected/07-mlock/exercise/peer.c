// peer: who has the key, and looks where it is kept, for exercise 7.
//
// Usage: peer hold | forget | refuse QUESTIONS PART...
//
// Makes the FIFOs `key`, `ask` and `answer` in the current folder and
// prints `ready`. Gives 32 random bytes to `key`, in parts of these
// sizes, then asks so many questions. After each part and each answer
// it looks for the key in all memory of the program: wherever it is,
// this must be locked and left out of core dumps. forget: in the end it
// asks it to forget the key, and looks for what is left. refuse: there
// is also the FIFO `refused`, with a key that nobody is to read.
// Whatever is wrong is a line on standard output. It ends when its
// standard input ends.

#include "lab.h"
#include <dirent.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>

enum { KEY = 32, WINDOW = 16, CHUNK = 1 << 16, FIFOS = 4 };
static unsigned char key[KEY];
static int key_file, ask, answer;
static ino_t fifo_numbers[FIFOS];

// Where the key was found, to look there again after `forget`.
static pid_t keeper;
static uintptr_t place;

static void remove_names(void)
{
    unlink("key");
    unlink("ask");
    unlink("answer");
    unlink("refused");
}

// Only the first complaint counts. The program is served all the same:
// it shall end by itself, and not for what it does not get.
static void complain(const char *what)
{
    static bool complained;
    if (!complained)
        say("%s", what);
    complained = true;
}

// Opened to read and to write, so that it never waits for the program.
static int make_fifo(const char *name)
{
    static int made;
    struct stat file;
    umask(0);
    unlink(name); // a killed run may have left it
    if (mkfifo(name, 0666) == -1)
        die("mkfifo");
    int fifo = open(name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fifo == -1 || fstat(fifo, &file) == -1)
        die("open");
    fifo_numbers[made++] = file.st_ino;
    return fifo;
}

// A pause of 1 ms. False: our standard input has ended.
static bool pause_shortly(void)
{
    char byte;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 1) <= 0 || read(STDIN_FILENO, &byte, 1) > 0;
}

static int unread(int fifo)
{
    int bytes;
    if (ioctl(fifo, FIONREAD, &bytes) == -1)
        die("ioctl FIONREAD");
    return bytes;
}

// One mapping of a process, as /proc/PID/smaps describes it.
struct area {
    uintptr_t from, to;
    char rights[8], name[128];
    unsigned long resident;
    bool locked, left_out;
};

static bool next_area(FILE *smaps, struct area *area)
{
    char line[4096];
    *area = (struct area){0};
    while (fgets(line, sizeof line, smaps) != NULL) {
        struct area head = {0};
        unsigned long kib;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR
                   " %7s %*s %*s %*s %127[^\n]", &head.from,
                   &head.to, head.rights, head.name) >= 3)
            *area = head;
        else if (sscanf(line, "Rss: %lu", &kib) == 1 ||
                 sscanf(line, "Swap: %lu", &kib) == 1)
            area->resident += kib;
        else if (strncmp(line, "VmFlags:", 8) == 0) {
            area->locked = strstr(line, " lo") != NULL;
            area->left_out = strstr(line, " dd") != NULL;
            return true;
        }
    }
    return false;
}

// Is one of these windows of the key in the `size` bytes at `bytes`?
// So many of the key are known by now: not all are looked for at first.
static const char *find_key(const char *bytes, size_t size, int known)
{
    const char *found = NULL;
    for (int at = 0; at + WINDOW <= known && found == NULL; at += 8)
        found = memmem(bytes, size, key + at, WINDOW);
    return found;
}

static void judge_area(const struct area *area)
{
    const char *what = !area->locked ? "not locked"
                       : "not left out of core dumps";
    char text[300];
    snprintf(text, sizeof text, "the key is in memory that is %s: %s",
             what, area->name[0] ? area->name : "it has no name");
    if (!area->locked || !area->left_out)
        complain(text);
}

// Look through one mapping, in pieces that overlap. Notes the place.
static void search_area(pid_t pid, int memory, const struct area *area,
                        int known)
{
    static char bytes[CHUNK];
    size_t step = CHUNK - KEY;
    for (uintptr_t at = area->from; at < area->to; at += step) {
        size_t want = area->to - at < CHUNK ? area->to - at : CHUNK;
        ssize_t got = pread(memory, bytes, want, (off_t)at);
        if (got <= 0)
            continue;
        const char *found = find_key(bytes, (size_t)got, known);
        if (found == NULL)
            continue;
        judge_area(area);
        keeper = pid;
        place = at + (uintptr_t)(found - bytes);
    }
}

static FILE *open_smaps(pid_t pid, int *memory)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    *memory = open(path, O_RDONLY | O_CLOEXEC);
    if (*memory == -1)
        return NULL;
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
    FILE *smaps = fopen(path, "re");
    if (smaps == NULL)
        close(*memory);
    return smaps;
}

// After prctl(PR_SET_DUMPABLE, 0) its files in /proc are root's. The
// first process in there is the sandbox's own, and may do so.
static bool hides_itself(pid_t pid)
{
    char path[64], line[256];
    struct stat file;
    unsigned user = 0;
    bool first = false, alive = false;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "re");
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    if (status == NULL || stat(path, &file) == -1)
        return false;
    while (fgets(line, sizeof line, status) != NULL) {
        sscanf(line, "Uid: %u", &user);
        alive |= strncmp(line, "VmSize:", 7) == 0; // no zombie
        if (strncmp(line, "NSpid:", 6) == 0)
            first = strcmp(strrchr(line, '\t'), "\t1\n") == 0;
    }
    fclose(status);
    return alive && !first && file.st_uid != user;
}

// False: it has ended, or this machine does not let us look.
static bool search_process(pid_t pid, int known)
{
    struct area area;
    int memory;
    FILE *smaps = open_smaps(pid, &memory);
    if (smaps == NULL)
        return false;
    while (next_area(smaps, &area))
        if (area.rights[0] == 'r' && area.resident > 0)
            search_area(pid, memory, &area, known);
    fclose(smaps);
    close(memory);
    return true;
}

// Has it one of our FIFOs open? Then it is the program.
static bool is_program(pid_t pid)
{
    char path[300];
    struct stat file;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    bool found = false;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "/proc/%d/fd/%s", (int)pid,
                 entry->d_name);
        if (stat(path, &file) == 0 && S_ISFIFO(file.st_mode))
            for (int i = 0; i < FIFOS; i++)
                found |= file.st_ino == fifo_numbers[i];
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}

// All processes of the sandbox have process numbers of their own.
static bool is_inside(pid_t pid)
{
    char path[64];
    struct stat mine, other;
    snprintf(path, sizeof path, "/proc/%d/ns/pid", (int)pid);
    return stat("/proc/self/ns/pid", &mine) == 0 &&
           stat(path, &other) == 0 && mine.st_ino != other.st_ino;
}

// Returns whether the program was among those that we could look at.
static bool search_all(int known)
{
    bool looked = false;
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        die("opendir /proc");
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || pid == getpid())
            continue;
        bool program = is_program(pid);
        if (!program && !is_inside(pid))
            continue;
        if (search_process(pid, known))
            looked |= program;
        else if (hides_itself(pid))
            complain("the program hides its memory (PR_SET_DUMPABLE), "
                     "so nobody can see where the key is");
    }
    closedir(processes);
    return looked;
}

// So much of the key is known: is it where it shall be, and only there?
static void expect_safe(int known)
{
    keeper = 0;
    if (known < WINDOW || !search_all(known) || keeper != 0)
        return;
    if (known == KEY)
        complain("the key is in no memory as it came, in one piece");
    complain("the first bytes of the key are in no memory, though they "
             "were read: read them to where they stay");
}

// After `forget` there is a copy: where it was, or another?
static void complain_kept(int memory, uintptr_t kept_at)
{
    unsigned char bytes[KEY];
    char text[100];
    int zeros = 0;
    if (pread(memory, bytes, KEY, (off_t)kept_at) == KEY)
        while (zeros < KEY && bytes[zeros] == 0)
            zeros++;
    snprintf(text, sizeof text, "after `forget` only %d bytes of the "
             "key are zeros, and not %d", zeros, KEY);
    if (zeros > 0 && zeros < KEY)
        complain(text);
    else if (zeros == 0)
        complain("after `forget` the key is where it was");
    complain("after `forget` the key is zeros, but there is a copy of "
             "it elsewhere");
}

// After `forget`: no copy anywhere, and zeros where it was, still safe.
static void expect_wiped(void)
{
    pid_t kept_by = keeper;
    uintptr_t kept_at = place;
    unsigned char bytes[KEY] = {0}, any = 0;
    struct area area;
    int memory;
    if (kept_by == 0)
        return;
    keeper = 0;
    search_all(KEY);
    FILE *smaps = open_smaps(kept_by, &memory);
    if (keeper != 0)
        complain_kept(smaps == NULL ? -1 : memory, kept_at);
    if (smaps == NULL)
        return;
    bool mapped = false;
    while (!mapped && next_area(smaps, &area))
        mapped = area.from <= kept_at && kept_at < area.to;
    if (!mapped)
        complain("where the key was, nothing is mapped: were there "
                 "zeros first? It is to stay mapped until the end");
    else if (!area.locked || !area.left_out)
        complain("where the key was, the memory is not locked and left "
                 "out any more: it is to stay so until the end");
    if (pread(memory, bytes, KEY, (off_t)kept_at) == KEY)
        for (int i = 0; i < KEY; i++)
            any |= bytes[i];
    if (any != 0)
        complain("where the key was, there are not 32 zeros");
    fclose(smaps);
    close(memory);
}

static void send_to(int fifo, const void *bytes, size_t size)
{
    if (write(fifo, bytes, size) != (ssize_t)size)
        die("write");
}

static double now(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time) == -1)
        die("clock_gettime");
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// A program that has its answer in a buffer waits for us. We give up
// before it would be stopped for that, so that it can end.
static double deadline(void)
{
    const char *seconds = getenv("MEMLABS_PATIENCE");
    return now() + 0.6 * (seconds ? atof(seconds) : 5);
}

// It has ended, or waits for nothing of ours.
static void complain_unread(bool runs, int known)
{
    char text[100];
    snprintf(text, sizeof text, "the program %s: it has read %d of the "
             "%d bytes of the key", runs ? "reads no more" : "ended",
             known - unread(key_file), KEY);
    complain(text);
    if (!runs)
        exit(0);
}

static pid_t find_program(void)
{
    pid_t found = 0;
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        die("opendir /proc");
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid > 0 && pid != getpid() && is_program(pid))
            found = pid;
    }
    closedir(processes);
    return found;
}

// The program, if it stops for us at each call (ptrace). 0: it may not
// be traced, as in the case that strace sees.
static pid_t traced;

static void trace_program(void)
{
    while ((traced = find_program()) == 0)
        if (!pause_shortly())
            complain_unread(false, 0);
    if (ptrace(PTRACE_SEIZE, traced, 0, PTRACE_O_TRACESYSGOOD) == -1)
        traced = 0;
    else
        ptrace(PTRACE_INTERRUPT, traced, 0, 0);
}

// Has it stopped? Then look, before it can move what it has read: no
// time is short enough. Returns true at a call behind which all of the
// `known` bytes were there: by then they must be where they stay.
static bool look_at_stop(int known)
{
    static int seen;
    int status, left = unread(key_file);
    if (waitpid(traced, &status, WNOHANG | __WALL) != traced ||
        !WIFSTOPPED(status))
        return false;
    bool call = WSTOPSIG(status) == (SIGTRAP | 0x80);
    if (call && known - left > seen && known - left >= WINDOW)
        search_all(known - left);
    bool done = call && left == 0 && seen == known;
    seen = known - left;
    int sig = call || status >> 16 != 0 ? 0 : WSTOPSIG(status);
    if (!done)
        ptrace(PTRACE_SYSCALL, traced, 0, sig);
    return done;
}

// Let it run by itself again. It may have ended.
static void leave_program(void)
{
    int status;
    if (traced == 0)
        return;
    ptrace(PTRACE_INTERRUPT, traced, 0, 0);
    if (ptrace(PTRACE_DETACH, traced, 0, 0) == -1 &&
        waitpid(traced, &status, __WALL) == traced && WIFSTOPPED(status))
        ptrace(PTRACE_DETACH, traced, 0, status >> 16 != 0 ||
               WSTOPSIG(status) & 0x80 ? 0 : WSTOPSIG(status));
    traced = 0;
}

// Wait until the program has taken all that was given. Who makes no call
// for long is not traced any more: another thread may have read.
static bool wait_for_reader(int given)
{
    double until = deadline();
    for (int quiet = 0;; quiet++) {
        if (traced != 0 ? look_at_stop(given) : unread(key_file) == 0)
            return true;
        bool runs = pause_shortly();
        if (!runs || now() >= until) {
            complain_unread(runs, given);
            return false;
        }
        if (unread(key_file) > 0)
            quiet = 0;
        if (quiet == 200)
            leave_program();
    }
}

// Part by part: the next comes when the program has taken this one, and
// waits for more. By then the first part must lie where it is to stay.
// False: it does not take all.
static bool give_key(char *sizes[], int parts)
{
    int given = 0;
    bool taken = true;
    trace_program();
    for (int i = 0; i < parts && taken; i++) {
        int size = (int)strtol(sizes[i], NULL, 10);
        send_to(key_file, key + given, (size_t)size);
        given += size;
        taken = wait_for_reader(given);
        if (taken)
            expect_safe(given);
        if (traced != 0)
            ptrace(PTRACE_SYSCALL, traced, 0, 0);
    }
    leave_program();
    close(key_file);
    return taken;
}

static unsigned seal(unsigned number)
{
    for (int i = 0; i < KEY; i++)
        number = (number ^ key[i]) * 16777619;
    return number;
}

// Ask, and compare the next line of `answer`. False: none comes.
static bool expect(const char *question, const char *wanted)
{
    char line[128] = "", text[300];
    size_t length = 0;
    double until = deadline();
    send_to(ask, question, strlen(question));
    send_to(ask, "\n", 1);
    while (length < sizeof line - 1) {
        ssize_t got = read(answer, line + length, 1);
        if (got == 1 && line[length++] == '\n')
            break;
        if (got != 1 && !pause_shortly()) {
            snprintf(text, sizeof text, "the program ended and had not "
                     "answered: %s", question);
            complain(text);
            exit(0);
        }
        if (got != 1 && now() > until) {
            complain("no answer came in time: flush each answer");
            return false;
        }
    }
    line[strcspn(line, "\n")] = '\0';
    snprintf(text, sizeof text, "asked: %s, answered: %.60s, "
             "expected: %s", question, line, wanted);
    if (strcmp(line, wanted) != 0)
        complain(text);
    return true;
}

static void ask_all(long questions, bool forget)
{
    char question[32], wanted[32];
    unsigned number;
    for (long i = 0; i < questions; i++) {
        if (getrandom(&number, sizeof number, 0) != sizeof number)
            die("getrandom");
        snprintf(question, sizeof question, "%u", number);
        snprintf(wanted, sizeof wanted, "%u", seal(number));
        if (!expect(question, wanted))
            return;
        if (i < 2 || i == questions - 1)
            expect_safe(KEY);
    }
    if (!forget || !expect("forget", "forgotten"))
        return;
    expect_wiped();
    expect(question, "no key");
}

int main(int argc, char *argv[])
{
    if (argc < 4 || strchr("hfr", argv[1][0]) == NULL)
        usage("peer hold | forget | refuse QUESTIONS PART...");
    bool refuse = argv[1][0] == 'r', forget = argv[1][0] == 'f';
    if (getrandom(key, KEY, 0) != KEY)
        die("getrandom");
    if (atexit(remove_names) != 0)
        die("atexit");
    key_file = make_fifo("key");
    ask = make_fifo("ask");
    answer = make_fifo("answer");
    int refused = refuse ? make_fifo("refused") : -1;
    if (refuse)
        send_to(refused, key, KEY);
    say("ready");
    if (give_key(argv + 3, argc - 3))
        ask_all(strtol(argv[2], NULL, 10), forget);
    close(ask);
    while (pause_shortly())
        ;
    if (refuse && unread(refused) < KEY)
        complain("it read from KEY, and had no locked memory for it");
    return 0;
}
