#!/bin/bash
# The recipe of SECURITY.md, "Checking with openssl alone", on a fresh export: of the three
# founders' keys exactly one fits the first signature, and none fits after a bit was changed.
set -u
. "$(dirname "$0")/common.bash"
for p in admin mgr hq; do
    echo "a passphrase for $p" >"$p.pw"
    "$CUSTODY" credential new "$p" --passphrase-file "$p.pw" >/dev/null
done
check "a_site_is_founded" 0 site init --site "$HERE/site" --name Test --origin test.example/c \
    --policy "$ROOT/tests/data/office/policy.json" --founder admin:A1:administrator \
    --founder mgr:A2:centre_manager --founder hq:H1:administrator --sheet 1 --yes \
    --passphrase-file admin=admin.pw --passphrase-file mgr=mgr.pw --passphrase-file hq=hq.pw
check "it_is_exported" 0 ledger export export --site "$HERE/site"
sed -n '/^## Checking with openssl/,/^## Keys/p' "$ROOT/SECURITY.md" |
    sed -n '/^```$/,/^```$/p' | grep -v '^```' >recipe
cp export/tile/entries/000.p/1 BUNDLE
keys=$("$CUSTODY" ledger show 0 --json --site "$HERE/site" |
    grep -o '"credential": *"[0-9a-f]*"' | grep -o '[0-9a-f]\{64\}')
fits() {
    local good=0
    for key in $keys; do
        PUBLIC_HEX=$key bash -c '. ./recipe' 2>/dev/null | grep -q Successfully && good=$((good + 1))
    done
    echo "$good" >out
    [ "$good" = "$1" ]
}
if fits 1; then ok "openssl_verifies_a_signature_by_the_recipe"; else not_ok "openssl_verifies_a_signature_by_the_recipe"; fi
leaf=$( (printf '\0'; cat envelope.json) | openssl dgst -sha256 -r | cut -c1-64)
ledger=$("$CUSTODY" site show --json --site "$HERE/site" | grep -o '"ledger": *"[0-9a-f]*"' | grep -o '[0-9a-f]\{64\}')
holds "the_leaf_of_entry_0_is_the_ledgers_id" test "$leaf" = "$ledger"
python3 - <<'PY'
data = bytearray(open("BUNDLE", "rb").read())
data[40] ^= 1
open("BUNDLE", "wb").write(data)
PY
if fits 0; then ok "openssl_refuses_a_changed_payload"; else not_ok "openssl_refuses_a_changed_payload"; fi
finish
