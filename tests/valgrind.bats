# Valgrind's memcheck finds no error and no leak.

load helpers

check_memory() {
    local command
    command_of "$1" "$2"
    matches "$1" "$2" valgrind --quiet --trace-children=yes \
        --trace-children-skip='*/bash,*/env,/bin/*,/usr/bin/*' --leak-check=full \
        --errors-for-leak-kinds=definite,indirect,possible --error-exitcode=9 "${command[@]}"
}

@test "each program runs under memcheck, and prints what is expected" {
    each_program check_memory
}
