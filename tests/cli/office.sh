#!/bin/bash
# A day at the counter, end to end: register, lend, refuse, approve, return, correct, look up,
# print, verify.
. "$(dirname "$0")/common.bash"
office

batch "registers_places_locks_and_keys" <<'LINES'
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
lock add 3-2-12-1201-A --kind antitheft --label 3栋-2单元-1201-防盗铁门 --place 3-2-12-1201 --as zhao --with qian
key add 天台门 --desk front --lock 3-R --as zhao --with qian
key add 1201防盗铁门 --desk front --lock 3-2-12-1201-A --ring 3栋-2单元-1201 --new-ring --as zhao --with qian
expect 5 key add 1201室内门 --desk front --lock 3-2-12-1201-A --ring 3栋-9 --as zhao --with qian
LINES

batch "lends_and_takes_back_a_public_key" <<'LINES'
key lend 天台门 --to sun --due +4h --purpose repair --for WO-17 --as zhao --with sun --accept last-spare=only_one
expect 4 key lend 天台门 --to sun --due +4h --purpose repair --for WO-17 --as zhao --with sun --accept last-spare=only_one
who 天台门
key loans
key return 天台门 --by sun --as zhao --with sun
expect 2 key lend 天台门 --to sun --due +4h --purpose repair --for WO-17 --as zhao --with sun --event-at now
key lend 天台门 --to sun --due +4h --purpose repair --for WO-17 --as zhao --with sun --event-at now --late power_cut --accept last-spare=only_one
key return 天台门 --by sun --as zhao --with sun
LINES
says "a_second_loan_of_the_same_key_names_the_rule" "refused by a rule (K4)" out

batch "a_private_purpose_is_refused_and_the_refusal_recorded" <<'LINES'
expect 4 key lend 天台门 --to sun --due +4h --purpose private --for X --as zhao --with sun
key refuse 天台门 --to sun --purpose private --rule K3 --as zhao
key refusals
LINES
says "the_refusal_names_its_rule" "refused by a rule (K3)" out

batch "an_owner_is_registered" <<'LINES'
party add --name 王业主 --relation owner --unit 3栋-2单元-1201 --as zhao
LINES
"$CUSTODY" party list --json >out 2>err
OWNER=$(grep -o 'P[0-9A-Z]\{8\}' out | head -1)

batch "a_home_key_wants_the_owners_say_and_an_approval" <<LINES
expect 4 key lend 3栋-2单元-1201 --to sun --due +4h --purpose repair --for WO-18 --as zhao --with sun --accept last-spare=only_one
party authorise $OWNER --place 3栋-2单元-1201 --letter WT-1 --scope lend --end +30d --as zhao --with qian
request open 3栋-2单元-1201 --purpose repair --end +8h --as sun
request approve @request.open --as qian
key lend 3栋-2单元-1201 --to sun --due +4h --purpose repair --for WO-18 --as zhao --with sun --approval @request.approve --accept last-spare=only_one
expect 4 key lend 1201防盗铁门 --to sun --due +4h --purpose repair --for WO-18 --as zhao --with sun --approval @request.approve
key return 3栋-2单元-1201 --as zhao
key lend 天台门 --to sun --due +4h --purpose repair --for WO-19 --as zhao --with sun --accept last-spare=only_one
correct @key.lend --reason entry_error --note 借错了 --as zhao --with qian
LINES
says "the_missing_approval_names_the_rule" "refused by a rule (K10a)" out

batch "a_party_is_kept_with_sealed_name" <<'LINES'
party add --name 张业主 --relation owner --unit 3栋-2单元-1201 --phone 13800000000 --as zhao
party list
LINES
holds "the_name_is_not_shown_to_whom_it_is_not_recorded" bash -c '! grep -qF 张业主 out'
check "who_has_the_role_reads_it_for_the_record" 0 party list --purpose inspection --as zhao "${KEYS[@]}" --yes
says "the_name_is_read_from_the_vault" "张业主" out
holds "the_name_is_not_in_the_ledger" bash -c '! grep -qF 张业主 site/ledger.db*'

check "a_list_as_json" 0 key list --json
holds "the_json_is_an_array_of_two_keys" \
    python3 -c 'import json; a = json.load(open("out")); assert len(a) == 2 and a[0]["desk"] == "front"'
check "a_list_in_chinese" 0 key list --lang zh
says "columns_are_in_chinese" "保管台" out

check "a_slip_in_text" 0 slip --act 8 --lang zh
check "labels_of_everything" 0 label print --all --stock "$ROOT/labels/fob-22x32.label" --out tags.pdf \
    --as zhao --yes "${KEYS[@]}"
holds "the_labels_are_a_pdf" bash -c 'head -c 5 tags.pdf | grep -q %PDF-'

check "a_checkpoint_into_a_file" 0 ledger checkpoint --out head.txt
check "trust" 0 ledger trust trust.txt
check "export" 0 ledger export export
check "openings" 0 ledger openings openings.json
holds "openings_are_for_the_owner_alone" bash -c '[ "$(stat -c %a openings.json)" = 600 ]'
check "receipt" 0 ledger prove 1 receipt.txt
check "the_site_verifies" 0 ledger verify --trust trust.txt --known head.txt
check "the_export_verifies" 0 ledger verify export --trust trust.txt --known head.txt \
    --known receipt.txt --openings openings.json
cp -r export changed
tile=$(find changed/tile/entries -type f | head -1)
printf 'X' | dd of="$tile" bs=1 seek=300 conv=notrunc 2>/dev/null
check "a_changed_export_does_not_verify" 3 ledger verify changed --trust trust.txt
says "and_says_what_to_do" "does not verify" err

# A wrong line of a batch ends it; the lines after it do not run.
printf 'echo one\nkey show nothing\necho two\n' >lines.txt
check "a_batch_stops_at_a_failing_line" 5 batch lines.txt
holds "nothing_after_it_ran" bash -c 'grep -qx one out && ! grep -qx two out'
says "the_line_is_named" "line 2" err
check "a_batch_can_go_on" 5 batch lines.txt --keep-going
says "the_last_line_ran" "two" out
finish
