// It leaves links for whoever tidies up or compares behind it.
#include <sys/stat.h>
#include <unistd.h>
int main(void)
{
    char name[64] = "/tmp/x";
    symlink("/etc", name);
    symlink("/", "/dev/shm/root");
    symlink("/dev/zero", "numbers-9");
    mkfifo("/tmp/fifo", 0666);
    mkdir("/tmp/dir", 0);
    return 0;
}
