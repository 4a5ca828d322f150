// at_call: run a command, and at one chosen system call of one of its
// processes make the call fail or send the process a signal.
//
//     at_call [-s SKIP] [-t SECONDS] [-l FILE] [-a PLACE,ACTION] COMMAND...
//
//   -a server#1,shmget,1,ENOSPC   the first shmget of the first process
//                                 named server fails with ENOSPC
//   -a client#2,write,3,SIGINT    the second client gets SIGINT at its
//                                 third write; the call is made all the same
//   -a client#2,write,3,+SIGINT   so do all others, as by ^C on a terminal
//   -l FILE      list all calls as places: `server#1,shmget,1`
//   -s SKIP      do not count the first SKIP calls after an exec (ld.so's)
//   -t SECONDS   then kill all that still runs (default 20)
//
// Ends as the command did (128 + N: by signal N) once every descendant has
// ended. 124: some still ran; 125: the place was never reached; 126: cannot.
//
// Why not strace -e inject: its when=N counts in each process alone, so a
// call that a parent makes before fork hides the same call of the child.
// Here seccomp(2) asks us before each call of each descendant, by number of
// process and call. No registers, so this runs on any machine (Linux 5.19).

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 1024, PROCESSES = 512, TIME_OVER = 124, NOT_REACHED, CANNOT };

// Made by helpers.bash from the system's headers: {"write", 1}, ...
static const struct name {
    const char *text;
    int number;
} calls[] = {
#include "names.h"
};

struct process {
    pid_t pid;
    char name[64];
    bool unnamed; // just forked or about to exec
    unsigned skip, count[CALLS];
};

static struct process processes[PROCESSES];
static int seen;
static unsigned skip;
static const char *place = "", *action = "";
static bool reached;
static FILE *list;

static int number_of(const char *text)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (strcmp(calls[i].text, text) == 0)
            return calls[i].number;
    errx(CANNOT, "what is %s?", text);
}

static const char *name_of_call(int number)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (calls[i].number == number && calls[i].text[0] >= 'a')
            return calls[i].text;
    return "unknown";
}

// The program's file name; with `:WORD` if its first argument is a word
// (a role); then `#K`: the K-th process of this name.
static void name_process(struct process *process)
{
    char path[32], line[256] = "", name[48];
    snprintf(path, sizeof path, "/proc/%d/cmdline", process->pid);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        if (fread(line, 1, sizeof line - 2, file) == 0)
            line[0] = '\0';
        fclose(file);
    }
    const char *word = line + strlen(line) + 1;
    const char *slash = strrchr(line, '/');
    bool role = word[0] >= 'a' && word[0] <= 'z' &&
                strpbrk(word, "/.,") == NULL;
    snprintf(name, sizeof name, "%.30s%s%.16s", slash ? slash + 1 : line,
             role ? ":" : "", role ? word : "");
    int instance = 1;
    for (struct process *p = processes; p < process; p++)
        if (strncmp(p->name, name, strlen(name)) == 0 &&
            p->name[strlen(name)] == '#')
            instance++;
    process->unnamed = false;
    if (strncmp(process->name, name, strlen(name)) == 0)
        return; // the exec failed, and this is still the same program
    if (process->name[0] != '\0')
        process->skip = skip;
    memset(process->count, 0, sizeof process->count);
    snprintf(process->name, sizeof process->name, "%s#%d", name, instance);
}

static struct process *find(pid_t pid)
{
    for (int i = seen - 1; i >= 0; i--)
        if (processes[i].pid == pid)
            return &processes[i];
    if (seen == PROCESSES)
        errx(CANNOT, "more than %d processes", PROCESSES);
    processes[seen].pid = pid;
    processes[seen].unnamed = true;
    return &processes[seen++];
}

// Decide about one call: the error it is to fail with, or 0: let it go on.
static int decide(const struct seccomp_notif *call)
{
    struct process *process = find((pid_t)call->pid);
    int number = call->data.nr;
    if (process->unnamed)
        name_process(process);
    process->unnamed = number == SYS_execve;
    if (process->skip > 0) {
        process->skip--;
        return 0;
    }
    char here[128];
    snprintf(here, sizeof here, "%s,%s,%u", process->name,
             name_of_call(number), ++process->count[number % CALLS]);
    if (list != NULL)
        fprintf(list, "%s\n", here);
    if (strcmp(here, place) != 0)
        return 0;
    reached = true;
    if (action[0] == 'E')
        return number_of(action);
    if (action[0] == '+')
        kill(-getpgid(process->pid), number_of(action + 1));
    else
        kill(process->pid, number_of(action));
    return 0;
}

static void answer(int listener)
{
    struct seccomp_notif call = {0};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) == -1)
        return; // killed meanwhile
    struct seccomp_notif_resp response = {.id = call.id};
    response.error = -decide(&call);
    if (response.error == 0)
        response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

// In the child: every call of it and of its descendants asks from now on.
// The listener's number goes through shared memory: a call would ask, too.
static void start(char **command, volatile int *listener)
{
    struct sock_filter ask = BPF_STMT(BPF_RET | BPF_K,
                                      SECCOMP_RET_USER_NOTIF);
    struct sock_fprog filter = {1, &ask};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGINT, SIG_DFL); // a shell's background job ignores both
    signal(SIGQUIT, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                          SECCOMP_FILTER_FLAG_NEW_LISTENER |
                              SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
                          &filter);
    *listener = fd == -1 ? -errno : fd;
    execvp(command[0], command);
    _exit(127);
}

// Take the status of each child that has ended, and of orphans, which come
// to us. Returns the command's own status once known.
static int reap(pid_t command, int known)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        if (pid == command)
            known = WIFEXITED(status) ? WEXITSTATUS(status)
                                      : 128 + WTERMSIG(status);
    return known;
}

// Answer until no process is left that can ask, or the time is over.
static int supervise(pid_t command, int listener, int signals, int seconds)
{
    int status = -1;
    time_t end = time(NULL) + seconds;
    struct pollfd both[] = {{listener, POLLIN, 0}, {signals, POLLIN, 0}};
    while (time(NULL) <= end) {
        struct signalfd_siginfo info;
        poll(both, 2, 1000);
        if (both[1].revents & POLLIN)
            if (read(signals, &info, sizeof info) > 0)
                status = reap(command, status);
        if (both[0].revents & POLLIN)
            answer(listener);
        else if (both[0].revents & POLLHUP && status != -1)
            return status;
    }
    for (int i = 0; i < seen; i++)
        if (kill(processes[i].pid, SIGKILL) == 0)
            warnx("%s still ran after %d s", processes[i].name, seconds);
    return TIME_OVER;
}

int main(int argc, char **argv)
{
    int option, seconds = 20;
    while ((option = getopt(argc, argv, "+s:t:l:a:")) != -1) {
        if (option == 's')
            skip = (unsigned)atoi(optarg);
        else if (option == 't')
            seconds = atoi(optarg);
        else if (option == 'l')
            list = fopen(optarg, "we");
        else if (option == 'a') {
            char *comma = strrchr(optarg, ',');
            place = optarg, action = comma + 1, *comma = '\0';
        } else
            return CANNOT;
    }
    volatile int *listener = mmap(NULL, sizeof *listener,
                                  PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_ended, NULL);
    int signals = signalfd(-1, &child_ended, SFD_CLOEXEC);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

    // A fork that shares the table of open files until the child's exec:
    // so the listener it opens is ours, too.
    pid_t command = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0,
                                   0, 0);
    if (command == 0)
        start(argv + optind, listener);
    while (*listener == 0)
        usleep(50);
    if (*listener < 0)
        errx(CANNOT, "seccomp: %s", strerror(-*listener));
    int status = supervise(command, *listener, signals, seconds);
    if (place[0] != '\0' && !reached && status != TIME_OVER)
        return NOT_REACHED;
    return status;
}
