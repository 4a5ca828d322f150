// lost-update: two processes add 1 each, and the counter says 1.
//
// Teaches: adding 1 to shared memory is a load and a store. What the
//          other process stores between the two is overwritten.
// Calls:   mmap
// Run:     make lab-13
// See:     `worst`: a thousand additions each, and the counter is 2.

#include "turns.h"
#include <sys/mman.h>
#include <sys/wait.h>

enum { ADDS = 1000, STORM = 4000000 };

// `volatile`: each load and store is made as it stands here. Without it
// gcc and clang make, with -O2, one addition of the whole loop below,
// and there is no storm. But `volatile` is no lock: it holds the
// compiler back, and not the other process.
typedef volatile int shared_int;

static void add(shared_int *counter, int times)
{
    for (int i = 0; i < times; i++) {
        int number = *counter;
        *counter = number + 1;
    }
}

static pid_t start(void (*child_part)(shared_int *),
                   shared_int *counter)
{
    *counter = 0;
    open_turns();
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        child_part(counter);
        _exit(0);
    }
    return child;
}

static void finish(pid_t child)
{
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        fail("lost-update: the child failed (wait status %d)", status);
}

static void forced_child(shared_int *counter)
{
    wait_turn();
    int number = *counter;
    say("forced: child  loads %d", number);
    *counter = number + 1;
    say("forced: child  stores %d", *counter);
    pass_turn();
}

// Both have loaded before either stores. Here the child gets the turn
// in between; without turns an interrupt does it, or a second CPU.
static void forced(shared_int *counter)
{
    pid_t child = start(forced_child, counter);
    int number = *counter;
    say("forced: parent loads %d", number);
    pass_turn();
    wait_turn();
    *counter = number + 1;
    say("forced: parent stores %d", *counter);
    finish(child);
    CHECK(*counter == 1, "1 and 1 added, and the counter is 1");
}

static void worst_child(shared_int *counter)
{
    wait_turn();
    add(counter, ADDS - 1);
    say("worst:  child  adds 1, %d times: %d", ADDS - 1, *counter);
    pass_turn();
    wait_turn();
    int number = *counter;
    say("worst:  child  loads %d", number);
    pass_turn();
    wait_turn();
    *counter = number + 1;
    say("worst:  child  stores %d", *counter);
}

// A store wipes out everything since its load, not only one addition.
static void worst(shared_int *counter)
{
    pid_t child = start(worst_child, counter);
    int number = *counter;
    say("worst:  parent loads %d", number);
    pass_turn();
    wait_turn();
    *counter = number + 1;
    say("worst:  parent stores %d", *counter);
    pass_turn();
    wait_turn();
    add(counter, ADDS - 1);
    say("worst:  parent adds 1, %d times: %d", ADDS - 1, *counter);
    pass_turn();
    finish(child);
    CHECK(*counter == 2, "1000 and 1000 added, and the counter is 2");
}

static void storm_child(shared_int *counter)
{
    add(counter, STORM);
}

// Nobody takes turns any more. How much is lost is chance: with one CPU
// it may be nothing. That is no comfort: nothing was repaired.
static void storm(shared_int *counter)
{
    pid_t child = start(storm_child, counter);
    add(counter, STORM);
    finish(child);
    say("storm:  each adds 1, %d times: count=%d lost", STORM,
        2 * STORM - *counter);
    CHECK(*counter >= 2 && *counter <= 2 * STORM,
          "a storm loses by chance, and promises no number");
}

int main(void)
{
    // `MAP_SHARED` and `MAP_ANONYMOUS`: one page for us and for the
    // children we fork. It has no name, so nobody else can map it, and
    // it goes with its last user. A new one holds zeros.
    // *Cost:* one call; the page comes with its first touch.
    // *Fails:* MAP_FAILED, never NULL. `ENOMEM`: no memory to promise.
    shared_int *counter = mmap(NULL, sizeof *counter,
                               PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counter == MAP_FAILED)
        die("mmap");
    forced(counter);
    worst(counter);
    storm(counter);
    if (munmap((void *)counter, sizeof *counter) == -1)
        die("munmap");
    return 0;
}
