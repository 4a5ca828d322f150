// ways.h: three ways to shared memory, in one table of functions.
//
//     ways[SYSV].create(size, mode)    make it, with its name
//     ways[SYSV].attach(size)          find it by its name, map it
//     ways[SYSV].detach(memory, size)  unmap it
//     ways[SYSV].take_name()           from now on nobody finds it
//
// A program that uses the table cannot tell which way it goes.

#ifndef WAYS_H
#define WAYS_H

#include "files.h" // posix, file
#include "sysv.h"
#include <inttypes.h>

struct way {
    const char *name; // with a colon: our lines begin with it
    void (*create)(size_t size, mode_t mode);
    void *(*attach)(size_t size);
    void (*detach)(void *memory, size_t size);
    void (*take_name)(void);
};

enum { SYSV, POSIX, PLAIN, WAYS };

static const struct way ways[WAYS] = {
    {"sysv:", create_segment, attach_segment, detach_segment, take_key},
    {"posix:", create_object, attach_object, unmap, take_object},
    {"file:", create_file, attach_file, unmap, take_path},
};

static void take_all_names(void)
{
    if (path_made)
        unlink(path);
    if (object_made)
        shm_unlink(object);
    if (segment != -1)
        shmctl(segment, IPC_RMID, NULL);
}

// All three, each under a name of its own, and gone when we end.
static inline void create_all(size_t size, mode_t mode)
{
    at_end(take_all_names);
    for (int i = 0; i < WAYS; i++)
        ways[i].create(size, mode);
}

static inline void take_names(void)
{
    for (int i = WAYS - 1; i >= 0; i--)
        ways[i].take_name();
}

// Put `...` where `word` stands in `text`.
static inline void hide(char *text, const char *word)
{
    char *at = strstr(text, word);
    if (at != NULL && strlen(word) >= 3) {
        const char *rest = at + strlen(word);
        memmove(at + 3, rest, strlen(rest) + 1);
        memcpy(at, "...", 3);
    }
}

// The line of /proc/self/maps for the mapping that begins here.
static inline char *maps_line(const void *memory)
{
    static char maps[1 << 18], start[32];
    size_t length = 0;
    ssize_t part;
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (file == -1)
        die("open /proc/self/maps");
    while ((part = read(file, maps + length,
                        sizeof maps - 1 - length)) > 0)
        length += (size_t)part;
    if (part == -1 || close(file) == -1)
        die("read /proc/self/maps");
    maps[length] = '\0';
    snprintf(start, sizeof start, "%08" PRIxPTR "-", (uintptr_t)memory);
    for (char *line = strtok(maps, "\n"); line != NULL;
         line = strtok(NULL, "\n"))
        if (strncmp(line, start, strlen(start)) == 0)
            return line;
    fail("/proc/self/maps has no line that begins with %s", start);
}

// The name at the end of that line, with `...` for what differs from
// run to run: the key, user and number, the folder of the plain file.
static inline char *maps_name(char *line, int way)
{
    char word[64], *name = strchr(line, '/');
    if (name == NULL)
        fail("/proc/self/maps: no name in this line: %s", line);
    if (way == PLAIN) {
        name = strrchr(name, '/') - 3;
        memcpy(name, "...", 3);
    }
    snprintf(word, sizeof word, "%08x", (unsigned)key);
    hide(name, way == SYSV ? word : object + strlen("/memlabs-"));
    return name;
}

#endif
