#!/bin/bash
# An archive from a sheet: folders at their first mention, papers by code, label and alias,
# addresses as people write them, bad rows by line, all or nothing.
. "$(dirname "$0")/common.bash"

people li wang zhao qian safe
export CUSTODY_SITE=$HERE/site
check "found" 0 site init --name 翠湖 --origin cuihu.example/custody \
    --policy "$ROOT/schema/policy.default.json" --recovery-officer safe \
    --founder li:1001:administrator --founder wang:1002:centre_manager \
    --founder zhao:1003:archive_custodian+key_custodian --founder qian:1004:supervisor \
    --founder safe:9001:administrator "${KEYS[@]}" --yes
check "places" 0 import places "$ROOT/tests/data/estate/places.csv" --as zhao --with qian "${KEYS[@]}"
check "boxes" 0 storage add 3栋-1盒 --kind box --place 0 --as zhao "${KEYS[@]}" --yes
SIGN=(--as zhao "${KEYS[@]}" --yes)

# rows NAME TEST ARGS...: TEST is Python over r, the rows the program answers.
rows() {
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

cat >good.csv <<'CSV'
住户档案资料清单,,,,,,,,,,,
档号/标签,类别,栋-单元-房号,盒,资料名称,原件/复印件,原件存放,份数,页数,起,止,备注
3栋-2单元-1201 业主档案,业主档案,3栋-2单元-1201,3栋-1盒,身份证复印件,复印件,业主,1,2,,,复印于一九
3栋-2单元-1201 业主档案,,,,入住通知书,原件,,1,3页,2015年3月1日,,
3栋-2单元-1201 业主档案,owner,3#-2-1201,3栋-1盒,interim_convention,original,,2份,12.0,2015/3/2,20250301,
,业主档案,三号楼二单元1202,,身份证,复印件,,,2,,,
,,,,前期物业服务合同,原件,,1,10,,,
租-7,租户档案,３－２－１２０３,,租赁合同,复印件,承租人,1,8,2026.1.1,2026.12.31,
空袋-1,业主档案,3栋-2单元-1204,,,,,,,,,
合计,,,,6 件,,,,,,,
CSV
check "a_dry_run_reads_the_sheet" 0 import folders good.csv --dry-run --json
rows "every_row_but_title_and_sum" 'r["rows"] == 7 and r["problem_total"] == 0' \
    import folders good.csv --dry-run
check "a_dry_run_leaves_nothing" 0 folder list
says "no_folder_is_there" "nothing found" out
check "who_is_no_archive_custodian" 4 import folders good.csv --as qian "${KEYS[@]}" --yes
check "nothing_came_in_by_his_hand" 0 folder list
says "still_no_folder_is_there" "nothing found" out
check "the_sheet_comes_in" 0 import folders good.csv "${SIGN[@]}"
rows "folders_at_their_first_mention" \
    '{f["label"]: f["papers"] for f in r} == {"3栋-2单元-1201 业主档案": 3,
      "3栋-2单元-1202 业主档案": 2, "租-7": 1, "空袋-1": 0}' folder list
rows "in_its_box" 'len(r) == 1' folder shelf 3栋-1盒
rows "a_home_however_it_is_written" 'r[0]["place"] == "3-2-12-1202"' folder show "3栋-2单元-1202 业主档案"
rows "numbers_dates_and_kinds_are_understood" \
    '[(p["n"], p["kind"], p["original"], p["original_with"], p["copies"], p["pages"], p["from_day"], p["to_day"]) for p in r] == [
      (1, "id_card", "copy", "owner", 1, 2, None, None),
      (2, "move_in_notice", "original", None, 1, 3, "2015-03-01", None),
      (3, "interim_convention", "original", None, 2, 12, "2015-03-02", "2025-03-01")]' \
    folder papers "3栋-2单元-1201 业主档案"
rows "a_blank_beneath_belongs_to_the_folder_above" \
    '[p["kind"] for p in r] == ["id_card", "prior_service_agreement"]' folder papers "3栋-2单元-1202 业主档案"
holds "remarks_are_not_in_the_ledger" bash -c '! grep -qF 复印于一九 site/ledger.db*'
check "twice_is_refused" 1 import folders good.csv "${SIGN[@]}"
says "as_it_is_there" "is a folder of the register already" out
rows "and_nothing_doubled" 'len(r) == 4' folder list

cat >bad.csv <<'CSV'
档号,类别,房号,盒,资料,原件/复印件,原件存放,份数,页数,起,止,备注
甲,业主档案,3栋-2单元-1301,,菜谱,原件,,1,2,,,
乙,业主档案,9栋-9单元-9999,,租赁合同,原件,,1,2,,,
乙,业主档案,9栋-9单元-9999,,入伙通知书,原件,,1,2,,,
丙,业主档案,3栋-2单元-1302,没有的盒,租赁合同,原件,,1,2,,,
丁,业主档案,3栋-2单元-1303,,租赁合同,原件,业主,1,2,,,
戊,业主档案,3栋-2单元-1304,,租赁合同,原件,,0,一页,,,
己,业主档案,3栋-2单元-1401,,租赁合同,原件,,1,2,2026-02-30,,
己,业主档案,3栋-2单元-1401,,租赁合同,原件,,1,2,2026-03-02,2026-03-01,
庚,业主档案,3栋-2单元-1402,,入伙通知书,原件,,1,2,,,
庚,租户档案,3栋-2单元-1403,,入伙通知书,原件,,1,3,,,
辛,车辆档案,3栋-2单元-1404,,入伙通知书,抄件,,1,3,,,
壬,业主档案,3栋-2单元-1501,,入伙通知书,原件,,1,2,,,
壬,业主档案,3栋-2单元-1501,,入伙通知书,原件,,1,2,,,
癸,业主档案,3栋-2单元-1502,,消防安全责任书,原件,,1,2,,,
CSV
check "bad_rows_are_refused" 1 import folders bad.csv "${SIGN[@]}"
for expected in 'line 2: 资料名称 (paper) "菜谱" is no kind' 'line 3: 房号 (place) "9栋-9单元-9999"' \
    'line 4: its folder is not right in line 3' 'line 5: 盒 (box) "没有的盒"' \
    'line 6: 原件存放 (with) is given' 'line 7: 份数 (copies) "0"' 'line 7: 页数 (pages) "一页"' \
    'line 8: 起 (from) "2026-02-30"' 'line 9: 起 (from) is after' \
    'line 11: 房号 (place) is another home than in line 10' 'line 11: 类别 (class) differs' \
    'line 12: 类别 (class) "车辆档案"' 'line 12: 原件/复印件 (original) "抄件"' \
    'line 14: the same as line 13'; do
    says "by_line_and_reason: ${expected:0:40}" "$expected" out
done
rows "nothing_came_in" 'len(r) == 4' folder list
check "all_but_the_bad_ones" 0 import folders bad.csv --reject left.csv "${SIGN[@]}"
rows "came_in" '{f["label"] for f in r} >= {"庚", "壬", "癸"} and len(r) == 7' folder list
holds "the_others_are_in_the_file_of_rejects" python3 -c '
import csv
rows = list(csv.reader(open("left.csv", encoding="utf-8-sig")))
assert {r[0] for r in rows[1:]} == {"2", "3", "4", "5", "6", "7", "8", "9", "11", "12", "14"}, rows'
printf '档号,房号\n甲,3栋-2单元-1301\n' >short.csv
check "a_sheet_without_its_columns" 1 import folders short.csv "${SIGN[@]}"
says "says_which" "no column 资料名称 (paper)" out
check "no_such_file" 5 import folders gone.csv "${SIGN[@]}"
check "it_verifies" 0 ledger check

# A whole archive: 1,728 homes, 13,824 papers.
python3 - "$ROOT/tests/data/estate/places.csv" >all.csv <<'PY'
import csv
import re
import sys

KINDS = ("id_card", "入住通知书", "前期物业管理服务协议", "owner_form", "业主临时公约",
         "装修管理协议", "消防安全责任书", "物业验收交接记录表")
SPELT = ("%s栋-%s单元-%s", "%s#-%s-%s", "%s栋%s单元%s室")
out = csv.writer(sys.stdout)
out.writerow(("档号", "类别", "房号", "资料名称", "原件/复印件", "份数", "页数", "起", "备注"))
homes = [m.groups() for m in (re.search(r"(\d+)栋-(\d+)单元-(\d+),户", line)
                              for line in open(sys.argv[1], encoding="utf-8-sig")) if m]
for i, home in enumerate(homes):
    for j, kind in enumerate(KINDS):
        out.writerow(("全-%d" % i, "业主档案", SPELT[(i + j) % 3] % home, kind,
                      "复印件" if j == 0 else "原件", 1, 1 + i * j % 30, "2015/3/%d" % (1 + i % 28),
                      "备注" if j == 0 and i % 10 == 0 else ""))
PY
check "a_whole_archive" 0 import folders all.csv "${SIGN[@]}"
says "is_there" "imported: 13824" out
rows "folder_by_folder" 'sum(f["papers"] == 8 for f in r) == 1728' folder list
check "it_verifies_whole" 0 ledger check
finish
