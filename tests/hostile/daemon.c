// A child in a session of its own that ignores signals and holds stdout.
#include <signal.h>
#include <unistd.h>
int main(void)
{
    if (fork() > 0)
        return 0;
    setsid();
    for (int sig = 1; sig < 32; sig++)
        signal(sig, SIG_IGN);
    for (;;)
        pause();
}
