#!/bin/bash
# Customers' texts in the reads: none without a purpose, in any form of output, of any read that
# has them; with one, who reads whose and why stands in the ledger before anything is shown, and
# who may not read sees nothing (P1, P2).
. "$(dirname "$0")/common.bash"

people li wang zhao qian sun hua rong safe
export CUSTODY_SITE=$HERE/site
check "found" 0 site init --name 翠湖 --origin cuihu.example/custody \
    --policy "$ROOT/schema/policy.default.json" --recovery-officer safe \
    --founder li:1001:administrator --founder wang:1002:centre_manager \
    --founder zhao:1003:archive_custodian+key_custodian \
    --founder qian:1004:supervisor+service_staff --founder sun:1005:staff \
    --founder hua:1006:witness --founder rong:1007:auditor --founder safe:9001:administrator \
    "${KEYS[@]}" --yes
SIGN=("${KEYS[@]}" --yes)

# Every text that is planted has 魃 in it, and nothing else has.
batch "texts_are_planted" <<'LINES'
place add 1 --kind home --label 1栋-101 --as zhao --with qian
party add --relation owner --name 魃甲 --phone 魃乙 --as qian
party add --relation tenant --name 魃丙 --as qian
folder open F101 --class owner --place 1 --name 魃丁 --as zhao
folder open F102 --class tenant --place 1 --name 魃戊 --as zhao
folder file F101 --paper kind=other_paper,pages=1,original,title=魃己 --as zhao
LINES
# id NOUN ID MEMBER VALUE: that of the list's row with this value.
id() {
    "$CUSTODY" "$1" list --json | python3 -c 'import json, sys
print([r[sys.argv[1]] for r in json.load(sys.stdin) if r[sys.argv[2]] == sys.argv[3]][0])' "${@:2}"
}
PARTY=$(id party party relation owner)
OTHER=$(id party party relation tenant)
FOLDER=$(id folder item label F101)
batch "incidents_with_texts" <<LINES
incident report F101#1 --kind leak --party $PARTY --text 魃庚 --as sun
incident close @incident.report --result confirmed --lesson 魃辛 --as wang
incident report --kind leak_risk --text 魃壬 --as sun
LINES
ID=$(id incident incident state closed)
size() { "$CUSTODY" site show --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["size"])'; }
silent() { holds "$1" bash -c '! grep -q 魃 out err'; }

# ---- every read that has private columns: verb, who is named, the texts it has ----
reads() {
    cat <<END
party.list|$PARTY $OTHER|魃甲 魃乙 魃丙|
party.show|$PARTY|魃甲 魃乙|$PARTY
folder.show|$FOLDER|魃丁|F101
folder.papers|$FOLDER|魃己|F101
incident.list|$PARTY $FOLDER|魃庚 魃辛|
incident.show|$PARTY $FOLDER|魃庚 魃辛|$ID
END
}
reads | cut -d'|' -f1 | sort >tested
python3 - "$ROOT/schema/reads.json" >private <<'EOP'
import json, sys
for name, read in sorted(json.load(open(sys.argv[1])).items()):
    types = {column["type"] for column in read["row"].values()}
    assert name.startswith(("form.", "person.")) or "personal" not in types, name
    if "private" in types and not name.startswith("form."):
        assert read["owners"] and set(read["owners"]) <= set(read["row"]), name
        print(name)
EOP
holds "every_read_with_private_columns_is_tested" cmp tested private

BEFORE=$(size)
while IFS='|' read -r name owners texts word; do
    for form in "--lang en" "--lang zh" "--json"; do
        # shellcheck disable=SC2086
        check "$name $form without a purpose" 0 ${name/./ } $word $form
        silent "no_text_of_a_customer_without_a_purpose: $name $form"
    done
    python3 - "$ROOT/schema/reads.json" "$name" out <<'EOP' && ok "$name has null there" || not_ok "$name has null there"
import json, sys
row = json.load(open(sys.argv[1]))[sys.argv[2]]["row"]
private = [n for n, c in row.items() if c["type"] == "private"]
rows = json.load(open(sys.argv[3]))
sys.exit(0 if rows and private and all(r[n] is None for r in rows for n in private) else 1)
EOP
    # shellcheck disable=SC2086
    check "$name for people" 0 ${name/./ } $word --lang zh
    says "$name says that it is not read" "（未查阅）" out
done < <(reads)
holds "looking_without_texts_records_nothing" test "$(size)" = "$BEFORE"

# Everything else that answers: no noun prints such a text by the way.
for line in "key list" "ring list" "person list" "folder list" "folder history F101" \
    "folder inventory F101" "folder gaps" "folder loans" "folder lost" "folder holds" \
    "folder consults" "folder refusals" "privacy list" "erase list" "ledger log" \
    "storage list" "place list" "request list" "report authorities" "key loans"; do
    # shellcheck disable=SC2086
    "$CUSTODY" $line >out 2>err
    silent "$line names nobody"
    # shellcheck disable=SC2086
    "$CUSTODY" $line --json >out 2>err
    silent "$line --json names nobody"
done
for ((i = 0; i < BEFORE; i++)); do "$CUSTODY" ledger show "$i"; done >out 2>err
silent "no_entry_shows_one"
# Forms too: they name people beside what their reads have.
forms() {
    cat <<END
folder-papers|$FOLDER|魃己
incidents|$FOLDER $PARTY|魃甲 魃庚 魃辛 魃壬
END
}
while IFS='|' read -r form owners texts; do
    check "a_form_as_json" 0 report form $form --json
    silent "$form --json shows nothing personal"
    for format in csv pdf xlsx; do
        check "a_form_as_$format" 0 report form $form --out form.$format --lang zh
        holds "$form as $format shows nothing personal" bash -c \
            '! { cat form.'$format'; pdftotext form.'$format' - 2>err; unzip -p form.'$format' 2>err; } | grep -qa 魃'
    done
    check "a_form_for_people" 0 report form $form --out form.csv --lang zh
    says "$form says that it is not read" "（未查阅）" form.csv
    rm -f form.*
done < <(forms)
holds "printing_without_texts_records_nothing" test "$(size)" = "$BEFORE"

# ---- with a purpose: recorded, then shown ----
while IFS='|' read -r name owners texts word; do
    BEFORE=$(size)
    # shellcheck disable=SC2086
    check "$name for the record" 0 ${name/./ } $word --json --purpose inspection --as qian "${SIGN[@]}"
    for text in $texts; do
        says "what_is_recorded_is_shown: $name $text" "$text" out
    done
    holds "$name is one act" test "$(size)" = "$((BEFORE + 1))"
    "$CUSTODY" privacy list --json >out 2>err
    python3 - "$BEFORE" $owners <<'EOP' && ok "the_record_says_who_whose_and_why: $name" || not_ok "the_record_says_who_whose_and_why: $name"
import json, sys
rows = [r for r in json.load(open("out")) if r["idx"] == int(sys.argv[1])]
assert {r["item"] for r in rows} == set(sys.argv[2:]), rows
assert {(r["reader"], r["purpose"]) for r in rows} == {("qian", "inspection")}, rows
EOP
done < <(reads)
while IFS='|' read -r form owners texts; do
    BEFORE=$(size)
    check "$form for the record" 0 report form $form --out form.csv --lang zh --purpose inspection --as qian "${SIGN[@]}"
    for text in $texts; do
        says "what_is_recorded_is_printed: $form $text" "$text" form.csv
    done
    "$CUSTODY" privacy list --json >out 2>err
    python3 - "$BEFORE" $owners <<'EOP' && ok "the_record_says_whose: $form" || not_ok "the_record_says_whose: $form"
import json, sys
rows = [r for r in json.load(open("out")) if r["idx"] == int(sys.argv[1])]
assert {r["item"] for r in rows} == set(sys.argv[2:]), rows
EOP
    rm -f form.csv
    for who in sun hua rong; do
        check "$form is not printed by $who" 4 report form $form --out form.csv --purpose inspection --as $who "${SIGN[@]}"
        holds "$form leaves $who no file" test ! -e form.csv
    done
done < <(forms)
check "for_people" 0 folder show F101 --purpose inspection --as qian "${SIGN[@]}"
says "the_bag" 魃丁 out
says "and_its_papers" 魃己 out
says "the_act_is_said" "reads personal data of F101" err
NOBODYS=$(id incident incident state open)
for who in sun qian; do
    check "alone_it_is_no_reading" 0 incident show "$NOBODYS" --purpose inspection --as $who "${SIGN[@]}"
    silent "what_names_nobody_is_not_shown_without_an_act: $who"
done
check "what_names_nobody_is_shown_beside_others" 0 incident list --purpose inspection --as qian "${SIGN[@]}"
holds "there_is_nobody_to_record" bash -c 'grep -q 魃壬 out && ! grep -q "(not read)" out'

# ---- refused, failed, not now: nothing ----
BEFORE=$(size)
while IFS='|' read -r name owners texts word; do
    for who in sun hua rong; do
        # shellcheck disable=SC2086
        check "$name is not read by $who" 4 ${name/./ } $word --purpose inspection --as $who "${SIGN[@]}"
        says "$name $who P1" "(P1)" err
        silent "who_may_not_read_is_shown_nothing: $name $who"
        holds "$name gives $who no row" test ! -s out
    done
    # shellcheck disable=SC2086
    check "$name is not read privately" 4 ${name/./ } $word --purpose private --as qian "${SIGN[@]}"
    silent "$name shows nothing for a private purpose"
done < <(reads)
check "for_no_purpose_of_the_policy" 4 party list --purpose curiosity --as qian "${SIGN[@]}"
silent "curiosity_sees_nothing"
check "by_nobody" 2 party list --purpose inspection "${SIGN[@]}"
silent "nobody_sees_nothing"
check "not_prepared_for_later" 2 party list --purpose inspection --as qian --prepare read.req "${SIGN[@]}"
silent "later_sees_nothing"
holds "and_leaves_no_request" test ! -e read.req
check "not_tried" 2 party list --purpose inspection --as qian --dry-run "${SIGN[@]}"
silent "trying_sees_nothing"
echo "not the passphrase" >wrong.pw
check "without_the_passphrase" 1 party list --purpose inspection --as qian --yes \
    --passphrase-file "qian=$HERE/wrong.pw"
silent "without_it_nothing"
check "of_whom_there_is_not" 5 party show P0000000A --purpose inspection --as qian "${SIGN[@]}"
holds "nothing_of_that_is_recorded" test "$(size)" = "$BEFORE"
check "an_earlier_reading_reveals_nothing_later" 0 party show "$PARTY"
silent "every_look_is_an_act"

# ---- more than one act takes ----
for ((i = 0; i < 1030; i++)); do echo "party add --relation visitor --name 魃$i --as qian"; done >many
check "many_parties" 0 batch many "${SIGN[@]}"
BEFORE=$(size)
check "all_of_them" 0 party list --purpose inspection --as qian --json "${SIGN[@]}"
holds "are_shown" test "$(grep -c '"name": "魃' out)" = 1032
holds "by_two_acts" test "$(size)" = "$((BEFORE + 2))"
holds "that_name_all" test "$("$CUSTODY" privacy list --reader qian --limit 1032 --json |
    grep -o '"item": "P[^"]*' | sort -u | wc -l)" = 1032
check "it_verifies" 0 ledger check
finish
