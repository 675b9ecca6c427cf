#!/bin/bash
# Two people on two machines: prepare, sign, submit by request file (FORMATS.md §8).
. "$(dirname "$0")/common.bash"
office

# wang's machine: an own store, no site.
mkdir far
mv store/wang-* far/
away() {
    (unset CUSTODY_SITE && CUSTODY_CREDENTIALS=$HERE/far "$CUSTODY" "$@" --passphrase-file wang.pw --site "$HERE/nowhere")
}

ENROL=(person enrol ma --staff-no 2001 --role staff --name - --credential none)
TYPED=马工 check "prepared_with_the_first_signature" 0 "${ENROL[@]}" --as li --sign-by wang --prepare act.req "${KEYS[@]}"
says "says_who_is_awaited" "wang" out
check "a_name_on_the_command_line_is_refused" 2 person enrol ma2 --staff-no 2002 --role staff --name 马工 --credential none --as li "${KEYS[@]}"
check "not_complete_not_appended" 1 submit act.req
away sign act.req --show >out 2>err
[ $? = 0 ] && ok "shown_without_signing" || not_ok "shown_without_signing"
says "the_name_is_shown_to_the_signer" "马工" out
cp act.req before.req
away sign act.req >out 2>err
[ $? = 0 ] && ok "signed_away_from_the_site" || not_ok "signed_away_from_the_site"
holds "the_file_has_one_more_signature" bash -c '[ "$(wc -c <act.req)" -gt "$(wc -c <before.req)" ]'
check "submitted" 0 submit act.req
check "submitted_again_answers_the_same" 0 submit act.req
says "and_says_so" "was recorded before" out

check "prepared_without_any_signature" 0 person revoke ma staff --as li --no-sign --prepare second.req
check "signed_at_home" 0 sign second.req --as li "${KEYS[@]}"
check "who_is_no_signer_cannot" 4 sign second.req --as zhao "${KEYS[@]}"
cp second.req torn.req
truncate -s -7 torn.req
check "a_torn_file_is_refused" 1 submit torn.req
python3 - <<'PY'
import base64, json
request = json.load(open("second.req"))
payload = base64.b64decode(request["payload"]).replace(b'"ma"', b'"li"')
request["payload"] = base64.b64encode(payload).decode()
open("forged.req", "w").write(json.dumps(request, separators=(",", ":"), sort_keys=True, ensure_ascii=False))
PY
"$CUSTODY" submit forged.req >out 2>err
case $? in
1 | 3 | 4) ok "a_changed_payload_is_refused" ;;
*) not_ok "a_changed_payload_is_refused" ;;
esac
check "the_true_one_still_goes" 0 submit second.req
check "all_of_it_verifies" 0 ledger check
finish
