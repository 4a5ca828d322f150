// peer: the bank of exercise 13, and what happens to its clerks.
//
// Run: peer KEY MODE BALANCE*10 DEPOSIT*10 [END-BALANCE*10]
//
// Makes the segment and the semaphore with that key. MODE is `open`: from
// the beginning. Or `calm`: nobody can take it before the program's
// children wait for it. Then the deposits are paid in, and the bank
// opens. A balance that was loaded before is wrong by now.
//
// Any other MODE does that, and kills. Each child is killed while it
// waits, and its successor is traced from its birth (ptrace). From then
// on one child moves at a time. It goes through a transfer instruction
// by instruction, and is killed behind one of its stores; then the next
// one takes and gives the semaphore, and the sum of the balances has to
// be as before. `balances`: behind the stores into these; `end`: behind
// those that follow, and when the semaphore is given; `each`: behind each
// store. Nothing is left to chance.
//
// Prints `ready`, and then what is wrong. Ends when its input ends.

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ACCOUNTS = 10, SIZE = 4096, CLERKS = 16, STORES = 40 };
static int segment, set;
static volatile long *bank;
static pid_t parent, clerk[CLERKS];
static int clerks, strikes_made;

static int complained;

#define complain(...) \
    (complained = 1, printf(__VA_ARGS__), (void)printf("\n"))

static int semaphore(void)
{
    return semctl(set, 0, GETVAL);
}

static long sum(void)
{
    long all = 0;
    for (int i = 0; i < ACCOUNTS; i++)
        all += bank[i];
    return all;
}

// Is our input still open after a millisecond?
static int nap(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    char byte;
    return poll(&input, 1, 1) < 1 || read(STDIN_FILENO, &byte, 1) > 0;
}

// Has this process our segment attached? Also tells its parent.
static int is_attached(const char *pid, pid_t *its_parent)
{
    char path[300], line[512];
    int found = 0, id;
    snprintf(path, sizeof path, "/proc/%s/maps", pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        found |= sscanf(line, "%*s %*s %*s %*s %d /SYSV", &id) == 1 &&
                 id == segment && strstr(line, "/SYSV") != NULL;
    if (file != NULL)
        fclose(file);
    snprintf(path, sizeof path, "/proc/%s/status", pid);
    file = fopen(path, "re");
    *its_parent = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "PPid: %d", its_parent);
    if (file != NULL)
        fclose(file);
    return found && *its_parent != 0;
}

// The children that have it, and their parent, which may have it, too.
static void find_clerks(void)
{
    pid_t of[CLERKS];
    int all = 0;
    struct dirent *entry;
    DIR *folder = opendir("/proc");
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        pid_t pid = atoi(entry->d_name);
        if (pid > 0 && pid != getpid() && all < CLERKS &&
            is_attached(entry->d_name, &of[all]))
            clerk[all++] = pid;
    }
    if (folder != NULL)
        closedir(folder);
    parent = all > 0 ? of[0] : 0;
    for (int i = 0; i < all; i++)
        for (int j = 0; j < all; j++)
            if (of[j] == clerk[i])
                parent = clerk[i];
    clerks = 0;
    for (int i = 0; i < all; i++)
        if (of[i] == parent)
            clerk[clerks++] = clerk[i];
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// The bank is closed. Wait until four are at the door, or one or more,
// and no more for a second. None: -1. 0: our input has ended.
static int wait_for_clerks(void)
{
    double end = now() + 3;
    long before[ACCOUNTS];
    memcpy(before, (void *)bank, sizeof before);
    for (int waiting = 0, last = 0; now() < end && waiting < 4;) {
        if (!nap())
            return 0;
        waiting = semctl(set, 0, GETNCNT);
        if (waiting != last)
            end = now() + 1;
        last = waiting;
    }
    if (semctl(set, 0, GETNCNT) < 1) {
        complain("the semaphore is taken, and no child sleeps in semop "
                 "until it is free");
        return -1;
    }
    for (int i = 0; i < 10; i++)
        nap();
    if (memcmp(before, (void *)bank, sizeof before) != 0)
        complain("a balance has changed while the semaphore was taken");
    return 1;
}

// What comes next of a process that we trace? The signal that it is to
// get with the next step; -1 if it has ended.
static int next_stop(pid_t pid)
{
    int status;
    if (waitpid(pid, &status, __WALL) == -1 || !WIFSTOPPED(status))
        return -1;
    int sig = WSTOPSIG(status) & 0x7f;
    return sig == SIGTRAP || status >> 16 != 0 ? 0 : sig;
}

static int has_it(pid_t pid)
{
    return semaphore() == 0 && semctl(set, 0, GETPID) == pid;
}

// Let it go on, call by call, until it has the semaphore.
static int enters(pid_t pid)
{
    for (int sig = 0; sig != -1; sig = next_stop(pid)) {
        if (has_it(pid))
            return 1;
        ptrace(PTRACE_SYSCALL, pid, 0, sig);
    }
    return 0;
}

// Let it go on, call by call, until it has given it.
static void leaves(pid_t pid)
{
    for (int sig = 0; sig != -1 && semaphore() == 0; sig = next_stop(pid))
        ptrace(PTRACE_SYSCALL, pid, 0, sig);
}

// When is it killed? Behind the `count`-th change of the segment, or of
// its balances, or behind that many changes since the second of those.
// Or when it has given the semaphore.
enum moment { ANY, BALANCE, SINCE, GIVEN };

// The parent stands still while a child makes a transfer: if it made the
// stores itself, no child could die between them. Returns the signal
// that it is to get when it goes on.
static int parent_stops(void)
{
    int status;
    ptrace(PTRACE_INTERRUPT, parent, 0, 0);
    if (waitpid(parent, &status, __WALL) == -1 || !WIFSTOPPED(status))
        return 0;
    return status >> 16 == 0 ? WSTOPSIG(status) & 0x7f : 0;
}

static char state_of(pid_t pid)
{
    char path[64], state = 'X';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file != NULL && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'X';
    if (file != NULL)
        fclose(file);
    return state;
}

static void on_alarm(int sig)
{
    (void)sig; // it ends a wait, and no more
}

static void set_alarm(long microseconds)
{
    struct itimerval time = {{0, microseconds}, {0, microseconds}};
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &time, NULL);
}

// As next_stop, while all others stand still: who sleeps then, ten times
// in a second, waits for one of them.
static int next_stop_alone(pid_t pid)
{
    siginfo_t stop;
    for (int asleep = 0; asleep < 10;) {
        if (waitid(P_PID, (id_t)pid, &stop,
                   WSTOPPED | WEXITED | WNOWAIT | __WALL) == 0 ||
            errno != EINTR)
            return next_stop(pid);
        asleep = state_of(pid) == 'S' ? asleep + 1 : 0;
    }
    complain("a child that has the semaphore waits for another process, "
             "and not for the bank: it makes a transfer alone");
    return -1;
}

// Let it go on, instruction by instruction, until that moment. 0: it
// gave the semaphore before. -1: and has stored nothing.
static int steps_to(pid_t pid, enum moment moment, int count)
{
    char before[SIZE];
    int balances = 0, changes = 0;
    memcpy(before, (void *)bank, SIZE);
    for (int sig = 0; sig != -1 && semaphore() == 0; sig = next_stop_alone(pid)) {
        int in_balance = memcmp(before, (void *)bank, ACCOUNTS * sizeof *bank) != 0;
        if (in_balance || memcmp(before, (void *)bank, SIZE) != 0) {
            changes++;
            count -= moment == ANY || (moment == BALANCE && in_balance) ||
                     (moment == SINCE && balances >= 2);
            balances += in_balance;
            if (count == 0)
                return 1;
        }
        memcpy(before, (void *)bank, SIZE);
        ptrace(PTRACE_SINGLESTEP, pid, 0, sig);
    }
    return changes == 0 ? -1 : moment == GIVEN;
}

static int goes_on_to(pid_t pid, enum moment moment, int count)
{
    int sig = parent_stops();
    set_alarm(100000);
    int there = steps_to(pid, moment, count);
    set_alarm(0);
    ptrace(PTRACE_CONT, parent, 0, sig);
    return there;
}

// The parent learns of the death of a child, and makes a new one, which
// stops at its birth.
static pid_t successor(void)
{
    for (int i = 0; i < 4000 && nap(); i++) {
        int status;
        if (waitpid(parent, &status, __WALL | WNOHANG) != parent)
            continue;
        if (!WIFSTOPPED(status))
            break;
        unsigned long child = 0;
        if (status >> 16 == PTRACE_EVENT_FORK || status >> 16 == PTRACE_EVENT_CLONE ||
            status >> 16 == PTRACE_EVENT_VFORK)
            ptrace(PTRACE_GETEVENTMSG, parent, 0, &child);
        ptrace(PTRACE_CONT, parent, 0, status >> 16 == 0 ? WSTOPSIG(status) : 0);
        if (child != 0)
            return next_stop((pid_t)child) == -1 ? 0 : (pid_t)child;
    }
    complain("a child was killed, and no new one took its place");
    return 0;
}

// Kill this clerk, and have a new one, with the name of the old.
static int replace(int i)
{
    kill(clerk[i], SIGKILL);
    waitpid(clerk[i], NULL, __WALL);
    clerk[i] = successor();
    return clerk[i] != 0;
}

// Kill this clerk at that moment, if it comes, and let the next one in.
// 0: it is over.
static int strikes(int i, enum moment moment, int count, int *struck)
{
    long total = sum();
    int next = (i + 1) % clerks;
    int there = -1;
    while (there == -1) { // a new one may skip what is done already
        if (!enters(clerk[i]))
            return 0;
        there = goes_on_to(clerk[i], moment, count);
        if (complained) {
            kill(parent, SIGKILL);
            return 0;
        }
    }
    if (there == 0)
        return 1;
    *struck = ++strikes_made;
    if (!replace(i))
        return 0;
    if (semaphore() == 0) {
        complain("a child was killed when it had the semaphore, and "
                 "nobody gives it back: it was not taken with SEM_UNDO");
        kill(parent, SIGKILL);
        return 0;
    }
    if (!enters(clerk[next]))
        return 0;
    leaves(clerk[next]);
    if (sum() == total)
        return 1;
    complain("a child was killed between two stores of a transfer, and "
             "the next one has taken and given the semaphore: the sum of "
             "the balances is wrong by %ld. Who takes the semaphore first "
             "has to end what was begun, by a note that is marked only "
             "when it is complete", sum() - total);
    return 0;
}

static void hunt(const char *mode)
{
    int i = 0, struck = 1, goes_on = 1;
    if (strcmp(mode, "balances") == 0)
        for (int n = 0; n < 8 && goes_on; n++)
            goes_on = strikes(i++ % clerks, BALANCE, 1 + n % 2, &struck);
    if (strcmp(mode, "end") == 0) {
        for (int n = 0; n < 6 && goes_on; n++)
            goes_on = strikes(i++ % clerks, SINCE, 1 + n % 2, &struck);
        for (int n = 0; n < 3 && goes_on; n++)
            goes_on = strikes(i++ % clerks, GIVEN, -1, &struck);
    }
    if (strcmp(mode, "each") == 0)
        for (int count = 1; count <= STORES && struck && goes_on; count++) {
            struck = 0;
            for (int n = 0; n < 2 && goes_on; n++)
                goes_on = strikes(i++ % clerks, ANY, count, &struck);
        }
}

// From now on no clerk is left to itself.
static int take_over(void)
{
    find_clerks();
    if (clerks < 2) {
        complain("there are not two children that have attached the "
                 "segment and wait for the semaphore");
        return 0;
    }
    if (ptrace(PTRACE_SEIZE, parent, 0,
               PTRACE_O_TRACEFORK | PTRACE_O_TRACECLONE |
               PTRACE_O_TRACEVFORK | PTRACE_O_TRACESYSGOOD) == -1) {
        complain("the program cannot be traced: %s", strerror(errno));
        return 0;
    }
    for (int i = 0; i < clerks; i++)
        if (!replace(i))
            return 0;
    return 1;
}

// All traced processes go on, until our input ends.
static void let_go(void)
{
    do {
        int status;
        pid_t pid;
        while ((pid = waitpid(-1, &status, __WALL | WNOHANG)) > 0)
            if (WIFSTOPPED(status))
                ptrace(PTRACE_CONT, pid, 0,
                       status >> 16 == 0 ? WSTOPSIG(status) & 0x7f : 0);
    } while (nap());
}

// A set or segment like this, which belongs to the program's user.
static void make_bank(key_t key)
{
    const char *user = getenv("MEMLABS_UID");
    struct shmid_ds segment_status;
    struct semid_ds set_status;
    union { struct semid_ds *buf; } argument = {&set_status};
    segment = shmget(key, SIZE, IPC_CREAT | IPC_EXCL | 0666);
    set = semget(key, 1, IPC_CREAT | IPC_EXCL | 0666);
    bank = shmat(segment, NULL, 0);
    if (segment == -1 || set == -1 || bank == (void *)-1) {
        perror("peer");
        exit(1);
    }
    if (user == NULL || geteuid() != 0)
        return;
    shmctl(segment, IPC_STAT, &segment_status);
    segment_status.shm_perm.uid = (uid_t)atol(user);
    shmctl(segment, IPC_SET, &segment_status);
    semctl(set, 0, IPC_STAT, argument);
    set_status.sem_perm.uid = (uid_t)atol(user);
    semctl(set, 0, IPC_SET, argument);
}

// Are the balances as they are to be in the end?
static void compare(char *wanted[])
{
    long off = 0;
    int wrong = 0;
    for (int i = 0; i < ACCOUNTS; i++) {
        off += bank[i] - atol(wanted[i]);
        wrong += bank[i] != atol(wanted[i]);
    }
    if (off != 0)
        complain("in the end the sum of the balances is wrong by %ld: a "
                 "store has overwritten another one. Are balances loaded "
                 "before the semaphore is taken? Or two new ones stored "
                 "for the same account?", off);
    else if (wrong > 0)
        complain("the sum of the balances is right, and %d balances are "
                 "not: transfers were made twice, or not at all. How many "
                 "of a file are made changes with the balances", wrong);
}

int main(int argc, char *argv[])
{
    if (argc != 3 + 2 * ACCOUNTS && argc != 3 + 3 * ACCOUNTS)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    make_bank((key_t)atol(argv[1]));
    for (int i = 0; i < ACCOUNTS; i++)
        bank[i] = atol(argv[3 + i]);
    struct sembuf give = {.sem_op = 1};
    if (strcmp(argv[2], "open") == 0)
        semop(set, &give, 1);
    puts("ready");
    if (strcmp(argv[2], "open") != 0 && wait_for_clerks() != 0) {
        int hunting = strcmp(argv[2], "calm") != 0 && !complained && take_over();
        for (int i = 0; i < ACCOUNTS; i++)
            bank[i] += atol(argv[3 + ACCOUNTS + i]);
        semop(set, &give, 1);
        if (hunting) {
            hunt(argv[2]);
            if (strikes_made == 0 && !complained)
                complain("no child has changed the segment while it had "
                         "the semaphore");
            for (int i = 0; i < clerks; i++)
                ptrace(PTRACE_DETACH, clerk[i], 0, 0);
        }
    }
    let_go();
    int left = semaphore();
    if (left == -1)
        complain("the semaphore is gone: it is not the program's to remove");
    else if (left > 1 && strcmp(argv[2], "open") != 0)
        complain("in the end the semaphore is %d: so many can enter at "
                 "once. What is taken with SEM_UNDO is given with it", left);
    else if (argc == 3 + 3 * ACCOUNTS && !complained)
        compare(argv + 3 + 2 * ACCOUNTS);
    semctl(set, 0, IPC_RMID);
    shmctl(segment, IPC_RMID, NULL);
    return 0;
}
