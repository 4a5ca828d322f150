// exercise: a client that answers the server's question.
//
// Run: exercise KEY, while a server that asks runs
//
// The segment under KEY holds a question, which may fill it to its last
// byte with no NUL behind. You may only read it: print the question.
// Under KEY + 1 make the segment for the answer: of the same size, mode
// 0600. Write the question into it in capital letters, then detach it:
// as soon as nobody is attached, the server reads it. Sleep until the
// server sends SIGUSR1 to the process that made it. A reply now stands
// in place of the question: print it, and remove your segment.
//
//     question: who are you
//     answer: at key 0x0000002b
//     reply: a client
//
// If no segment has KEY (ENOENT), or one has KEY + 1 already (EEXIST),
// say so on standard error and exit with 1. What is not yours, stays.

#include "tidy.h"
#include <ctype.h>
#include <sys/shm.h>

// To do: make the segment for the answer, fill it, and detach it.

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise KEY");
    key_t key = (key_t)strtoul(argv[1], NULL, 0);
    // To do: find the segment under key, attach it to read, print
    // the question, answer it, sleep, and print the reply.
    say("to do: a client of the segment under key %#x",
        (unsigned)key);
    return 0;
}
