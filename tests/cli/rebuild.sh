#!/bin/bash
# A read model that was tampered with is found, and `site rebuild` gives back what the ledger says.
set -u
. "$(dirname "$0")/common.bash"
for p in admin mgr hq; do
    echo "a passphrase for $p" >"$p.pw"
    "$CUSTODY" credential new "$p" --passphrase-file "$p.pw" >/dev/null
done
KEYS=(--passphrase-file admin=admin.pw --passphrase-file mgr=mgr.pw --passphrase-file hq=hq.pw)
export CUSTODY_SITE=$HERE/site
check "a_site_is_founded" 0 site init --name Test --origin test.example/c \
    --policy "$ROOT/tests/data/office/policy.json" --founder admin:A1:administrator+key_custodian \
    --founder mgr:A2:centre_manager+supervisor --founder hq:H1:administrator --sheet 1 --yes "${KEYS[@]}"
check "places_are_imported" 0 import places "$ROOT/tests/data/office/places.csv" --as admin --with mgr "${KEYS[@]}"
check "it_verifies" 0 ledger verify
sqlite3 site/ledger.db "UPDATE place SET label = 'elsewhere' WHERE code = '1';
    CREATE VIEW extra AS SELECT 1;
    CREATE TRIGGER more AFTER INSERT ON flag BEGIN SELECT 1; END;"
check "tampering_is_found" 3 ledger verify
says "the_row_is_named" "place" out
says "the_trigger_is_named" "more" out
check "it_is_rebuilt" 0 site rebuild
check "it_verifies_again" 0 ledger verify
check "and_takes_acts_again" 0 person enrol li --staff-no K1 --role staff --credential none --as admin --with mgr "${KEYS[@]}"
sqlite3 site/ledger.db "DROP TRIGGER ledger_entry_update; UPDATE ledger_entry SET envelope = x'00' WHERE idx = 1;"
check "a_changed_entry_is_found" 3 ledger verify
check "what_does_not_verify_is_not_rebuilt_from" 3 site rebuild
finish
