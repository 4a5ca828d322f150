// right: SHM_STAT, and SHM_STAT_ANY where that is forbidden; far beyond the
// last index; two walks in opposite directions, the removal in order.
#include "lab.h"
#include <stdbool.h>
#include <sys/shm.h>

struct line {
    int id;
    struct shmid_ds record;
};

static bool find(int index, struct line *line)
{
    line->id = shmctl(index, SHM_STAT, &line->record);
    if (line->id == -1 && errno == EACCES)
        line->id = shmctl(index, SHM_STAT_ANY, &line->record);
    if (line->id == -1 && errno != EINVAL && errno != EIDRM)
        fail("SHM_STAT: %s", strerror(errno));
    return line->id != -1;
}

int main(int argc, char *argv[])
{
    struct shminfo limits;
    int last = shmctl(0, IPC_INFO, (struct shmid_ds *)&limits);
    struct shm_info info;
    if (last == -1 || shmctl(0, SHM_INFO, (struct shmid_ds *)&info) == -1) {
        perror("exercise: shmctl");
        return 1;
    }
    if (argc > 2 || (argc == 2 && strcmp(argv[1], "-r")))
        usage("exercise [-r]");
    last += 50;
    struct line *lines = calloc((size_t)last, sizeof *lines);
    if (lines == NULL)
        die("calloc");
    for (int i = last - 1; i >= 0; i--)
        if (!find(i, &lines[i]))
            lines[i].id = -1;
    for (int i = 0; i < last; i++) {
        struct shmid_ds *record = &lines[i].record;
        if (lines[i].id == -1)
            continue;
        say("0x%08x %d %d %o %lu %d%s", record->shm_perm.__key,
            lines[i].id, (int)record->shm_perm.uid,
            record->shm_perm.mode % 01000, record->shm_segsz,
            (int)record->shm_nattch,
            record->shm_perm.mode / 01000 % 2 ? " dest" : "");
    }
    for (int i = 0; i < last && argc == 2; i++) {
        if (lines[i].id == -1 || lines[i].record.shm_nattch != 0 ||
            lines[i].record.shm_perm.uid != geteuid())
            continue;
        if (shmctl(lines[i].id, IPC_RMID, NULL) == 0)
            say("removed %d", lines[i].id);
        else if (errno != EIDRM && errno != EINVAL)
            die("shmctl IPC_RMID");
    }
    free(lines);
    return 0;
}
