#!/bin/bash
# Tags in use: printed one after the other, superseded at the counter, blank and claimed.
. "$(dirname "$0")/common.bash"
export CUSTODY_CLOCK=$HERE/clock CUSTODY_LABELS=$ROOT/labels
echo 2026-11-23T02:00:00Z >clock # a Monday, ten o'clock at the office
office

batch "registers_the_counter" <<'LINES'
place add 3 --kind building --label 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
lock add 3-U --kind publicdoor --label 3栋-地库门 --place 3 --as zhao --with qian
key add 天台门 --desk front --lock 3-R --as zhao --with qian
key add 天台门副 --desk front --lock 3-R --copy 2 --as zhao --with qian
key add 天台门备 --desk front --lock 3-R --copy 3 --as zhao --with qian
key add 地库门一 --desk front --lock 3-U --ring 地库门 --new-ring --as zhao --with qian
key add 地库门二 --desk front --lock 3-U --copy 2 --as zhao --with qian
person tag sun --as zhao
LINES

# tag ITEM GENERATION: the 20 characters, worked out from FORMATS.md 6; code ITEM: the 11.
cat >tag.py <<'PY'
import sys
A = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

def times(a, b):
    product = 0
    for bit in range(5):
        product ^= a << bit if b >> bit & 1 else 0
    for bit in range(8, 4, -1):
        product ^= 0b100101 << (bit - 5) if product >> bit & 1 else 0
    return product

item, generation, site = sys.argv[1:]
high = low = 0
for symbol in item:
    carry = high ^ A.index(symbol)
    high, low = low ^ times(carry, 6), times(carry, 8)
check = A[high] + A[low]
print("C1" + item[0] + generation + item[1:] + site + check if generation != "-" else item + check)
PY
SITE=$("$CUSTODY" site show --json | sed -n 's/.*"site_code": "\(.*\)".*/\1/p')
tag() { python3 tag.py "$1" "$2" "$SITE"; }
code() { python3 tag.py "$1" - "$SITE"; }
# of READ LABEL MEMBER: a member of the row with this label.
of() {
    "$CUSTODY" $1 --json | python3 -c "
import json, sys
print(*[r['$3'] for r in json.load(sys.stdin) if '$2' in r.values()])"
}
size() { "$CUSTODY" site show --json | sed -n 's/.*"size": \([0-9]*\).*/\1/p'; }
# same NAME WANTED GOT
same() {
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1 (\"$3\", wanted \"$2\")"; fi
}
act() { check "$1" "$2" "${@:3}" --as zhao --yes "${KEYS[@]}"; }
print() { act "$1" "$2" label print "${@:3}" --stock fob-22x32 --out tags.pdf; }

ROOF=$(of "key list" 天台门 item)
SPARE=$(of "key list" 地库门二 item)
RING=$(of "ring list" 地库门 item)
SUN=$(of "person tags" sun tag)
LEND=(key lend --to sun --due +4h --purpose repair --for WO-1 --receipt credential --with sun)

# ---- generations
act "a_tag_older_than_this_program_is_good" 0 "${LEND[@]}" "$(tag "$ROOF" 1)"
act "and_comes_back" 0 key return "$(tag "$ROOF" 1)" --by sun --receipt screen
before=$(size)
act "a_generation_never_printed_is_not" 4 "${LEND[@]}" "$(tag "$ROOF" 2)"
says "it_was_not_printed_here" "not printed here" err
same "nothing_was_recorded" "$before" "$(size)"
print "prints_the_first" 0 "$ROOF" "$RING"
print "prints_the_second" 0 "$(tag "$ROOF" 1)"
same "the_register_has_both" "2 1" "$(of "key tags" "$ROOF" generation) $(of "key tags" "$RING" generation)"
before=$(size)
act "the_old_tag_lends_nothing" 4 "${LEND[@]}" "$(tag "$ROOF" 1)"
says "it_says_by_which_it_is_superseded" "superseded by generation 2" err
says "and_what_to_do" "take the old tag off" err
act "nor_does_it_move_anything_else" 4 key lost "$(tag "$ROOF" 1)" --reason lost --desk front
same "refused_is_not_recorded" "$before" "$(size)"
act "its_code_is_that_of_the_key" 0 "${LEND[@]}" "$(code "$ROOF")"
act "the_old_tag_comes_back" 0 key return "$(tag "$ROOF" 1)" --by sun --receipt screen
says "with_a_warning" "superseded" err
check "a_read_takes_it_too" 0 key show "$(tag "$ROOF" 1)"
says "and_warns" "superseded" err
check "the_sentence_is_chinese_too" 4 "${LEND[@]}" "$(tag "$ROOF" 1)" --as zhao --yes --lang zh "${KEYS[@]}"
says "in_its_words" "取下旧标签" err

# ---- at the counter
DESK=(desk --desk front --purpose repair --for WO-1 --as zhao "${KEYS[@]}")
scan() {
    printf "$2" | "$CUSTODY" "${DESK[@]}" >out 2>err
    ok "$1"
}
before=$(size)
scan "an_old_tag_at_the_counter" "sun\n$(tag "$ROOF" 1)\n\n"
says "goes_out_to_nobody" "superseded by generation 2" out
same "and_nothing_is_issued" "$before" "$(size)"
scan "the_new_tag_goes_out" "sun\n$(tag "$ROOF" 2)\n\n"
says "it_is_issued" "ISSUED 1" out
scan "the_old_one_is_taken_back" "$(tag "$ROOF" 1)\n"
says "it_is_returned" "RETURNED" out
says "and_the_clerk_sees_why_to_change_it" "that tag is superseded" out
print "a_persons_card" 0 --person sun
print "and_its_second" 0 --person sun
scan "an_old_card_at_the_counter" "$(tag "$SUN" 1)\n"
says "names_nobody_who_borrows" "superseded by generation 2" out
scan "a_forged_tag_at_the_counter" "$(tag "$ROOF" 3)\n"
says "is_none_of_ours" "not printed here" out

# ---- a stock-take
act "a_stock_take_begins" 0 stocktake start --desk front
printf '%s\n%s\n' "$(tag "$ROOF" 1)" "$(tag "$SPARE" 1)" >scans
"$CUSTODY" stocktake scan --desk front --as qian --yes "${KEYS[@]}" <scans >out 2>err
says "an_old_tag_is_no_unknown_thing" "superseded by generation 2" err

# ---- blanks
act "prints_blanks" 0 label blanks --class K --count 3 --stock fob-22x32 --out blanks.pdf
act "and_one_for_a_ring" 0 label blanks --class R --count 1 --stock fob-22x32 --out ring.pdf
"$CUSTODY" label unclaimed --json | sed -n 's/.*"tag": "\(.*\)".*/\1/p' >blanks
FIRST=$(sed -n 1p blanks) SECOND=$(sed -n 2p blanks) RINGS=$(grep ^R blanks)
act "a_blank_is_no_key_yet" 5 "${LEND[@]}" "$(tag "$FIRST" 1)"
says "it_says_how_it_becomes_one" "custody key add --item" err
scan "nor_at_the_counter" "$(tag "$FIRST" 1)\n"
says "it_says_so_there" "blank tag" out
ADD=(key add --desk front --lock 3-U --with qian)
act "scanning_it_claims_it" 0 "${ADD[@]}" 地库门三 --copy 3 --item "$(tag "$FIRST" 1)"
same "the_key_is_the_blanks" "$FIRST" "$(of "key list" 地库门三 item)"
act "once" 2 "${ADD[@]}" 地库门四 --copy 4 --item "$(tag "$FIRST" 1)"
says "it_is_registered" "is registered" err
act "a_ring_wants_a_rings_blank" 2 "${ADD[@]}" 地库门四 --copy 4 --item "$(tag "$RINGS" 1)"
act "no_blank_of_another_site" 4 "${ADD[@]}" 地库门四 --copy 4 --item "$(SITE=ZZZZZZ tag "$SECOND" 1)"
act "a_key_and_its_ring_from_blanks" 0 "${ADD[@]}" 地库门四 --copy 4 --item "$(code "$SECOND")" \
    --ring 地库副 --new-ring --ring-item "$(tag "$RINGS" 1)"
same "both_are_claimed" 1 "$("$CUSTODY" label unclaimed --json | grep -c '"tag"')"
act "the_claimed_tag_lends" 0 "${LEND[@]}" "$(tag "$SECOND" 1)"
act "a_blank_is_no_rings_name" 2 ring make "$(tag "$(sed -n 3p blanks)" 1)" "$SPARE"
says "it_says_where_the_tag_goes" "--ring-item" err

"$CUSTODY" ledger export export >/dev/null 2>&1
"$CUSTODY" ledger trust trust >/dev/null 2>&1
check "it_all_verifies" 0 ledger verify export --trust trust
same "so_says_the_other_verifier" "ledger: verified" \
    "$(python3 "$ROOT/tests/oracle/verify.py" export --trust trust --now "$(cat clock)" |
        grep ^ledger:)"
finish
