#!/bin/bash
# The reads and forms of folders after real acts: filed, consulted, lent without what is
# personal, returned damaged; each form in three formats.
. "$(dirname "$0")/common.bash"
export CUSTODY_LABELS=$ROOT/labels
office

batch "a_register_of_folders_is_made" <<'LINES'
person grant zhao archive_custodian --as li --with wang --sheet S-1
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3栋 --as zhao --with qian
place add 3-2-9-901 --kind home --label 3栋-2单元-901 --parent 3栋 --as zhao --with qian
storage add 架1 --kind shelf --place 3栋 --as zhao
storage add 盒1 --kind box --within 架1 --as zhao
folder open 1201业主档案 --class owner --place 3栋-2单元-1201 --box 盒1 --as zhao
folder open 901业主档案 --class owner --place 3栋-2单元-901 --box 盒1 --as zhao
folder file 1201业主档案 --paper kind=fire_safety,pages=4,original --paper kind=id_card,pages=1,copy,with=owner --paper kind=move_in_notice,pages=2,original --as zhao
folder file 901业主档案 --paper kind=owner_form,pages=2,original --as zhao
LINES
check "the_gaps_are_the_checklists" 0 folder gaps 1201业主档案 --lang zh
says "with_what_must_be_there" "业主情况登记表" out
check "a_box_is_in_the_order_of_its_homes" 0 folder shelf 盒1
holds "floor_9_before_floor_12" bash -c 'grep -n 业主档案 out | head -1 | grep -q 901'

batch "papers_are_asked_for_lent_and_read" <<'LINES'
request open 1201业主档案 --for folder.lend --receiver sun --purpose repair --end +3d --as sun
request approve @request.open --as wang
folder lend 1201业主档案 --to sun --due +1d --purpose repair --for 工程部 --approval @request.approve --as zhao --with sun
folder consult 901业主档案 --to sun --purpose repair --for 工程部 --as zhao --with sun
LINES
check "what_is_lent_is_listed" 0 folder loans
says "with_who_has_it" "sun" out
# slip_of ACT: the slip of the newest act of this kind.
slip_of() {
    "$CUSTODY" slip "$("$CUSTODY" ledger log --limit 1000 --json | python3 -c 'import json, sys
print(max(r["idx"] for r in json.load(sys.stdin) if r["act"] == sys.argv[1] + "/1"))' "$1")" "${@:2}" --lang zh
}
slip_of folder.lend >slip 2>err
says "the_slip_of_a_loan_has_its_name" "文件借阅单" slip
holds "and_each_paper_with_its_pages" bash -c 'tr -d " \n" <slip | grep -q "3入伙通知书([0-9]*页,完好)"'
holds "and_what_is_not_lent" bash -c 'tr -d " \n" <slip | grep -q "不外借件:.*身份证复印件"'
slip_of folder.consult >slip 2>err
says "the_slip_of_a_reading" "档案查阅单" slip
says "with_the_folder" "901业主档案" slip
holds "which_is_no_key" bash -c '! grep -q 钥匙 slip'
check "the_register_of_loans_is_printed" 0 report form lendings --out l.csv --lang zh
says "with_each_paper" "消防安全责任书、3 入伙通知书" l.csv
says "and_what_stays" "身份证复印件" l.csv
says "and_who_approved" "wang" l.csv
batch "one_comes_back_damaged" <<'LINES'
folder return 1201业主档案 --paper 1 --condition damaged --by sun --as zhao --with sun
LINES
check "the_register_says_so" 0 report form lendings --out l.csv --lang zh
says "in_a_word" "破损" l.csv
check "and_an_incident_is_open" 0 report form incidents --out i.csv --lang zh
says "of_damage" "资料缺损" i.csv
check "the_list_of_one_folder" 0 report form folder-papers --folder 1201业主档案 --out p.csv --lang zh
holds "has_its_papers_alone" [ "$(wc -l <p.csv)" = 4 ]
says "and_how_secret_they_are" "个人信息（不外借）" p.csv
check "the_changes_of_its_list" 0 report form inventory --folder 1201业主档案 --out v.csv --lang zh
holds "begin_with_the_filing" grep -q ',1,归档,' v.csv
check "the_list_of_a_box" 0 report form box --box 盒1 --out b.csv --lang zh
holds "has_both" [ "$(wc -l <b.csv)" = 3 ]
check "the_register_of_who_read" 0 report form consults --out c.csv --lang zh
says "names_the_folder" "901业主档案" c.csv
check "a_cover_is_over_the_pages" 0 report form folder-papers --folder 1201业主档案 --out p.pdf --lang zh
holds "with_what_all_rows_share" bash -c 'pdftotext p.pdf - | tr -d " " | grep -q "档号：1201业主档案"'
check "and_not_where_rows_differ" 0 report form folder-papers --out q.pdf --lang zh
holds "indeed_not" bash -c '! pdftotext q.pdf - | tr -d " " | grep -q "档号："'
for name in folder-papers inventory box consults lendings disposal destruction retention incidents; do
    for format in pdf xlsx csv; do
        "$CUSTODY" report form "$name" --out "f-$name.$format" --lang zh >out 2>err ||
            not_ok "form_${name}_as_$format"
    done
    holds "form_$name" python3 "$ROOT/tests/label/xlsx_csv.py" "f-$name.xlsx" "f-$name.csv" \
        "$ROOT/labels/forms/$name.form"
done

cat >own.form <<'FORM'
[form]
title = 清单
rule = A1
read = form.folder_papers
page = portrait
[cover]
colour = 颜色
[columns]
title = 20, text, 资料
FORM
check "a_cover_of_what_is_not_there_is_refused" 1 report form own.form --out kept.csv
says "with_its_line" "line 7" err
check "a_number_that_is_no_batchs_gives_no_lines" 0 report form destruction --number 无此 --out d.csv
holds "but_the_head" [ "$(wc -l <d.csv)" = 1 ]
check "a_folder_that_is_none" 5 report form folder-papers --folder 无此档案 --out d.csv
finish
