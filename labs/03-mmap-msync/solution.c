// exercise: a file becomes upper case by stores into memory.
//
// Run: exercise FILE...
//
// Map each FILE and turn its letters a-z into A-Z, in the file itself,
// by stores into the mapping: no read(2), no write(2), no other file.
// They have to be on the disk (msync) before you print the line:
//
//     notes: 17 of 5000 bytes changed
//     empty: 0 of 0 bytes changed
//
// A FILE may hold any bytes, zeros too, and have any length: 0, or whole
// pages. There may be more of them than a process may have open, or
// mapped, at once. If a FILE cannot be changed, name it and the error
// on standard error, and exit with 1; those before it are changed.

#include "lab.h"
#include <sys/mman.h>
#include <sys/stat.h>

// BEGIN SOLUTION
static size_t to_upper(char *text, size_t size)
{
    size_t changed = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] >= 'a' && text[i] <= 'z') {
            text[i] = (char)(text[i] - 'a' + 'A');
            changed++;
        }
    }
    return changed;
}
// STARTER
//| // To do: turn the letters of text into capitals; how many were there?
// END SOLUTION

static void change(const char *path)
{
    // BEGIN SOLUTION
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file == -1)
        fail("exercise: open %s: %s", path, strerror(errno));
    struct stat about;
    if (fstat(file, &about) == -1)
        die("fstat");
    size_t size = (size_t)about.st_size, changed = 0;
    if (size > 0) {
        char *text = mmap(NULL, size, PROT_READ | PROT_WRITE,
                          MAP_SHARED, file, 0);
        if (text == MAP_FAILED)
            fail("exercise: mmap %s: %s", path, strerror(errno));
        changed = to_upper(text, size);
        if (msync(text, size, MS_SYNC) == -1)
            fail("exercise: msync %s: %s", path, strerror(errno));
        if (munmap(text, size) == -1)
            die("munmap");
    }
    if (close(file) == -1)
        die("close");
    say("%s: %zu of %zu bytes changed", path, changed, size);
    // STARTER
    //| // To do: open path, ask for its size, map it, change it, have it
    //| // written to the disk, and take the mapping away again.
    //| say("to do: change %s", path);
    // END SOLUTION
}

int main(int argc, char *argv[])
{
    if (argc < 2)
        usage("exercise FILE...");
    for (int i = 1; i < argc; i++)
        change(argv[i]);
    return 0;
}
