// client: find a segment by its number, and read what somebody left.
//
// Teaches: whoever knows the key can attach, if the mode lets them, and
//          the kernel keeps a record of who did what to the segment.
// Calls:   shmget, shmat, shmctl
// Run:     make lab-2, or client [KEY] while a server runs
// See:     who made the segment, and who attached to it last: us.

#include "lab.h"
#include <sys/shm.h>
#include <time.h>

enum { DEFAULT_KEY = 0x01020304, MESSAGE_MAX = 4096 };

static key_t parse_key(const char *text)
{
    char *end;
    errno = 0;
    unsigned long key = strtoul(text, &end, 0);
    if (errno != 0 || *end != '\0' || text[0] == '-' || key == 0 ||
        key > 0xffffffff)
        usage("client [KEY]; KEY is a number from 1 to 0xffffffff, "
              "not \"%s\"", text);
    return (key_t)key;
}

// Size 0 and no flags: find, do not make, and ask for no permission.
// *Cost:* one call; nothing is mapped yet.
// *Fails:* -1. `ENOENT`: no segment has this key.
static int find_segment(key_t key, const char *program)
{
    int id = shmget(key, 0, 0);
    if (id == -1 && errno == ENOENT) {
        const char *slash = strrchr(program, '/');
        int folder = slash ? (int)(slash + 1 - program) : 0;
        fail("client: no segment has key %#010x (ENOENT). Start the "
             "server first: %.*sserver %#010x", (unsigned)key, folder,
             program, (unsigned)key);
    }
    if (id == -1)
        die("shmget");
    return id;
}

// `SHM_RDONLY`: the page table entries forbid stores, so a bug in here
// cannot harm the server. Read permission is enough for it.
// *Cost:* one call; the first touch of each page is a page fault.
// *Fails:* (void *)-1. `EACCES`: the mode forbids it. `EINVAL`,
// `EIDRM`: removed since we found it.
static const char *attach(int id)
{
    const char *shared = shmat(id, NULL, SHM_RDONLY);
    if (shared == (void *)-1 && errno == EACCES)
        fail("client: the mode of segment %d forbids reading (EACCES). "
             "See mode in: ipcs -m -i %d. A maker that forgot the mode "
             "bits left 0: not even its owner can attach", id, id);
    if (shared == (void *)-1 && (errno == EINVAL || errno == EIDRM))
        fail("client: segment %d was just removed (%s). Start the "
             "server again", id, errno_name(errno));
    if (shared == (void *)-1)
        die("shmat");
    return shared;
}

// The other side may be wrong, hostile, or writing right now. Copy what
// the kernel says is there, end the copy ourselves, then use the copy.
// `printf("%s", shared)` runs off the segment if there is no NUL in it,
// and control bytes could command the terminal.
static void say_message(const char *shared, size_t size)
{
    char copy[MESSAGE_MAX + 1];
    size_t length = size < MESSAGE_MAX ? size : MESSAGE_MAX;
    memcpy(copy, shared, length);
    copy[length] = '\0';
    for (unsigned char *c = (unsigned char *)copy; *c != '\0'; c++)
        if (*c < ' ' || *c == 127 || (*c == 0xc2 && c[1] < 0xa0))
            *c = '?';
    say("client: \"%s\"", copy);
}

static void say_time(const char *event, time_t when)
{
    char text[32] = "never";
    unsigned second = (unsigned)(when % (24 * 60 * 60));
    if (when != 0)
        snprintf(text, sizeof text, "%02u:%02u:%02u", second / 3600,
                 second / 60 % 60, second % 60);
    say("client: last %s (UTC) at time=%s", event, text);
}

int main(int argc, char *argv[])
{
    if (argc > 2)
        usage("client [KEY]");
    key_t key = argc > 1 ? parse_key(argv[1]) : DEFAULT_KEY;
    int id = find_segment(key, argv[0]);
    const char *shared = attach(id);

    // The kernel's record of the segment. The size in it is the only
    // one to trust: the server's word could be anything.
    // *Cost:* one call.
    // *Fails:* -1. `EACCES`: no read permission. `EINVAL`: no such id.
    struct shmid_ds record;
    if (shmctl(id, IPC_STAT, &record) == -1)
        die("shmctl");
    say_message(shared, record.shm_segsz);
    say("client: %zu bytes, mode %04o, %lu attached", record.shm_segsz,
        (unsigned)record.shm_perm.mode & 0777,
        (unsigned long)record.shm_nattch);
    say("client: made by pid=%d", (int)record.shm_cpid);
    say("client: last attached or detached by pid=%d",
        (int)record.shm_lpid);
    say_time("attach", record.shm_atime);
    say_time("detach", record.shm_dtime);
    say_time("change", record.shm_ctime);
    if (shmdt(shared) == -1)
        die("shmdt");

    // 0 if the server runs in a pid namespace that we cannot see into.
    CHECK(record.shm_cpid != getpid(),
          "another process made it, and the kernel knows which");
    return 0;
}
