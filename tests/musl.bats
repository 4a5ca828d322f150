# The labs need no glibc.

load helpers

@test "each program built with musl prints what is expected" {
    build musl CC=musl-gcc
    each_program run_program
}

@test "each program built with musl, static" {
    build musl-static CC=musl-gcc LDFLAGS=-static
    each_program run_program
}
