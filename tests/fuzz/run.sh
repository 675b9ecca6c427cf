#!/bin/sh
# Build every fuzzer with clang and run each for a while over its corpus.
# usage: tests/fuzz/run.sh [SECONDS [FUZZER ...]]     BUILD: where to build (build/fuzz)
set -u
cd "$(dirname "$0")/../.."
seconds=${1:-30}
[ $# -gt 0 ] && shift
build=${BUILD:-build/fuzz}
jobs=$(nproc)
sanitize="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
flags="-std=c17 -D_GNU_SOURCE -O1 -g1 -fno-omit-frame-pointer $sanitize"
packages="sqlite3 libsodium libcrypto jansson pangocairo libqrencode expat xlsxwriter"
include="-Iinclude -Isrc/base -Isrc/crypt"
mkdir -p "$build"
if ! clang --version >/dev/null 2>&1; then
    echo "ok fuzz # SKIP clang is not installed"
    exit 0
fi

# One make knows what has changed; the layers' include paths are those of the Makefile.
make --no-print-directory -s -j"$jobs" BUILD="$build" CC=clang LINK= \
    HARDEN="-O1 -g1 -fno-omit-frame-pointer $sanitize" "$build/libcustody.a" >"$build/log" 2>&1 || {
    echo "not ok fuzz_build"
    tail -n 20 "$build/log"
    exit 1
}

bad=0
[ $# -gt 0 ] || set -- tests/fuzz/fuzz_*.c
one() { # one FUZZER: build and run it, print its claim
    name=$(basename "$1" .c)
    input=${name#fuzz_}
    if ! clang $flags $include -Isrc/store -Isrc/ledger -Isrc/core -Isrc/print -Isrc/label \
        -Itests/fuzz $(pkg-config --cflags $packages) -fsanitize=fuzzer \
        -o "$build/$name" "tests/fuzz/$name.c" "$build/libcustody.a" \
        $(pkg-config --libs $packages) -lm -lpthread >"$build/$name.log" 2>&1; then
        echo "not ok $name: does not build"
        tail -n 10 "$build/$name.log"
        return 1
    fi
    # New inputs go to the build directory; the corpus in the tree is only read.
    mkdir -p "$build/found/$input"
    dictionary=
    [ -e "tests/fuzz/$input.dict" ] && dictionary=-dict=tests/fuzz/$input.dict
    if "$build/$name" -max_total_time="$seconds" -max_len=70000 -timeout=10 -rss_limit_mb=2048 \
        $dictionary -artifact_prefix="$build/$name-" "$build/found/$input" \
        "tests/fuzz/corpus/$input" >>"$build/$name.log" 2>&1; then
        runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$build/$name.log")
        echo "ok $name # $runs runs"
    else
        echo "not ok $name"
        grep -E 'does not hold|ERROR|runtime error|Test unit written' "$build/$name.log" |
            sed 's/^/  /' | head -n 10
        return 1
    fi
}
for fuzzer; do
    one "$fuzzer" || bad=1
done
exit $bad
