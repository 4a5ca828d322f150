// All the memory there is, in segments and in /dev/shm.
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>
int main(void)
{
    for (int i = 0; i < 64; i++) {
        int id = shmget(IPC_PRIVATE, 64ul << 20, IPC_CREAT | 0600);
        char *memory = shmat(id, 0, 0);
        if (memory != (void *)-1) {
            memset(memory, 1, 64ul << 20);
            shmdt(memory);
        }
    }
    int file = open("/dev/shm/full", O_CREAT | O_RDWR, 0600);
    static char block[1 << 20];
    while (write(file, block, sizeof block) > 0)
        ;
    return 0;
}
