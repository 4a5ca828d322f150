// three-ways: one job, done three ways by the same lines of code.
//
// Teaches: System V, POSIX and a mapped file differ in their names
//          only. Once attached, all three are memory.
// Calls:   fork, waitpid
// Run:     make lab-10
// See:     three times the same, and then how /proc/self/maps tells
//          them apart: by a key, a name in /dev/shm, a path.

#include "ways.h"
#include <sys/wait.h>

// The child uses nothing it has inherited: it looks for the object by
// its name, as any other program would, and gets a mapping of its own.
static void be_the_child(const struct way *way, const int *inherited,
                         size_t size)
{
    int *shared = way->attach(size);
    say("%-6s child:  reads %d at %s address, stores %d", way->name,
        *shared, shared == inherited ? "the same" : "another",
        *shared * *shared);
    *shared *= *shared;
    way->detach(shared, size);
    _exit(0);
}

// Nothing in here knows which way it goes.
static void do_the_job(const struct way *way, int *shared, size_t size)
{
    *shared = 7;
    say("%-6s parent: stores 7 at addr=%p", way->name, (void *)shared);

    // *Cost:* one call; the child inherits the parent's mappings too.
    // *Fails:* -1. `EAGAIN`: the limit on processes is reached.
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(way, shared, size);

    // No shared memory has an order of its own. This is it: the child's
    // stores come before its end, our loads after the wait.
    // *Cost:* one call; the parent sleeps in it.
    // *Fails:* -1. `ECHILD`: there is no such child.
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("the child failed (signal %d, exit status %d)",
             WTERMSIG(status), WEXITSTATUS(status));
    say("%-6s parent: reads %d", way->name, *shared);
}

int main(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int *shared[WAYS], done = 0, alike = 0;

    create_all(page, 0600);
    for (int i = 0; i < WAYS; i++) {
        shared[i] = ways[i].attach(page);
        do_the_job(&ways[i], shared[i], page);
        done += *shared[i] == 49;
    }
    CHECK(done == WAYS, "three ways, one job, one result");

    // To the kernel each is a file that is mapped. The segment's has
    // its key for a name, and `(deleted)` means that no folder has this
    // name: none ever had.
    for (int i = 0; i < WAYS; i++) {
        char kind[8] = "", *line = maps_line(shared[i]);
        sscanf(line, "%*s %7s", kind);
        say("%-6s maps: %s  %s", ways[i].name, kind,
            maps_name(line, i));
        alike += strcmp(kind, "rw-s") == 0;
    }
    CHECK(alike == WAYS, "each is a mapped file: the names differ");

    take_names();
    for (int i = 0; i < WAYS; i++)
        ways[i].detach(shared[i], page);
    return 0;
}
