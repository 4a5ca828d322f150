# shellcheck shell=bash
# shellcheck disable=SC2154  # scripts/judge, which sources this, shares its names
# compile.sh: the first part of scripts/judge.

# compile: exercise.c, in the sandbox; what the compiler says is in `said`.
compile() {
    scripts/sandbox run --work "$1" --seconds 10 "${CC:-cc}" -std=c11 -g -Wall -Wextra \
        -I. -pthread ./exercise.c -o exercise </dev/null >"$said" 2>&1 &&
        [[ -f $1/exercise && ! -L $1/exercise ]]
}

# judge_build: compile it, and keep the program as FOLDER/exercise.
judge_build() {
    local src=$desk/src began=${EPOCHREALTIME/./}
    mkdir "$src"
    cp common/*.h labs/"$lab"/*.h "$src" 2>/dev/null || true
    cp "$folder/exercise.c" "$src/exercise.c"
    give_away "$src"
    [[ $MEMLABS_ROOM != none ]] || printf 'none\n' >"$folder/isolation"
    compile "$src" || { not_wrapped && compile "$src"; } ||
        { found build 0 2 'it compiles' "$said"; return; }
    # For each second 8 more, up to 30.
    [[ -n ${MEMLABS_PATIENCE-} ]] || patience=$((5 + (${EPOCHREALTIME/./} - began) * 8 / 1000000))
    ((patience <= 30)) || patience=30
    cp "$src/exercise" "$folder/exercise"
    rm -rf "$src"
    clean_up
    found build 1 1 'it compiles'
    found build "$([[ -s $said ]] && echo 0 || echo 1)" 1 'without a warning' "$said"
}
