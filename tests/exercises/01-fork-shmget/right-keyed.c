// right: a key from ftok, ints, and the children in reverse.
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc == 1) {
        fputs("usage: exercise FILE...\n", stderr);
        return 2;
    }
    int n = argc - 1, bad = 0;
    key_t key = ftok(argv[0], (getpid() & 127) | 1);
    int id = shmget(key, 4096 * (size_t)n, IPC_CREAT | IPC_EXCL | 0600);
    if (id < 0) {
        perror("shmget");
        return 1;
    }
    for (int i = n - 1; i >= 0; i--) {
        pid_t pid = fork();
        if (pid < 0) {
            perror("fork");
            shmctl(id, IPC_RMID, NULL);
            while (wait(NULL) > 0)
                ;
            return 1;
        }
        if (pid == 0) {
            long *slots = shmat(id, NULL, 0), value, sum = 0;
            if (slots == (void *)-1) {
                perror("shmat");
                _exit(1);
            }
            FILE *f = fopen(argv[i + 1], "r");
            if (!f) {
                perror(argv[i + 1]);
                _exit(1);
            }
            while (fscanf(f, "%ld", &value) == 1)
                sum += value;
            slots[i] = sum;
            fclose(f);
            shmdt(slots);
            _exit(0);
        }
    }
    for (int i = 0; i < n; i++) {
        int status;
        wait(&status);
        bad |= status;
    }
    long *slots = shmat(id, NULL, SHM_RDONLY), total = 0;
    shmctl(id, IPC_RMID, NULL);
    if (slots == (void *)-1) {
        perror("shmat");
        return 1;
    }
    if (bad)
        return 1;
    for (int i = 0; i < n; i++) {
        printf("slot %d: %ld\n", i, slots[i]);
        total += slots[i];
    }
    printf("total: %ld\n", total);
    return 0;
}
