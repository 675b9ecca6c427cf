#!/bin/bash
# Labels of the archive in bulk: forty bags decode and are recorded, a second printing supersedes
# the first, the spine of a box says what is in it, what is destroyed gets no tag; empty rings
# are not forgotten among the keys.
. "$(dirname "$0")/common.bash"
export CUSTODY_LABELS=$ROOT/labels

people li wang zhao qian sun hua lan safe
python3 - "$ROOT/schema/policy.default.json" >policy.json <<'EOP'
import json, sys
policy = json.load(open(sys.argv[1]))
for row in policy["folder_classes"]:
    row["retention"] = {"mandate": "公司档案制度", "months": 12, "triggers": ["sold"]}
json.dump(policy, sys.stdout, ensure_ascii=False)
EOP
export CUSTODY_SITE=$HERE/site
check "found" 0 site init --name 翠湖 --origin cuihu.example/custody --policy policy.json \
    --recovery-officer safe --founder li:1001:administrator --founder wang:1002:centre_manager \
    --founder zhao:1003:archive_custodian+key_custodian --founder qian:1004:supervisor \
    --founder sun:1005:staff --founder hua:1006:witness --founder lan:1007:witness \
    --founder safe:9001:administrator "${KEYS[@]}" --yes
{
    echo 'place add 3 --kind building --label 3栋 --as zhao --with qian'
    echo 'place add 3-2 --kind unit --label 3栋-2单元 --parent 3 --as zhao --with qian'
    echo 'place add A-1 --kind room --label 档案室 --as zhao --with qian'
    echo 'storage add A架-1 --kind shelf --place 档案室 --as zhao'
    echo 'storage add 3栋-1盒 3栋-2盒 3栋-12盒 --kind box --within A架-1 --as zhao'
    echo 'storage add 散盒 --kind box --place 3栋 --as zhao'
    for home in {7..16}0{1..4}; do
        echo "place add 3-2-$home --kind home --label 3栋-2单元-$home --parent 3-2 --as zhao --with qian"
        echo "folder open --class owner --place 3-2-$home --box $([ "$home" -lt 1200 ] && echo 3栋-1盒 || echo 3栋-2盒) --as zhao"
    done
    echo 'folder open "3栋-2单元-702 租户" --class tenant --place 3-2-702 --box 散盒 --as zhao'
    echo 'folder open 旧-9 --class tenant --place 3-2-703 --as zhao'
} | batch "an_archive_of_forty_homes"

SIGN=(--as zhao "${KEYS[@]}" --yes)
# newest TEST: TEST is Python over the act e, its body b and the items' labels.
newest() {
    local idx
    idx=$("$CUSTODY" ledger log --limit 1 --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["idx"])')
    "$CUSTODY" ledger show "$idx" --json >out 2>err
    if python3 -c 'import json, sys
e = json.load(open("out")); b = e.get("body", e)
labels = [i["label"] for i in b["items"]]
assert eval(sys.argv[1]), e' "$2" 2>>err; then
        ok "$1"
    else
        not_ok "$1"
    fi
}
size() { "$CUSTODY" site show --json | grep -o '"size": [0-9]*'; }
# decodes NAME PDF STOCK LETTER COUNT: every page read back, cell by cell.
decodes() {
    rm -f page-*.png
    pdftoppm -r 300 -png "$2" page
    for page in page-*.png; do
        "$CUSTODY" label verify "$page" --stock "$3" --json
    done >cells 2>err
    if [ "$(grep -o "C1$4[0-9A-Z]*" cells | sort -u | wc -l)" = "$5" ]; then
        ok "$1"
    else
        cp cells out
        not_ok "$1"
    fi
}

# ---- bags ----
check "forty_bags_of_owners" 0 label print --folders --class owner --verify --out bags.pdf "${SIGN[@]}"
newest "are_one_act_of_the_archive" \
    'e["act"] == "tag.print/2" and len(labels) == 40 and b["stock"] == "bag" and {i["generation"] for i in b["items"]} == {"1"}'
decodes "forty_tags_are_read_back" bags.pdf bag F 40
FIRST=$(grep -o 'C1F[0-9A-Z]*' cells | head -1)
pdftotext -layout bags.pdf text
holds "building_entrance_floor_and_room" grep -qF '3栋-2单元-12楼-1203房' text
holds "the_class_word" grep -qF '业主档案' text
holds "its_box" grep -qF '盒号 3栋-2盒' text
holds "and_not_a_word_of_the_estate" bash -c '! grep -qF 翠湖 text'
check "of_a_place" 0 label print --folders --place 3栋-2单元-702 --out two.pdf "${SIGN[@]}"
newest "both_folders_of_a_home" 'sorted(labels) == ["3栋-2单元-702 业主档案", "3栋-2单元-702 租户"] and "2" in {i["generation"] for i in b["items"]}'
check "of_a_box" 0 label print --folders --box 散盒 --out one.pdf "${SIGN[@]}"
newest "the_folder_without_its_box" 'labels == ["3栋-2单元-702 租户"]'
pdftotext -layout one.pdf text
holds "its_class_word_is_the_tenants" grep -qF '租户档案' text
holds "and_is_not_said_twice" bash -c '[ "$(grep -c 租户 text)" = 1 ]'
check "of_a_shelf" 0 label print --folders --shelf A架-1 --out again.pdf "${SIGN[@]}"
newest "all_forty_anew" 'len(labels) == 40 and {i["generation"] for i in b["items"]} == {"2", "3"}'
check "the_first_print_is_superseded" 0 folder show "$FIRST"
says "and_reads_so" "superseded" err
check "nothing_is_filed_by_it" 4 folder file "$FIRST" --paper kind=lease,pages=1,copy "${SIGN[@]}"
says "whose_rule_is_named" "superseded" err
decodes "the_second_print_is_read_back" again.pdf bag F 40
SECOND=$(grep -o "C1F[23]${FIRST:4:8}[0-9A-Z]*" cells | head -1)
check "and_is_the_one_that_counts" 0 folder file "$SECOND" --paper kind=lease,pages=1,copy "${SIGN[@]}"
printf '档案\n3栋-2单元-704\n旧-9\n' >homes.csv
"$CUSTODY" label print --folders --csv - --out csv.pdf "${SIGN[@]}" <homes.csv >out 2>err
newest "a_table_names_folders_by_home_or_label" 'sorted(labels) == ["3栋-2单元-704 业主档案", "旧-9"]'
printf '档案\n没有\n' >none.csv
BEFORE=$(size)
check "a_row_that_names_none" 5 label print --folders --csv none.csv --out no.pdf "${SIGN[@]}"
says "is_named_by_its_line" "line 2" err
check "bags_and_boxes_want_a_stock" 2 label print --box 散盒 --out no.pdf "${SIGN[@]}"
check "no_stock_and_nothing_of_the_archive" 5 label print --all --out no.pdf "${SIGN[@]}"
check "a_class_that_no_folder_has" 5 label print --folders --class 没有 --out no.pdf "${SIGN[@]}"
check "an_officer_of_nothing" 4 label print --folders --out no.pdf --as qian "${KEYS[@]}" --yes
holds "none_of_which_printed" [ ! -e no.pdf ]
holds "or_recorded_anything" [ "$(size)" = "$BEFORE" ]

# ---- boxes and shelves ----
check "spines_of_all_boxes" 0 label print --boxes --verify --out spines.pdf "${SIGN[@]}"
newest "are_tags_too" 'b["stock"] == "spine-30" and sorted(labels) == ["3栋-12盒", "3栋-1盒", "3栋-2盒", "散盒"]'
decodes "which_are_read_back" spines.pdf spine-30 B 4
"$CUSTODY" label print 3栋-1盒 --stock thermal-60x40 --out box.pdf "${SIGN[@]}" >out 2>err
pdftotext -layout box.pdf text
holds "a_box_says_from_which_folder_to_which" grep -qF '3栋-2单元-701至1104' text
holds "and_how_many" grep -qF '20 袋' text
check "boxes_of_a_place" 0 label print --boxes --place 档案室 --out boxes.pdf "${SIGN[@]}"
newest "those_on_its_shelves" 'sorted(labels) == ["3栋-12盒", "3栋-1盒", "3栋-2盒"]'
check "all_shelves" 0 label print --shelves --out shelves.pdf "${SIGN[@]}"
newest "are_on_their_stock" 'b["stock"] == "shelf" and labels == ["A架-1"]'
pdftotext -layout shelves.pdf text
holds "a_shelf_says_its_boxes_and_its_room" bash -c 'grep -qF "3栋-1盒至12盒" text && grep -qF "档案室 3 盒" text'
check "a_shelf_with_its_boxes" 0 label print --shelf A架-1 --stock shelf --out both.pdf "${SIGN[@]}"
newest "is_four_tags" 'len(labels) == 4'
"$CUSTODY" key tags --limit 1000 --json >out 2>err
says "the_list_of_tags_names_boxes" '3栋-12盒' out

# ---- what is gone ----
N=$(date +%Y)-1
batch "a_folder_is_destroyed" <<LINES
folder close "3栋-2单元-1604 业主档案" --trigger sold --date $(date -d '3 years ago' +%F) --reason other --as zhao
destruction propose "3栋-2单元-1604 业主档案" --method shredding --place 档案室 --as zhao
destruction review $N --as qian
destruction approve $N --as wang
destruction execute $N --witness hua --witness lan --recheck qian --destroyer sun --terminals 2 --as hua
LINES
BEFORE=$(size)
check "it_gets_no_tag" 4 label print --folder "3栋-2单元-1604 业主档案" --out no.pdf "${SIGN[@]}"
says "and_the_sentence_says_why" "is destroyed" err
check "nor_by_its_code" 4 label print "$("$CUSTODY" folder list --state destroyed --json |
    grep -o 'F[0-9A-Z]\{8\}' | head -1)" --out no.pdf "${SIGN[@]}"
holds "nothing_is_recorded" [ "$(size)" = "$BEFORE" ]
check "the_others_are_printed_without_it" 0 label print --folders --class owner --out rest.pdf "${SIGN[@]}"
newest "thirty_nine" 'len(labels) == 39'

# ---- keys: a ring on which nothing hangs ----
batch "a_ring_that_is_empty_for_now" <<'LINES'
lock add 3-2-M --kind publicdoor --label "3栋-2单元 大门" --place 3-2 --as zhao --with qian
key add "3栋-2单元 大门" --copy 1 --desk front --lock 3-2-M --ring "3栋-2单元 公共区域" --new-ring --as zhao --with qian
LINES
K=$("$CUSTODY" key list --json | grep -o 'K[0-9A-Z]\{8\}' | head -1)
check "its_key_leaves_it" 0 ring break "3栋-2单元 公共区域" "$K" "${SIGN[@]}"
for of in "--all" "--place 3栋"; do
    # shellcheck disable=SC2086
    check "keys_by_$of" 0 label print $of --stock fob-22x32 --out keys.pdf "${SIGN[@]}"
    newest "have_the_empty_ring_too" 'sorted(labels) == ["3栋-2单元 公共区域", "3栋-2单元 大门"]'
done
check "it_verifies" 0 ledger check
finish
