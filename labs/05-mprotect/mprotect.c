// mprotect: a store is refused, the rule changes, the store runs again.
//
// Teaches: each page has its own permissions, and they can change under
//          a running program. A refused store has not happened: after
//          the handler the CPU runs it again.
// Calls:   sigaction, mprotect
// Run:     make lab-5
// See:     `still 7` in the handler, 42 after it. One store, no retry.

#include "pageview.h"
#include "valgrind.h"
#include <signal.h>
#include <sys/mman.h>

enum { PAGES = 3 };

// volatile: main and the handler use these. Each load and each store
// must happen, and where it is written.
static volatile char *arena;
static size_t page_size;
static volatile sig_atomic_t faults;

// Every page that holds one of the `length` bytes gets this access. One
// mapping, a line in maps, has one access, so the kernel cuts it or
// joins it to its neighbours. The data stays, whoever may see it.
// *Cost:* one call; entries altered, the TLB flushed if access is lost.
// *Fails:* -1. `EINVAL`: not the start of a page. `ENOMEM`: not mapped.
// `EACCES`: to write, through a file that was opened for reading.
static void allow(size_t page, size_t length, int access)
{
    void *start = (char *)arena + page * page_size;
    if (mprotect(start, length, access) == -1)
        die("mprotect");
}

// Draw the arena's part of /proc/self/maps, each line in brackets, and
// count its lines. The first and the last may reach further.
static int draw_maps(void)
{
    uintptr_t page = (uintptr_t)arena, end = page + PAGES * page_size;
    uintptr_t from, to;
    char line[512], access[4], drawing[64] = "";
    int count = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL)
        die("fopen");
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %3s", &from, &to,
                   access) != 3 || to <= page || from >= end)
            continue;
        strcat(drawing, " [");
        for (count++; page < to && page < end; page += page_size)
            strcat(strcat(drawing, " "), access);
        strcat(drawing, " ]");
    }
    if (ferror(maps) || fclose(maps) == EOF)
        die("read /proc/self/maps");
    say("maps:   %s", drawing);
    return count;
}

// The store has *not* happened yet. On return the CPU runs it again, so
// change something first, or it faults for ever. A fault elsewhere is a
// real bug: die of it. A handler may interrupt `printf` and then must
// not call it; this one interrupts a store of ours and nothing else.
static void on_segv(int sig, siginfo_t *info, void *context)
{
    (void)context;
    size_t byte = (uintptr_t)info->si_addr - (uintptr_t)arena;
    if (info->si_code != SEGV_ACCERR || byte >= PAGES * page_size) {
        signal(sig, SIG_DFL);
        raise(sig);
        return;
    }
    faults++;
    say("handler: SEGV_ACCERR at %s byte of page %zu, still %d",
        (byte + 1) % page_size == 0 ? "the last" : "a",
        byte / page_size, arena[byte]);
    allow(byte / page_size, 1, PROT_READ | PROT_WRITE);
}

// The kernel meets the same page table, but a fault of its own sends no
// signal: the call gives up, and only what it returns tells.
static void read_into(volatile char *byte)
{
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (file == -1)
        die("open");
    sig_atomic_t before = faults;
    ssize_t got = read(file, (char *)byte, 1);
    if (got == -1 && errno != EFAULT)
        die("read");
    CHECK(got == -1 && faults == before,
          "read(2) into page 2 is refused: EFAULT, and no signal");
    if (close(file) == -1)
        die("close");
}

static void make_arena(void)
{
    // Its copy of the registers is not up to date at each access: after
    // the handler, the store would have lost its address.
    if (under_valgrind())
        SKIP("valgrind cannot run a refused store again");
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    arena = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (arena == MAP_FAILED)
        die("mmap");
    memset((char *)arena, 7, PAGES * page_size);
}

int main(void)
{
    make_arena();
    int before = draw_maps();

    // `SA_SIGINFO`: the handler is told the address and the reason.
    // *Cost:* one call; for each signal another, to leave the handler.
    // *Fails:* -1. `EINVAL`: no such signal, or SIGKILL or SIGSTOP.
    struct sigaction action = {.sa_sigaction = on_segv,
                               .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGSEGV, &action, NULL) == -1)
        die("sigaction");

    say("main:    page 1, length 1: no more writing");
    allow(1, 1, PROT_READ);
    int after = draw_maps();
    CHECK(before == 1 && after == 3, "one mapping was cut in three");

    volatile char *last_byte = arena + 2 * page_size - 1;
    say("main:    store 42 into the last byte of page 1");
    *last_byte = 42;
    say("main:    the byte is %d", *last_byte);
    CHECK(*last_byte == 42, "a refused store waits, and runs again");
    CHECK(faults > 0, "a length of 1 had protected the last byte too");
    CHECK(draw_maps() == 1, "the three pieces are one mapping again");

    say("main:    page 2: no access at all");
    allow(2, 1, PROT_NONE);
    draw_maps();
    page_view((char *)arena, PAGES, "page 2 is there, out of reach");
    read_into(arena + 2 * page_size);
    allow(2, 1, PROT_READ);
    CHECK(arena[2 * page_size] == 7, "page 2 has kept its data");
    if (munmap((char *)arena, PAGES * page_size) == -1)
        die("munmap");
    return 0;
}
