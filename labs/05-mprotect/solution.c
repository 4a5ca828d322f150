// exercise: a guarded buffer stops the guest that leaves it.
//
// Run: exercise SIZE GUEST...
//
// Each GUEST is a function of guests.so, and nobody has checked it. It
// gets a buffer of SIZE bytes. Right behind the last of them begins a
// page that mprotect has closed: no access at all. A guest that touches
// it is stopped, and the next one has its turn. A line for each guest:
//
//     ann: returned 4711
//     ben: stopped at offset 3017
//
// The offset is that of the byte that was touched: 0 is the first byte
// of the buffer, SIZE the first behind it. A fault anywhere else is a
// bug of another kind: there the program dies of SIGSEGV, and what it
// has to say of the guests before is out by then.

#include "guest.h"
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

static size_t size;
// BEGIN SOLUTION
static size_t page;
static char *buffer, *guard;
static volatile size_t stopped_at;
static sigjmp_buf before_guest;

static void on_segv(int sig, siginfo_t *info, void *context)
{
    (void)context;
    size_t behind = (uintptr_t)info->si_addr - (uintptr_t)guard;
    if (info->si_code != SEGV_ACCERR || behind >= page) {
        signal(sig, SIG_DFL);
        return; // the touch runs again, and nobody catches this one
    }
    stopped_at = size + behind;
    siglongjmp(before_guest, 1);
}
// STARTER
//| // To do: a handler that finds out which byte was touched, and goes
//| // back to where the guest was called.
// END SOLUTION

static void make_buffer(void)
{
    // BEGIN SOLUTION
    page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (size + page - 1) / page * page;
    char *start = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        die("mmap");
    guard = start + room;
    if (mprotect(guard, page, PROT_NONE) == -1)
        die("mprotect");
    buffer = guard - size;
    // STARTER
    //| // To do: map memory for the buffer and its guard page.
    // END SOLUTION
}

static void serve(const char *name)
{
    guest_function *guest = find_guest(name);
    // BEGIN SOLUTION
    if (sigsetjmp(before_guest, 1) == 0)
        say("%s: returned %d", name, guest(buffer, size));
    else
        say("%s: stopped at offset %zu", name, stopped_at);
    // STARTER
    //| // To do: call guest(buffer, size), and say how that ended.
    //| if (guest != NULL)
    //|     say("to do: a buffer of %zu bytes for %s", size, name);
    // END SOLUTION
}

int main(int argc, char *argv[])
{
    size = argc < 3 ? 0 : strtoul(argv[1], NULL, 10);
    if (size == 0 || size > SIZE_MAX / 2)
        usage("exercise SIZE GUEST...");
    make_buffer();
    // BEGIN SOLUTION
    struct sigaction action = {.sa_sigaction = on_segv,
                               .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGSEGV, &action, NULL) == -1)
        die("sigaction");
    // STARTER
    //| // To do: have SIGSEGV handled.
    // END SOLUTION
    for (int i = 2; i < argc; i++)
        serve(argv[i]);
    return 0;
}
