#!/bin/bash
# Tags of the archive: a box with its folders, a folder, shelves; recorded as tag.print/2 by the
# archive's custodian, each printing a generation on; never in one act with those of keys.
. "$(dirname "$0")/common.bash"
export CUSTODY_LABELS=$ROOT/labels
office

batch "an_archive_is_there" <<'LINES'
person grant zhao archive_custodian --as li --with wang --sheet S-1
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-2 --kind unit --label 3栋-2单元 --parent 3 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3-2 --as zhao --with qian
place add 3-2-9-901 --kind home --label 3栋-2单元-901 --parent 3-2 --as zhao --with qian
storage add 架1 --kind shelf --place 3栋 --as zhao
storage add "3栋-2单元 7-12层" --kind box --within 架1 --as zhao
folder open --class owner --place 3栋-2单元-1201 --box "3栋-2单元 7-12层" --as zhao
folder open 租-7 --class tenant --place 3栋-2单元-901 --box "3栋-2单元 7-12层" --as zhao
LINES
SIGN=(--as zhao "${KEYS[@]}" --yes)
# recorded NAME ACT COUNT: the newest entry is this act with so many items.
recorded() {
    "$CUSTODY" ledger show "$("$CUSTODY" ledger log --limit 1 --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["idx"])')" --json >out 2>err
    holds "$1" python3 -c 'import json, sys
b = json.load(open("out")); b = b.get("body", b)
assert len(b["items"]) == int(sys.argv[1]), b' "$3"
    says "$1_as_$2" "$2" out
}

check "a_box_is_printed_with_its_folders" 0 label print --box "3栋-2单元 7-12层" --stock bag \
    --out bags.pdf "${SIGN[@]}"
recorded "box_and_two_folders" tag.print/2 3
pdftotext -layout bags.pdf text
holds "a_bag_says_building_floor_and_room" grep -qF '12楼-1201房' text
holds "and_its_box" grep -qF '盒号 3栋-2单元 7-12层' text
holds "a_folder_of_another_name_has_its_home_too" grep -qF '9楼-901房' text
holds "and_its_own_name" grep -qF '租-7' text
check "one_bag_anew" 0 label print --folder 3栋-2单元-1201 --stock bag --out bag.pdf "${SIGN[@]}"
recorded "one_folder" tag.print/2 1
says "its_generation_follows" '"generation": "2"' out
check "a_box_and_a_shelf_by_their_names" 0 label print 架1 "3栋-2单元 7-12层" --stock shelf \
    --out shelf.pdf "${SIGN[@]}"
recorded "shelf_and_box" tag.print/2 2
check "who_is_no_archive_custodian" 4 label print --folder 租-7 --stock bag --out no.pdf \
    --as qian "${KEYS[@]}" --yes
holds "prints_nothing" [ ! -e no.pdf ]
check "a_folder_that_is_none" 5 label print --folder 租-8 --stock bag --out no.pdf "${SIGN[@]}"
check "a_name_that_nothing_has" 5 label print 没有 --stock bag --out no.pdf "${SIGN[@]}"
check "a_lock" 0 lock add 3-2-M --kind publicdoor --label "3栋-2单元 大门" --place 3-2 --as zhao \
    --with qian "${KEYS[@]}" --yes
check "a_key" 0 key add "3栋-2单元 大门" --copy 1 --desk front --lock 3-2-M --as zhao --with qian \
    "${KEYS[@]}" --yes
check "keys_and_folders_are_two_jobs" 2 label print "3栋-2单元 大门" 架1 --stock fob-22x32 \
    --out no.pdf "${SIGN[@]}"
check "a_key_alone_is_the_other_act" 0 label print "3栋-2单元 大门" --stock fob-22x32 \
    --out key.pdf "${SIGN[@]}"
recorded "one_key" tag.print/1 1
check "it_verifies" 0 ledger check
finish
