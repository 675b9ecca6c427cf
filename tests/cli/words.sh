#!/bin/bash
# The command line's own parts (test_cli.c), sanitized; only the library comes as it was built.
set -eu
BUILD=$(dirname "${CUSTODY:-build/release/custody}")
HERE=$(mktemp -d)
trap 'rm -rf "$HERE"' EXIT
SOURCES=$(ls src/cli/*.c | grep -v '/main\.c$')
ZBAR=$(pkg-config --exists zbar && echo zbar || true) # as the library was built
# shellcheck disable=SC2086
LIBS=$(pkg-config --libs $ZBAR sqlite3 libsodium libcrypto jansson libqrencode pangocairo cairo expat xlsxwriter)
# shellcheck disable=SC2086
"${CC:-gcc}" -std=c17 -D_GNU_SOURCE -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -Iinclude -Isrc/cli -o "$HERE/test_cli" tests/cli/test_cli.c $SOURCES \
    "$BUILD/libcustody.a" -lcmocka $LIBS -lpthread -lm
"$HERE/test_cli" 2>&1 | grep -E '^(not )?ok |^# '
exit "${PIPESTATUS[0]}"
