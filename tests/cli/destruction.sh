#!/bin/bash
# Destruction from the due list to the stub: what stands in the way is named before anybody
# signs, each person sits in his own seat, lines stay for ever; a home that changes hands closes
# its folders.
. "$(dirname "$0")/common.bash"

people li wang zhao qian sun hua lan safe
python3 - "$ROOT/schema/policy.default.json" >policy.json <<'EOP'
import json, sys
policy = json.load(open(sys.argv[1]))
for row in policy["folder_classes"]:
    if row["code"] == "owner":
        row["retention"] = {"mandate": "公司档案制度", "months": 12, "triggers": ["moved_out", "sold"]}
json.dump(policy, sys.stdout, ensure_ascii=False)
EOP
export CUSTODY_SITE=$HERE/site
check "found" 0 site init --name 翠湖 --origin cuihu.example/custody --policy policy.json \
    --recovery-officer safe --founder li:1001:administrator --founder wang:1002:centre_manager \
    --founder zhao:1003:archive_custodian+key_custodian --founder qian:1004:supervisor \
    --founder sun:1005:staff --founder hua:1006:witness --founder lan:1007:witness \
    --founder safe:9001:administrator "${KEYS[@]}" --yes

# json NAME TEST ARGS...: TEST is Python over r, what the program answers.
json() {
    local name=$1 test=$2
    shift 2
    "$CUSTODY" "$@" --json >out 2>err
    if python3 -c 'import json, sys; r = json.load(open("out")); assert eval(sys.argv[1]), r' \
        "$test" 2>>err; then
        ok "$name"
    else
        not_ok "$name"
    fi
}
size() { "$CUSTODY" site show --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["size"])'; }
OLD=$(date -d '3 years ago' +%F)
TODAY=$(date +%F)

{
    echo 'place add 3 --kind building --label 3栋 --as zhao --with qian'
    for home in 101 102 103 104 105 106 107; do
        echo "place add 3-1-$home --kind home --label 3栋-$home --parent 3栋 --as zhao --with qian"
    done
    echo 'place add A-1 --kind room --label 档案室 --as zhao --with qian'
    echo 'storage add 盒1 --kind box --place 档案室 --as zhao'
    for home in 101 102 103 104 105 106 107; do
        echo "folder open F$home --class owner --place 3-1-$home --box 盒1 --as zhao"
        echo "folder file F$home --paper kind=fire_safety,pages=3,copies=2,original --paper kind=id_card,pages=2,copy --as zhao"
    done
    for home in 101 102 103 104 107; do
        echo "folder close F$home --trigger sold --date $OLD --reason other --as zhao"
    done
    echo 'folder hold F103 --number 案-1 --reason investigation --as qian'
    echo 'folder move F104 --at 档案室 --reason other --as zhao'
    echo 'folder appraise F105#1 --opinion without_value --why other --as zhao --with qian'
} | batch "folders_that_are_due"
json "the_due_list_has_them" 'sorted(f["label"] for f in r) == ["F101", "F102", "F103", "F104", "F107"]' folder due

# ---- problems ----
json "what_stands_in_the_way_is_listed" \
    '{l["label"]: l["obstacles"] for l in r} == {"F101": [], "F103": ["held"], "F104": ["not_in_place"], "F105": ["open", "early"]}' \
    destruction problems F101 F103 F104 F105
json "numbers_are_the_registers" 'r[0]["papers"] == 2 and r[0]["copies"] == 3 and r[0]["pages"] == 8' \
    destruction problems F101
json "a_paper_without_value" 'r[0]["obstacles"] == [] and r[0]["reason"] == "without_value" and r[0]["label"] != "F105"' \
    destruction problems F105#1 --reason without_value
check "problems_in_chinese" 0 destruction problems --expired --lang zh
says "an_obstacle_in_chinese" "不在原位" out
BEFORE=$(size)
json "a_check_lists_and_proposes_nothing" 'len(r) == 5' destruction propose --expired --check
check "problems_are_refused_before_anybody_signs" 4 destruction propose --expired --method shredding \
    --place 档案室 --as zhao "${KEYS[@]}" --yes
says "each_line_with_its_code" "F103: held" err
says "the_rule_is_named" "A13" err
check "nothing_is_left" 4 destruction propose F103 --method shredding --place 档案室 --leave-out-problems \
    --as zhao "${KEYS[@]}" --yes
check "another_reason" 2 destruction propose F101 --reason old --method shredding --place 档案室 --as zhao
check "how_and_where" 2 destruction propose F101 --as zhao
check "both_ways" 2 destruction propose F101 --expired --check
check "a_supervisor_does_not_propose" 4 destruction propose F101 --method shredding --place 档案室 \
    --as qian "${KEYS[@]}" --yes
holds "all_that_recorded_nothing" test "$(size)" = "$BEFORE"

# ---- from the proposal to the stub ----
check "the_others_are_proposed" 0 destruction propose --expired --leave-out-problems --method 碎纸 \
    --place 档案室 --as zhao "${KEYS[@]}" --yes
says "what_is_left_out_is_said" "F104: not_in_place" err
N=$(date +%Y)-1
json "it_has_the_years_number" "r[0]['number'] == '$N' and r[0]['method'] == 'shredding' and r[0]['folders'] == 3" \
    destruction list
ID=$(sed -n 's/.*"batch": "\([0-9a-f]*\)".*/\1/p' out)
check "what_is_in_a_batch_is_not_proposed_again" 4 destruction propose F101 --method shredding \
    --place 档案室 --as zhao "${KEYS[@]}" --yes
says "why" "in_batch" err
batch "reviewed_and_approved" <<LINES
expect 4 destruction approve $N --as wang
expect 4 destruction review $N --as zhao
expect 5 destruction review $N --keep F105=other --as qian
expect 2 destruction review $N --keep F101 --as qian
expect 2 destruction review $N --keep F101=other --defer F101=other --as qian
destruction review ${ID:0:10} --keep F107=不再需要 --as qian
expect 4 destruction approve $N --as qian
destruction approve $N --as wang
expect 4 destruction approve $N --as wang
LINES
json "who_was_kept_stays_kept" \
    '[(l["label"], l["approval"], l["approval_reason"]) for l in r] == [("F101", "destroy", None), ("F102", "destroy", None), ("F107", "keep", "not_needed")] or {l["label"]: (l["approval"], l["approval_reason"]) for l in r} == {"F101": ("destroy", None), "F102": ("destroy", None), "F107": ("keep", "not_needed")}' \
    destruction lines "$N"
json "a_batch_by_its_id" "r[0]['number'] == '$N' and r[0]['state'] == 'approved'" destruction show "$ID"
EXECUTE=(destruction execute "$N" --witness hua --witness lan --recheck qian --destroyer sun --as hua)
check "one_terminal_is_not_enough" 4 "${EXECUTE[@]}" "${KEYS[@]}" --yes
says "terminals_are_named" "terminals" err
check "one_witness_is_not_enough" 4 destruction execute "$N" --witness hua --recheck qian --destroyer sun \
    --as hua --terminals 2 "${KEYS[@]}" --yes
check "the_proposer_is_no_witness" 4 destruction execute "$N" --witness hua --witness zhao --recheck qian \
    --destroyer sun --as hua --terminals 2 "${KEYS[@]}" --yes
check "a_hold_comes_between" 0 folder hold F102 --number 案-2 --reason investigation --as qian "${KEYS[@]}" --yes
BEFORE=$(size)
check "a_hold_stops_it" 4 "${EXECUTE[@]}" --terminals 2 "${KEYS[@]}" --yes
says "it_is_said_by_line" "F102: held" err
holds "and_nothing_is_destroyed" test "$(size)" = "$BEFORE"
check "what_was_not_approved_is_not_struck" 2 "${EXECUTE[@]}" --strike F107=other --terminals 2 "${KEYS[@]}" --yes
EXECUTE+=(--strike F102=investigation)
check "prepared_by_the_first_witness" 0 "${EXECUTE[@]}" --sign-by lan --sign-by qian --sign-by sun \
    --prepare ex.req "${KEYS[@]}" --yes
says "who_is_missing_is_said" "lan, qian, sun" out
for who in lan qian sun; do
    check "$who signs at another terminal" 0 sign ex.req --as "$who" "${KEYS[@]}" --yes
done
check "it_is_destroyed" 0 submit ex.req --as hua "${KEYS[@]}" --yes
says "a_line_struck_is_flagged" "struck" out
json "the_stub_stays" 'r[0]["state"] == "destroyed" and r[0]["folder_class"] == "owner"' folder show F101
json "its_papers_too" '{p["state"] for p in r} == {"destroyed"}' folder papers F101
json "what_was_struck_is_there" 'r[0]["state"] == "closed"' folder show F102
json "the_lines_say_what_became_of_them" \
    '{l["label"]: l["outcome"] for l in r} == {"F101": "destroyed", "F102": "struck", "F107": None}' destruction lines "$N"
json "and_who_was_there" \
    'r[0]["witnesses"] == ["hua", "lan"] and r[0]["recheck"] == "qian" and r[0]["destroyer"] == "sun" and r[0]["destroyed"] == 1' \
    destruction show "$N"
check "show_has_the_lines" 0 destruction show "$N" --lang zh
says "in_chinese" "已销毁" out
check "twice_is_refused" 4 "${EXECUTE[@]}" --terminals 2 "${KEYS[@]}" --yes

# ---- papers without value, a firm, a cancelled batch ----
batch "papers_by_a_firm" <<'LINES'
destruction propose F105#1 --reason without_value --number 零-1 --method pulping --place 档案室 --as zhao
destruction review 零-1 --as qian
destruction approve 零-1 --as wang
expect 4 destruction execute 零-1 --witness hua --witness lan --recheck qian --firm 绿源 --terminals 2 --as hua
destruction execute 零-1 --witness hua --witness lan --recheck qian --firm 绿源 --receipt 88 --sheet 7 --as hua
destruction propose F107 --number 零-2 --method burning --place 档案室 --as zhao
destruction cancel @destruction.propose --reason entry_error --as zhao
expect 4 destruction review 零-2 --as qian
LINES
json "the_paper_is_gone_the_folder_is_not" \
    '[p["state"] for p in r] == ["destroyed", "filed"]' folder papers F105
json "the_firm_is_named" 'r[0]["firm"] == "绿源" and r[0]["receipt"] == "88"' destruction show 零-1
json "by_state" '[b["number"] for b in r] == ["零-2"]' destruction list --state cancelled
check "a_batch_that_is_none" 5 destruction show 零-9

# ---- a home changes hands ----
batch "a_home_changes_hands" <<LINES
folder open F106-2 --class tenant --place 3-1-106 --as zhao
expect 2 unit transfer 3-1-106 --reason other --trigger sold --as wang --with zhao
expect 4 unit transfer 3-1-106 --reason other --trigger given --date $TODAY --as wang --with zhao
LINES
batch "an_archive_custodian_of_its_own" <<'LINES'
person grant li archive_custodian --as wang --with safe --terminals 2
LINES
batch "one_stays_one_closes" <<LINES
unit transfer 3-1-106 --reason other --trigger sold --date $TODAY --stays F106-2 --as li --with zhao
unit transfer 3-1-105 --reason other --trigger moved_out --date $TODAY --as li --with zhao
unit transfer 3-1-101 --reason other --as li --with zhao
LINES
json "the_one_that_was_named_closed" 'r[0]["state"] == "closed"' folder show F106
json "the_other_stays" 'r[0]["state"] == "open"' folder show F106-2
json "all_of_them_where_none_stays" 'r[0]["state"] == "closed"' folder show F105
check "it_verifies" 0 ledger check
finish
