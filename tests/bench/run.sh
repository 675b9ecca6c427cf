#!/bin/sh
# Speed as ratios to baselines of the same run, absolute figures beside them. Nothing is asserted.
#
# BENCH_ACTS  entries of the large ledger (100000; 1000000 takes half an hour to make, once)
# BENCH_DIR   where the ledgers are kept between runs (build/bench)
# BENCH_KEYS  keys in the register (75000)
# BENCH_LABELS tags to print (10000); BENCH_ONLY=print or folders: these alone
set -eu
cd "$(dirname "$0")/../.."
acts=${BENCH_ACTS:-100000}
keys=${BENCH_KEYS:-75000}
dir=${BENCH_DIR:-build/bench}
custody=${CUSTODY_BIN:-build/release/custody}
library=${CUSTODY_LIB:-build/release/libcustody.a}
packages="sqlite3 libsodium libcrypto jansson pangocairo libqrencode expat xlsxwriter"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
bench=$dir/bench

gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Iinclude -Isrc/base -Isrc/crypt -Isrc/store \
    -Isrc/ledger -Isrc/core $(pkg-config --cflags $packages) tests/bench/*.c "$library" \
    $(pkg-config --libs $packages) -lm -lpthread -o "$bench"

# p: tags, label printers, forms.
gcc -std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra -Iinclude -Isrc/base \
    $(pkg-config --cflags $packages) tests/bench/print/pages.c "$library" \
    $(pkg-config --libs $packages) -lzbar -lm -lpthread -o "$dir/pages"
[ "${BENCH_ONLY:-}" = folders ] ||
    CUSTODY_LABELS=$PWD/labels "$dir/pages" all "${BENCH_LABELS:-10000}" "$dir"
[ "${BENCH_ONLY:-}" != print ] || exit 0

# f: folders and papers, filled by SQL.
make --no-print-directory build/release/tests/bench/folders/folders >/dev/null
build/release/tests/bench/folders/folders 2>/dev/null | grep -v '^\[' || echo "f  folders: not measured"
[ "${BENCH_ONLY:-}" != folders ] || exit 0

# One site grows from size to size; a copy stays at each.
small=10000
[ "$small" -gt "$acts" ] && small=$acts
for size in $small $acts; do
    [ -d "$dir/site-$size-$keys" ] && continue
    from=
    [ "$size" != "$small" ] && from=$dir/site-$small-$keys
    rm -rf "$dir/growing"
    if [ -n "$from" ]; then cp -r "$from" "$dir/growing"; fi
    "$bench" grow "$dir/growing" "$size" "$keys" tests/data/estate/policy.json
    mv "$dir/growing" "$dir/site-$size-$keys"
done
large=$dir/site-$acts-$keys

rm -rf "$dir/append"
cp -r "$dir/site-$small-$keys" "$dir/append"
"$bench" append "$dir/append" "$keys" tests/data/estate/policy.json
rm -rf "$dir/append"

"$bench" verify "$dir/site-$small-$keys" 2>"$dir/small.txt"
if [ "$small" != "$acts" ]; then
    "$bench" verify "$large" 2>"$dir/large.txt"
    # What an act costs between the two sizes: without the register, which both have.
    cat "$dir/small.txt" "$dir/large.txt" | awk '
        NR == 1 { n = $1; s = $2; wall = $3; cpu = $4 }
        NR == 2 { n = $1 - n; s = $2 - s; wall = $3 - wall; cpu = $4 - cpu
            printf "b  from the small to the large  %5.2f x one core'\''s bare rate  (%.2f signatures an act, %.0f us an act; by processor time %.2f x on two idle cores; goal 0.9 x)\n",
                s * $5 / wall, s / n, wall / n * 1e6, s * $6 / (cpu / 2) }'
fi

"$bench" reads "$large"

item=$("$bench" item 4711)
for size in $small $acts; do
    printf 'd  cold start of key show at %7s acts: ' "$size"
    "$bench" spawn 40 "$custody" "$dir/site-$size-$keys" "$item"
    [ "$small" = "$acts" ] && break
done

# e: an import by the command line, credentials unlocked, everything signed and appended.
import=$dir/import
rm -rf "$import"
mkdir -p "$import"
echo "correct horse battery" >"$import/passphrase"
"$bench" csv "$import" "$keys"
office() {
    "$custody" "$@" --site "$import/site" --credentials "$import/credentials" \
        --passphrase-file "admin=$import/passphrase" --passphrase-file "mgr=$import/passphrase" \
        --passphrase-file "hq=$import/passphrase" --passphrase-file "li=$import/passphrase" \
        --passphrase-file "chen=$import/passphrase" --yes >"$import/out" 2>"$import/err" || {
        tail -n 3 "$import/out" "$import/err"
        exit 1
    }
}
for person in admin mgr hq li chen; do
    office credential new $person
done
office site init --name bench --origin bench.example/import \
    --policy tests/data/estate/policy.json --founder admin:A001:administrator \
    --founder mgr:A002:centre_manager --founder hq:H001:administrator --sheet 1
office person enrol li --staff-no B1 --role key_custodian --as admin --with mgr --terminals 2
office person enrol chen --staff-no B2 --role supervisor --as admin --with mgr --terminals 2
office import places "$import/places.csv" --as li --with chen
office import locks "$import/locks.csv" --as li --with chen
start=$(date +%s.%N)
office import keys "$import/keys.csv" --as li --with chen
end=$(date +%s.%N)
echo "$start $end $keys" |
    awk '{ printf "e  import of %d keys: %.1f s (goal 10 s at 75,000)\n", $3, $2 - $1 }'
rm -rf "$import"
