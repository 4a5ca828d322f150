// right: the child stops itself, and the parent kills it in the end.
#include "pageview.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static char *memory;
static size_t size;

static bool step(const char *text, int *page)
{
    int length = 0;
    char kind;
    sscanf(text, "%c%d%n", &kind, page, &length);
    if (length == 0 || text[length] != '\0' || *page < 0 ||
        *page > 23 || (kind != 'w' && kind != 'r'))
        fail("not a step: %s", text);
    if (kind == 'w')
        memory[(size_t)*page * size] += 7;
    else
        __asm__ volatile("" : : "r"(((volatile char *)memory)[(size_t)*page * size]));
    return kind == 'w';
}

static void child(const char *path)
{
    char text[4096];
    int page, file = open(path, O_RDONLY);
    if (file == -1)
        fail("open %s: %s", path, strerror(errno));
    ssize_t length = read(file, text, sizeof text - 1);
    text[length] = '\0';
    for (char *word = strtok(text, " \n"); word != NULL; word = strtok(NULL, " \n"))
        step(word, &page);
    close(file);
    raise(SIGSTOP);
    _exit(0);
}

int main(int argc, char *argv[])
{
    bool tells[24] = {false};
    int k, page, status;
    size = (size_t)sysconf(_SC_PAGESIZE);
    memory = mmap(NULL, 26 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    memory += size;
    if (mprotect(memory, 24 * size, PROT_READ | PROT_WRITE) == -1)
        die("mprotect");
    for (k = 2; k < argc && strcmp(argv[k], "fork") != 0; k++)
        if (step(argv[k], &page))
            tells[page] = true;
    int go[2];
    if (pipe(go) == -1)
        die("pipe");
    pid_t pid = fork();
    if (pid == -1)
        die("fork");
    if (pid == 0) {
        close(go[1]);
        char byte;
        if (read(go[0], &byte, 1) != 0)
            _exit(1);
        child(argv[1]);
    }
    for (k++; k < argc; k++)
        if (step(argv[k], &page))
            tells[page] = false;
    close(go[1]);
    if (waitpid(pid, &status, WUNTRACED) == -1)
        die("waitpid");
    if (!WIFSTOPPED(status))
        return 1;
    page_view(memory, 24, "parent");
    char lists[3][100] = {"stored into:", "not stored into:", "cannot tell:"};
    int pagemap = open("/proc/self/pagemap", O_RDONLY);
    for (k = 0; k < 24; k++) {
        char *list = lists[2];
        if (tells[k])
            list = lists[page_cell(pagemap, memory + (size_t)k * size, size) != 'P'];
        sprintf(list + strlen(list), " %d", k);
    }
    close(pagemap);
    kill(pid, SIGKILL);
    if (waitpid(pid, &status, 0) == -1)
        die("waitpid");
    for (k = 0; k < 3; k++)
        say("%s", lists[k]);
    return 0;
}
