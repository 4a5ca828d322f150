// A few lines that become a gigabyte.
static const char giant[1ul << 34] = {1};
__asm__(".rept 2000000000\n.byte 1\n.endr");
int main(void)
{
    return giant[1];
}
