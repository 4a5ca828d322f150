// right: without lab.h; the old balances are noted, and put back.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

struct page {
    volatile long account[10];
    volatile long made[64];
    volatile int open, a, b, who;
    volatile long was_a, was_b, was_made;
};

static key_t key;

static void stop(const char *what)
{
    perror(what);
    _exit(1);
}

static void child(int me, const char *name)
{
    int set = semget(key, 0, 0), segment = shmget(key, 0, 0);
    if (set == -1)
        stop("semget");
    if (segment == -1)
        stop("shmget");
    struct page *p = shmat(segment, NULL, 0);
    if (p == (void *)-1)
        stop("shmat");
    FILE *f = fopen(name, "r");
    if (!f)
        stop(name);
    int a, b, x;
    struct sembuf lock = {0, -1, SEM_UNDO}, unlock = {0, 1, SEM_UNDO};
    for (long n = 0; fscanf(f, "%d%d%d", &a, &b, &x) == 3; n++) {
        if (semtimedop(set, &lock, 1, NULL))
            stop("semtimedop");
        if (p->open) {
            p->account[p->b] = p->was_b;
            p->account[p->a] = p->was_a;
            p->made[p->who] = p->was_made;
            p->open = 0;
        }
        if (n >= p->made[me]) {
            p->was_a = p->account[p->a = a];
            p->was_b = p->account[p->b = b];
            p->was_made = p->made[p->who = me];
            p->open = 1;
            p->account[a] -= x;
            p->account[b] += x;
            p->made[me]++;
            p->open = 0;
        }
        if (semtimedop(set, &unlock, 1, NULL))
            stop("semtimedop");
    }
    fclose(f);
    shmdt(p);
    _exit(0);
}

int main(int argc, char **argv)
{
    pid_t pids[64] = {0};
    int status, bad = 0, left = argc - 2;
    if (argc < 3)
        return 2;
    key = atoi(argv[1]);
    int segment = shmget(key, 0, 0);
    if (segment == -1)
        stop("shmget");
    if (semget(key, 0, 0) == -1)
        stop("semget");
    for (int i = argc - 1; i >= 2; i--) {
        pids[i] = fork();
        if (pids[i] == -1) {
            perror("fork");
            return 1;
        }
        if (!pids[i])
            child(i, argv[i]);
    }
    while (left) {
        pid_t pid = waitpid(-1, &status, 0);
        if (pid == -1)
            stop("waitpid");
        for (int i = 2; i < argc; i++) {
            if (pids[i] != pid)
                continue;
            if (WIFSIGNALED(status)) {
                if ((pids[i] = fork()) == 0)
                    child(i, argv[i]);
                continue;
            }
            bad |= status;
            left--;
        }
    }
    if (bad)
        return 1;
    struct page *p = shmat(segment, NULL, SHM_RDONLY);
    if (p == (void *)-1)
        stop("shmat");
    for (int i = 0; i < 10; i++)
        printf("account %d: %ld\n", i, p->account[i]);
}
