// right: each child attaches the segment itself, and says in it that it is done.
#include "lab.h"
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <errno.h>

struct slot { long sum; int ok; };

int main(int argc, char **argv)
{
    if (argc < 2)
        usage("exercise FILE...");
    int n = argc - 1;
    int id = shmget(IPC_PRIVATE, n * sizeof(struct slot), 0600);
    if (id < 0) { perror("shmget"); exit(1); }
    for (int i = 0; i < n; i++) {
        pid_t p = fork();
        if (p < 0) { perror("fork"); shmctl(id, IPC_RMID, 0); while (wait(0) > 0); exit(1); }
        if (p == 0) {
            struct slot *s = shmat(id, NULL, 0);
            if (s == (void *)-1) { perror("shmat"); _exit(1); }
            FILE *f = fopen(argv[1 + i], "r");
            if (!f) { fprintf(stderr, "%s: %s\n", argv[1 + i], strerror(errno)); _exit(1); }
            char *line = NULL; size_t cap = 0;
            while (getline(&line, &cap, f) > 0) {
                char *p = line, *e;
                for (;;) { long v = strtol(p, &e, 10); if (e == p) break; s[i].sum += v; p = e; }
            }
            free(line);
            if (ferror(f)) { perror("read"); _exit(1); }
            fclose(f);
            s[i].ok = 1;
            shmdt(s);
            _exit(0);
        }
    }
    while (wait(NULL) > 0)
        ;
    struct slot *s = shmat(id, NULL, SHM_RDONLY);
    if (s == (void *)-1) { perror("shmat"); shmctl(id, IPC_RMID, 0); exit(1); }
    if (shmctl(id, IPC_RMID, 0)) { perror("shmctl"); exit(1); }
    long total = 0;
    for (int i = 0; i < n; i++) {
        if (!s[i].ok)
            exit(1);
        total += s[i].sum;
    }
    for (int i = 0; i < n; i++)
        printf("slot %d: %ld\n", i, s[i].sum);
    printf("total: %ld\n", total);
    return 0;
}
