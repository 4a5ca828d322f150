// frames.h: in which frame of the machine's memory is each page?
//
// A fault that copies gives the page a new frame. A fault that allows
// the store and no more leaves it where it is. /proc/self/pagemap has
// the numbers of the frames, for CAP_SYS_ADMIN alone (proc(5)): for
// root, and not for the root of a container.

#ifndef FRAMES_H
#define FRAMES_H

#include "lab.h"
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

// The frames of some pages that are there. false: we may not know them,
// and have said so.
static inline bool read_frames(const void *start, size_t pages,
                               uint64_t *frames)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    size_t length = pages * sizeof *frames;
    off_t where = (off_t)((uintptr_t)start / size * sizeof *frames);
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (pagemap == -1) {
        SKIP_STEP("frames", "no /proc/self/pagemap: %s",
                  strerror(errno));
        return false;
    }
    errno = EIO;
    if (pread(pagemap, frames, length, where) != (ssize_t)length)
        die("pread /proc/self/pagemap");
    if (close(pagemap) == -1)
        die("close");
    for (size_t i = 0; i < pages; i++)
        frames[i] &= (1ULL << 55) - 1;
    if (frames[0] == 0)
        SKIP_STEP("frames", "only the machine's root may see numbers");
    return frames[0] != 0;
}

// A new page waits on a list of the CPU that brought it. Seen from any
// other CPU, that list is one more user of the page, and the kernel may
// copy a page that nobody shares. So stay on this CPU, children too.
static inline void stay_on_one_cpu(void)
{
    cpu_set_t this_one;
    int cpu = sched_getcpu();
    if (cpu == -1)
        die("sched_getcpu");
    CPU_ZERO(&this_one);
    CPU_SET((size_t)cpu, &this_one);
    if (sched_setaffinity(0, sizeof this_one, &this_one) == -1)
        die("sched_setaffinity");
}

#endif
