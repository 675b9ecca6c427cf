#!/bin/bash
# A backup is restored, its vault without vault.key is opened by two keepers, and what is wrong
# with any of it is one sentence that changes nothing.
. "$(dirname "$0")/common.bash"
people admin mgr hq li
echo "the first keeper's words" >one
echo "the second keeper's words" >two
WORDS=(--passphrase-file "$HERE/one" --passphrase-file "$HERE/two")
check "a_recovery_secret_is_made" 0 site recovery-key secret "${WORDS[@]}"
PUBLIC=$(grep -o '[0-9a-f]\{64\}' out)
sed "s/\"vault_recovery\": null/\"vault_recovery\": \"$PUBLIC\"/" \
    "$ROOT/schema/policy.default.json" >policy.json
export CUSTODY_SITE=$HERE/site
check "a_site_is_founded" 0 site init --name Test --origin test.example/c --policy policy.json \
    --founder admin:A1:administrator --founder mgr:A2:centre_manager --founder hq:H1:administrator \
    --sheet 1 --yes "${KEYS[@]}"
check "a_clerk_is_enrolled" 0 person enrol li --staff-no K1 --role key_custodian \
    --role service_staff --credential local --as admin --with mgr --yes "${KEYS[@]}"
TYPED=王师傅 check "a_party_is_added" 0 party add --relation contractor --name - --as li --yes "${KEYS[@]}"

check "it_is_backed_up" 0 site backup backup
holds "a_backup_has_the_escrow" test -s backup/vault.recovery
holds "a_backup_has_no_signer_state" test ! -e backup/signer-state
TYPED=李师傅 check "and_goes_on" 0 party add --relation contractor --name - --as li --yes "${KEYS[@]}"
check "an_outside_head_is_kept" 0 ledger checkpoint --out head
check "the_rest_is_exported" 0 ledger export export

check "a_backup_is_restored" 0 site restore backup new
says "the_next_step_is_named" "confirm-head" out
check "it_is_not_restored_over_it" 4 site restore backup new
check "no_backup_is_not_restored" 5 site restore export elsewhere
holds "and_leaves_nothing" test ! -e elsewhere
check "a_restored_site_is_not_written_to" 4 --site new party add --relation contractor --name - \
    --as li --yes "${KEYS[@]}"
check "a_head_ahead_of_it_is_refused" 3 --site new site confirm-head head --as admin --with mgr "${KEYS[@]}"
check "with_the_entries_since" 0 site restore backup whole --entries export --json
says "they_are_appended" '"appended":1' <(tr -d ' \n' <out)
check "then_the_head_is_confirmed" 0 --site whole site confirm-head head --as admin --with mgr "${KEYS[@]}"
TYPED=赵师傅 check "and_acts_are_taken" 0 --site whole party add --relation contractor --name - \
    --as li --yes "${KEYS[@]}"
check "an_erasure_finish_without_any_does_nothing" 0 --site whole site erase-finish --json
holds "and_says_so" test "$(tr -d ' \n' <out)" = "[]"

# vault.key is lost
cp -r site kept
check "a_vault_with_its_key_is_not_recovered" 4 site vault-recover backup/vault.recovery secret "${WORDS[@]}"
rm site/vault.key
check "a_site_without_vault_key_is_not_written_to" 5 party add --relation contractor --name - --as li --yes "${KEYS[@]}"
sum() { find site -type f ! -name 'ledger.db-*' -exec sha256sum {} + | sort; }
sum >before
check "the_wrong_words_open_nothing" 1 site vault-recover backup/vault.recovery secret \
    --passphrase-file "$HERE/two" --passphrase-file "$HERE/two"
says "whose_is_said" "first passphrase" err
check "one_keeper_is_not_enough" 2 site vault-recover backup/vault.recovery secret --passphrase-file "$HERE/one"
check "another_secret_opens_nothing" 0 site recovery-key other "${WORDS[@]}"
check "another_secret_is_refused" 1 site vault-recover backup/vault.recovery other "${WORDS[@]}"
says "which_is_said" "another recovery key" err
head -c 300 backup/vault.recovery >cut
check "a_damaged_file_is_refused" 1 site vault-recover cut secret "${WORDS[@]}"
check "a_file_that_is_none_is_refused" 1 site vault-recover policy.json secret "${WORDS[@]}"
sum >after
holds "nothing_was_changed" cmp before after
check "two_keepers_recover_it" 0 site vault-recover backup/vault.recovery secret "${WORDS[@]}"
holds "under_a_new_key" sh -c '! cmp -s site/vault.key kept/vault.key'
check "the_texts_are_there" 0 party list --purpose inspection --as li --yes "${KEYS[@]}"
says "all_of_them" 李师傅 out
check "it_verifies" 0 ledger verify
check "and_takes_acts" 0 person enrol sun --staff-no 9 --role staff --credential none --as admin \
    --with mgr --yes "${KEYS[@]}"

# a backup of which vault.key was kept apart
rm backup/vault.key
check "a_backup_without_vault_key_is_restored" 0 site restore backup locked
says "what_it_lacks_is_said" "vault-recover" out
check "its_vault_is_recovered" 0 --site locked site vault-recover backup/vault.recovery secret "${WORDS[@]}"
check "then_its_entries_come" 0 --site locked site reappend export
check "the_ledger_is_whole_and_the_lost_text_is_missed" 3 --site locked ledger verify
says "the_ledger_verifies" "ledger: verified" out
says "a_text_of_no_backup_is_missing" "is missing and no erasure was authorised" out
finish
