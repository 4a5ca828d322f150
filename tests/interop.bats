# People come from tutorials: their programs and ours understand each other.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

# The way the tutorials have it, mistakes and all; compiled as they say.
setup_file() {
    cat >"$WORK/reader.c" <<'C'
#include <stdio.h>
#include <sys/shm.h>
int main(void)
{
    int id = shmget(0x01020304, 4096, 0666);
    char *text = shmat(id, 0, 0);
    printf("%s\n", text);
    shmdt(text);
}
C
    cat >"$WORK/writer.c" <<'C'
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
int main(int argc, char **argv)
{
    int mode = (int)strtol(argv[1], NULL, 8), full = argc > 2;
    int id = shmget(0x01020304, 4096, IPC_CREAT | mode);
    char *text = shmat(id, 0, 0);
    if (full)
        memset(text, 'x', 4096);
    else
        strcpy(text, "from elsewhere");
}
C
    cc -w -o "$WORK/reader" "$WORK/reader.c"
    cc -w -o "$WORK/writer" "$WORK/writer.c"
}

setup() {
    need_private
    programs=$BUILD/labs/02-server-client
    [[ -x $programs/server ]]
}

teardown() {
    ipcrm -M 0x01020304 2>/dev/null || true
    left_behind
}

@test "a reader from elsewhere reads Hello from our server" {
    "$programs/server" >"$WORK/out" 3>&- &
    until grep -q ready "$WORK/out"; do sleep 0.05; done
    run "$WORK/reader"
    kill %1
    wait %1
    [[ $output == Hello ]]
}

@test "our client reads what a writer from elsewhere left" {
    "$WORK/writer" 0666
    run "$programs/client"
    [[ $output == *'"from elsewhere"'* ]]
}

@test "also with mode 0, as root" {
    [[ $EUID == 0 ]] || skip 'needs root, to attach a segment of mode 0'
    "$WORK/writer" 0
    run "$programs/client"
    [[ $output == *'"from elsewhere"'* ]]
}

@test "mode 0, as an ordinary user: one line that says why" {
    need_users
    chmod -R a+rX "$BUILD"
    "$WORK/writer" 0
    run as_user "$programs/client"
    [[ $status == 1 && ${#lines[@]} == 1 && $output == *EACCES* ]]
}

@test "also if it fills the segment without a NUL" {
    "$WORK/writer" 0666 full
    run "$programs/client"
    [[ $output == *"\"$(printf 'x%.0s' {1..4096})"* ]]
}

@test "a second server on the key says who has it" {
    "$programs/server" >"$WORK/out" 3>&- &
    until grep -q ready "$WORK/out"; do sleep 0.05; done
    run "$programs/server"
    kill %1
    wait %1
    [[ $status == 1 && ${#lines[@]} == 1 && $output == *EEXIST*'is attached'* ]]
}

@test "a killed server's segment: the next says how to remove it" {
    "$programs/server" >"$WORK/out" 3>&- &
    until grep -q ready "$WORK/out"; do sleep 0.05; done
    kill -KILL %1
    wait %1 || true
    run "$programs/server"
    [[ $status == 1 && ${#lines[@]} == 1 && $output == *'ipcrm -m'* ]]
}

@test "a waiting server uses no processor time" {
    "$programs/server" >"$WORK/out" 3>&- &
    until grep -q ready "$WORK/out"; do sleep 0.05; done
    before=$(awk '{ print $14 + $15 }' "/proc/$!/stat")
    sleep 0.5
    after=$(awk '{ print $14 + $15 }' "/proc/$!/stat")
    kill %1
    wait %1
    ((after - before <= 1))
}

@test "mmap-read and mmap-msync take the tutorials' arguments" {
    programs=$BUILD/labs/03-mmap-msync
    run "$programs/mmap-read" Makefile
    [[ $status == 0 && $output == *'make help'* ]]
    run "$programs/mmap-msync" "$WORK/big" 16
    [[ $status == 0 && $(stat -c %s "$WORK/big") == $((16 << 20)) ]]
}
