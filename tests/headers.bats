# What lab.h, tidy.h and pageview.h promise, each by a program of a few lines.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

# program TEXT: compile it, as the body of main, to $WORK/program.
program() {
    {
        printf '#include "%s"\n' pageview.h tidy.h
        printf '#include <sys/mman.h>\n#include <sys/wait.h>\n'
        printf 'static char *undone = "";\n'
        printf 'static void undo(void) { if (write(1, undone, strlen(undone)) == -1) _exit(9); }\n'
        printf 'int main(void)\n{\nundone = "undone\\n"; if (0) undo();\n%s\nreturn 0;\n}\n' "$1"
    } >"$WORK/program.c"
    cc -std=c11 -Wall -Wextra -Icommon -g -o "$WORK/program" "$WORK/program.c"
}

# prints STATUS OUT ERR: does $WORK/program end and print so (patterns)?
prints() {
    local status=0
    "$WORK/program" >"$WORK/out" 2>"$WORK/err" || status=$?
    # shellcheck disable=SC2053  # patterns
    [[ $status == "$1" && $(<"$WORK/out") == $2 && $(<"$WORK/err") == $3 ]] && return
    printf 'exit %d\n' "$status"
    cat "$WORK/out" "$WORK/err"
    return 1
}

@test "say prints one line, by one call" {
    program 'say("%s %d", "one", 1); say("two");'
    prints 0 $'one 1\ntwo' ''
    [[ $(strace -e trace=write "$WORK/program" 2>&1 >/dev/null | grep -c '^write') == 2 ]]
}

@test "say prints a line of 8190 bytes whole" {
    program 'say("%08190d", 7);'
    "$WORK/program" >"$WORK/out"
    [[ $(wc -c <"$WORK/out") == 8191 ]]
}

@test "note goes to standard error and on" {
    program 'note("look: %d", 3); say("here");'
    prints 0 here 'look: 3'
}

@test "fail ends with 1" {
    program 'at_end(undo); fail("no %s", "luck"); say("not here");'
    prints 1 undone 'no luck'
}

@test "usage ends with 2" {
    program 'usage("it [FILE], not %d", 7);'
    prints 2 '' 'usage: it \[FILE\], not 7'
}

@test "die names file, line, call and error" {
    program 'errno = ENOSPC; die("shmget");'
    prints 1 '' "$WORK/program.c:*: shmget: ENOSPC (No space left on device); its errors: *"
}

@test "CHECK prints the claim, or that it is false and ends with 1" {
    program 'CHECK(1 == 1, "one is one"); CHECK(1 == 2, "one is two"); say("not here");'
    prints 1 $'=> one is one\n=> FALSE: one is two' ''
}

@test "SKIP ends with 77, SKIP_STEP goes on" {
    program 'SKIP_STEP("swap", "no %s", "disk"); SKIP("too old: %d", 5);'
    prints 77 $'swap: skip: no disk\nskip: too old: 5' ''
}

@test "a line that cannot be written is a failure" {
    program 'say("one");'
    run bash -c '"$1" >/dev/full' sh "$WORK/program"
    [[ $status == 1 && $output == *'write: ENOSPC'* ]]
}

@test "errno_name knows all errors that faults.tsv has, and no other number" {
    local error text=''
    for error in $(grep -v '^#' "$here/faults.tsv" | cut -f2 | tr ' ' '\n' | sort -u | grep -v -); do
        text+="if (strcmp(errno_name($error), \"$error\") != 0) fail(\"$error\");"
    done
    program "$text say(\"%s\", errno_name(-5));"
    prints 0 'unnamed error' ''
}

@test "at_end undoes at the end, on exit, and on each signal that asks" {
    program 'at_end(undo); say("end");'
    prints 0 $'end\nundone' ''
    local signal
    for signal in HUP INT QUIT TERM; do
        program "at_end(undo); say(\"$signal\"); raise(SIG$signal);"
        status=0
        prints $((128 + $(kill -l "$signal"))) "$signal"$'\nundone' ''
    done
}

@test "a broken pipe is a failed write, and undone" {
    program 'at_end(undo); undone = ""; sleep(1); say("one");'
    run bash -c '"$1" 2>&1 >&7 7>&- | cat; exit "${PIPESTATUS[0]}"' sh "$WORK/program" 7> >(:)
    [[ $status == 1 && $output == *'write: EPIPE'* ]]
}

@test "hold_signals keeps a signal until release_signals, and errno" {
    program 'at_end(undo); hold_signals(); raise(SIGTERM); say("still here");
        errno = EIDRM; release_signals(); say("not here");'
    prints 143 $'still here\nundone' ''
    program 'hold_signals(); errno = EIDRM; release_signals(); CHECK(errno == EIDRM, "kept");'
    prints 0 '=> kept' ''
}

@test "temporary_file has no name, and keeps its data" {
    program 'int f = temporary_file(); char c = 0;
        CHECK(pwrite(f, "x", 1, 0) == 1 && pread(f, &c, 1, 0) == 1 && c == 120, "kept");'
    prints 0 '=> kept' ''
    left_behind
    TMPDIR=/nowhere prints 1 '' '*/nowhere: ENOENT*Set TMPDIR*'
    TMPDIR=$(printf '/%05000d' 0) prints 1 '' '*ENAMETOOLONG*'
    TMPDIR='' prints 0 '=> kept' ''
}

# has_zero_page: some virtual machines have none.
has_zero_page() {
    program 'CHECK(zero_page_is_seen(), "used");'
    "$WORK/program" >/dev/null
}

@test "the page view shows . 0 P p f F, and the legend once" {
    local zero=0
    has_zero_page || zero=P
    program '
        size_t size = (size_t)sysconf(_SC_PAGESIZE);
        char *own = mmap(NULL, 4 * size, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        char *shared = mmap(NULL, 2 * size, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        volatile char zero = own[size];
        own[2 * size] = 1; own[3 * size] = 1; shared[0] = zero; shared[size] = 1;
        page_view(own, 4, "own");
        page_view(shared, 2, "alone");
        if (fork() == 0) {
            own[2 * size] = 2; shared[0] = 2;
            page_view(own, 4, "child");
            page_view(shared, 2, "two");
            _exit(0);
        }
        wait(NULL);
        page_view(own, 4, "after");'
    prints 0 "pages: . none*
pages: f file*
pages: . $zero P P  own
pages: f f  alone
pages: . ${zero/P/p} P p  child
pages: F .  two
pages: . $zero P P  after" ''
}

@test "the page view shows 0 without PAGEMAP_SCAN too" {
    has_zero_page || skip 'no zero page here'
    sed 's/_IOWR(.f., 16,/_IOWR(88, 99,/' common/pageview.h >"$WORK/pageview.h"
    grep -q 88 "$WORK/pageview.h"
    program '
        size_t size = (size_t)sysconf(_SC_PAGESIZE);
        char *own = mmap(NULL, 2 * size, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        volatile char zero = own[0];
        own[size] = (char)(1 + zero);
        page_view(own, 2, "own");'
    cp common/*.h "$WORK/" 2>/dev/null && sed -i 's/_IOWR(.f., 16,/_IOWR(88, 99,/' "$WORK/pageview.h"
    cc -std=c11 -I"$WORK" -o "$WORK/program" "$WORK/program.c"
    prints 0 '*pages: 0 P  own' ''
}

@test "the page view shows s for a page that was swapped out" {
    [[ $(wc -l </proc/swaps) -gt 1 ]] || skip 'no swap here'
    program '
        size_t size = (size_t)sysconf(_SC_PAGESIZE);
        char *own = mmap(NULL, size, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        own[0] = 1; madvise(own, size, MADV_PAGEOUT);
        page_view(own, 1, "out");'
    prints 0 '*pages: s  out' ''
}

@test "the page view draws 24 pages at most, and touches none" {
    program '
        size_t size = (size_t)sysconf(_SC_PAGESIZE);
        char *own = mmap(NULL, 99 * size, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        page_view(own, 99, "all"); page_view(own, 99, "again");'
    prints 0 "*pages: $(printf '. %.0s' {1..24}) all
pages: $(printf '. %.0s' {1..24}) again" ''
}

@test "the page view says why it shows nothing" {
    need_private
    program 'char c = 1; page_view(&c, 1, "one"); say("went on");'
    # shellcheck disable=SC2016
    run unshare -m sh -c 'mount -t tmpfs tmpfs /proc && "$1"' sh "$WORK/program"
    [[ $status == 0 && $output == 'pages: skip: no /proc/self/pagemap: '*$'\nwent on' ]]
}

@test "smaps_kib counts one mapping, and says -1 where there is none" {
    program '
        size_t size = 16 * (size_t)sysconf(_SC_PAGESIZE);
        char *own = mmap(NULL, size, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        CHECK(smaps_kib(own, "Rss") == 0, "nothing yet");
        memset(own, 1, size);
        CHECK(smaps_kib(own + 5, "Rss") == (long)(size / 1024), "all of it");
        CHECK(smaps_kib(own, "Private_Dirty") == (long)(size / 1024), "dirty");
        CHECK(smaps_kib(own, "NoSuchField") == -1, "no field");
        CHECK(smaps_kib(NULL, "Rss") == -1, "no mapping");'
    prints 0 '*' ''
}

@test "lab_wait waits for a byte after each line" {
    program 'say("one"); say("two");'
    mkfifo "$WORK/gate"
    exec 8<>"$WORK/gate"
    MEMLABS_STEP=$WORK/gate "$WORK/program" >"$WORK/out" 3>&- 8>&- &
    until grep -q 'step pid=' "$WORK/out"; do sleep 0.02; done
    [[ $(grep -v step "$WORK/out") == one ]]
    printf . >&8
    until grep -q two "$WORK/out"; do sleep 0.02; done
    printf . >&8
    wait %1
}
