#!/bin/bash
# Registers from CSV: a dry run, bad rows, a good file, and what an auditor sees.
. "$(dirname "$0")/common.bash"
office
DATA=$ROOT/tests/data
SIGN=(--as zhao --with qian)
check "bad_rows_are_named" 1 import places "$DATA/dirty/places_bad.csv" "${SIGN[@]}" "${KEYS[@]}"
says "by_line" "line 3: " out
check "nothing_came_in" 0 place list
says "the_list_is_empty" "nothing found" out
check "dry_run" 0 import places "$DATA/office/places.csv" --dry-run
check "dry_run_changed_nothing" 0 place list
says "the_list_is_still_empty" "nothing found" out
check "places" 0 import places "$DATA/office/places.csv" "${SIGN[@]}" "${KEYS[@]}"
check "locks" 0 import locks "$DATA/office/locks.csv" "${SIGN[@]}" "${KEYS[@]}"
check "keys" 0 import keys "$DATA/office/keys.csv" --desk front "${SIGN[@]}" "${KEYS[@]}"
check "the_same_keys_again" 1 import keys "$DATA/office/keys.csv" --desk front "${SIGN[@]}" "${KEYS[@]}"
check "one_signer_is_not_enough" 4 import places "$DATA/dirty/utf8_lf.csv" --as zhao "${KEYS[@]}"
check "no_such_file" 5 import keys gone.csv "${SIGN[@]}" "${KEYS[@]}"
"$CUSTODY" key list --json >all.json
holds "lists_are_whole" python3 -c 'import json; assert len(json.load(open("all.json"))) > 10'
check "it_verifies" 0 ledger check
finish
