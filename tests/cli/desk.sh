#!/bin/bash
# The counter on a pipe: what a scanner types, what a keyboard types, and what neither should.
. "$(dirname "$0")/common.bash"
export CUSTODY_CLOCK=$HERE/clock
echo 2026-11-23T02:00:00Z >clock # a Monday, ten o'clock at the office
office

batch "registers_the_counter" <<'LINES'
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
lock add 3-U --kind publicdoor --label 3栋-地库门 --place 3 --as zhao --with qian
lock add 3-2-12-1201-A --kind antitheft --label 3栋-2单元-1201-防盗铁门 --place 3-2-12-1201 --as zhao --with qian
key add 天台门 --desk front --lock 3-R --as zhao --with qian
key add 天台门副 --desk front --lock 3-R --copy 2 --as zhao --with qian
key add 地库门一 --desk front --lock 3-U --ring 地库门 --new-ring --as zhao --with qian
key add 地库门二 --desk front --lock 3-U --copy 2 --ring 地库门 --as zhao --with qian
key add 地库门三 --desk front --lock 3-U --copy 3 --as zhao --with qian
key add 1201防盗铁门 --desk front --lock 3-2-12-1201-A --as zhao --with qian
person tag sun --as zhao
LINES

# What is printed on the tags, worked out from FORMATS.md 6 and from what the register says.
cat >tags.py <<'PY'
import json, os, subprocess, sys
A = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

def ask(*words):
    run = subprocess.run([os.environ["CUSTODY"], *words, "--json"], capture_output=True, check=True)
    return json.loads(run.stdout)

def times(a, b):
    product = 0
    for bit in range(5):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(8, 4, -1):
        if product >> bit & 1:
            product ^= 0b100101 << (bit - 5)
    return product

def check(item):
    high, low = 0, 0  # remainder of m x^2 by (x-a)(x-a^2) = x^2 + (a + a^2) x + a^3
    for symbol in item:
        carry = high ^ A.index(symbol)
        high, low = low ^ times(carry, 2 ^ 4), times(carry, 8)
    return A[high] + A[low]

assert check("K4F7Q2M9X") == "88" and check("F00000001") == "5A"
site = ask("site", "show")["site_code"]
other = ("Z" if site[0] != "Z" else "Y") + site[1:]
with open("tags", "w") as out:
    items = {row["label"]: row["item"] for row in ask("key", "list")}
    items["地库门"] = ask("ring", "list")[0]["item"]
    items["sun"] = ask("person", "tags")[0]["tag"]
    for label, item in items.items():
        short = item + check(item)
        whole = "C1" + item[0] + "1" + item[1:]
        wrong = item[:8] + A[(A.index(item[8]) + 1) % 32] + check(item)
        for name, value in (("ITEM", item), ("SHORT", short), ("WRONG", wrong),
                            ("WHOLE", whole + site + check(item)),
                            ("OTHER", whole + other + check(item)),
                            ("WIDE", "".join(chr(ord(c) + 0xFEE0) for c in short))):
            out.write("%s_%s=%s\n" % (name, {"天台门": "ROOF", "天台门副": "SPARE", "地库门": "RING",
                      "地库门一": "ONE", "地库门二": "TWO", "地库门三": "THREE",
                      "1201防盗铁门": "HOME", "sun": "SUN"}[label], value))
PY
holds "tags_are_worked_out" env CUSTODY="$CUSTODY" python3 tags.py
. ./tags

echo "passphrase of hu" >hu.pw
HU=$(
    export CUSTODY_CREDENTIALS=$HERE/elsewhere
    "$CUSTODY" credential new hu --passphrase-file hu.pw >/dev/null
    "$CUSTODY" credential prove hu --origin cuihu.example/custody --passphrase-file hu.pw | tail -1
)

DESK=(desk --desk front --purpose repair --for WO-1 --as zhao --supervisor qian "${KEYS[@]}")

# scan NAME LINES [ARGS]: a session with these lines (printf escapes); out and err are kept.
scan() {
    local name=$1 lines=$2
    shift 2
    if printf "$lines" | "$CUSTODY" "${DESK[@]}" "$@" >out 2>err; then
        ok "$name"
    else
        not_ok "$name"
    fi
}
# lines NAME COUNT TEXT: so many lines of out have this.
lines() {
    local got
    got=$(grep -cF -- "$3" out)
    if [ "$got" = "$2" ]; then
        ok "$1"
    else
        not_ok "$1 ($got lines with \"$3\", wanted $2)"
    fi
}
# held NAME WHO ITEM: the register says who has it.
held() {
    local got
    got=$("$CUSTODY" key show "$3" --json 2>/dev/null | sed -n 's/.*"holder": "\(.*\)".*/\1/p')
    if [ "$got" = "$2" ]; then
        ok "$1"
    else
        not_ok "$1 (\"$got\" has it, wanted \"$2\")"
    fi
}
size() {
    "$CUSTODY" site show --json | sed -n 's/.*"size": \([0-9]*\).*/\1/p'
}

scan "a_person_keys_and_enter_lend" "sun\n$SHORT_ROOF\n\n"
lines "one_line_says_issued" 1 "ISSUED 1"
held "the_register_says_so" sun "$ITEM_ROOF"
scan "a_key_alone_comes_back" "$SHORT_ROOF\n"
lines "one_line_says_returned" 1 "RETURNED"
held "it_is_at_the_desk_again" front "$ITEM_ROOF"

scan "a_persons_tag_and_whole_tags" "$WHOLE_SUN\n$WHOLE_ROOF\n$WHOLE_THREE\n\n"
lines "two_keys_are_issued" 1 "ISSUED 2"
scan "they_come_back_one_by_one" "$WHOLE_ROOF\n$WHOLE_THREE\n"
lines "two_lines_say_returned" 2 "RETURNED"

scan "a_ring_goes_and_comes_as_one" "sun\n$WHOLE_RING\n\n$WHOLE_RING\n"
lines "the_ring_was_issued" 1 "ISSUED 1"
lines "the_ring_came_back" 1 "RETURNED"
lines "with_all_its_keys" 0 "ring-short"
held "a_key_of_it_too" front "$ITEM_TWO"

scan "full_width_input_is_read" "ｓｕｎ\n$WIDE_ROOF\n　\n$WIDE_ROOF\r\n"
lines "full_width_keys_are_issued" 1 "ISSUED 1"
lines "full_width_keys_come_back" 1 "RETURNED"
lower=$(printf %s "$SHORT_ROOF" | tr A-Z a-z | sed 's/^\(.\)\(....\)/\1-\2 /')
scan "hyphens_blanks_and_small_letters_too" "$lower\n"
lines "which_name_the_same_key" 1 "$ITEM_ROOF"

before=$(size)
scan "a_mistyped_tag_is_no_key" "$WRONG_ROOF\n"
lines "and_the_bell_says_so" 1 "!!"
scan "a_tag_of_another_site_is_refused" "$OTHER_ROOF\n"
lines "and_is_named_so" 1 "!!"
scan "an_unknown_name_is_said" "nobody at all\n"
lines "an_unknown_name_is_an_error" 1 "!!"
scan "a_key_twice_in_the_basket_is_said" "sun\n$ITEM_ROOF\n$ITEM_ROOF\nx\n"
lines "the_basket_is_begun_again" 1 "begun again"
scan "another_person_does_not_take_the_basket_over" "sun\n$ITEM_ROOF\nli\n"
lines "the_first_is_named" 1 "finish with sun first"
scan "control_characters_come_out_as_none" "\033[2J\007x\0y\n"
holds "no_escape_is_in_the_answer" bash -c '! grep -q "$(printf "\033")" out'
TYPED=sun check "a_counter_does_not_only_check" 2 "${DESK[@]}" --dry-run
[ "$(size)" = "$before" ] && ok "none_of_these_wrote_anything" || not_ok "none_of_these_wrote_anything"

scan "ten_thousand_characters_are_one_bad_line" \
    "sun\n$(head -c 10000 /dev/zero | tr '\0' A)\n$ITEM_ROOF\n\n"
lines "the_long_line_is_one_error" 1 "!!"
lines "and_the_loan_goes_on" 1 "ISSUED 1"
scan "input_may_end_within_a_line" "$ITEM_ROOF"
lines "which_is_read_like_a_line" 1 "RETURNED"
before=$(size)
scan "half_a_tag_at_the_end_is_no_key" "$(printf %s "$WHOLE_ROOF" | head -c 13)"
lines "half_a_tag_is_an_error" 1 "!!"
scan "a_basket_without_enter_is_no_loan" "sun\n$ITEM_ROOF\n"
scan "nothing_at_all" ""
[ "$(size)" = "$before" ] && ok "what_was_not_finished_is_not_recorded" ||
    not_ok "what_was_not_finished_is_not_recorded"

# The last keys of a lock: a warning holds the loan up until a reason is given.
scan "the_last_spare_is_warned_of" "sun\n$ITEM_ROOF\n$ITEM_SPARE\n\nw last-spare=whim\n\n"
lines "no_loan_without_a_good_reason" 0 "ISSUED"
lines "each_try_is_answered" 2 "!!"
scan "a_reason_lets_it_go" "sun\n$ITEM_ROOF\n$ITEM_SPARE\n\nw last-spare=urgent\n\n"
lines "the_warning_named_itself" 1 "(warning)"
lines "the_loan_went_on" 1 "ISSUED 2"
lines "and_is_flagged" 1 "[last-spare]"
scan "a_wrong_reason_can_be_put_right" \
    "$ITEM_ROOF\n$ITEM_SPARE\nsun\n$ITEM_ROOF\n$ITEM_SPARE\nw last-spare=whim\n\nw last-spare=urgent\n\n"
lines "and_then_it_goes" 1 "ISSUED 2"

held "two_are_out" sun "$ITEM_SPARE"
scan "the_last_act_is_undone" "$ITEM_ROOF\nz\nz\n"
lines "undone_says_what" 1 "UNDONE"
lines "there_is_one_last_act_only" 1 "!!"
held "an_undone_return_is_none" sun "$ITEM_ROOF"
scan "both_come_back" "$ITEM_ROOF\n$ITEM_SPARE\n"
scan "a_home_without_its_owners_say_is_refused" "sun\n$ITEM_HOME\n\n"
lines "the_rule_is_named" 1 "(K10a)"
# Somebody without a signature here: a party; a person whose signature is on another machine.
batch "a_craftsman_and_a_colleague_from_elsewhere" <<LINES
party add --name 王师傅 --relation contractor --as zhao
person enrol hu --staff-no 1006 --role staff --credential $HU --as li --with wang
LINES
PARTY=$("$CUSTODY" party list --json | grep -o 'P[0-9A-Z]\{8\}' | head -1)
scan "a_party_borrows" "$PARTY\n$ITEM_ROOF\n\n$ITEM_ROOF\n"
lines "and_is_named_by_its_number" 1 "ISSUED 1 → $PARTY"
holds "never_by_name" bash -c '! grep -q 王师傅 out'
scan "who_cannot_sign_here_is_not_served_unseen" "hu\n$ITEM_ROOF\n\n"
lines "what_to_do_is_said" 1 "--unsigned-reason CODE and --colleague HANDLE"
scan "a_colleague_countersigns" "hu\n$ITEM_ROOF\n\n$ITEM_ROOF\n" --unsigned-reason no_device --colleague qian
lines "and_it_is_flagged" 1 "[unsigned-receipt]"

scan "the_settings_are_taken" "p cleaning\nf 保洁部\nd +2h\nsun\n$ITEM_ROOF\n\nq\n$ITEM_SPARE\n"
lines "until_the_new_time" 1 "due 2026-11-23 12:00"
lines "nothing_is_read_after_q" 0 "$ITEM_SPARE"
"$CUSTODY" key loans --json >out
lines "the_purpose_is_the_new_one" 1 '"purpose": "cleaning"'
lines "on_whose_behalf_too" 1 '"on_behalf": "保洁部"'
scan "it_comes_back" "$ITEM_ROOF\n"

scan "the_counter_speaks_chinese" "sun\n$ITEM_ROOF\n\n$ITEM_ROOF\n$WRONG_ROOF\n" --lang zh
lines "issued_in_chinese" 1 "已借出 1"
lines "returned_in_chinese" 1 "已归还"

scan "events_as_json" "sun\n$ITEM_ROOF\n\n$ITEM_ROOF\n$WRONG_ROOF\n" --json
cat >events.py <<'PY'
import json
events = [json.loads(line) for line in open("out")]
assert [e["event"] for e in events] == ["ready", "basket", "basket", "issued", "returned", "error"]
for e in events:
    assert sorted(e) == ["event", "head", "ms", "text"], e
    assert isinstance(e["ms"], float) and 0 <= e["ms"] < 600000
PY
holds "every_event_is_one_object_on_one_line" python3 events.py

# Left alone it locks: the basket is gone, and the next scan unlocks it with the passphrase file.
(printf 'sun\n%s\n' "$ITEM_ROOF"; sleep 7; printf '%s\n' "$ITEM_ROOF"; printf 'sun\n%s\n\n%s\n' "$ITEM_ROOF" "$ITEM_ROOF") |
    "$CUSTODY" "${DESK[@]}" --lock-after 5 --json >out 2>err && ok "it_locks_after_idleness" ||
    not_ok "it_locks_after_idleness"
lines "locked_once" 1 '"locked"'
lines "the_basket_was_forgotten" 1 '"issued"'
lines "the_next_scan_unlocked_it" 2 '"returned"'
check "less_than_five_seconds_is_no_lock" 2 "${DESK[@]}" --lock-after 4
check "a_counter_of_no_desk" 5 desk --desk cellar --purpose repair --for W --as zhao "${KEYS[@]}"
check "a_counter_of_who_is_no_custodian_opens" 0 desk --desk front --purpose repair --for W --as sun "${KEYS[@]}"
TYPED=$ITEM_ROOF check "but_takes_nothing" 0 desk --desk front --purpose repair --for W --as sun "${KEYS[@]}"
lines "the_clerks_rule_is_named" 1 "(K2)"
sed -i '/"sun"/d' err 2>/dev/null
echo "not the passphrase" >wrong.pw
check "a_wrong_passphrase_opens_no_counter" 1 desk --desk front --purpose repair --for W --as zhao \
    --passphrase-file wrong.pw

# From the last Enter to "issued", as who waits at the counter has it.
cat >wait.py <<'PY'
import json, os, subprocess, sys, time
desk = subprocess.Popen(sys.argv[1:] + ["--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def until(kind):
    for line in desk.stdout:
        event = json.loads(line)
        if event["event"] == kind:
            return event
    raise SystemExit("no " + kind)
until("ready")
walls, own = [], []
for _ in range(5):
    for line in ("sun", os.environ["KEY"]):
        desk.stdin.write(line.encode() + b"\n")
        desk.stdin.flush()
        until("basket")
    begin = time.monotonic()
    desk.stdin.write(b"\n")
    desk.stdin.flush()
    own.append(until("issued")["ms"])
    walls.append((time.monotonic() - begin) * 1000)
    desk.stdin.write(os.environ["KEY"].encode() + b"\n")
    desk.stdin.flush()
    until("returned")
desk.stdin.close()
assert desk.wait() == 0
print("# from the last Enter to issued, 5 loans: median %.1f ms, longest %.1f ms; by its own "
      "clock %.1f ms" % (sorted(walls)[2], max(walls), sorted(own)[2]))
PY
if KEY=$ITEM_ROOF python3 wait.py "$CUSTODY" "${DESK[@]}" >out 2>err; then
    cat out
    ok "five_loans_are_timed"
else
    not_ok "five_loans_are_timed"
fi

holds "no_secret_is_in_any_output" bash -c '! grep -rq "passphrase of" out err site'
check "after_all_this_the_site_verifies" 0 ledger check
finish
