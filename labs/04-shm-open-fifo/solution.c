// exercise: a consumer: each item once, in order, and then the end.
//
// Run: exercise NAME, while a producer of that NAME runs
//
// The producer puts an item into the object, writes one byte into the
// FIFO `full`, and waits. Print the item, and then write one byte into
// the FIFO `empty`: from then on the next item may stand in its place.
// When the producer closes `full`, print how many there were:
//
//     item 1: one
//     item 2: two
//     end of file after 2 items
//
// Use no processor while you wait. You may only read the object, and
// its text may have no NUL. The sequence counts from 1: if an item is
// missing, do not print the next one but say on standard error which,
// and exit with 1. If there is no object (ENOENT), or the producer is
// gone before it heard you (EPIPE), say so there and exit with 1, too.
//
// choose_names(NAME) in names.h sets `object`, `full` and `empty`. Open
// them in this order, as the producer does.

#include "names.h"

struct slot {
    unsigned sequence;
    char text[32];
};

// BEGIN SOLUTION
static struct slot *map_object(void)
{
    int file = shm_open(object, O_RDONLY, 0);
    if (file == -1)
        die("shm_open");
    struct slot *slot = mmap(NULL, sizeof *slot, PROT_READ, MAP_SHARED,
                             file, 0);
    if (slot == MAP_FAILED)
        die("mmap");
    close(file);
    return slot;
}

// Sleep until there is an item. False: no more will come.
static bool wait_for_item(int from_producer)
{
    char byte;
    ssize_t length = read(from_producer, &byte, 1);
    if (length == -1)
        die("read");
    return length == 1;
}
// STARTER
//| // To do: map the object, to read; wait for a byte, or for the end.
// END SOLUTION

int main(int argc, char *argv[])
{
    if (argc != 2)
        usage("exercise NAME");
    choose_names(argv[1]);
    // BEGIN SOLUTION
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) // EPIPE tells us instead
        die("signal");
    struct slot *slot = map_object();
    int from_producer = open(full, O_RDONLY | O_CLOEXEC);
    if (from_producer == -1)
        die("open");
    int to_producer = open(empty, O_WRONLY | O_CLOEXEC);
    if (to_producer == -1)
        die("open");
    unsigned last = 0;
    while (wait_for_item(from_producer)) {
        struct slot item = *slot; // a copy: then nobody can change it
        if (item.sequence != last + 1)
            fail("exercise: item %u is missing", last + 1);
        say("item %u: %.*s", ++last, (int)sizeof item.text, item.text);
        if (write(to_producer, "!", 1) == -1)
            die("write");
    }
    say("end of file after %u items", last);
    // STARTER
    //| // To do: open the object and both FIFOs, then item after item.
    //| say("to do: a consumer of %s", object);
    // END SOLUTION
    return 0;
}
