#!/bin/bash
# Label printers: what TSPL and ZPL say is the picture, dot for dot, and a printer on the network
# gets the same bytes as a file, or a sentence says how far it got.
. tests/cli/common.bash
LABELS=$(cd "$ROOT" && echo tests/label)
BUILD=$(dirname "$CUSTODY")
packages="sqlite3 libsodium libcrypto jansson pangocairo libqrencode expat xlsxwriter"
# shellcheck disable=SC2046
if ! (cd "$ROOT" && "${CC:-gcc}" -std=c17 -D_GNU_SOURCE -O2 -Iinclude -Isrc/base -Isrc/print \
    -Isrc/label $(pkg-config --cflags $packages) -o "$HERE/labels" "$LABELS/printers_labels.c" \
    "$BUILD/libcustody.a" $(pkg-config --libs $packages) -lm -lpthread) >out 2>&1; then
    not_ok printers_labels_builds
    finish
fi

# ---- the same dots in every language ----
mkdir dots
"$HERE/labels" write dots >groups || not_ok labels_are_drawn
same=ok
labels=0
while read -r group _ _ _ count; do
    width=$(sed -n '2{s/ .*//p;q}' "dots/$group.pbm" | tr -d '\0')
    invert=
    [ "$group" = clone ] && invert=--invert
    python3 "$ROOT/$LABELS/tspl2pbm.py" $invert "$width" <"dots/$group.tspl" >tspl.pbm 2>out &&
        cmp "dots/$group.pbm" tspl.pbm >>out 2>&1 || same="not ok in $group"
    labels=$((labels + count))
done <groups
[ "$same" = ok ] && [ "$labels" -ge 50 ] && ok "tspl_is_the_picture_dot_for_dot # $labels labels" ||
    not_ok "tspl_is_the_picture_dot_for_dot: $same"

# The same through the program, whose test sheet wants no office: no grey is left to the printer.
for format in pbm tspl zpl; do
    check "test_sheet_of_a_roll_comes_out_as_$format" 0 label test-sheet --stock thermal-40x30 \
        --printer tspl-203 --format "$format" --out "dots/sheet.$format"
done
echo "sheet 40 30 203 0" >>groups
python3 "$ROOT/$LABELS/tspl2pbm.py" 320 <dots/sheet.tspl >tspl.pbm 2>out
holds test_sheet_in_tspl_is_the_picture_dot_for_dot cmp dots/sheet.pbm tspl.pbm
check test_sheet_of_a_sheet_is_nothing_for_a_label_printer 1 label test-sheet --stock fob-22x32 \
    --printer tspl-203 --out sheet.tspl
says it_says_what_to_choose_instead "choose a roll stock or print a PDF" err
holds and_nothing_is_left test ! -e sheet.tspl

# The renderer is fetched once; without it nothing is known and nothing is claimed.
modules=$ROOT/build/npm/node_modules
if [ ! -e "$modules/zpl-renderer-js/package.json" ] && command -v npm >/dev/null; then
    mkdir -p "$ROOT/build/npm"
    cp "$ROOT/$LABELS/package.json" "$ROOT/build/npm/"
    (cd "$ROOT/build/npm" && timeout 120 npm install --silent --no-audit --no-fund \
        --fetch-retries=0) >out 2>&1
fi
if ! command -v node >/dev/null || [ ! -e "$modules/zpl-renderer-js/package.json" ]; then
    echo "ok zpl_is_the_picture_dot_for_dot # SKIP npm package zpl-renderer-js is not to be had here"
else
    same=ok
    while read -r group _; do
        node "$ROOT/$LABELS/zpl2pbm.cjs" "$modules" <"dots/$group.zpl" >zpl.pbm 2>out &&
            cmp "dots/$group.pbm" zpl.pbm >>out 2>&1 || same="not ok in $group"
    done <groups
    [ "$same" = ok ] && ok "zpl_is_the_picture_dot_for_dot # $labels labels" ||
        not_ok "zpl_is_the_picture_dot_for_dot: $same"
fi

# A tag of 40x30 mm at 203 dpi, copied for each label of a thousand.
"$HERE/labels" rate zpl 1000 2>out | wc -c >size
holds zpl_of_a_40x30_tag_is_at_most_4_kB test "$(cat size)" -le 4000000

# ---- the printer's port ----
mkdir left
cd left || exit 1
"$HERE/labels" send ../file.tspl || not_ok labels_are_written
# port MODE: a printer that does so; $PORT is its port
port() {
    rm -f ../port
    python3 "$ROOT/$LABELS/printers_port.py" "$1" ../port ../received &
    printer=$!
    for _ in $(seq 100); do
        [ -e ../port ] && break
        sleep 0.05
    done
    PORT=$(cat ../port)
}
# sent CODE [MS]: what the job says of it, and that it left nothing here
sent() {
    "$HERE/labels" send "tcp://127.0.0.1:$PORT" ${2:+"$2"} >../out 2>../err
    code=$?
    [ "$code" = "$1" ] && [ -z "$(ls -A)" ]
}
port take
sent 0 && wait "$printer" && cmp ../file.tspl ../received >>../err 2>&1 &&
    ok printer_gets_the_very_bytes_of_the_file || not_ok printer_gets_the_very_bytes_of_the_file
port take
check test_sheet_goes_to_a_printer 0 label test-sheet --stock thermal-40x30 --printer tspl-203 \
    --out "tcp://127.0.0.1:$PORT"
wait "$printer"
holds printer_gets_the_test_sheet_of_the_file cmp ../dots/sheet.tspl ../received
rm -f out err
port half
sent 1 && grep -q 'closed the connection after at most [0-9]* bytes: see what was printed' ../err &&
    ok printer_that_closes_half_way_is_told || not_ok printer_that_closes_half_way_is_told
wait "$printer"
port mute
sent 1 300 && grep -q 'stopped taking data after [0-9]* bytes: see what was printed' ../err &&
    ok printer_that_never_reads_is_given_up || not_ok printer_that_never_reads_is_given_up
kill "$printer"
port gone
sent 1 && grep -q 'does not answer: switch the printer on' ../err &&
    ok printer_that_refuses_is_told || not_ok printer_that_refuses_is_told
kill "$printer"
check test_sheet_to_nobody_fails 1 label test-sheet --stock thermal-40x30 --printer tspl-203 \
    --out "tcp://127.0.0.1:$PORT"
says it_says_that_nobody_answers "does not answer" err
cd ..
finish
