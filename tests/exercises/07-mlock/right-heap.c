// right: a page from posix_memalign, a byte at a time, and slow; the key
// is wiped and the page unlocked at the end, too.
#include "lab.h"
#include <sys/mman.h>

struct box {
    unsigned char key[32];
    int full;
};

static unsigned seal(const struct box *box, unsigned number)
{
    for (const unsigned char *at = box->key; at < box->key + 32; at++)
        number = (number ^ *at) * 16777619;
    return number;
}

int main(int argc, char *argv[])
{
    if (argc != 4)
        usage("exercise KEY ASK ANSWER");
    struct box *box;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (posix_memalign((void **)&box, page, page) != 0)
        fail("no memory");
    if (mlock(box, sizeof *box) == -1)
        fail("mlock failed (%s): raise ulimit -l", errno_name(errno));
    memset(box, 0, page);
    if (madvise(box, page, MADV_DONTDUMP) == -1)
        die("madvise");
    int file = open(argv[1], O_RDONLY);
    if (file == -1)
        die("open key");
    for (int i = 0; i < 32; i++) {
        if (read(file, &box->key[i], 1) != 1)
            fail("read: the key ends at byte %d", i);
        usleep(1000);
    }
    box->full = 1;
    FILE *answer = fopen(argv[3], "a"), *ask = fopen(argv[2], "r");
    if (ask == NULL || answer == NULL)
        die("fopen");
    setvbuf(answer, NULL, _IOLBF, BUFSIZ);
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, ask) > 0) {
        usleep(1000);
        if (line[0] == 'f') {
            memset(box, 0, sizeof *box);
            fputs("forgotten\n", answer);
        } else if (!box->full) {
            fputs("no key\n", answer);
        } else {
            fprintf(answer, "%u\n",
                    seal(box, (unsigned)strtoul(line, NULL, 10)));
        }
    }
    free(line);
    fclose(ask);
    fclose(answer);
    close(file);
    memset(box, 0, page);
    munlock(box, page);
    free(box);
}
