#!/bin/bash
# Every form as a workbook, opened by LibreOffice and saved as CSV again: the cells of our CSV.
# With the demo's site (make demo) its registers too, 26,000 rows and more.
. "$(dirname "$0")/../cli/common.bash"
export CUSTODY_LABELS=$ROOT/labels
if ! command -v soffice >/dev/null; then
    echo "ok forms_libreoffice # SKIP soffice is not installed (libreoffice-calc-nogui)"
    exit 0
fi
office
batch "a_register_is_made" <<'LINES'
place add 3 --kind building --label 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
key add 天台门 --desk front --lock 3-R --as zhao --with qian
key lend 天台门 --to sun --due +4h --purpose repair --for =1+1 --as zhao --with sun --accept last-spare=only_one
key return 天台门 --by sun --as zhao --with sun
key lend 天台门 --to sun --due +4h --purpose repair --for '"a", b' --as zhao --with sun --accept last-spare=only_one
LINES

# same DIRECTORY: each workbook there as LibreOffice reads it
same() {
    mkdir -p "$1/back"
    HOME=$HERE soffice --headless --convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1' \
        --outdir "$1/back" "$1"/*.xlsx >out 2>err || not_ok "libreoffice_opens_$1"
    for csv in "$1"/*.csv; do
        python3 - "$csv" "$1/back/$(basename "$csv")" >out 2>err <<'PY' &&
import csv, sys
def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))
ours, theirs = rows(sys.argv[1]), rows(sys.argv[2])
for i, (a, b) in enumerate(zip(ours, theirs)):
    assert a == b, "row %d: %r, LibreOffice has %r" % (i + 1, a, b)
assert len(ours) == len(theirs), "%d rows, LibreOffice has %d" % (len(ours), len(theirs))
PY
            ok "libreoffice_$1_$(basename "$csv" .csv)" ||
            not_ok "libreoffice_$1_$(basename "$csv" .csv)"
    done
}

# forms DIRECTORY: of $CUSTODY_SITE
forms() {
    mkdir -p "$1"
    for file in "$ROOT"/labels/forms/*.form; do
        for format in xlsx csv; do
            "$CUSTODY" report form "$file" --lang zh --out "$1/$(basename "$file" .form).$format" \
                >out 2>err || not_ok "$1_$(basename "$file" .form).$format"
        done
    done
    same "$1"
}

forms office
if [ -f "$ROOT/build/demo/site/ledger.db" ]; then
    cp -r "$ROOT/build/demo/site" demo-site
    export CUSTODY_SITE=$HERE/demo-site
    forms demo
else
    echo "ok libreoffice_demo # SKIP no build/demo/site (make demo)"
fi
finish
