#!/bin/bash
# What people do wrong: each time one sentence on standard error, the right exit code, and
# nothing changed.
. "$(dirname "$0")/common.bash"

one_sentence() {
    if [ "$(wc -l <err)" = 1 ] && grep -q '^custody: ' err; then
        ok "$1_in_one_sentence"
    else
        not_ok "$1_in_one_sentence"
    fi
}

refused() {
    check "$@"
    one_sentence "$1"
}

refused "no_site_here" 5 key list
refused "unknown_command" 2 keys list
refused "unknown_option" 2 key list --colour red
refused "option_without_value" 2 key list --place
refused "option_given_twice" 2 key list --place a --place b
refused "word_too_many" 2 key list now
refused "unknown_language" 2 key list --lang fr
refused "missing_site_directory" 5 key list --site nowhere
check "help_of_a_noun" 0 help key
check "help_by_option" 0 key lend --help --lang zh
says "help_in_chinese" "借出钥匙" out
check "no_command_is_a_usage_error" 2

office
size_before=$("$CUSTODY" site show --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["size"])')
LEND=(key lend --to sun --due +4h --purpose repair --for WO-1 --as zhao --with sun)
refused "site_founded_twice" 4 site init --name a --origin b.example/c --policy "$ROOT/schema/policy.default.json" \
    --founder li:1:administrator --founder wang:2:centre_manager --founder safe:3:administrator "${KEYS[@]}" --yes
refused "key_not_in_the_register" 5 "${LEND[@]}" K-4F7Q-2M9X-88 "${KEYS[@]}"
refused "mistyped_tag" 1 key show K-4F7Q-2M9X-89
refused "tag_of_another_site" 4 key show C1K14F7Q2M9X00000088
refused "unknown_person" 5 person show nobody
refused "unreadable_number" 2 place list --limit many
refused "unreadable_time" 2 who sun --at yesterday
refused "nobody_acts" 2 person suspend sun --reason absence "${KEYS[@]}"
refused "no_credential_here" 5 person suspend sun --reason absence --as ghost "${KEYS[@]}"
echo "not the passphrase" >wrong.pw
refused "wrong_passphrase" 1 person suspend sun --reason absence --as li --passphrase-file wrong.pw
: >empty.pw
refused "empty_passphrase_file" 1 person suspend sun --reason absence --as li --passphrase-file empty.pw
refused "missing_passphrase_file" 5 person suspend sun --reason absence --as li --passphrase-file gone.pw
refused "seats_not_filled" 4 person enrol ma --staff-no 1 --role staff --credential none --as li "${KEYS[@]}"
says "the_rule_is_named" "(seats)" err
refused "not_a_request_file" 1 sign "$ROOT/schema/policy.default.json" --as li "${KEYS[@]}"
refused "bad_policy_file" 1 site policy set empty.pw --as li --with wang "${KEYS[@]}"
refused "bad_credential_text" 2 credential add sun --reason add --credential zz:yy --as li --with wang "${KEYS[@]}"
refused "short_act_id" 2 correct abc --reason absence --as li --with wang "${KEYS[@]}"
refused "unknown_act_id" 5 correct abcdef0123 --reason absence --as li --with wang "${KEYS[@]}"
refused "elsewhere_without_a_file" 2 person suspend sun --reason absence --as li --sign-by wang "${KEYS[@]}"

# Not to be asked is no yes.
check_no_terminal() {
    setsid "$CUSTODY" person suspend sun --reason absence --as li >out 2>err </dev/null
    [ $? = 2 ] && ok "without_a_terminal_nobody_agrees" || not_ok "without_a_terminal_nobody_agrees"
}
check_no_terminal

"$CUSTODY" person list >/dev/full 2>err
[ $? = 1 ] && ok "full_disk_on_standard_output" || not_ok "full_disk_on_standard_output"
one_sentence "full_disk_on_standard_output"
refused "full_disk_on_a_file" 1 ledger checkpoint --out /dev/full
refused "unwritable_place" 1 ledger trust "$HERE/none/such/trust.txt"
holds "no_half_file_is_left" bash -c '! ls -a | grep -q part-'

size_after=$("$CUSTODY" site show --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["size"])')
[ "$size_before" = "$size_after" ] && ok "nothing_was_recorded" || not_ok "nothing_was_recorded"

# A file that drives the terminal: control characters never come out raw.
printf 'echo a\033[2Jb\n' >lines.txt
check "a_batch_with_control_characters" 0 batch lines.txt
holds "comes_out_without_them" bash -c '! grep -q $'"'"'\033'"'"' out'
holds "secrets_are_not_in_any_output" bash -c '! grep -rq "passphrase of" out err site'
finish
