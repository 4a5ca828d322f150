// What the compiler can read, it would print.
#include "/etc/shadow"
#include "../../../expected/01-fork-shmget/exercise/rules"
__asm__(".incbin \"/etc/shadow\"");
int main(void)
{
    return 0;
}
