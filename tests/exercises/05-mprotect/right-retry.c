// right: closed first and then opened, and a touch of the guard runs again.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static char *memory;
static size_t n, length, page;
static char *volatile touched;

static void handler(int sig, siginfo_t *info, void *context)
{
    char *at = info->si_addr;
    (void)context;
    if (at < memory + length || at >= memory + length + page) {
        struct sigaction plain = {.sa_handler = SIG_DFL};
        sigaction(sig, &plain, NULL);
        return;
    }
    touched = at;
    if (mprotect(memory + length, page, PROT_READ | PROT_WRITE) == -1)
        _exit(1);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: exercise SIZE GUEST...\n", stderr);
        return 2;
    }
    n = (size_t)atol(argv[1]);
    page = (size_t)getpagesize();
    length = n % page == 0 ? n : n + page - n % page;
    memory = mmap(NULL, length + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (mprotect(memory, length, PROT_READ | PROT_WRITE) != 0) {
        perror("mprotect");
        return 1;
    }
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
    if (sigaction(SIGSEGV, &action, NULL) != 0) {
        perror("sigaction");
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    void *guests = dlopen("./guests.so", RTLD_LAZY);
    if (guests == NULL)
        return 1;
    char *start = memory + length - n;
    for (char **name = argv + 2; *name; name++) {
        int (*guest)(char *, size_t) = (int (*)(char *, size_t))dlsym(guests, *name);
        touched = NULL;
        int answer = guest(start, n);
        if (touched == NULL) {
            printf("%s: returned %d\n", *name, answer);
            continue;
        }
        printf("%s: stopped at offset %td\n", *name, touched - start);
        if (mprotect(memory + length, page, PROT_NONE) != 0) {
            perror("mprotect");
            return 1;
        }
    }
    dlclose(guests);
    munmap(memory, length + page);
}
