// right: a child answers, byte after byte with pauses, and reads a signalfd.
#include "lab.h"
#include <ctype.h>
#include <signal.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

static const char *question;
static size_t size;

static int answer(key_t key)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    if (sigprocmask(SIG_SETMASK, &set, NULL) == -1)
        die("sigprocmask");
    int bell = signalfd(-1, &set, SFD_CLOEXEC);
    if (bell == -1)
        die("signalfd");
    int id = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);
    if (id == -1)
        die("shmget");
    usleep(60000); // the segment is there, and nobody has attached it
    char *text = shmat(id, NULL, 0);
    if (text == (void *)-1) {
        int error = errno;
        shmctl(id, IPC_RMID, NULL);
        errno = error;
        die("shmat");
    }
    for (size_t i = 0; i < size; i++) {
        text[i] = (char)toupper((unsigned char)question[i]);
        if (i % 500 == 7)
            usleep(10000);
    }
    usleep(100000); // complete, and still attached
    shmdt(text);
    usleep(20000);
    say("answer: at key 0x%08x", (unsigned)key);
    struct signalfd_siginfo info;
    if (read(bell, &info, sizeof info) != sizeof info)
        die("read");
    usleep(20000);
    shmctl(id, IPC_RMID, NULL);
    return 0;
}

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise KEY");
    key_t key = (key_t)strtoul(argv[1], NULL, 0);
    struct shmid_ds record;
    int id = shmget(key, 0, 0);
    if (id == -1)
        die("shmget");
    if (shmctl(id, IPC_STAT, &record) == -1)
        die("shmctl");
    size = record.shm_segsz;
    question = shmat(id, NULL, SHM_RDONLY);
    if (question == (void *)-1)
        die("shmat");
    say("question: %.*s", (int)size, question);
    fflush(stdout);
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0)
        _exit(answer(key + 1));
    int status;
    if (waitpid(child, &status, 0) == -1)
        die("waitpid");
    if (status != 0)
        return 1;
    say("reply: %.*s", (int)size, question);
    shmdt(question);
    return 0;
}
