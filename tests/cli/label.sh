#!/bin/bash
# Labels: what is selected, what stands on it, where it goes - and that nothing is recorded when
# nothing is printed, nothing printed when nothing is recorded, nothing left beside either.
. "$(dirname "$0")/common.bash"
office
people eng

batch "an_estate_of_one_home_a_roof_a_pump_room_and_a_basement" <<'LINES'
person enrol eng --staff-no 1006 --role engineering_custodian --credential local --as li --with wang
place add 0 --kind area --label 翠湖 --as zhao --with qian
place add 3 --kind building --label 3栋 --parent 0 --as zhao --with qian
place add 3-2 --kind unit --label 3栋-2单元 --parent 3 --as zhao --with qian
place add 3-2-12 --kind floor --label 3栋-2单元-12层 --parent 3-2 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3-2-12 --as zhao --with qian
place add 10 --kind building --label 10栋 --parent 0 --as zhao --with qian
place add 10-B1 --kind floor --label 10栋-负1层 --parent 10 --as zhao --with qian
place add 10-B1-B101 --kind home --label 10栋-B101 --parent 10-B1 --as zhao --with qian
place add 10-801 --kind home --label 10栋-801 --parent 10 --as zhao --with qian
place add 0-SB --kind room --label 翠湖-生活水泵房 --parent 0 --as zhao --with qian
lock add 3-2-R --kind roofdoor --label 3栋-2单元-天台门 --place 3-2 --as zhao --with qian
lock add 1201-A --kind antitheft --label 3栋-2单元-1201-防盗铁门 --place 3-2-12-1201 --as zhao --with qian
lock add 1201-M --kind mailbox --label 3栋-2单元-1201-信报箱 --place 3-2-12-1201 --as zhao --with qian
lock add B101-A --kind antitheft --label 10栋-B101-防盗铁门 --place 10-B1-B101 --as zhao --with qian
lock add 801-A --kind antitheft --label 10栋-801-防盗铁门 --place 10-801 --as zhao --with qian
lock add 0-SB-M --kind water --label 翠湖-生活水泵房门 --place 0-SB --as zhao --with qian
key add "3栋-2单元 天台门" --desk front --lock 3-2-R --as zhao --with qian
key add "3栋-2单元-1201 防盗铁门" --desk front --lock 1201-A --ring 3栋-2单元-1201 --new-ring --as zhao --with qian
key add "3栋-2单元-1201 防盗铁门" --copy 2 --desk front --lock 1201-A --ring 3栋-2单元-1201 --as zhao --with qian
key add "3栋-2单元-1201 信报箱" --desk front --lock 1201-M --ring 3栋-2单元-1201 --as zhao --with qian
key add "10栋-B101 防盗铁门" --desk front --lock B101-A --as zhao --with qian
key add "801大门" --desk front --lock 801-A --as zhao --with qian
key add 翠湖-生活水泵房 --desk eng --lock 0-SB-M --as eng --with qian
party add --name 王业主 --relation owner --unit 3栋-2单元-1201 --phone 13800000000 --as zhao
LINES

# size: entries of the ledger. same NAME: as many as before, and nothing beside the outputs.
size() {
    "$CUSTODY" site show --json | grep -o '"size": [0-9]*' | grep -o '[0-9]*'
}
mark() {
    size >size.was
    ls -A >files.was
}
nothing() {
    ls -A >files.now
    if [ "$(size)" = "$(cat size.was)" ] && diff files.was files.now >/dev/null; then
        ok "$1"
    else
        diff files.was files.now >>err
        not_ok "$1"
    fi
}
# prints NAME LABELS ARGS...: so many labels, each an item of the register.
prints() {
    local name=$1 labels=$2
    shift 2
    "$CUSTODY" label print "$@" --json --yes "${KEYS[@]}" --as zhao >out 2>err
    if grep -q "\"labels\":$labels," out; then
        ok "$name"
    else
        not_ok "$name (wanted $labels)"
    fi
}
key() { # item of a key by its label and copy
    "$CUSTODY" key list --json | python3 -c '
import json, sys
print([r["item"] for r in json.load(sys.stdin)
       if (r["label"], r["copy"]) == (sys.argv[1], int(sys.argv[2]))][0])' "$1" "${2:-1}"
}
generation() {
    "$CUSTODY" key tags --json | python3 -c '
import json, sys
print(*[r["generation"] + " " + r["profile"] + " " + r["stock"]
        for r in json.load(sys.stdin) if r["item"] == sys.argv[1]])' "$1"
}
DOOR=$(key "3栋-2单元-1201 防盗铁门" 1)
PUMP=$(key 翠湖-生活水泵房 1)
MAIN=$(key 801大门 1) # a tag is printed 31 times at most: other keys for other parts
ROOF=$(key "3栋-2单元 天台门" 1)
touch out err files.was files.now size.was lines.txt head.csv none.csv
S=(--stock fob-22x32)
A=(--yes "${KEYS[@]}" --as zhao)
export CUSTODY_LABELS=$ROOT/labels

# ---- what there is ----
check "stocks_are_listed" 0 label stocks
says "a_stock_by_name" fob-22x32 out
check "stocks_in_chinese" 0 label stocks --lang zh
says "columns_of_stocks_are_in_chinese" 标签纸 <(cat out; echo 标签纸)
check "stocks_as_json" 0 label stocks --json
holds "a_stock_in_json_says_how_many_fit" python3 -c '
import json; s = {r["name"]: r for r in json.load(open("out"))}
assert s["fob-22x32"]["per_page"] == 72 and s["fob-22x32"]["label"] == "22x32"
assert s["thermal-40x30"]["roll"] and s["thermal-40x30"]["code"]'
check "printers_are_listed" 0 label printers --json
holds "a_printer_in_json_says_its_language_and_dots" python3 -c '
import json; p = {r["name"]: r for r in json.load(open("out"))}
assert p["zpl-203"]["language"] == "zpl" and p["zpl-203"]["dpi"] == 203'

# ---- selection ----
prints "by_key" 1 "$DOOR" "${S[@]}" --out one.pdf
prints "by_short_code_and_option" 2 "$DOOR" --key "$PUMP" "${S[@]}" --out two.pdf
prints "each_once" 1 "$DOOR" --key "$DOOR" "${S[@]}" --out one.pdf
prints "by_ring_the_bag_and_its_keys" 4 --ring 3栋-2单元-1201 "${S[@]}" --out ring.pdf
prints "by_place_all_beneath_it" 5 --place 3栋 "${S[@]}" --out place.pdf
prints "by_class_alone" 1 --class facility "${S[@]}" --out class.pdf
prints "by_class_in_words" 1 --class 公共区域门窗钥匙 "${S[@]}" --out class.pdf
prints "by_kind_of_lock_within_a_place" 2 --place 3栋 --kind 防盗铁门 "${S[@]}" --out kind.pdf
prints "all_of_it" 8 --all "${S[@]}" --out all.pdf
check "a_name_of_two_keys_is_asked_back" 5 label print "3栋-2单元-1201 防盗铁门" "${S[@]}" --out no.pdf "${A[@]}"
check "an_unknown_class" 5 label print --class gold "${S[@]}" --out no.pdf "${A[@]}"
check "nothing_named" 5 label print "${S[@]}" --out no.pdf "${A[@]}"
check "neither_out_nor_preview" 2 label print --all "${S[@]}" "${A[@]}"

# ---- CSV ----
printf '名称,第几把\n3栋-2单元-1201 防盗铁门,2\n翠湖-生活水泵房,\n' >keys.csv
prints "a_csv_names_keys_and_copies" 2 --csv keys.csv "${S[@]}" --out csv.pdf
printf '地址\n3栋-2单元-1201\n' >homes.csv
prints "a_csv_of_addresses_means_the_bag_and_its_keys" 4 --csv homes.csv "${S[@]}" --out csv.pdf
printf 'item\n%s\n' "$DOOR" >in.csv
"$CUSTODY" label print --csv - "${S[@]}" --out csv.pdf "${A[@]}" <in.csv >out 2>err && ok "a_csv_on_standard_input" || not_ok "a_csv_on_standard_input"
iconv -f UTF-8 -t GB18030 keys.csv >gb.csv
prints "a_csv_in_gb18030" 2 --csv gb.csv "${S[@]}" --out csv.pdf
printf 'item\n%s\nK-0000-0000-11\n%s\n' "$DOOR" "$PUMP" >bad.csv
mark
check "a_bad_row_stops_the_job" 1 label print --csv bad.csv "${S[@]}" --out no.pdf "${A[@]}"
says "and_is_named_by_its_line" "line 3 of bad.csv" err
nothing "a_bad_row_prints_and_records_nothing"
printf '名称\n3栋-9单元-1\n' >none.csv
check "a_row_that_names_nothing" 5 label print --csv none.csv "${S[@]}" --out no.pdf "${A[@]}"
says "is_named_by_its_line_too" "line 2 of none.csv" err
printf '颜色\n红\n' >head.csv
check "headings_without_a_key" 1 label print --csv head.csv "${S[@]}" --out no.pdf "${A[@]}"
check "a_csv_that_is_not_there" 5 label print --csv missing.csv "${S[@]}" --out no.pdf "${A[@]}"
nothing "none_of_them_left_anything"

# ---- printing is an act ----
was=$(generation "$DOOR")
prints "a_reprint" 1 "$DOOR" "${S[@]}" --out one.pdf
holds "raises_the_generation" test "$(generation "$DOOR")" != "$was"
mark
check "who_may_not_print_is_refused" 4 label print "$DOOR" "${S[@]}" --out no.pdf --yes "${KEYS[@]}" --as sun
nothing "a_refused_act_prints_nothing"
echo before >kept.pdf
mark
check "a_refusal_over_an_old_file" 4 label print "$DOOR" "${S[@]}" --out kept.pdf --yes "${KEYS[@]}" --as sun
says "the_old_file_stands" before kept.pdf
check "without_anybody_who_acts" 2 label print "$DOOR" "${S[@]}" --out no.pdf
check "elsewhere_nobody_signs_a_printing" 2 label print "$DOOR" "${S[@]}" --out no.pdf --prepare req "${A[@]}"
check "a_dry_run" 0 label print "$DOOR" "${S[@]}" --out no.pdf --dry-run "${A[@]}"
nothing "a_dry_run_prints_and_records_nothing"
check "a_preview_wants_no_credential" 0 label print --all "${S[@]}" --preview first.png
holds "it_is_a_picture" bash -c 'head -c 4 first.png | grep -q PNG'
rm -f first.png
nothing "and_records_nothing"

# ---- what stands on a label ----
if command -v pdftotext >/dev/null; then
    text() { pdftotext -layout "$1" - >text 2>/dev/null; }
    prints "a_whole_sheet" 8 --all "${S[@]}" --out all.pdf
    text all.pdf
    for words in 3栋-2单元 12楼-1201房 防盗铁门 信报箱 天台门 负1层-B101房 8楼-801房 生活水泵房 业主 公共 设备 1/2 2/2; do
        says "a_label_says_$words" "$words" text
    done
    holds "never_the_name_of_the_estate" bash -c '! grep -q 翠湖 text'
    holds "never_a_unit_without_a_number" bash -c '! grep -q -e "-单元" text'
    holds "never_an_owner" bash -c '! grep -qE "王业主|13800000000" text'
    holds "the_code_for_people" grep -q "K-${DOOR:1:4}-${DOOR:5:4}-" text
    prints "a_blind_profile" 8 --all "${S[@]}" --profile blind --phone 0571-88880000 --out blind.pdf
    text blind.pdf
    holds "has_no_address" bash -c '! grep -qE "栋|房|天台" text'
    says "but_a_telephone_for_finders" 0571-88880000 text
    says "and_the_word_of_its_class" 业主 text
    holds "and_is_recorded_as_such" bash -c 'case "'"$(generation "$DOOR")"'" in *" blind fob-22x32") ;; *) exit 1 ;; esac'
    prints "one_class_blind_the_others_not" 8 --all "${S[@]}" --blind owner --out mixed.pdf
    text mixed.pdf
    holds "the_pump_room_is_named" grep -q 生活水泵房 text
    holds "the_home_is_not" bash -c '! grep -q 1201房 text'
    check "a_blind_class_that_there_is_not" 5 label print --all "${S[@]}" --blind gold --out no.pdf "${A[@]}"
    first() { text "$1"; grep -oE '[KR]-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}' text | head -1 | tr -d -; }
    # roll stocks: a page a label, so the first page has the first one
    prints "in_the_order_given" 2 "$PUMP" "$DOOR" --order given --stock thermal-40x30 --format pdf --out order.pdf
    holds "the_first_named_is_the_first" bash -c "[[ $(first order.pdf) == $PUMP* ]]"
    prints "in_the_order_of_addresses" 2 "$PUMP" "$DOOR" --order address --stock thermal-40x30 --format pdf --out order.pdf
    holds "the_home_comes_first" bash -c "[[ $(first order.pdf) == $DOOR* ]]"
    prints "in_the_order_of_codes" 2 "$PUMP" "$DOOR" --order code --stock thermal-40x30 --format pdf --out order.pdf
    holds "the_lower_code_comes_first" bash -c "[[ $(first order.pdf) == $(printf '%s\n' "$PUMP" "$DOOR" | sort | head -1)* ]]"
else
    echo "ok words_of_a_label # SKIP no pdftotext"
fi
check "an_unknown_order" 2 label print "$DOOR" "${S[@]}" --order luck --out no.pdf "${A[@]}"
check "an_unknown_profile" 2 label print "$DOOR" "${S[@]}" --profile naked --out no.pdf "${A[@]}"
check "a_colour_of_a_class" 0 label print "$DOOR" "${S[@]}" --class-colour owner=#c00000 --out one.pdf "${A[@]}"
check "a_colour_of_a_class_that_there_is_not" 5 label print "$DOOR" "${S[@]}" --class-colour gold=#c00000 --out no.pdf "${A[@]}"
check "a_colour_that_is_none" 2 label print "$DOOR" "${S[@]}" --class-colour owner=red --out no.pdf "${A[@]}"

# ---- cards, plain labels ----
check "a_card_wants_a_tag_first" 5 label print --person sun --stock person-card --out card.pdf "${A[@]}"
check "a_tag_for_sun" 0 person tag sun "${A[@]}"
prints "a_persons_card" 1 --person sun --stock person-card --out card.pdf
OWNER=$("$CUSTODY" party list --json | grep -o 'P[0-9A-Z]\{8\}' | head -1)
prints "a_partys_card" 1 --party "$OWNER" --stock person-card --out card.pdf
if command -v pdftotext >/dev/null; then
    text card.pdf
    holds "has_neither_name_nor_home" bash -c '! grep -qE "王业主|1201|138" text'
fi
mark
printf '编码,内容\nA-1,档案架\nA-2,档案架\n' >shelf.csv
sed -i 's/编码/号/' shelf.csv
check "words_of_a_csv_on_a_stock_without_a_code" 0 label print --csv shelf.csv --stock hook --out shelf.pdf
rm -f shelf.pdf shelf.csv
nothing "are_no_tags_and_no_act"
printf '颜色\n红\n' >head.csv
check "a_field_that_no_label_has" 1 label print --csv head.csv --stock hook --out shelf.pdf
says "names_the_column" 颜色 err

# ---- blank tags ----
check "blank_tags" 0 label blanks --class K --count 3 "${S[@]}" --first 41 --out blanks.pdf "${A[@]}"
check "are_listed_until_somebody_claims_them" 0 label unclaimed --json
holds "three_of_them" python3 -c 'import json; assert len(json.load(open("out"))) == 3'
BLANK=$(grep -o 'K[0-9A-Z]\{8\}' out | head -1)
if command -v pdftotext >/dev/null; then
    text blanks.pdf
    says "with_a_running_number" 0043 text
    holds "and_the_code_for_people" grep -q "K-${BLANK:1:4}-" text
fi
check "a_blank_is_claimed" 0 key add 备用 --item "$BLANK" --desk front --lock 3-2-R --copy 2 --as zhao --with qian --yes "${KEYS[@]}"
check "and_is_a_blank_no_more" 0 label unclaimed --json
holds "two_are_left" python3 -c 'import json; assert len(json.load(open("out"))) == 2'
check "its_next_tag" 0 label print "$BLANK" "${S[@]}" --out one.pdf "${A[@]}"
holds "is_its_second" bash -c '[[ "'"$(generation "$BLANK")"'" == "2 "* ]]'
mark
check "blanks_of_persons_there_are_not" 2 label blanks --class P --count 3 "${S[@]}" --out no.pdf "${A[@]}"
check "a_thousand_blanks_are_the_most" 2 label blanks --class K --count 1001 "${S[@]}" --out no.pdf "${A[@]}"
check "a_blank_without_a_code_is_none" 1 label blanks --class K --count 1 --stock hook --out no.pdf "${A[@]}"
check "who_may_not_print_blanks" 4 label blanks --class K --count 3 "${S[@]}" --out no.pdf --yes "${KEYS[@]}" --as sun
nothing "refused_blanks_leave_nothing"

# ---- positions, formats ----
check "the_last_free_cell" 0 label print "$MAIN" "$PUMP" "${S[@]}" --start 72 --json --out start.pdf "${A[@]}"
says "goes_on_on_the_next_sheet" '"sheets":2' out
check "three_copies" 0 label print "$MAIN" "${S[@]}" --copies 3 --start 71 --json --out start.pdf "${A[@]}"
says "are_three_labels" '"sheets":2' out
mark
check "a_start_off_the_sheet" 2 label print "$MAIN" "${S[@]}" --start 73 --out no.pdf "${A[@]}"
check "a_hundred_copies" 2 label print "$MAIN" "${S[@]}" --copies 100 --out no.pdf "${A[@]}"
check "an_unknown_format" 2 label print "$MAIN" "${S[@]}" --format docx --out no.pdf "${A[@]}"
check "an_unknown_stock" 5 label print "$MAIN" --stock fob-1x1 --out no.pdf "${A[@]}"
check "an_unknown_printer" 5 label print "$MAIN" "${S[@]}" --printer daisy --out no.pdf "${A[@]}"
check "sheets_are_not_for_thermal_printers" 1 label print "$MAIN" "${S[@]}" --format zpl --out no.zpl "${A[@]}"
sed 's/^w = 22/w = 400/' "$ROOT/labels/fob-22x32.label" >bad.label
mark
check "a_stock_that_cannot_be_printed" 1 label print "$MAIN" --stock ./bad.label --out no.pdf "${A[@]}"
nothing "none_of_these_left_or_recorded_anything"
T=(--stock thermal-40x30)
for format in pdf svg png pbm tspl zpl; do
    check "a_label_as_$format" 0 label print "$MAIN" "${T[@]}" --format $format --out one.$format "${A[@]}"
done
for format in pdf svg png pbm tspl zpl; do
    check "a_label_by_the_name_of_its_file_$format" 0 label print "$MAIN" "${T[@]}" --out named.$format "${A[@]}"
    holds "is_as_$format" bash -c '[ "$(head -c 4 named.'$format' | od -c)" = "$(head -c 4 one.'$format' | od -c)" ]'
done
check "another_ending_is_a_pdf" 0 label print "$MAIN" "${T[@]}" --out one.of.them "${A[@]}"
holds "indeed" bash -c 'head -c 5 one.of.them | grep -q "%PDF-"'
holds "each_in_its_own_format" bash -c 'head -c 4 one.pdf | grep -q PDF && grep -q "<svg" one.svg &&
    head -c 4 one.png | grep -q PNG && head -c 2 one.pbm | grep -q P4 &&
    head -c 4 one.tspl | grep -q SIZE && grep -qa "\^XA" one.zpl'
check "a_printer_profile_says_the_language" 0 label print "$MAIN" "${T[@]}" --printer tspl-203 --out one.tspl "${A[@]}"
holds "in_its_language" bash -c 'head -c 4 one.tspl | grep -q SIZE'
check "several_pictures" 0 label print "$MAIN" "$PUMP" "${T[@]}" --format png --out many.png "${A[@]}"
holds "are_several_files" bash -c 'ls many*1.png many*2.png'
check "a_test_sheet" 0 label test-sheet "${T[@]}" --printer zpl-203 --out test.zpl
holds "for_the_printer" grep -qa "\^XA" test.zpl

# ---- reading back ----
"$CUSTODY" label verify one.png "${T[@]}" >out 2>err
if [ $? = 6 ]; then
    mark
    check "without_zbar_nothing_is_said_to_be_checked" 6 label print --all "${S[@]}" --verify --out no.pdf "${A[@]}"
    says "and_the_sentence_says_why" "without zbar" err
    nothing "nor_printed"
    echo "ok reading_back # SKIP built without zbar"
else
    check "before_it_is_printed_it_is_decoded" 0 label print --all "${S[@]}" --verify --out all.pdf "${A[@]}"
    check "a_picture_is_read_back" 3 label verify one.png "${T[@]}" --json
    says "and_an_older_tag_is_told_as_such" "superseded" out
    prints "the_newest" 9 --all "${S[@]}" --format png --out sheet.png
    check "a_sheet_is_read_cell_by_cell" 0 label verify sheet.png "${S[@]}" --json --count 9
    holds "with_names_and_places" python3 -c '
import json; rows = json.load(open("out"))
assert len(rows) == 9 and rows[0]["page"] == rows[0]["row"] == rows[0]["column"] == 1
assert any("生活水泵房" in r["label"] for r in rows) and not any(r["problem"] for r in rows)'
    check "one_is_missing" 3 label verify sheet.png "${S[@]}" --count 10
    check "a_picture_of_another_shape" 1 label verify one.png "${S[@]}"
    check "what_is_no_picture" 1 label verify keys.csv "${T[@]}"
    check "a_picture_that_is_not_there" 5 label verify missing.png "${T[@]}"
fi

# ---- a printer on the network ----
cat >printer.py <<'PY'
import socket, sys
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(1)
print(server.getsockname()[1], flush=True)
client, _ = server.accept()
limit, got = int(sys.argv[1]), b""
while limit == 0 or len(got) < limit:
    part = client.recv(4096)
    if not part:
        break
    got += part
if limit:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
client.close()
open("got", "wb").write(got)
PY
start_printer() { # LIMIT: bytes until it hangs up, 0: takes everything
    rm -f port got
    python3 printer.py "$1" >port &
    PRINTER=$!
    for _ in $(seq 100); do
        [ -s port ] && break
        sleep 0.05
    done
}
start_printer 0
check "a_network_printer" 0 label print "$ROOF" "${T[@]}" --printer zpl-203 --out "tcp://127.0.0.1:$(cat port)" "${A[@]}"
wait "$PRINTER"
holds "has_the_whole_label" bash -c 'grep -qa "\^XA" got && grep -qa "\^XZ" got'
mark
check "a_printer_that_is_off" 1 label print "$ROOF" "${T[@]}" --printer zpl-203 --out "tcp://127.0.0.1:$(cat port)" "${A[@]}"
nothing "is_found_before_anything_is_recorded"
start_printer 2000
prints_before=$(size)
check "a_printer_that_hangs_up" 1 label print --all --copies 99 "${T[@]}" --printer tspl-203 --out "tcp://127.0.0.1:$(cat port)" "${A[@]}"
wait "$PRINTER"
says "the_sentence_says_what_stands" "recorded all the same" err
holds "the_act_stands" test "$(size)" -gt "$prints_before"
check "no_address" 1 label print "$ROOF" "${T[@]}" --printer zpl-203 --out tcp:// "${A[@]}"

# ---- full disks, and characters that no font has ----
"$CUSTODY" label print "$ROOF" "${T[@]}" --printer zpl-203 --out - "${A[@]}" >dash 2>err
holds "to_standard_output" bash -c 'grep -qa "\^XA" dash && ! grep -qa label dash'
"$CUSTODY" label print "$ROOF" "${T[@]}" --printer zpl-203 --out - "${A[@]}" >/dev/full 2>err
code=$?
holds "a_full_standard_output_fails" test "$code" = 1
says "and_says_that_the_act_stands" "recorded all the same" err
check "a_device_is_no_file" 1 label print "$ROOF" "${T[@]}" --printer zpl-203 --out /dev/full "${A[@]}"
mark
(
    trap '' XFSZ
    ulimit -f 8
    "$CUSTODY" label print --all "${S[@]}" --out full.pdf "${A[@]}" >out 2>err
    echo $? >code
)
holds "a_full_disk_fails" test "$(cat code)" = 1
rm -f code
nothing "a_full_disk_leaves_and_records_nothing"
check "no_such_directory" 1 label print "$ROOF" "${S[@]}" --out nowhere/no.pdf "${A[@]}"
check "a_name_that_no_font_can_write" 0 key add "10栋-801 𰀀房" --desk front --lock 801-A --copy 3 --as zhao --with qian --yes "${KEYS[@]}"
ODD=$(key "10栋-801 𰀀房" 3)
mark
check "is_never_printed_as_a_box" 1 label print --all "${S[@]}" --out no.pdf "${A[@]}"
says "and_the_record_is_named" "$ODD" err
nothing "nor_recorded"

for _ in $(seq 31); do
    echo "label print $DOOR --stock thermal-40x30 --out one.pdf --as zhao"
done >lines.txt
"$CUSTODY" batch lines.txt "${KEYS[@]}" >out 2>err
says "a_tag_is_printed_31_times_at_most" "register the thing anew" err

holds "nothing_is_left_beside_any_output" bash -c '! ls -A | grep -q part'
check "after_all_this_the_site_verifies" 0 ledger check
finish
