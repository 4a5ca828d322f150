// It stops itself, and cannot be asked to end.
#include <signal.h>
int main(void)
{
    signal(SIGTERM, SIG_IGN);
    raise(SIGSTOP);
    for (;;)
        raise(SIGSTOP);
}
