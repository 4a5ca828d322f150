// secret: a key that reaches no swap, no core dump and no child.
//
// Teaches: a secret gets a page of its own, and every protection before
//          the first byte of it. It is wiped before they are taken off.
// Calls:   madvise, mlock, getrandom, explicit_bzero, munlock
// Run:     make lab-7
// See:     the kernel asked to page the key out: EINVAL.

#include "memlock.h"
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>

enum { KEY = 32 };
static size_t page_size;

// *Cost:* one call. A mapping remembers its advice: the page is cut off
// its neighbours.
// *Fails:* -1. `EINVAL`: this kernel does not know the advice, or it is
// to page out what is locked.
static void advise(char *page, int advice)
{
    if (madvise(page, page_size, advice) == -1)
        die("madvise");
}

static bool is_zero(const char *key)
{
    char any = 0;
    for (int i = 0; i < KEY; i++)
        any |= key[i];
    return any == 0;
}

// A page for secrets. malloc would put it beside other data, which then
// is locked too, and whose munlock unlocks the secret.
static char *make_safe_page(void)
{
    char *page = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        die("mmap");

    // A core dump leaves the page out, and a child, which inherits no
    // lock, finds zeros in it.
    advise(page, MADV_DONTDUMP);
    advise(page, MADV_WIPEONFORK);

    // Before the secret is there: a page that was in swap once may be
    // found there later.
    // *Cost:* one call, which takes the fault of the page.
    // *Fails:* -1. `ENOMEM`: over RLIMIT_MEMLOCK. `EPERM`: it is 0.
    if (mlock(page, page_size) == -1) {
        skip_if_over_limit(page_size);
        die("mlock");
    }
    skip_if_nothing_locked();
    return page;
}

static void ask_the_child(const char *key)
{
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        _exit(is_zero(key) ? 0 : 1);
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    CHECK(status == 0, "the child finds zeros");
}

int main(void)
{
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    char *key = make_safe_page();

    // Random bytes straight into the page: a copy on the stack would be
    // one more to hide, and to wipe.
    // *Cost:* one call.
    // *Fails:* -1. `EINTR`: a signal, while the system had none yet.
    if (getrandom(key, KEY, 0) != KEY)
        die("getrandom");
    say("key: %d random bytes, %ld page locked", KEY, locked_pages());
    int paged = madvise(key, page_size, MADV_PAGEOUT);
    CHECK(paged == -1 && errno == EINVAL,
          "asked to page the key out, the kernel refuses: EINVAL");
    ask_the_child(key);

    // memset would do, if it were kept: a compiler may drop stores that
    // are never read. This call it must leave in.
    // *Cost:* no system call; it stores into the page.
    // *Fails:* never; but copies made elsewhere are not its business.
    explicit_bzero(key, KEY);
    CHECK(is_zero(key), "the key is wiped, while the page is locked");

    // *Cost:* one call. *Fails:* -1. `ENOMEM`: it is not mapped.
    if (munlock(key, page_size) == -1)
        die("munlock");
    if (munmap(key, page_size) == -1)
        die("munmap");
    return 0;
}
