// right: /proc/sysvipc/shm, line by line, and what is stale is kept first.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int sweep = argc > 1, count = 0, *stale = NULL;
    if (argc > 2 || (sweep && strcmp(argv[1], "-r"))) {
        fprintf(stderr, "usage: %s [-r]\n", argv[0]);
        return 2;
    }
    FILE *table = fopen("/proc/sysvipc/shm", "r");
    if (!table) {
        perror("/proc/sysvipc/shm");
        return 1;
    }
    char line[512];
    while (fgets(line, sizeof line, table)) {
        int key, id;
        unsigned mode, uid;
        unsigned long size, nattch;
        if (sscanf(line, "%d %d %o %lu %*d %*d %lu %u", &key, &id, &mode,
                   &size, &nattch, &uid) != 6)
            continue;
        printf("0x%08x %d %u %o %lu %lu", key, id, uid, mode & 0777, size,
               nattch);
        puts(mode & 01000 ? " dest" : "");
        if (sweep && nattch == 0 && uid == geteuid()) {
            int *more = realloc(stale, (count + 1) * sizeof *stale);
            if (!more) {
                perror("realloc");
                return 1;
            }
            stale = more;
            stale[count++] = id;
        }
    }
    fclose(table);
    for (int i = 0; i < count; i++) {
        if (shmctl(stale[i], IPC_RMID, 0) == 0) {
            printf("removed %d\n", stale[i]);
        } else if (errno != EINVAL && errno != EIDRM) {
            perror("shmctl");
            return 1;
        }
    }
    free(stale);
    return 0;
}
