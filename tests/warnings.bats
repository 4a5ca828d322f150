# Every program, and every header alone, compiles without a warning.

load helpers

strict=(-std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
    -Icommon -pthread -S -o /dev/null)

# compiles COMPILER: all sources and headers; prints what it says.
compiles() {
    local file only failed=0 count=0
    for file in labs/*/*.c common/*.h; do
        only='' # a header alone uses none of its functions
        [[ $file != *.h ]] || only=-Wno-unused-function
        "$1" "${strict[@]}" ${only:+"$only"} -x c "$file" || failed=1
        count=$((count + 1))
    done
    ((count > 0 && failed == 0))
}

@test "gcc has nothing to say" {
    [[ -z ${SLOW-} ]] || skip 'this machine is slow: gcc -O2 is tried'
    compiles gcc
}
@test "gcc -O2, which sees more, has nothing to say" { compiles 'gcc_o2'; }
@test "clang has nothing to say" { compiles clang; }

gcc_o2() { gcc -O2 "$@"; }
