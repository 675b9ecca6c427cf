#!/bin/sh
# Rules that the compiler does not check: layers, bans, tables in step with schema/, sizes.
set -u
cd "$(dirname "$0")/.."
bin=build/release/custody

claim() { # claim NAME, offending lines on standard input
    lines=$(cat)
    if [ -z "$lines" ]; then
        echo "ok $1"
    else
        echo "not ok $1"
        echo "$lines" | head -n 10 | sed 's/^/  /'
    fi
}

grep -rln '#include <sodium' src --include='*.[ch]' | grep -v '^src/crypt/' |
    claim only_crypt_includes_sodium
grep -rln '#include <sqlite3' src --include='*.[ch]' | grep -v '^src/store/' |
    claim only_store_includes_sqlite
grep -rnE '#include "' src/cli --include='*.[ch]' | grep -vE '"custody/' |
    while IFS=: read -r file line text; do
        name=$(printf '%s' "$text" | sed 's/.*"\(.*\)".*/\1/')
        [ -e "src/cli/$name" ] || echo "$file:$line $name"
    done | claim front_ends_include_public_headers_only
grep -rnE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|strdup|strndup|asprintf|alloca|system|popen|rand|srand|gmtime|localtime|ctime|atoi|atol)\(' \
    src include --include='*.[ch]' | grep -vE '^\S+:\s*\*|/\*' | claim banned_calls_are_not_used
grep -rnE '\b(printf|puts|putchar|exit|abort|perror)\(' src --include='*.c' |
    grep -vE '^src/cli/|snprintf|buf_printf' | grep -vE ':\s*(/\*|\*)' |
    claim library_code_never_prints_or_exits
# SQL with table names of our own is built in one place, quoted by %w
grep -rnE 'sqlite3_v?mprintf' src --include='*.c' | grep -v '^src/store/compare.c' |
    claim sql_is_never_built_with_mprintf
for header in include/custody/*.h; do
    printf '#include "%s"\nint main(void) { return 0; }\n' "${header#include/}" |
        gcc -std=c17 -fsyntax-only -Iinclude $(pkg-config --cflags jansson) -x c - 2>&1 |
        sed "s|^|$header: |" | head -n 2
done | claim public_headers_compile_alone
"$bin" acts | diff -u schema/acts.json - 2>&1 | head -n 5 | claim acts_json_is_the_act_table
"$bin" reads | diff -u schema/reads.json - 2>&1 | head -n 5 | claim reads_json_is_the_table_of_reads
# a crossed layer must not compile
for crossing in "store ledger.h" "ledger apply.h" "print store.h" "label ledger.h" "cli buf.h"; do
    set -- $crossing
    case $1 in
    store) seen="-Isrc/base -Isrc/store" ;;
    ledger) seen="-Isrc/base -Isrc/crypt -Isrc/store -Isrc/ledger" ;;
    print) seen="-Isrc/base -Isrc/print" ;;
    label) seen="-Isrc/base -Isrc/print -Isrc/label" ;;
    *) seen="-Isrc/cli" ;;
    esac
    printf '#include "%s"\n' "$2" |
        gcc -std=c17 -fsyntax-only -Iinclude $seen $(pkg-config --cflags jansson) -x c - 2>/dev/null &&
        echo "$1 can include $2"
done | claim crossed_layers_do_not_compile
git ls-files 'src/*.c' 'src/*.h' 'include/*.h' 2>/dev/null | xargs -r wc -l |
    awk '$2 != "total" && $1 > 700 { print $2 ": " $1 " lines" }' | claim no_source_file_is_longer_than_700_lines
python3 tests/check_rules.py 2>&1 | claim every_rule_has_its_tests
if [ -f SECURITY.md ]; then
    grep -oE '`[a-z0-9_]{12,}`' SECURITY.md | tr -d '`' | sort -u | while read -r test; do
        grep -rqF "$test" tests || echo "SECURITY.md cites $test, which no test is called"
    done | claim every_claim_of_security_md_cites_a_test
fi
