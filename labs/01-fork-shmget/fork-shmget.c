// fork-shmget: parent and child meet in one page, and in no other.
//
// Teaches: after fork each has its own variables, but a shared memory
//          segment is one page that both of them see.
// Calls:   ftok, shmget, shmat, shmdt, shmctl
// Run:     make lab-1
// See:     the child stores twice: `p` becomes `P`, `F` stays `F`.

#include "pageview.h"
#include "tidy.h"
#include <sys/shm.h>
#include <sys/wait.h>

static int segment = -1;

static void remove_segment(void)
{
    if (segment != -1)
        shmctl(segment, IPC_RMID, NULL);
}

// A run that was killed could not tidy up. If the segment has our size,
// its maker is gone and nobody is attached, it is such a leftover:
// remove it.
static bool remove_leftover(key_t key)
{
    struct shmid_ds seen;
    int id = shmget(key, 0, 0);
    if (id == -1 || shmctl(id, IPC_STAT, &seen) == -1)
        return false;
    if (seen.shm_segsz != sizeof(unsigned) || seen.shm_nattch > 0 ||
        kill(seen.shm_cpid, 0) == 0 || errno != ESRCH ||
        shmctl(id, IPC_RMID, NULL) == -1)
        return false;
    note("fork-shmget: a killed run left segment %d: removed", id);
    return true;
}

static void create_segment(const char *file)
{
    for (int project = 1; project < 256; project++) {
        // A number made of the file's device and inode and the lowest 8
        // bits of `project`. Nothing is reserved: two files may yield
        // the same key, and so do project 1 and project 257.
        // *Cost:* one stat(2).
        // *Fails:* -1, if the file does not exist. -1 is a usable key:
        // programs that do not look meet there by accident.
        key_t key = ftok(file, project);
        if (key == -1)
            die("ftok");

        // `IPC_EXCL`: a new segment or none. Without it we could get
        // somebody's old one, with old data. 0600: without mode bits
        // the segment has none, and attaching needs CAP_IPC_OWNER.
        // *Cost:* one call, no memory: a page comes on its first touch.
        // *Fails:* -1. `EEXIST`: the key is in use. `ENOSPC`: a limit
        // of `ipcs -l`. `EINVAL`: size 0, or over kernel.shmmax.
        hold_signals();
        segment = shmget(key, sizeof(unsigned),
                         IPC_CREAT | IPC_EXCL | 0600);
        release_signals();
        if (segment != -1)
            return;
        if (errno != EEXIST)
            die("shmget");
        if (remove_leftover(key))
            project--;
    }
    fail("fork-shmget: all 255 keys of %s are in use; see them with "
         "ipcs -m", file);
}

// Attached before fork, so attached here too, at the same address.
static void be_the_child(unsigned *shared, unsigned *copied)
{
    say("child:  shared = %u, copied = %u", *shared, *copied);
    page_view(copied, 1, "child:  copied, read only so far");
    page_view(shared, 1, "child:  shared, read only so far");
    *copied = 0xdeadbeef;
    *shared = 0xdeadbeef;
    page_view(copied, 1, "child:  copied, after a store");
    page_view(shared, 1, "child:  shared, after a store");
    _exit(0);
}

int main(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned *copied = aligned_alloc(page, page);
    if (copied == NULL)
        die("aligned_alloc");
    at_end(remove_segment);
    create_segment("/proc/self/exe");

    // The segment appears in this process, at an address the kernel
    // picks. Until now it was a name with a size and no memory.
    // *Cost:* one call; the first touch of each page is a page fault.
    // *Fails:* (void *)-1, never NULL. `EACCES`: the mode forbids it.
    // `EINVAL`: no such segment. Unchecked, the next line is a crash.
    unsigned *shared = shmat(segment, NULL, 0);
    if (shared == (void *)-1)
        die("shmat");
    say("parent: shmid=%d at addr=%p", segment, (void *)shared);
    say("parent: shared = %u, and nobody wrote it yet", *shared);
    *shared = *copied = 3;
    say("parent: shared = %u, copied = %u", *shared, *copied);

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(shared, copied);

    // Waiting is the ordering: the child's stores come before its exit,
    // our loads after the wait. No lock, and never a `sleep`.
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("the child failed (signal %d, exit status %d)",
             WTERMSIG(status), WEXITSTATUS(status));
    say("parent: shared = %#x, copied = %u", *shared, *copied);
    CHECK(*shared == 0xdeadbeef && *copied == 3,
          "only the segment is shared");
    free(copied);

    // The key goes at once, the segment with its last detach: ours,
    // below. Most tutorials leave this out: their next run starts at 3.
    // *Cost:* one call.
    // *Fails:* -1. `EPERM`: made by another user. `EINVAL`: no such id.
    if (shmctl(segment, IPC_RMID, NULL) == -1)
        die("shmctl");

    // The address is empty again. Without `IPC_RMID` the segment would
    // stay, with its data and nobody attached.
    // *Cost:* one call; the address is flushed from the TLB.
    // *Fails:* -1. `EINVAL`: nothing is attached at this address.
    if (shmdt(shared) == -1)
        die("shmdt");
    CHECK(shmat(segment, NULL, 0) == (void *)-1 && errno == EINVAL,
          "removed and detached, the segment is gone: EINVAL");
    segment = -1;
    return 0;
}
