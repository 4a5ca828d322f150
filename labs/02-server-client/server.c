// server: leave a message in a segment that anyone can find by number.
//
// Teaches: a segment belongs to no process: programs that share only a
//          number meet in it, and it stays until somebody removes it.
// Calls:   shmget, sigwait
// Run:     make lab-2, or server [KEY [MESSAGE]] in its own terminal
// See:     it waits without using the processor, and removes what it
//          made when it is told to stop.

#include "tidy.h"
#include <sys/shm.h>

enum { SEGMENT_SIZE = 4096, DEFAULT_KEY = 0x01020304 };

static int segment = -1;

static void remove_segment(void)
{
    if (segment != -1)
        shmctl(segment, IPC_RMID, NULL);
}

static key_t parse_key(const char *text)
{
    char *end;
    errno = 0;
    unsigned long key = strtoul(text, &end, 0);
    if (errno != 0 || *end != '\0' || text[0] == '-' || key == 0 ||
        key > 0xffffffff)
        usage("server [KEY [MESSAGE]]; KEY is a number from 1 to "
              "0xffffffff, not \"%s\"", text);
    return (key_t)key;
}

// The key is in use. Who made the segment, and does anybody have it?
_Noreturn static void explain_in_use(key_t key)
{
    struct shmid_ds seen;
    int id = shmget(key, 0, 0);
    if (id == -1 && errno == ENOENT)
        fail("server: key %#010x was in use (EEXIST) until now. Start "
             "the server again", (unsigned)key);
    if (id == -1 || shmctl(id, IPC_STAT, &seen) == -1)
        fail("server: key %#010x is in use, and we may not look (%s): "
             "another user's, or made without mode bits. See ipcs -m, "
             "and choose another: server KEY", (unsigned)key,
             errno_name(errno));
    if (seen.shm_nattch > 0)
        fail("server: key %#010x is in use (EEXIST): pid %d made "
             "segment %d, and it is attached. Stop that server, or "
             "choose another key: server KEY", (unsigned)key,
             (int)seen.shm_cpid, id);
    fail("server: key %#010x is in use (EEXIST): pid %d made segment "
         "%d, and nobody is attached. If it is yours, remove it: ipcrm "
         "-m %d", (unsigned)key, (int)seen.shm_cpid, id, id);
}

// `IPC_EXCL`: without it we would write into somebody else's segment.
// Often said: "if the key exists, shmget fails with EEXIST". It does so
// with this flag only. 0600: without it, only CAP_IPC_OWNER attaches.
// *Cost:* one call, no memory: a page comes on its first touch.
// *Fails:* -1. `EEXIST`: the key is in use. `ENOSPC`: a limit.
static int create_segment(key_t key)
{
    int id = shmget(key, SEGMENT_SIZE, IPC_CREAT | IPC_EXCL | 0600);
    if (id == -1 && errno == EEXIST)
        explain_in_use(key);
    if (id == -1)
        die("shmget");
    return id;
}

// From here on a request to stop waits until `sigwait` takes it: it
// cannot strike between making the segment and knowing its id. A SIGHUP
// that nobody wants, as under nohup(1), would wait as well: leave it.
static void block_requests(sigset_t *stop)
{
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == -1)
        die("sigaction");
    sigemptyset(stop);
    sigaddset(stop, SIGINT);
    sigaddset(stop, SIGQUIT);
    sigaddset(stop, SIGTERM);
    if (hangup.sa_handler != SIG_IGN)
        sigaddset(stop, SIGHUP);
    if (sigprocmask(SIG_BLOCK, stop, NULL) == -1)
        die("sigprocmask");
}

int main(int argc, char *argv[])
{
    if (argc > 3)
        usage("server [KEY [MESSAGE]]");
    key_t key = argc > 1 ? parse_key(argv[1]) : DEFAULT_KEY;
    const char *message = argc > 2 ? argv[2] : "Hello";
    if (strlen(message) >= SEGMENT_SIZE)
        usage("server [KEY [MESSAGE]]; MESSAGE is %zu bytes, and %d is "
              "the most", strlen(message), SEGMENT_SIZE - 1);

    at_end(remove_segment);
    sigset_t stop;
    block_requests(&stop);
    segment = create_segment(key);
    char *shared = shmat(segment, NULL, 0);
    if (shared == (void *)-1)
        die("shmat");
    memcpy(shared, message, strlen(message) + 1);
    say("server: shmid=%d holds \"%.60s\"", segment, shared);
    say("server: ready at key=%#010x, until SIGINT or SIGTERM",
        (unsigned)key);

    // Asleep until a signal of the set is sent. `while (1);` would keep
    // a processor at 100 percent, for hours, to do the same.
    // *Cost:* one call, and no processor time while it sleeps.
    // *Fails:* returns the error. POSIX has `EINVAL`; Linux has none.
    int sig = 0;
    errno = sigwait(&stop, &sig);
    if (errno != 0)
        die("sigwait");
    say("server: told to stop");
    if (shmctl(segment, IPC_RMID, NULL) == -1)
        die("shmctl");
    segment = -1;
    if (shmdt(shared) == -1)
        die("shmdt");
    say("=> the segment lived until its server removed it");
    return 0;
}
