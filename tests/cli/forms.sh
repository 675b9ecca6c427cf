#!/bin/bash
# The forms of the regulation from a small office: each in three formats, an office's own form,
# and what is refused.
. "$(dirname "$0")/common.bash"
export CUSTODY_LABELS=$ROOT/labels
office

batch "a_register_is_made" <<'LINES'
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
lock add 3-2-12-1201-A --kind antitheft --label 3栋-2单元-1201-防盗铁门 --place 3-2-12-1201 --as zhao --with qian
lock add 3-2-12-1201-I --kind inner --label 3栋-2单元-1201-室内门 --place 3-2-12-1201 --as zhao --with qian
key add 天台门 --desk front --lock 3-R --as zhao --with qian
key add 天台门 --desk front --lock 3-R --copy 2 --as zhao --with qian
key add 1201防盗铁门 --desk front --lock 3-2-12-1201-A --ring 3栋-2单元-1201 --new-ring --as zhao --with qian
key add 1201室内门 --desk front --lock 3-2-12-1201-I --ring 3栋-2单元-1201 --as zhao --with qian
party add --name 王业主 --relation owner --unit 3栋-2单元-1201 --as zhao
LINES
"$CUSTODY" party list --json >out 2>err
OWNER=$(grep -o 'P[0-9A-Z]\{8\}' out | head -1)
"$CUSTODY" key list --json >out 2>err
ROOFS=$(grep -o '"K[0-9A-Z]\{8\}"' out | tr -d '"' | while read -r key; do
    "$CUSTODY" key show "$key" --json | grep -q 天台门 && echo "$key"; done)
ROOF=$(echo "$ROOFS" | head -1)
SECOND=$(echo "$ROOFS" | tail -1)
LAST_SPARE="--accept last-spare=only_one"
batch "a_day_is_entered" <<LINES
key lend $ROOF --to sun --due +4h --purpose repair --for WO-17 --as zhao --with sun $LAST_SPARE
key chase $ROOF --channel phone --result promised --promised +2h --as zhao
key return $ROOF --by sun --as zhao --with sun
key lend $ROOF --to sun --due +4h --purpose inspection --for =1+1 --as zhao --with sun $LAST_SPARE
party authorise $OWNER --place 3栋-2单元-1201 --letter WT-1 --scope lend --end +30d --as zhao --with qian
LINES

# ---- every form there is, in every format ----

check "the_forms_are_listed" 0 report forms --lang zh
says "with_their_rule_and_title" "K4    钥匙借用登记表" out
"$CUSTODY" report forms --json >forms.json 2>err
NAMES=$(sed -n 's/.*"name": "\([a-z-]*\)".*/\1/p' forms.json)
holds "there_is_one_for_each_file" [ "$(echo "$NAMES" | wc -l)" = "$(ls "$ROOT"/labels/forms/*.form | wc -l)" ]
for name in $NAMES; do
    desk=
    [ "$name" = custody ] && desk="--desk front"
    for format in pdf xlsx csv; do
        # shellcheck disable=SC2086
        "$CUSTODY" report form "$name" $desk --out "f-$name.$format" --lang zh >out 2>err ||
            not_ok "form_${name}_as_$format"
    done
    title=$(sed -n 's/^title = //p' "$ROOT/labels/forms/$name.form")
    if python3 "$ROOT/tests/label/xlsx_csv.py" "f-$name.xlsx" "f-$name.csv" \
        "$ROOT/labels/forms/$name.form" >out 2>err &&
        pdftotext "f-$name.pdf" - 2>err | tr -d ' ' >out && grep -qF "$title" out &&
        grep -q "第1页共1页" out && grep -q "账本校验码" out &&
        ! pdffonts "f-$name.pdf" | tail -n +3 | grep -v " yes yes yes "; then
        ok "form_$name"
    else
        not_ok "form_$name"
    fi
done

says "the_register_has_the_keys" "3栋-2单元-1201" f-register.csv
holds "each_on_a_line" [ "$(wc -l <f-register.csv)" = 5 ]
holds "the_list_of_a_hand_over_has_the_ring_too" [ "$(wc -l <f-custody.csv)" = 6 ]
says "codes_are_words" "公共区域门窗钥匙" f-register.csv
says "a_loan_says_for_what" "维修" f-loans.csv
says "a_text_that_looks_like_a_formula_is_guarded" ",'=1+1," f-loans.csv
holds "a_loan_that_came_back_has_both_times" \
    grep -qE '^1,20[0-9]{2}-[0-9-]{5} [0-9:]{5},[^,]*,1,sun,维修,WO-17,.*,20[0-9]{2}-[0-9-]{5} [0-9:]{5},sun,zhao,' f-loans.csv
holds "one_that_is_out_has_no_return" grep -q '^2,.*,zhao,.*,0,,,,,,,' f-loans.csv
says "a_chase_says_how_and_what_came_of_it" "电话,答应归还" f-chases.csv

batch "the_owner_signs_for_his_keys" <<LINES
key handover 1201防盗铁门 1201室内门 --to $OWNER --place 3栋-2单元-1201 --document id_card --receipt paper --slip JF-1 --as zhao
LINES
check "the_hand_over_is_on_the_form" 0 report form handover --out h.csv --lang zh
holds "with_the_id_of_the_owner_alone" bash -c '! grep -q 王业主 h.csv && grep -q '"$OWNER"' h.csv'
check "for_a_purpose_that_is_recorded" 0 report form handover --out h.csv --lang zh --purpose inspection --as qian "${KEYS[@]}" --yes
says "with_the_name_from_the_vault_and_the_id" "王业主($OWNER)" h.csv
check "the_record_is_there" 0 privacy list --json
says "of_this_owner" "$OWNER" out
says "a_line_for_each_kind" "防盗铁门,1" h.csv
says "and_the_papers_seen" "身份证" h.csv
check "as_json_it_has_the_id_alone" 0 report form handover --json
holds "no_name_in_the_json" bash -c '! grep -q 王业主 out && grep -q '"$OWNER"' out'

# ---- late and corrected ----

HOUR=$(date -u +%Y-%m-%dT%H)
at() { date -u -d "$HOUR:00Z + $1 hours" +%Y-%m-%dT%H:%M:%SZ; }
at 48 >clock
export CUSTODY_CLOCK=$HERE/clock
batch "a_loan_of_the_day_before_is_entered_late_and_corrected" <<LINES
key lend $SECOND --to sun --due $(at 52) --purpose repair --for WO-9 --as zhao --with sun --event-at $(at 24) --late power_cut $LAST_SPARE --accept holder-overdue=urgent
correct @key.lend --reason entry_error --as zhao --with qian
LINES
check "it_stands_in_the_time_of_its_event" 0 report form loans --from "$(at 12)" --to "$(at 36)" --out late.csv --lang zh
holds "late_and_with_the_number_of_its_correction_and_no_return" \
    grep -qE '^1,.*,WO-9,.*,0,,,,,,是,[0-9]+' late.csv
check "and_not_in_the_time_of_its_entry" 0 report form loans --from "$(at 36)" --out late.csv
holds "there_is_nothing" [ "$(wc -l <late.csv)" = 1 ]

# ---- what is asked for ----

check "a_time_without_loans_is_empty" 0 report form loans --to 2020-01-01 --out empty.csv
holds "but_for_the_head" [ "$(wc -l <empty.csv)" = 1 ]
check "an_empty_form_is_a_page" 0 report form loans --to 2020-01-01 --out empty.pdf
check "a_place_has_the_loans_of_its_keys" 0 report form loans --place 3栋 --out place.csv
holds "all_three" [ "$(wc -l <place.csv)" = 4 ]
check "another_place_has_none" 0 report form loans --place 3栋-2单元-1201 --out place.csv
holds "indeed" [ "$(wc -l <place.csv)" = 1 ]
check "another_desk_has_none" 0 report form loans --desk eng --out place.csv
holds "indeed_not" [ "$(wc -l <place.csv)" = 1 ]
"$CUSTODY" report form loans --format csv --out - >stdout.csv 2>err
"$CUSTODY" report form loans --out file.csv >out 2>err
holds "standard_output_has_the_file_and_no_more" cmp stdout.csv file.csv
check "english_has_english_pages" 0 report form loans --out en.pdf --lang en
holds "page_1_of_1" bash -c 'pdftotext en.pdf - | grep -q "page 1 of 1"'

# ---- an office's own form ----

cat >own.form <<'FORM'
[form]
title = 外借登记（本公司）
rule = QR-07
read = form.loans
page = portrait
sign = 部门经理

[where]
class = public

[columns]
receiver = 20, text, 领钥人
label = 30, text, 什么钥匙
- = 20, text, 签名
n = 5, number, 行
FORM
check "an_own_form_is_taken" 0 report form ./own.form --out own.csv
holds "in_its_order_under_its_titles" bash -c 'head -1 own.csv | grep -q "领钥人,什么钥匙,签名,行"'
holds "with_its_rows" [ "$(wc -l <own.csv)" = 4 ]
check "as_pages_too" 0 report form own.form --out own.pdf
holds "under_its_title" bash -c 'pdftotext own.pdf - | grep -q "外借登记（本公司）"'
holds "upright" bash -c 'pdfinfo own.pdf | grep -q "Page size:  *595"'

refuse() {
    local name=$1 code=$2 text=$3
    shift 3
    echo before >kept
    check "$name" "$code" report form "$@" --out kept --format csv
    says "${name}_says_why" "$text" err
    holds "${name}_keeps_the_file" grep -qx before kept
}
sed 's/^label =/nobody =/' own.form >member.form
refuse "an_unknown_member_is_refused_by_line" 1 "line 13: form.loans has no member \"nobody\"" ./member.form
sed 's/^read = .*/read = form.nothing/' own.form >read.form
refuse "an_unknown_read_is_refused_by_line" 1 "line 4: there is no read \"form.nothing\"" ./read.form
sed 's/^class =/colour =/' own.form >where.form
refuse "an_unknown_question_is_refused_by_line" 1 "line 9: form.loans is not asked with \"colour\"" ./where.form
sed 's/^n = 5/n = much/' own.form >width.form
refuse "a_bad_width_is_refused_by_line" 1 "line 15: a width" ./width.form
refuse "a_form_that_is_not_there" 5 "there is no form" nothing
refuse "a_place_for_a_form_without" 2 "--place" shifts --place 3栋
refuse "a_time_that_is_none" 2 "--from" loans --from yesterdayish
check "a_format_that_is_none" 2 report form loans --out x.docx
check "no_file_at_all" 2 report form loans
check "a_directory_that_is_not_there" 1 report form loans --out no/such/f.pdf

# ---- a full disk ----

for format in pdf xlsx csv; do
    "$CUSTODY" report form register --format $format --out - >/dev/full 2>err
    [ $? = 1 ] && ok "full_standard_output_$format" || not_ok "full_standard_output_$format"
done
echo before >kept.csv
(trap '' XFSZ; ulimit -f 0; exec "$CUSTODY" report form register --out kept.csv) >out 2>err </dev/null
[ $? = 1 ] && ok "full_disk_is_a_failure" || not_ok "full_disk_is_a_failure"
holds "full_disk_keeps_the_file" grep -qx before kept.csv
holds "full_disk_leaves_no_other" [ -z "$(find . -maxdepth 1 -name '*kept.csv*' ! -name kept.csv)" ]

finish
