#!/bin/bash
# Exports checked by programs nobody here wrote: golang.org/x/mod for notes, tiles and hashes, Go's
# and OpenSSL's Ed25519 for the acts.
set -u
cd "$(dirname "$0")/../.."
lib=build/release/libcustody.a
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

claim() { # claim NAME COMMAND...
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok $name"
    else
        echo "not ok $name"
        tail -n 5 "$work/log" | sed 's/^/  /'
    fi
}

if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/golang.org/x/mod ]; then
    echo "ok exports_verify_with_go # SKIP golang-go or golang-golang-x-mod-dev is not installed"
    exit 0
fi
export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$work/cache" GOFLAGS=
if ! go build -o "$work/check" tests/oracle/go/main.go 2>"$work/log" ||
    ! gcc -std=c17 -D_GNU_SOURCE -O2 -Iinclude -Isrc/base -Isrc/crypt -Isrc/store -Isrc/ledger \
        -Itests/support $(pkg-config --cflags jansson) -o "$work/make_exports" \
        tests/oracle/go/make_exports.c tests/support/toy_domain.c "$lib" \
        $(pkg-config --libs sqlite3 libsodium libcrypto jansson) -lm -lpthread 2>>"$work/log"; then
    echo "not ok go_oracle_builds"
    tail -n 10 "$work/log" | sed 's/^/  /'
    exit 1
fi
sizes="1 2 255 256 257 65537"
if ! "$work/make_exports" "$work" $sizes 2>"$work/log"; then
    echo "not ok exports_are_made"
    sed 's/^/  /' "$work/log"
    exit 1
fi
mkdir "$work/sample"
for size in $sizes; do
    claim "go_verifies_an_export_of_$size" \
        "$work/check" "$work/$size" "$(cat "$work/vkey")" "$work/sample" 4096
done
openssl_takes_all() {
    count=0
    for pae in "$work"/sample/*.pae; do
        base=${pae%.pae}
        openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$base.der" \
            -sigfile "$base.sig" -in "$pae" || return 1
        count=$((count + 1))
    done
    [ "$count" -ge 16 ]
}
claim openssl_verifies_a_sample_of_act_signatures openssl_takes_all
# the checker is no yes-man
cp -r "$work/257" "$work/bad"
printf '\001' | dd of="$work/bad/tile/0/000" bs=1 seek=40 conv=notrunc 2>/dev/null
refuses() { ! "$work/check" "$work/bad" "$(cat "$work/vkey")"; }
claim go_refuses_a_changed_tile refuses
