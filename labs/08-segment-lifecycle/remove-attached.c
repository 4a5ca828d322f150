// remove-attached: IPC_RMID takes the key now, and the memory later.
//
// Teaches: a removed segment stays for those who have it attached, but
//          its key is free: who asks for it gets another segment.
// Calls:   shmctl, shmget
// Run:     make lab-8
// See:     one key, two segments, and a child that does not notice.

#include "segment.h"
#include "turns.h"
#include <sys/wait.h>

static void say_record(int id, const char *when)
{
    struct shmid_ds record;
    if (shmctl(id, IPC_STAT, &record) == -1)
        die("shmctl");
    say("parent: nattch %lu%s: %s", (unsigned long)record.shm_nattch,
        record.shm_perm.mode & SHM_DEST ? ", removed" : "", when);
}

// Born attached. To it nothing happens when the segment is removed.
static void be_the_child(int *shared)
{
    wait_turn();
    say("child:  reads %d, stores 43", *shared);
    *shared = 43;
    _exit(0);
}

// Make a segment under the key that has just become free.
static void use_key_again(key_t key)
{
    int old = segment;

    // The key leads nowhere now, so even `IPC_EXCL` has no objection.
    // If another run of this program was faster, look at what it made,
    // unless that has gone again in the meantime.
    // *Cost:* one call: a record, and no page.
    // *Fails:* -1. `EEXIST`: the key is in use. `ENOENT`: it is not,
    // and there is no `IPC_CREAT`. `ENOSPC`: no more segments.
    int id;
    bool gone;
    do {
        hold_signals();
        id = shmget(key, sizeof(int), IPC_CREAT | IPC_EXCL | 0600);
        if (id != -1)
            segment = id;
        release_signals();
        gone = id == -1 && errno == EEXIST &&
               (id = shmget(key, 0, 0)) == -1 && errno == ENOENT;
    } while (gone);
    if (id == -1)
        die("shmget");
    say("parent: the same key gives shmid=%d", id);
    CHECK(id != old, "the key is free at once, for another segment");
    if (segment != old && shmctl(segment, IPC_RMID, NULL) == -1)
        die("shmctl");
    segment = -1;
}

int main(void)
{
    key_t key = create_segment(sizeof(int));
    int id = segment;
    int *shared = shmat(id, NULL, 0);
    if (shared == (void *)-1)
        die("shmat");
    *shared = 42;
    say("parent: shmid=%d, stores 42", id);
    say_record(id, "attached");

    open_turns();
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(shared);
    say_record(id, "fork has attached the child, too");

    // From here on the segment is counted down: each shmdt, each end of
    // a process takes one off, and at 0 it goes. `SHM_DEST` is set, and
    // `ipcs` says `dest`. No crash can leave it behind any more.
    // *Cost:* one call.
    // *Fails:* -1. `EPERM`: we are not its owner, its maker or root.
    // `EINVAL`: no such segment.
    if (shmctl(id, IPC_RMID, NULL) == -1)
        die("shmctl");
    say_record(id, "both still have it");
    use_key_again(key);

    pass_turn();
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("remove-attached: the child failed (wait status %d)",
             status);
    say_record(id, "the child has ended");
    say("parent: reads %d", *shared);
    CHECK(*shared == 43, "who had it attached can still meet in it");

    if (shmdt(shared) == -1)
        die("shmdt");
    CHECK(is_gone(id), "it went with its last detach (EINVAL)");
    return 0;
}
