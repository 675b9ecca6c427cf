#!/bin/bash
# Slips of every act that hands things over, as text, sheets and rolls; emergency slips to fill
# in; the fingerprint card. Every code on every page is decoded: it is a checkpoint of this
# ledger and nothing else.
. "$(dirname "$0")/common.bash"
export CUSTODY_CLOCK=$HERE/clock SOURCE_DATE_EPOCH=1763863200
echo 2026-11-23T02:00:00Z >clock # a Monday, ten o'clock at the office
office
people wu he an arc

batch "an_office_is_furnished" <<'LINES'
person enrol wu --staff-no 1009 --role service_staff --credential local --as li --with wang
person enrol he --staff-no 1010 --role key_custodian --credential local --as li --with wang
person enrol an --staff-no 1011 --role duty --credential local --as li --with wang
person enrol arc --staff-no 1012 --role archive_custodian --credential local --as li --with wang
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-1201 --kind home --label 3栋-1201 --parent 3栋 --as zhao --with qian
place add 3-PD --kind room --label 3栋-泵房 --parent 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
lock add 3-A --kind antitheft --label 3栋-1201-防盗铁门 --place 3-1201 --as zhao --with qian
key add 天台门甲 --desk front --lock 3-R --as zhao --with qian
key add 天台门乙 --desk front --lock 3-R --copy 2 --as zhao --with qian
key add 1201甲 --desk front --lock 3-A --as zhao --with qian
key add 1201乙 --desk front --lock 3-A --copy 2 --as zhao --with qian
key add 1201丙 --desk front --lock 3-A --copy 3 --as zhao --with qian
party add --name 王业主 --relation owner --unit 3栋-1201 --as zhao
LINES
"$CUSTODY" party list --json >out 2>err
OWNER=$(grep -o 'P[0-9A-Z]\{8\}' out | head -1)
batch "things_change_hands" <<LINES
key lend 天台门甲 天台门乙 --to sun --due +4h --purpose repair --for WO-17 --as zhao --with sun --accept last-spare=only_one
key return 天台门甲 --by sun --as zhao --with sun
correct @key.return --reason other --as zhao --with qian
key escort 1201甲 --to wu --due +2h --purpose repair --for WO-1 --as zhao --with wu
key return 1201甲 --by wu --as zhao --with wu
tray issue 1201甲 1201乙 --to wu --as zhao --with wu
key handover 1201甲 --to $OWNER --place 3栋-1201 --document id_card --receipt paper --slip 1 --as wu
tray settle 1201乙 --from wu --desk front --as zhao --with wu
party authorise $OWNER --place 3栋-1201 --letter WT-1 --scope lend --end +30d --as wu --with qian
key deposit 1201甲 --from $OWNER --authorisation @party.authorise --slip 3 --as zhao
key withdraw 1201甲 --to $OWNER --receipt paper --slip 4 --as zhao
key seal 1201乙 --seal FC-1 --as zhao
key emergency 1201乙 --to wu --place 3栋-1201 --cause water_leak --seal FC-1 --called reached --called-party $OWNER --called-at now --desk front --as an --with wu
shift handover --from zhao --to he --desk front --open 9 --reason other --as zhao --with he
shift close --guard an --doors-locked --power-off --desk front --open 9 --reason other --as zhao --with an
custodian change --desk front --from zhao --to he --as zhao --with he --with qian
unit transfer 3栋-1201 --from $OWNER --to $OWNER --reason other --as arc --with zhao
slip issue --desk front --series ly --first 5 --last 44 --as zhao
slip issue --desk eng --series ly --first 45 --last 46 --as qian
LINES
act_of() { # the newest entry of that act, or the first
    "$CUSTODY" ledger log --json --limit 1000 | python3 -c '
import json, sys
entries = [r["idx"] for r in json.load(sys.stdin) if r["act"].split("/")[0] == sys.argv[1]]
print(min(entries) if sys.argv[2] == "first" else max(entries))' "$1" "${2:-newest}"
}

# ---- what is on them ----

# slip_has ACT TEXT...: the newest slip of that act says all this, as text and as a page.
slip_has() {
    local act=$1 idx name="slip_of_${1/./_}" text
    shift
    idx=$(act_of "$act")
    if ! "$CUSTODY" slip "$idx" --lang zh >"$act.txt" 2>err ||
        ! "$CUSTODY" slip "$idx" --lang zh --out "$act.pdf" >out 2>err; then
        not_ok "$name"
        return
    fi
    pdftotext -raw "$act.pdf" - | tr -d ' \n' >"$act.page"
    tr -d ' \n' <"$act.txt" >"$act.flat"
    for text in "$@"; do
        if ! grep -qF -- "$text" "$act.flat" || ! grep -qF -- "$text" "$act.page"; then
            not_ok "$name (no \"$text\")"
            return
        fi
    done
    ok "$name"
}
slip_has key.lend 钥匙借出单 客服前台 "sun" 维修 WO-17 "钥匙(2)" 1.天台门乙 2.天台门甲 领用人 2026-11-2314:00
slip_has key.escort 陪同开门单 wu 维修 1201甲
slip_has tray.issue 发放钥匙领用单 "钥匙(2)"
slip_has key.handover 业主钥匙签收单 "王业主($OWNER)" 3栋-1201 身份证 纸质签字 签收人
slip_has tray.settle 发放钥匙清还单 1201乙
slip_has key.deposit 钥匙托管收据 "王业主($OWNER)" 1201甲
slip_has key.withdraw 托管钥匙交还单 "王业主($OWNER)" 托管人
slip_has key.emergency 应急取用钥匙单 3栋-1201 漏水 wu FC-1 已联系上 在场第二人 批准人
slip_has shift.handover 交接班单 zhao he 日常钥匙板 未还 逾期 封存 差异原因 交班人 接班人
slip_has shift.close 下班交接单 an 门窗锁闭 电源关闭
slip_has custodian.change 钥匙保管移交单 zhao he 件数 清单校验 监交人
slip_has unit.transfer 房屋钥匙变更单 3栋-1201
slip_has slip.issue 应急登记单领用单 ly 45 46
slip_has place.add 登记事项单 3栋-泵房
slip_has key.return 钥匙归还单
check "the_slip_of_a_corrected_act" 0 slip "$(act_of key.return first)" --lang zh
says "says_so" 已更正于 out
holds "a_loan_that_stands_does_not" bash -c '! grep -q 已更正 key.lend.txt'
holds "codes_are_words" bash -c '! sed "/签署内容/,\$d" key.lend.txt key.emergency.txt | grep -qE "repair|front|water_leak|reached"'
check "a_slip_in_english" 0 slip --act "$(act_of shift.close)" --lang en
LEND=$(act_of key.lend)

says "an_accepted_warning_is_said_in_words" "已知悉的提示：仅剩备用 (" key.lend.txt
[ -n "${SLIPS_KEEP:-}" ] && cp -r . "$SLIPS_KEEP"
# ---- papers ----

for paper in a5 a4x2 roll58 roll80; do
    check "a_loan_on_$paper" 0 slip "$LEND" --paper $paper --out $paper.pdf --lang zh
    check "a_picture_of_$paper" 0 slip "$LEND" --paper $paper --out $paper.png --lang zh
done
size() { pdfinfo "$1" | sed -n 's/^Page size: *\([0-9]*\)[.0-9]* x \([0-9]*\).*/\1x\2/p'; }
holds "papers_have_their_sizes" [ "$(size a5.pdf) $(size a4x2.pdf)" = "419x595 841x595" ]
holds "rolls_have_their_widths" bash -c 'case "'"$(size roll58.pdf) $(size roll80.pdf)"'" in 164x*\ 226x*) ;; *) exit 1 ;; esac'
pdftotext -x 0 -y 0 -W 420 -H 595 a4x2.pdf left.txt
pdftotext -x 421 -y 0 -W 420 -H 595 a4x2.pdf right.txt
holds "the_two_copies_are_equal" cmp left.txt right.txt
holds "and_not_empty" grep -q 天台门甲 left.txt

# ---- codes ----

if command -v zbarimg >/dev/null; then
    "$CUSTODY" ledger checkpoint --out head.txt >out 2>err
    for act in key.lend key.return key.handover key.deposit key.emergency shift.handover slip.issue; do
        pdftoppm -r 300 -png "$act.pdf" "$act"
    done
    found=0
    for picture in a5.png a4x2.png roll58.png roll80.png key.*.png shift.*.png slip.*.png; do
        zbarimg -q --raw -Sbinary "$picture" >codes 2>err
        for copies in 1 2; do
            yes head.txt | head -$copies | xargs cat >wanted
            cmp -s codes wanted && found=$((found + 1))
        done
    done
    holds "every_code_is_this_ledgers_checkpoint" [ "$found" = 11 ]
else
    echo "skipped: no zbarimg"
fi

# ---- the same again, and what is refused ----

check "a_slip_again" 0 slip "$LEND" --paper a5 --out again.pdf --lang zh
holds "the_same_bytes" cmp a5.pdf again.pdf
"$CUSTODY" slip "$LEND" --format pdf --out - --lang zh >piped.pdf 2>err
holds "to_standard_output" cmp a5.pdf piped.pdf
check "a_text_into_a_file" 0 slip "$LEND" --out slip.txt --lang zh
holds "it_is_the_text" cmp slip.txt key.lend.txt
check "an_unknown_paper" 2 slip "$LEND" --paper a3 --out x.pdf
check "an_unknown_format" 2 slip "$LEND" --out x.doc
check "a_page_wants_a_file" 2 slip "$LEND" --format pdf
check "a_text_has_no_paper" 2 slip "$LEND" --paper roll58
check "too_coarse_a_picture" 2 slip "$LEND" --out x.png --dpi 100
check "no_act" 2 slip
check "two_acts" 2 slip "$LEND" --act "$LEND"
check "an_entry_that_is_not_there" 5 slip 9999
check "a_directory_that_is_not_there" 1 slip "$LEND" --out nowhere/x.pdf
holds "nothing_was_left" bash -c '! ls x.* nowhere 2>/dev/null'

# ---- emergency slips ----

check "blank_slips" 0 slip blanks --series ly --from 5 --count 40 --out blanks.pdf --lang zh
holds "two_on_a_sheet" bash -c '[ "$(pdfinfo blanks.pdf | sed -n "s/^Pages: *//p")" = 20 ]'
pdftotext -raw blanks.pdf blanks.txt
holds "each_number_once" [ "$(grep -o 'ly-00[0-9]*' blanks.txt | sort -u | tr '\n' ' ')" = \
    "$(seq -f 'ly-%04g' 5 44 | tr '\n' ' ')" ]
holds "and_no_other" [ "$(grep -c 'ly-' blanks.txt)" = 40 ]
says "with_the_policys_words" 维修 blanks.txt
holds "no_private_purpose_to_tick" bash -c '! grep -qE "私" blanks.txt'
check "a_sheet_each" 0 slip blanks --series ly --from 45 --count 2 --paper a5 --out one.pdf --lang zh
holds "is_two_sheets" bash -c '[ "$(pdfinfo one.pdf | sed -n "s/^Pages: *//p")" = 2 ]'
check "a_number_nobody_issued" 5 slip blanks --series ly --from 45 --count 3 --out x.pdf
says "it_says_which" "slip 47 of ly was not issued" err
check "a_series_nobody_issued" 5 slip blanks --series mm --out x.pdf
check "slips_of_two_desks" 2 slip blanks --series ly --from 44 --count 2 --out x.pdf
check "blanks_on_a_roll" 1 slip blanks --series ly --from 5 --paper roll58 --out x.pdf
check "blanks_as_text" 2 slip blanks --series ly --from 5
check "a_slip_is_accounted_for" 0 slip close 6=void --desk front --series ly --as zhao --with qian "${KEYS[@]}" --yes
check "and_not_printed_again" 5 slip blanks --series ly --from 5 --count 3 --out x.pdf
says "which_it_says" "slip 6 of ly is accounted for" err
holds "nothing_was_left_by_blanks" bash -c '! ls x.* 2>/dev/null'

# ---- the fingerprint card ----

check "a_card_as_text" 0 credential card sun --lang zh
sed -n 's/^指纹：//p' out >fingerprint
check "a_card_as_a_page" 0 credential card sun --out card.pdf --lang zh
check "a_card_as_a_picture" 0 credential card sun --out card.png --lang zh
pdftotext -raw card.pdf - | tr -d ' \n' >card.txt
holds "with_the_same_fingerprint" grep -qF "$(tr -d ' \n' <fingerprint)" card.txt
says "to_be_signed" 复核人签字 card.txt
if command -v zbarimg >/dev/null; then
    zbarimg -q --raw -Sbinary card.png >card.code 2>err
    PUBLIC=$("$CUSTODY" credential list --json | python3 -c '
import json, sys
print([r["public"] for r in json.load(sys.stdin) if r["handle"] == "sun"][0])')
    holds "its_code_is_handle_and_public_key" [ "$(head -3 card.code | tr '\n' ' ')" = \
        "custody-credential sun $PUBLIC " ]
fi
finish
