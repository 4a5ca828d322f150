// peer: the server that asks, for exercise 2.
//
// Usage: peer KEY SIZE QUESTION REPLY [taken]
//
// Makes a segment of SIZE bytes under KEY that others may only read,
// puts QUESTION into it, and words behind its end, where memory goes on
// up to the end of the page. Prints `ready`, and then watches for a
// segment under KEY + 1, reads the answer when nobody is attached, keeps
// the client waiting until it is seen to sleep, replaces the question by
// REPLY and sends SIGUSR1. `taken`: it asks under KEY + 2, too, and there
// is a segment under KEY + 3 from the start, which the client must leave
// alone; of the answer it looks at the letters only. Whatever is wrong is a
// line on standard output. It ends when its standard input ends.

#include "tidy.h"
#include <ctype.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/shm.h>
#include <sys/types.h>

static const char behind[] = " and this is behind the segment's end";

static int asked = -1, next = -1, taken = -1;
static bool strict = true; // judge not only what the answer says

static void remove_segments(void)
{
    if (asked != -1)
        shmctl(asked, IPC_RMID, NULL);
    if (next != -1)
        shmctl(next, IPC_RMID, NULL);
    if (taken != -1)
        shmctl(taken, IPC_RMID, NULL);
}

static char *make_segment(int *id, key_t key, size_t size, mode_t mode,
                          const char *text)
{
    *id = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);
    if (*id == -1)
        die("shmget");
    char *shared = shmat(*id, NULL, 0);
    if (shared == (void *)-1)
        die("shmat");
    strncpy(shared, text, size);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (page - size % page > sizeof behind)
        memcpy(shared + size, behind, sizeof behind);
    struct shmid_ds record;
    if (shmctl(*id, IPC_STAT, &record) == -1)
        die("shmctl");
    record.shm_perm.mode = mode;
    if (shmctl(*id, IPC_SET, &record) == -1)
        die("shmctl");
    return shared;
}

// A pause of 2 ms. False: our standard input has ended.
static bool pause_shortly(void)
{
    char byte;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 2) <= 0 || read(STDIN_FILENO, &byte, 1) > 0;
}

// What process `pid` has used and done. False: it is gone.
struct use {
    char state;
    unsigned long ticks, sleeps;
};

static bool look_at(pid_t pid, struct use *use)
{
    char path[64], line[512];
    unsigned long user, kernel;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
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
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "voluntary_ctxt_switches: %lu", &use->sleeps);
    if (file != NULL)
        fclose(file);
    return use->state != 'Z' && use->state != 'X';
}

// Wait until the process has slept, and not once been awake, for 25 looks in a
// row. A process that sleeps is soon found so, and one that does not never
// is, however busy the machine. Null: it sleeps. Else what is wrong.
static const char *wait_for_sleep(pid_t pid)
{
    struct use first = {0}, last = {0}, now = {0};
    if (!look_at(pid, &first))
        return "the client has ended, or made the answer in a process "
               "that has: it is to wait for SIGUSR1";
    last = first;
    for (int quiet = 0; quiet < 25;) {
        if (!pause_shortly())
            return "";
        if (!look_at(pid, &now))
            return "the client ended before it was sent SIGUSR1: it is "
                   "to wait for it";
        if (now.ticks - first.ticks > 20)
            return "while it waits for SIGUSR1 the client uses the "
                   "processor, and it should sleep: sigwait";
        if (now.sleeps - first.sleeps > 100)
            return "while it waits for SIGUSR1 the client wakes up "
                   "again and again, and it should sleep: sigwait";
        bool same = now.ticks == last.ticks && now.sleeps == last.sleeps;
        quiet = same && now.state == 'S' ? quiet + 1 : 0;
        last = now;
    }
    return NULL;
}

// Is the answer the question, and is it in a segment as it should be?
static const char *judge_answer(int id, const struct shmid_ds *record,
                                const char *question, size_t size)
{
    static char said[200];
    if (record->shm_segsz < size ||
        (strict && record->shm_segsz > size)) {
        snprintf(said, sizeof said, "the question's segment has %zu "
                 "bytes (IPC_STAT tells), the answer's %zu", size,
                 record->shm_segsz);
        return said;
    }
    if (strict && (record->shm_perm.mode & 0777) != 0600) {
        snprintf(said, sizeof said, "the answer's segment has mode %04o, "
                 "not 0600", (unsigned)record->shm_perm.mode & 0777);
        return said;
    }
    const char *answer = shmat(id, NULL, SHM_RDONLY);
    if (answer == (void *)-1)
        return "the segment under KEY + 1 is gone before its answer was "
               "read";
    size_t i = 0;
    while (i < size && answer[i] == toupper((unsigned char)question[i]))
        i++;
    snprintf(said, sizeof said, "the answer is not the question in "
             "capital letters: its byte %zu of %zu is %d", i, size,
             i < size ? answer[i] : 0);
    size_t end = record->shm_segsz, page = (size_t)sysconf(_SC_PAGESIZE);
    while (i == size && end % page != 0 && answer[end] == '\0')
        end++;
    bool longer = i == size && end % page != 0;
    shmdt(answer);
    if (longer)
        return "the client wrote on behind the end of the answer's "
               "segment: its size is how much there is, not a NUL";
    return i == size ? NULL : said;
}

// Has it slept for 600 looks? Then nothing will come any more.
static bool given_up(pid_t pid)
{
    static struct use last;
    static int quiet;
    struct use now = {0};
    look_at(pid, &now);
    bool same = now.ticks == last.ticks && now.sleeps == last.sleeps;
    quiet = same && now.state == 'S' ? quiet + 1 : 0;
    last = now;
    return quiet >= 600;
}

// Wait for an answer; give what is wrong with it, or null.
static const char *wait_for_answer(key_t key, const char *question,
                                   size_t size, pid_t *client)
{
    const char *why = "there was no segment under KEY + 1";
    struct shmid_ds record;
    struct use use;
    for (;;) {
        int id = shmget(key + 1, 0, 0);
        if (id != -1 && shmctl(id, IPC_STAT, &record) == 0) {
            *client = record.shm_cpid > 0 ? record.shm_cpid : *client;
            bool done = record.shm_atime != 0 && record.shm_nattch == 0;
            if (done && look_at(*client, &use))
                return judge_answer(id, &record, question, size);
            if (!done)
                why = record.shm_atime == 0
                          ? "the segment under KEY + 1 was never attached"
                          : "the segment under KEY + 1 is still attached, "
                            "so its answer was not read: shmdt";
        }
        if (!pause_shortly())
            return why;
        if (*client > 0 && given_up(*client))
            return strict ? why : judge_answer(id, &record, question, size);
    }
}

static void serve(char *shared, key_t key, size_t size, const char *reply)
{
    char *copy = malloc(size);
    if (copy == NULL)
        die("malloc");
    memcpy(copy, shared, size);
    pid_t client = 0;
    const char *why = wait_for_answer(key, copy, size, &client);
    const char *restless = client > 0 ? wait_for_sleep(client) : NULL;
    strncpy(shared, reply, size);
    if (client > 0)
        kill(client, SIGUSR1);
    if (why != NULL)
        say("server: %s", why);
    if (strict && restless != NULL && restless[0] != '\0')
        say("server: %s", restless);
    free(copy);
}

static void watch(const char *other, key_t key)
{
    struct shmid_ds record;
    bool touched = false;
    while (pause_shortly()) {
        if (touched || strcmp(other, "not yours") == 0)
            continue;
        touched = true;
        if (shmctl(taken, IPC_STAT, &record) == 0 && record.shm_lpid > 0 &&
            record.shm_lpid != getpid())
            kill(record.shm_lpid, SIGUSR1); // or it would wait for ever
    }
    if (shmget(key + 1, 0, 0) != taken)
        say("server: the segment that another program had under KEY + 1 "
            "was removed");
    if (touched || strcmp(other, "not yours") != 0)
        say("server: the segment that another program had under KEY + 1 "
            "was overwritten: only IPC_EXCL makes shmget refuse it");
}

int main(int argc, char *argv[])
{
    if (argc != 5 && argc != 6)
        usage("peer KEY SIZE QUESTION REPLY [taken]");
    key_t key = (key_t)strtoul(argv[1], NULL, 0);
    size_t size = strtoul(argv[2], NULL, 0);
    char *other = NULL;
    at_end(remove_segments);
    char *shared = make_segment(&asked, key, size, 0444, argv[3]);
    if (argc == 6) {
        strict = false;
        make_segment(&next, key + 2, size, 0444, argv[3]);
        other = make_segment(&taken, key + 3, size, 0666, "not yours");
    }
    say("ready");
    serve(shared, key, size, argv[4]);
    if (other != NULL)
        watch(other, key + 2);
    while (pause_shortly())
        ;
    return 0;
}
