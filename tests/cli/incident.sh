#!/bin/bash
# Incidents from the report to the end, and reading somebody's personal data: sealed texts,
# another person closes, who reads is recorded first.
. "$(dirname "$0")/common.bash"

people li wang zhao qian sun safe
export CUSTODY_SITE=$HERE/site
check "found" 0 site init --name 翠湖 --origin cuihu.example/custody \
    --policy "$ROOT/schema/policy.default.json" --recovery-officer safe \
    --founder li:1001:administrator --founder wang:1002:centre_manager \
    --founder zhao:1003:archive_custodian+key_custodian --founder qian:1004:supervisor+service_staff \
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
SIGN=("${KEYS[@]}" --yes)
batch "a_folder_and_a_party" <<'LINES'
place add 1 --kind home --label 1栋-101 --as zhao --with qian
party add --relation owner --name 王桂英甲 --phone 13800001234 --as qian
folder open F101 --class owner --place 1 --name 王桂英乙 --as zhao
folder file F101 --paper kind=other_paper,pages=1,original,title=产权证丙,remark=折痕丁 --as zhao
LINES
PARTY=$("$CUSTODY" party list --json | sed -n 's/.*"party": "\(P[^"]*\)".*/\1/p')

# ---- incidents (P3) ----
TYPED=短信群发泄露手机号戊 check "anybody_reports" 0 incident report F101#1 F101 --kind leak --party "$PARTY" \
    --text - --as sun "${SIGN[@]}"
holds "its_text_is_sealed" bash -c '! grep -qF 手机号戊 site/ledger.db*'
json "it_is_open" 'len(r) == 1 and r[0]["state"] == "open" and r[0]["reporter"] == "sun" and len(r[0]["items"]) == 2 and r[0]["text"] is None' \
    incident list --state open
json "its_text_is_shown_when_that_is_recorded" 'r[0]["text"] == "短信群发泄露手机号戊"' \
    incident list --state open --purpose inspection --as qian "${SIGN[@]}"
ID=$(sed -n 's/.*"incident": "\([0-9a-f]*\)".*/\1/p' out)
check "not_in_the_future" 4 incident report --kind loss --noticed +2d --as sun "${SIGN[@]}"
check "of_a_kind_of_the_policy" 4 incident report --kind fire --as sun "${SIGN[@]}"
check "no_text_on_the_line" 2 incident report --kind loss --text 短信 --as sun "${SIGN[@]}"
batch "followed_to_its_end" <<LINES
incident update ${ID:0:8} --step contained --note 已停发 --as sun
incident update $ID --step informed --as qian
expect 4 incident update $ID --step forgotten --as qian
expect 4 incident close $ID --result confirmed --as sun
incident close $ID --result confirmed --lesson 换群发名单 --as wang
expect 4 incident update $ID --step investigated --as sun
expect 4 incident close $ID --result unfounded --as wang
incident report --kind leak_risk --noticed $(date -d '2 days ago' +%F) --as qian
expect 4 incident close @incident.report --result unfounded --as qian
incident close @incident.report --result unfounded --as wang
LINES
json "its_course_is_shown" \
    'r[0]["steps"] == ["contained", "informed"] and r[0]["result"] == "confirmed" and r[0]["closed_by"] == "wang" and r[0]["lesson"] == "换群发名单"' \
    incident show "${ID:0:10}" --purpose inspection --as wang "${SIGN[@]}"
json "none_is_open" 'r == []' incident list --state open
check "in_chinese" 0 incident list --lang zh
says "words" "信息泄露" out
check "one_that_is_none" 5 incident show 00000000

# ---- reading (P1) ----
json "texts_are_shown_once_it_is_recorded" \
    '{(t["item"][0], t["member"], t["text"]) for t in r["texts"]} == {("F", "name", "王桂英乙"), ("F", "title", "产权证丙"), ("F", "remark", "折痕丁"), ("P", "name", "王桂英甲"), ("P", "phone", "13800001234")}' \
    privacy read F101 "$PARTY" --purpose inspection --as qian "${SIGN[@]}"
json "who_read_is_listed" '{(p["item"][0], p["reader"], p["purpose"]) for p in r} == {("F", "qian", "inspection"), ("P", "qian", "inspection")}' \
    privacy list --reader qian
json "of_one" '[(p["item"][0], p["reader"]) for p in r] == [("P", "qian"), ("P", "wang"), ("P", "qian")]' \
    privacy list --of "$PARTY"
check "staff_reads_nothing" 4 privacy read "$PARTY" --purpose inspection --as sun "${SIGN[@]}"
holds "and_is_shown_nothing" bash -c '! grep -q 王桂英 out err'
check "not_privately" 4 privacy read "$PARTY" --purpose private --as qian "${SIGN[@]}"
holds "and_is_shown_nothing_either" bash -c '! grep -q 王桂英 out err'
check "a_dry_run" 0 privacy read "$PARTY" --purpose inspection --as qian --dry-run
holds "shows_nothing" bash -c '! grep -q 王桂英 out err'
check "prepared_for_later" 0 privacy read "$PARTY" --purpose inspection --as qian --prepare read.req "${SIGN[@]}"
holds "shows_nothing_yet" bash -c '! grep -q 王桂英 out err read.req'
json "only_what_was_shown_is_listed" 'len(r) == 6' privacy list
check "twice" 2 privacy read F101 F101 --purpose inspection --as qian "${SIGN[@]}"
check "people_get_a_table" 0 privacy read "$PARTY" --purpose inspection --as qian "${SIGN[@]}"
says "with_the_text" "13800001234" out
check "it_verifies" 0 ledger check
finish
