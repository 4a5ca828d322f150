// fork: one process becomes two, and each has its own variables.
//
// Teaches: fork copies the whole process: after it, what the child
//          writes the parent never sees, even at the same address.
// Calls:   fork, waitid, waitpid
// Run:     make lab-1
// See:     the two lines with one address and two values.

#include "lab.h"
#include <sys/wait.h>

// A pipe, a file or a segment can carry a value from the child back to
// its parent. A variable cannot. The exit status can: eight bits of it.
static void be_the_child(int *number)
{
    say("child:  pid=%d, my parent is pid=%d", getpid(), getppid());
    *number = 42;
    say("child:  number = %d at addr=%p", *number, (void *)number);

    // `_exit`, not `exit`: the parent's atexit handlers were copied
    // too, and they are for the parent to run.
    _exit(7);
}

int main(void)
{
    int number = 1;
    say("parent: pid=%d", getpid());
    say("parent: number = %d at addr=%p", number, (void *)&number);

    // The kernel makes a second process with a copy of this one's
    // memory, and `fork` returns in both: 0 in the child, the child's
    // pid in the parent. Which of the two runs first is not promised.
    // *Cost:* one call; page tables are copied, pages when written.
    // *Fails:* -1. `EAGAIN`: the limit on processes is reached.
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        be_the_child(&number);

    // `WNOWAIT` waits for the end but leaves the child as it is: ended,
    // its memory gone, its pid and exit status kept for us. A zombie.
    // *Cost:* one call; the parent sleeps in it and uses no CPU.
    // *Fails:* -1. `ECHILD`: there is no such child.
    siginfo_t end;
    if (waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT) == -1)
        die("waitid");
    say("parent: child pid=%d has ended; it is a zombie now",
        end.si_pid);

    // This takes the exit status, and only now the kernel forgets the
    // child. A parent that never waits collects zombies until it ends.
    // *Cost:* one call; here it does not sleep, the child is over.
    // *Fails:* -1. `ECHILD`: waited for already, or not ours.
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
        fail("fork: the child failed (wait status %d)", status);
    say("parent: the child's exit status was %d", WEXITSTATUS(status));
    say("parent: number = %d at addr=%p", number, (void *)&number);

    CHECK(waitpid(child, NULL, 0) == -1 && errno == ECHILD,
          "after waitpid no zombie is left");
    CHECK(number == 1,
          "the same address, but the child wrote its copy");
    return 0;
}
