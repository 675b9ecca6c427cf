#!/bin/bash
# Resident folders at the counter: shelves and boxes, papers in and out, lending without the
# personal ones, a walk along the box, holds, what is missing; by label, address, tag and number.
. "$(dirname "$0")/common.bash"

people li wang zhao qian sun safe
export CUSTODY_SITE=$HERE/site
check "found" 0 site init --name 翠湖 --origin cuihu.example/custody \
    --policy "$ROOT/schema/policy.default.json" --recovery-officer safe \
    --founder li:1001:administrator --founder wang:1002:centre_manager \
    --founder zhao:1003:archive_custodian+key_custodian --founder qian:1004:supervisor \
    --founder sun:1005:staff --founder safe:9001:administrator "${KEYS[@]}" --yes

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

batch "registers_places_shelves_boxes_and_folders" <<'LINES'
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3栋 --as zhao --with qian
place add 3-2-12-1202 --kind home --label 3栋-2单元-1202 --parent 3栋 --as zhao --with qian
place add 3-2-2-203 --kind home --label 3栋-2单元-203 --parent 3栋 --as zhao --with qian
place add A-1 --kind room --label 档案室 --as zhao --with qian
storage add A架-1 --kind shelf --place 档案室 --as zhao
expect 2 storage add 散盒 --kind box --place 档案室 --within A架-1 --as zhao
storage add 3栋-1盒 3栋-2盒 --kind box --within A架-1 --as zhao
expect 4 storage add 3栋-1盒 --kind box --within A架-1 --as zhao
folder open --class 业主档案 --place 3栋-2单元-1201 --box 3栋-1盒 --name 王桂英甲 --as zhao
folder open --class owner --place 3-2-12-1202 --box 3栋-1盒 --as zhao
folder open --class owner --place 3-2-2-203 --box 3栋-1盒 --as zhao
folder open "3栋-2单元-1202 租户" --class tenant --place 3-2-12-1202 --as zhao
expect 4 folder open --class owner --place 3-2-12-1202 --as zhao
expect 4 folder open x --class owner --place 3-2-12-1202 --as sun
LINES
holds "the_name_on_the_bag_is_not_in_the_ledger" bash -c '! grep -qF 王桂英甲 site/ledger.db*'
json "boxes_stand_on_their_shelf" 'len(r) == 2' storage list --within A架-1

batch "files_papers_by_code_label_and_alias" <<'LINES'
folder file 3栋-2单元-1201 --paper kind=lease,pages=12,copy,with=业主本人 --paper kind=入住通知书,pages=2,original,from=2020-01-01 --paper kind=业主临时公约,pages=3,copies=2,original,remark=折痕,第一页 --as zhao
folder file 3栋-2单元-1201 --paper kind=fire_safety,pages=4,original --as zhao
folder file 3栋-2单元-203 --paper kind=id_card,pages=2,copy --as zhao
expect 2 folder file 3栋-2单元-1201 --paper kind=lease,pages=12 --as zhao
expect 2 folder file 3栋-2单元-1201 --paper n=9,kind=lease,pages=12,copy --as zhao
expect 2 folder file 3栋-2单元-1201 --paper kind=lease,pages=0,copy --as zhao
expect 4 folder file 3栋-2单元-1201 --paper kind=recipe,pages=1,copy --as zhao
expect 5 folder file 3栋-2单元-1202 --paper kind=lease,pages=12,copy --as zhao
LINES
says "a_home_with_two_folders_names_both" "3栋-2单元-1202 租户" out
json "papers_are_numbered_on" '[p["n"] for p in r] == [1, 2, 3, 4]' folder papers 3栋-2单元-1201
json "an_alias_means_its_kind" 'r[1]["kind"] == "move_in_notice" and r[0]["original_with"] == "owner"' \
    folder papers 3栋-2单元-1201
json "each_filing_is_a_version" 'r[0]["version"] == 2 and r[0]["pages"] == 24' folder show 3栋-2单元-1201
F=$(sed -n 's/.*"item": "\(F[^"]*\)".*/\1/p' out)
TYPED="姓名在标准输入" check "a_personal_text_comes_by_standard_input" 0 folder file 3栋-2单元-203 \
    --paper kind=other_paper,pages=1,original,remark=- --as zhao "${KEYS[@]}" --yes
check "and_not_by_the_command_line" 2 folder file 3栋-2单元-203 \
    --paper kind=other_paper,pages=1,original,remark=x --as zhao "${KEYS[@]}" --yes
for name in 3栋-2单元-1201 3-2-12-1201 "3栋-2单元-1201 业主档案" "$F"; do
    json "a_folder_is_called $name" "r[0]['item'] == '$F'" folder show "$name"
done
for name in "3栋-2单元-1201#2" "$F.2" "3-2-12-1201#move_in_notice" "$F#入伙通知书" "$F＃2"; do
    json "a_paper_is_called $name" 'r[0]["act"] == "folder.file/1"' folder history "$name"
done
check "a_paper_that_is_none" 5 folder history "$F.9"

batch "what_the_inventory_says_is_amended" <<'LINES'
folder amend 3栋-2单元-1201 --paper n=2,pages=4,from= --reason entry_error --as zhao
expect 5 folder amend 3栋-2单元-1201 --paper n=7,pages=4 --reason entry_error --as zhao
LINES
json "only_what_was_said_changed" \
    'r[1]["pages"] == 4 and r[1]["from_day"] is None and r[1]["copies"] == 1 and r[1]["original"] == "original"' \
    folder papers "$F"

# ---- lending: A5, A7, A8 ----
batch "lends_what_may_be_lent_of_a_folder" <<'LINES'
request open 3栋-2单元-1201 --for folder.lend --purpose repair --end +10d --as sun
request approve @request.open --as wang
expect 4 folder lend 3栋-2单元-1201 --to sun --purpose repair --for 工程部 --due +3d --pages 4=9 --approval @request.approve --as zhao --with sun
expect 2 folder lend 3栋-2单元-1201 --to sun --purpose repair --for 工程部 --due +3d --paper 2 --pages 4=9 --approval @request.approve --as zhao --with sun
expect 4 folder lend 3栋-2单元-1201 --to sun --purpose private --for 工程部 --due +3d --approval @request.approve --as zhao --with sun
folder lend 3栋-2单元-1201 --to sun --purpose repair --for 工程部 --due +3d --approval @request.approve --condition 4=worn --as zhao --with sun
folder extend 3栋-2单元-1201#2 --due +5d --reason other --as zhao
folder recall 3栋-2单元-1201 --channel phone --result promised --due +2d --reason other --as zhao
LINES
says "what_stays_is_said" "not lent (personal), stays in the bag: $F: 1 租赁合同" err
json "the_personal_paper_stays" '[p["state"] for p in r] == ["filed", "lent", "lent", "lent"]' folder papers "$F"
json "the_others_are_on_loan" 'len(r) == 3 and {p["holder"] for p in r} == {"sun"}' folder loans
LENT=$("$CUSTODY" ledger log --json | python3 -c 'import json, sys
print([a["idx"] for a in json.load(sys.stdin) if a["act"] == "folder.lend/1"][-1])')
json "the_act_lists_what_was_withheld" \
    '[[p["n"] for p in f["withheld"]] for f in r["body"]["folders"]] == [[1]]' \
    ledger show "$LENT"
batch "nothing_is_lent_of_a_folder_of_personal_papers" <<'LINES'
folder remove 3栋-2单元-203#2 --into "3栋-2单元-1202 租户" --reason other --as zhao --with qian
expect 4 folder lend 3栋-2单元-203 --to sun --purpose repair --for 工程部 --due +3d --approval @request.approve --as zhao --with sun
folder refuse 3栋-2单元-203 --kind lend --purpose repair --rule A7 --to sun --as zhao
LINES
says "the_rule_is_named" "refused by a rule (A7)" out
json "the_refusal_is_recorded" 'r[0]["rule"] == "A7"' folder refusals

batch "papers_come_back_counted" <<'LINES'
folder return 3栋-2单元-1201 --paper 2 --paper 3 --by sun --as zhao --with sun
folder return 3栋-2单元-1201 --by sun --pages 4=3 --condition 4=damaged --as zhao --with sun
expect 5 folder return 3栋-2单元-1201 --by sun --as zhao --with sun
folder return 3栋-2单元-1201#4 --as zhao
LINES
says "a_page_that_is_gone_is_flagged" "pages-missing" out
says "what_was_not_out_is_taken_all_the_same" "not-out" out
json "nothing_is_on_loan" 'r == []' folder loans
check "a_folder_that_is_elsewhere" 5 folder loans --folder 3栋-9

batch "reads_produces_and_refuses" <<'LINES'
folder consult 3栋-2单元-1201 --to sun --purpose repair --for 工程部 --as zhao --with sun
expect 4 folder consult 3栋-2单元-1201 --to sun --purpose repair --for 工程部 --as sun
folder produce 3栋-2单元-1201 --paper 1 --authority 公安机关 --document 调证-1 --slip 7 --kind copy --receiver 来人姓名乙 --as zhao --with wang
expect 4 folder produce 3栋-2单元-1201 --paper 1 --authority police --document 调证-1 --slip 7 --as zhao
LINES
json "who_read_is_listed" 'r[0]["reader"] == "sun"' folder consults --folder "$F"
holds "who_came_is_not_in_the_ledger" bash -c '! grep -qF 来人姓名乙 site/ledger.db*'

# ---- where they stand ----
batch "moves_folders" <<'LINES'
expect 2 folder move 3栋-2单元-1201 --reason other --as zhao
folder move 3栋-2单元-1201 --at 档案室 --reason other --as zhao
LINES
json "a_move_for_now_keeps_the_box" 'r[0]["at"] == "A-1" and r[0]["box_label"] == "3栋-1盒"' folder show "$F"
batch "and_back" <<'LINES'
folder move 3栋-2单元-1201 --back --reason other --as zhao
folder move "3栋-2单元-1202 租户" --box 3栋-2盒 --reason other --as zhao
storage move 3栋-2盒 --place 档案室 --reason other --as zhao
storage check 档案室 --temperature -3 --humidity 70 --remarks other --as zhao
LINES
json "it_is_back_in_its_box" 'r[0]["at"] is None and r[0]["box_label"] == "3栋-1盒"' folder show "$F"
json "homes_stand_in_the_order_of_their_numbers" \
    '[f["label"] for f in r] == ["3栋-2单元-203 业主档案", "3栋-2单元-1201 业主档案", "3栋-2单元-1202 业主档案"]' \
    folder shelf 3栋-1盒
# in the box: 1201 before 203, a tenant's folder of the other box, a slip of paper; 1202 is not
printf '%s\n' "$F" "3栋-2单元-203 业主档案" "3栋-2单元-203 业主档案" "3栋-2单元-1202 租户" 垫片 |
    "$CUSTODY" folder walk 3栋-1盒 --as zhao "${KEYS[@]}" --yes >out 2>err
holds "a_walk_is_recorded" grep -q "entry" out
says "out_of_order_is_said" "out of order: F" out
says "misfiled_is_said_with_where_it_belongs" "belongs in 3栋-2盒" out
says "missing_is_said" "missing: F" out
says "unknown_is_said" "unknown: 垫片" out
says "twice_counts_once" "scanned twice" out
json "the_walk_counts_one_of_each" \
    'all(r[0][k] == 1 for k in ("misfiled", "missing", "out_of_order", "unknown"))' folder walks 3栋-1盒
check "a_walk_in_order_finds_nothing" 0 folder walk 3栋-1盒 "3栋-2单元-203 业主档案" "$F" \
    "3栋-2单元-1202 业主档案" --as zhao "${KEYS[@]}" --yes
json "so_it_counts_none" \
    'not any(r[0][k] for k in ("misfiled", "missing", "out_of_order", "unknown"))' folder walks 3栋-1盒

# ---- missing, written off, held, appraised, closed ----
batch "missing_found_and_written_off" <<'LINES'
expect 2 folder missing 3栋-2单元-1201 --reason lost --as zhao
folder missing 3栋-2单元-1201 --paper 2 --paper 3 --reason lost --as zhao
folder found 3栋-2单元-1201#3 --reason restored --as zhao
expect 4 folder writeoff 3栋-2单元-1201 --reason lost --as zhao
folder hold 3栋-2单元-1201 --number 案-17 --reason investigation --as qian
folder hold 3栋-2单元-203#1 --number 案-18 --reason investigation --as qian
folder appraise 3栋-2单元-1201#1 3栋-2单元-203 --opinion keep --why other --as zhao --with qian
LINES
json "what_is_missing_is_listed" 'len(r) == 1' folder lost
json "both_holds_are_listed" '{h["number"] for h in r} == {"案-17", "案-18"}' folder holds
batch "a_hold_is_lifted_from_all_it_holds" <<'LINES'
folder hold 3栋-2单元-1201 3栋-2单元-203 --number 案-19 --reason investigation --as qian
expect 4 folder release --hold @folder.hold --reason other --as qian
folder release --hold @folder.hold --reason other --as qian --with zhao
expect 5 folder release --hold @folder.hold --reason other --as qian --with zhao
LINES
json "the_other_holds_stay" 'len(r) == 2' folder holds
check "prepared_for_who_signs_elsewhere" 0 folder writeoff 3栋-2单元-1201 --reason lost --as zhao \
    --sign-by qian --prepare off.req "${KEYS[@]}" --yes
check "signed_there" 0 sign off.req --as qian "${KEYS[@]}" --yes
check "submitted_here" 0 submit off.req --as zhao "${KEYS[@]}" --yes
json "it_is_written_off" 'r[1]["state"] == "written_off"' folder papers "$F"
batch "closes" <<LINES
expect 4 folder close 3栋-2单元-203 --trigger sold --date $(date -d '3 days' +%F) --reason other --as zhao
folder close 3栋-2单元-203 --trigger sold --date $(date -d '3 days ago' +%F) --reason other --as zhao
expect 4 folder file 3栋-2单元-203 --paper kind=fire_safety,pages=4,original --as zhao
LINES
json "its_gaps_are_told" 'any(g["kind"] == "fire_safety" for g in r)' folder gaps 3栋-2单元-203
json "closed_is_a_state" 'len(r) == 1' folder list --state closed

# ---- late, corrected, in Chinese ----
batch "a_move_is_entered_late_and_corrected" <<'LINES'
expect 2 folder move 3栋-2单元-1201 --box 3栋-2盒 --reason other --as zhao --late power_cut
folder move 3栋-2单元-1201 --box 3栋-2盒 --reason other --as zhao --late power_cut --event-at now
correct @folder.move --reason entry_error --as zhao --with qian
LINES
json "it_stands_where_it_stood" 'r[0]["box_label"] == "3栋-1盒"' folder show "$F"
batch "a_home_changes_hands_with_its_folders" <<LINES
expect 2 unit transfer 3-2-12-1202 --reason other --trigger sold --as zhao --with qian
unit transfer 3-2-12-1202 --reason other --trigger sold --date $(date -d '3 days ago' +%F) --stays "3栋-2单元-1202 租户" --as zhao --with qian
LINES
json "one_closed_and_one_stayed" \
    '{f["label"]: f["state"] for f in r} == {"3栋-2单元-1202 业主档案": "closed", "3栋-2单元-1202 租户": "open"}' \
    folder list --place 3-2-12-1202

# ---- what is recorded reads well in both languages
cat >sentences.py <<'PY'
import json, os, re, subprocess
run = lambda *words: subprocess.run([os.environ["CUSTODY"], *words], capture_output=True, check=True).stdout.decode()
made = {}
for row in json.loads(run("ledger", "log", "--limit", "1000", "--json")):
    made[row["act"].split("/")[0]] = row["idx"]
for act, idx in made.items():
    for lang in ("zh", "en"):
        text = run("ledger", "show", str(idx), "--lang", lang).split("\n")[0]
        assert text and "{" not in text and "null" not in text, text
        assert re.search("[\u4e00-\u9fff]", text) or lang == "en", text
acts = json.loads(run("acts"))
acts = acts.get("acts", acts)
names = {(a if isinstance(a, str) else a["name"]).split("/")[0] for a in acts}
wanted = {n for n in names if n.startswith(("folder.", "storage.", "storeroom."))}
assert wanted <= set(made), wanted - set(made)
PY
holds "every_act_of_folders_was_made_and_has_a_sentence_in_both_languages" \
    env CUSTODY="$CUSTODY" python3 sentences.py
check "help" 0 help folder --lang zh
says "help_is_in_chinese" "借出档案资料" out
check "it_verifies" 0 ledger check
finish
