// posix-fork: parent and child share a page that once had a name.
//
// Teaches: an object is a file with a name, a descriptor and mappings,
//          and each goes alone: what is mapped stays shared when the
//          other two are gone.
// Calls:   shm_open, close, shm_unlink
// Run:     make lab-9, or posix-fork NAME with a name of yours
// See:     `(deleted)`, and the value after it.

#include "object.h"
#include "pageview.h"
#include <limits.h>
#include <sys/wait.h>

// Is it in /dev/shm? Says what ls(1) would say.
static bool is_listed(const char *name)
{
    char path[PATH_MAX];
    struct stat about;
    snprintf(path, sizeof path, "/dev/shm/%s",
             name + strspn(name, "/"));
    bool listed = lstat(path, &about) == 0;
    if (!listed && errno != ENOENT)
        die("lstat");
    if (listed)
        say("file:   %s, mode %04o, pages: %zu", path,
            about.st_mode & 07777,
            (size_t)about.st_size / (size_t)sysconf(_SC_PAGESIZE));
    else
        say("file:   none of this name");
    return listed;
}

// What the kernel calls the mapping that begins at `start`.
static void show_mapping(const void *start)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) {
        SKIP_STEP("maps", "no /proc/self/maps: %s", strerror(errno));
        return;
    }
    char line[PATH_MAX + 128];
    while (fgets(line, sizeof line, maps) != NULL) {
        uintptr_t from;
        const char *path = strchr(line, '/');
        if (sscanf(line, "%" SCNxPTR "-", &from) == 1 &&
            from == (uintptr_t)start && path != NULL)
            say("maps:   %.*s", (int)strcspn(path, "\n"), path);
    }
    if (ferror(maps))
        die("read /proc/self/maps");
    if (fclose(maps) == EOF)
        die("fclose");
}

static unsigned *make_and_map(const char *name, size_t page)
{
    // A file in /dev/shm, a file system that is in memory. `O_EXCL`: a
    // new one or none, so that we never write into another's data. The
    // kernel looks and makes it in one step: only one can be the first.
    // *Cost:* one open(2). It has length 0, and no memory.
    // *Fails:* -1. `EEXIST`: the name is in use. See no_object, too.
    hold_signals();
    int file = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file != -1)
        made = name;
    release_signals();
    if (file == -1)
        no_object(name);
    fill(file, page);
    unsigned *shared = mmap(NULL, page, PROT_READ | PROT_WRITE,
                            MAP_SHARED, file, 0);
    if (shared == MAP_FAILED)
        die("mmap");

    // The descriptor was needed to set the length and to map. A mapping
    // holds the file itself: it asks for no descriptor and no name.
    // *Cost:* one call; the memory stays.
    // *Fails:* -1. `EBADF`: not open. Closed twice, the second close
    // may hit what another part of the program has just opened.
    if (close(file) == -1)
        die("close");
    return shared;
}

// Mapped before fork, so mapped here too. The child opens nothing.
static void be_the_child(unsigned *shared)
{
    say("child:  shared = %u", *shared);
    page_view(shared, 1, "child:  one page, two page tables");
    *shared = 0xdeadbeef;
    _exit(0);
}

int main(int argc, char *argv[])
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (argc > 2)
        usage("posix-fork [NAME]");
    const char *name = own_name();
    if (argc == 2)
        name = argv[1];
    unsigned *shared = make_and_map(name, page);
    CHECK(is_listed(name), "the object is a file in a folder");
    show_mapping(shared);
    say("parent: shared = %u, and nobody wrote it yet", *shared);
    *shared = 3;

    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(shared);
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("the child failed (signal %d, exit status %d)",
             WTERMSIG(status), WEXITSTATUS(status));
    say("parent: shared = %#x", *shared);
    CHECK(*shared == 0xdeadbeef,
          "both see one page, and no descriptor is open");

    // Only the name goes: who comes now, comes too late. The memory is
    // freed when nobody has it open or mapped any more.
    // *Cost:* one unlink(2).
    // *Fails:* -1. `ENOENT`: no such name. `EACCES`, or `EPERM` with
    // musl: it is another user's.
    if (shm_unlink(name) == -1)
        die("shm_unlink");
    made = NULL;
    CHECK(!is_listed(name), "the name is gone");
    show_mapping(shared);
    say("parent: shared = %#x", *shared);
    CHECK(*shared == 0xdeadbeef, "the memory is not");
    if (munmap(shared, page) == -1)
        die("munmap");
    return 0;
}
