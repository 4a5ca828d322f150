// turns.h: two processes take turns, so that each run is the same run.
//
//     open_turns();
//     pid_t child = fork();
//     ...
//     parent: pass_turn(); wait_turn();
//     child:  wait_turn(); ...; pass_turn();
//
// A turn is one byte through a socket pair. Nobody looks at a clock:
// who waits sleeps until the other passes the turn, or has ended.

#ifndef TURNS_H
#define TURNS_H

#include "lab.h"
#include <sys/socket.h>

static int turn_ends[2], turn_side;
static pid_t turn_parent;

// Before fork, and again before another fork.
static inline void open_turns(void)
{
    turn_parent = getpid();
    turn_side = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
                   turn_ends) == -1)
        die("socketpair");
}

// Our end. The other process's end is closed here when we first ask:
// with it open we could never see that the other process has ended.
static inline int turn_end(void)
{
    if (turn_side == -1) {
        turn_side = getpid() != turn_parent;
        if (close(turn_ends[!turn_side]) == -1)
            die("close");
    }
    return turn_ends[turn_side];
}

// The other process has ended before its turn. A child has said why,
// or was killed. If it was the parent, we are the child: go quietly.
static inline void turn_lost(void)
{
    if (turn_side == 0)
        fail("the child ended before its turn");
    exit(1);
}

// Let the other process go on.
static inline void pass_turn(void)
{
    if (send(turn_end(), "!", 1, MSG_NOSIGNAL) == -1) {
        if (errno != EPIPE || turn_side == 0)
            die("send"); // EPIPE: the child has ended
        turn_lost();
    }
}

// Sleep until the other process passes the turn. What it stored before
// that is seen after this: the socket's lock orders the two.
static inline void wait_turn(void)
{
    char byte;
    ssize_t length = recv(turn_end(), &byte, 1, 0);
    if (length == -1 && errno != ECONNRESET)
        die("recv");
    if (length != 1)
        turn_lost();
}

#endif
