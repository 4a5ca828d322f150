# AddressSanitizer and UndefinedBehaviorSanitizer find nothing.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2164,SC2317  # bats, helpers

load helpers

setup_file() {
    build sanitized CC=gcc CFLAGS='-g -fsanitize=address,undefined -fno-sanitize-recover=all'
}

setup() { BUILD=$WORK/sanitized; }

@test "each program runs under ASan and UBSan, and prints what is expected" {
    each_program run_program
}
