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
// To do: a handler that finds out which byte was touched, and goes
// back to where the guest was called.

static void make_buffer(void)
{
    // To do: map memory for the buffer and its guard page.
}

static void serve(const char *name)
{
    guest_function *guest = find_guest(name);
    // To do: call guest(buffer, size), and say how that ended.
    if (guest != NULL)
        say("to do: a buffer of %zu bytes for %s", size, name);
}

int main(int argc, char *argv[])
{
    size = argc < 3 ? 0 : strtoul(argv[1], NULL, 10);
    if (size == 0 || size > SIZE_MAX / 2)
        usage("exercise SIZE GUEST...");
    make_buffer();
    // To do: have SIGSEGV handled.
    for (int i = 2; i < argc; i++)
        serve(argv[i]);
    return 0;
}
