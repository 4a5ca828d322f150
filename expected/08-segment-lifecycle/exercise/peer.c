// peer: the other users of segments, for exercise 8.
//
// Usage: peer list|sweep UID KEY:SIZE:MODE:KIND...
//
// Makes a segment of each kind named, in this order, from index 0 of the
// table on, whose shmid is not 0. Prints `ready`, and when
// its standard input ends, what happened to them that should not have; it
// then writes the ids that there were into the file `shmids`, for the check.
// `sweep`: what is stale and belongs to UID should be gone by then.
//
//     stale    belongs to UID, and nobody has it attached
//     taken    so, too, but another has made it
//     one, two belongs to UID; attached once, twice
//     dest     belongs to UID, attached and removed
//     gap      is removed before all others are judged: a hole
//     other    belongs to another user; nobody has it attached
//     given    so, too, but UID has made it
//
// Where this process may not become another user (an ordinary user's room
// has one alone), `other` and `given` belong to UID and are attached.

#include "tidy.h"
#include <stdbool.h>
#include <sys/shm.h>

enum { MOST = 512, OTHER = 1 };

static struct {
    int id, key;
    char kind[8];
} made[MOST];
static int count;

static void remove_segments(void)
{
    for (int i = 0; i < count; i++)
        shmctl(made[i].id, IPC_RMID, NULL);
}

// In the kernels of today an index is used again only after some others,
// and each round adds to the shmids; older ones take the lowest.
static bool is_second_round(int id)
{
    return id >= 32768 && id % 32768 == 0;
}

static int make_as(uid_t maker, int key, size_t size)
{
    uid_t before = geteuid();
    if (seteuid(maker) == -1)
        die("seteuid");
    int id = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);
    if (id == -1)
        die("shmget");
    if (seteuid(before) == -1)
        die("seteuid");
    return id;
}

static void set_mode_and_owner(int id, int mode, uid_t owner)
{
    struct shmid_ds record;
    if (shmctl(id, IPC_STAT, &record) == -1)
        die("shmctl");
    record.shm_perm.mode = (unsigned short)mode;
    if (owner != (uid_t)-1)
        record.shm_perm.uid = owner;
    if (shmctl(id, IPC_SET, &record) == -1)
        die("shmctl");
}

// One word KEY:SIZE:MODE:KIND.
static void make(const char *word, uid_t owner, bool alone)
{
    int key, mode;
    size_t size;
    char kind[8];
    if (count == MOST ||
        sscanf(word, "%d:%zu:%o:%7s", &key, &size, &mode, kind) != 4)
        fail("peer: what is %s?", word);
    bool others = !strcmp(kind, "other") || !strcmp(kind, "given");
    bool made_by_owner = strcmp(kind, "other") && strcmp(kind, "taken");
    uid_t maker = alone ? geteuid() : made_by_owner ? owner : 0;
    int id = make_as(maker, key, size);
    for (int tries = 0; count == 0 && !is_second_round(id); tries++) {
        if (shmctl(id, IPC_RMID, NULL) == -1 || tries == 100000)
            fail("peer: index 0 does not come");
        id = make_as(maker, key, size);
    }
    made[count].id = id;
    made[count].key = key;
    strcpy(made[count++].kind, kind);
    int attaches = !strcmp(kind, "two") ? 2
                   : !strcmp(kind, "one") || !strcmp(kind, "dest") ||
                     (others && alone);
    while (attaches-- > 0)
        if (shmat(id, NULL, 0) == (void *)-1)
            die("shmat");
    set_mode_and_owner(id, mode, alone ? (uid_t)-1 : others ? OTHER : owner);
    if (!strcmp(kind, "dest") && shmctl(id, IPC_RMID, NULL) == -1)
        die("shmctl");
}

static void make_gaps(void)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(made[i].kind, "gap") &&
            shmctl(made[i].id, IPC_RMID, NULL) == -1)
            die("shmctl");
}

// The program has ended, but it could write here, too: take no name of its.
static void write_ids(void)
{
    unlink("shmids");
    int fd = open("shmids", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
    FILE *file = fd == -1 ? NULL : fdopen(fd, "w");
    if (file == NULL)
        die("open shmids");
    for (int i = 0; i < count; i++)
        if (strcmp(made[i].kind, "gap"))
            fprintf(file, "%d\n", made[i].id);
    fclose(file);
}

static void judge(bool sweep)
{
    struct shmid_ds record;
    for (int i = 0; i < count; i++) {
        const char *kind = made[i].kind;
        int key = made[i].key;
        bool stale = !strcmp(kind, "stale") || !strcmp(kind, "taken");
        bool there = shmctl(made[i].id, IPC_STAT, &record) == 0;
        bool removed = !there || record.shm_perm.mode & SHM_DEST;
        if (!strcmp(kind, "gap") || !strcmp(kind, "dest"))
            continue;
        if (removed && stale && !sweep)
            say("without -r the segment with key 0x%08x was removed", key);
        else if (removed && there)
            say("the segment with key 0x%08x is in use, nattch is not 0, "
                "and it was removed", key);
        else if (removed && !stale)
            say("the segment with key 0x%08x belongs to another user, and "
                "it was removed: shm_perm.uid is its owner", key);
        else if (!removed && stale && sweep)
            say("the segment with key 0x%08x is yours and nobody has it "
                "attached: it is stale, and it is still there", key);
    }
}

// May we be others? Only where all user ids are mapped.
static bool is_alone(void)
{
    unsigned first = 1, base = 0, length = 0;
    FILE *map = fopen("/proc/self/uid_map", "re");
    if (map == NULL || fscanf(map, "%u %u %u", &first, &base, &length) != 3)
        length = 0;
    if (map != NULL)
        fclose(map);
    return geteuid() != 0 || length != 4294967295;
}

int main(int argc, char *argv[])
{
    if (argc < 3)
        usage("peer list|sweep UID KEY:SIZE:MODE:KIND...");
    const char *room = getenv("MEMLABS_ROOM");
    if (room != NULL && strcmp(room, "none") == 0)
        fail("here exercise -r could remove segments of yours: this "
             "machine allows no namespaces");
    at_end(remove_segments);
    for (int i = 3; i < argc; i++)
        make(argv[i], (uid_t)strtoul(argv[2], NULL, 10), is_alone());
    make_gaps();
    say("ready");
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    judge(strcmp(argv[1], "sweep") == 0);
    write_ids();
    return 0;
}
