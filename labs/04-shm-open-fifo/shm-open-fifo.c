// shm-open-fifo: data through memory, the news of it through a FIFO.
//
// Teaches: shared memory has no bell. One FIFO tells the consumer that
//          there is data, another tells the producer it was taken.
// Calls:   read, write, open, shm_unlink
// Run:     make lab-4, or `producer` and `consumer` in two terminals
// See:     every item once and in order, and an end without a timeout.

#include "names.h" // shm_open, flock, mkfifo

enum { ITEMS = 4 };

struct slot {
    unsigned sequence;
    char text[32];
};

static struct slot *map_slot(int file, int protection)
{
    void *slot = mmap(NULL, sizeof(struct slot), protection, MAP_SHARED,
                      file, 0);
    if (slot == MAP_FAILED)
        die("mmap");
    return slot;
}

// Sleep until the other side sends a byte. False: the end of file, as
// no process has the other end open any more, killed ones included.
// *Cost:* one call; while it sleeps it uses no processor.
// *Fails:* -1. `EINTR`: a signal handler came first.
static bool wait_for_byte(int fifo)
{
    char byte;
    ssize_t length = read(fifo, &byte, 1);
    if (length == -1)
        die("read");
    return length == 1;
}

// Wake the other side. False: it is gone. Our stores into the slot come
// before this, its loads after its read: the pipe's lock is the order.
// *Cost:* one call, and another process made ready to run.
// *Fails:* -1. `EPIPE`: nobody has the FIFO open to read it.
static bool send_byte(int fifo)
{
    ssize_t length = write(fifo, "!", 1);
    if (length == -1 && errno != EPIPE)
        die("write");
    return length == 1;
}

static void produce(void)
{
    int file = make_names();
    if (ftruncate(file, sizeof(struct slot)) == -1)
        die("ftruncate");
    errno = posix_fallocate(file, 0, sizeof(struct slot));
    if (errno != 0)
        die("posix_fallocate");
    struct slot *slot = map_slot(file, PROT_READ | PROT_WRITE);
    say("producer: ready, waiting for a consumer");

    // `open` of a FIFO sleeps until the other side opens it too: that
    // is the meeting. `O_RDWR` would not wait, and would count as the
    // other side as well: then an end of file could never be seen.
    // *Cost:* one call, and a sleep until the other side comes.
    // *Fails:* -1. `ENOENT`: no such FIFO.
    int to_consumer = open(full, O_WRONLY | O_CLOEXEC);
    if (to_consumer == -1)
        die("open");
    int from_consumer = open(empty, O_RDONLY | O_CLOEXEC);
    if (from_consumer == -1)
        die("open");

    // Both have all three open, so the names have done their work. From
    // here on a crash of either side leaves nothing behind.
    // *Cost:* an unlink(2); the memory lives while open or mapped.
    // *Fails:* -1. `ENOENT`: no such name.
    if (shm_unlink(object) == -1)
        die("shm_unlink");
    if (unlink(full) == -1 || unlink(empty) == -1)
        die("unlink");
    names_are_ours = 0;

    for (unsigned i = 1; i <= ITEMS; i++) {
        slot->sequence = i;
        snprintf(slot->text, sizeof slot->text, "%u squared is %u", i,
                 i * i);
        say("producer: item %u is in memory", i);
        if (!send_byte(to_consumer) || !wait_for_byte(from_consumer))
            fail("producer: the consumer is gone; item %u is lost", i);
    }
    say("producer: all were taken; closing the FIFO");
}

static void consume(const char *program, const char *name)
{
    int file = find_object(program, name);
    struct stat about;
    if (fstat(file, &about) == -1)
        die("fstat");
    if (about.st_size < (off_t)sizeof(struct slot))
        fail("consumer: the producer is not ready yet. Try again");
    struct slot *slot = map_slot(file, PROT_READ);
    int from_producer = open(full, O_RDONLY | O_CLOEXEC);
    if (from_producer == -1)
        fail("consumer: open %s: %s (%s). Is XDG_RUNTIME_DIR the "
             "producer's? Did another consumer come first?", full,
             errno_name(errno), strerror(errno));
    int to_producer = open(empty, O_WRONLY | O_CLOEXEC);
    if (to_producer == -1)
        fail("consumer: open %s: %s (%s). Did another consumer come "
             "first?", empty, errno_name(errno), strerror(errno));
    unsigned last = 0;
    while (wait_for_byte(from_producer)) {
        struct slot item = *slot; // a copy: then nobody can change it
        item.text[sizeof item.text - 1] = '\0';
        say("consumer: item %u: %s", item.sequence, item.text);
        if (item.sequence != ++last)
            fail("consumer: item %u is missing. Is there a second "
                 "consumer?", last);
        if (!send_byte(to_producer))
            fail("consumer: the producer is gone after item %u (EPIPE)",
                 last);
    }
    say("consumer: end of file after %u items", last);
    CHECK(last == ITEMS, "every item came once, and in order");
}

int main(int argc, char *argv[])
{
    bool producer = argc > 1 && strcmp(argv[1], "producer") == 0;
    bool consumer = argc > 1 && strcmp(argv[1], "consumer") == 0;
    if (argc > 3 || (!producer && !consumer))
        usage("shm-open-fifo producer|consumer [NAME]");
    const char *name = argc > 2 ? argv[2] : "fifo";
    choose_names(name);
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) // EPIPE tells us instead
        die("signal");
    if (producer)
        produce();
    else
        consume(argv[0], name);
    return 0;
}
