load helpers

@test "cppcheck finds nothing in labs and common" {
    cppcheck --quiet --std=c11 --enable=warning,performance,portability \
        --inline-suppr --error-exitcode=1 -Icommon labs common
}
