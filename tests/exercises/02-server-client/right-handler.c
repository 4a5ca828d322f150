// right: no lab.h, a handler and sigsuspend, a second attach for the reply.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

static volatile sig_atomic_t told;

static void on_signal(int sig)
{
    told = sig;
}

// Print the text of the segment; give a copy of it.
static char *show(int id, const char *title, size_t *size)
{
    char *shared = shmat(id, NULL, SHM_RDONLY);
    if (shared == (void *)-1) {
        perror("shmat");
        exit(1);
    }
    struct shmid_ds about;
    if (shmctl(id, IPC_STAT, &about) < 0) {
        perror("shmctl");
        exit(1);
    }
    *size = about.shm_segsz;
    char *text = calloc(*size + 1, 1);
    if (!text)
        exit(1);
    memcpy(text, shared, *size);
    shmdt(shared);
    printf("%s: %s\n", title, text);
    return text;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: exercise KEY\n", stderr);
        return 2;
    }
    key_t key = (key_t)strtol(argv[1], NULL, 0);
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t usr1, old;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, &old);
    sigaction(SIGUSR1, &action, NULL);
    int theirs = shmget(key, 1, 0400);
    if (theirs < 0) {
        fprintf(stderr, "no server: shmget: %s\n", strerror(errno));
        return 1;
    }
    size_t size;
    char *text = show(theirs, "question", &size);
    int mine = shmget(key + 1, size, 0600 | IPC_EXCL | IPC_CREAT);
    if (mine < 0) {
        perror("shmget for the answer");
        free(text);
        return 1;
    }
    char *out = shmat(mine, NULL, 0);
    if (out == (void *)-1) {
        perror("shmat");
        shmctl(mine, IPC_RMID, NULL);
        return 1;
    }
    for (char *c = text; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c -= 'a' - 'A';
    memcpy(out, text, size);
    free(text);
    shmdt(out);
    printf("answer: at key 0x%08x\n", (unsigned)key + 1);
    fflush(stdout);
    while (!told)
        sigsuspend(&old);
    shmctl(mine, IPC_RMID, NULL);
    free(show(theirs, "reply", &size));
    return 0;
}
