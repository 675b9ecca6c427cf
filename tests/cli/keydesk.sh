#!/bin/bash
# Every verb of the key desk once, as it is typed: what it records, what it refuses by which
# rule, what the reads then say, in both languages and as JSON.
. "$(dirname "$0")/common.bash"
export CUSTODY_CLOCK=$HERE/clock
echo 2026-11-23T02:00:00Z >clock # a Monday, ten o'clock at the office
office
people eng fm an wu he arc

# json READ COMMAND...: a read's rows have the columns of schema/reads.json, and there is one.
cat >shape.py <<'PY'
import json, sys
table, rows, name = json.load(open(sys.argv[1])), json.load(open("out")), sys.argv[2]
rows = rows if isinstance(rows, list) else [rows]
assert rows, "no row"
for row in rows:
    assert set(row) == set(table[name]["row"]), (sorted(row), sorted(table[name]["row"]))
PY
json() {
    local read=$1 name
    shift
    name="$(echo "$*" | sed 's/ [A-Z0-9-].*//' | tr ' -' '__')_has_the_columns_of_${read/./_}"
    if "$CUSTODY" "$@" --json >out 2>err && python3 shape.py "$ROOT/schema/reads.json" "$read" 2>>err; then
        ok "$name"
    else
        not_ok "$name"
    fi
    # for people it prints something in each language, and neither prints the other's headings
    "$CUSTODY" "$@" --lang zh >zh 2>err && "$CUSTODY" "$@" --lang en >en 2>>err &&
        ! cmp -s zh en && ok "$name in_both_languages" || not_ok "$name in_both_languages"
}
# rules NAME RULE...: so many refusals of the last batch, by these rules and in this order.
rules() {
    local name=$1 got
    shift
    got=$(sed -n 's/.*refused by a rule (\([^)]*\)).*/\1/p' out err | tr '\n' ' ')
    if [ "$got" = "$* " ]; then
        ok "$name"
    else
        not_ok "$name (refused: $got)"
    fi
}
act_of() { # the newest entry of that act
    "$CUSTODY" ledger log --json --limit 1000 | python3 -c '
import json, sys
print([r["act_id"] for r in json.load(sys.stdin) if r["act"].split("/")[0] == sys.argv[1]][0])' "$1"
}
tick() { # seconds pass
    python3 - "$1" <<'PY'
import datetime, sys
now = datetime.datetime.strptime(open("clock").read().strip(), "%Y-%m-%dT%H:%M:%SZ")
open("clock", "w").write((now + datetime.timedelta(seconds=int(sys.argv[1]))).strftime("%Y-%m-%dT%H:%M:%SZ\n"))
PY
}

batch "the_office_is_staffed_and_furnished" <<'LINES'
person enrol eng --staff-no 1006 --role engineering_custodian --credential local --as li --with wang
person enrol fm --staff-no 1007 --role engineering_manager --credential local --as li --with wang
person enrol an --staff-no 1008 --role duty --credential local --as li --with wang
person enrol wu --staff-no 1009 --role service_staff --credential local --as li --with wang
person enrol he --staff-no 1010 --role key_custodian --credential local --as li --with wang
person enrol arc --staff-no 1011 --role archive_custodian --credential local --as li --with wang
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3栋 --as zhao --with qian
place add 3-PD --kind room --label 3栋-泵房 --parent 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
lock add 3-P --kind pump --label 3栋-泵房门 --place 3-PD --as zhao --with qian
lock add 3-A --kind antitheft --label 1201-防盗铁门 --place 3-2-12-1201 --as zhao --with qian
key add 天台门 --desk front --lock 3-R --as zhao --with qian
key add 天台门副 --desk front --lock 3-R --copy 2 --as zhao --with qian
key add 天台门三 --desk front --lock 3-R --copy 3 --as zhao --with qian
key add 泵房 --desk eng --lock 3-P --as eng --with qian
key add 泵房副 --desk eng --lock 3-P --copy 2 --as eng --with qian
key add 1201甲 --desk front --lock 3-A --as zhao --with qian
key add 1201乙 --desk front --lock 3-A --copy 2 --as zhao --with qian
key add 1201丙 --desk front --lock 3-A --copy 3 --as zhao --with qian
key add 1201丁 --desk front --lock 3-A --copy 4 --as zhao --with qian
party add --name 王业主 --relation owner --unit 3栋-2单元-1201 --as zhao
LINES
"$CUSTODY" party list --json >out 2>err
OWNER=$(grep -o 'P[0-9A-Z]\{8\}' out | head -1)

# ---- lending and the like
batch "escort_extend_chase_pass_and_move" <<'LINES'
key escort 1201甲 --to wu --due +2h --purpose repair --for WO-1 --as zhao --with wu
expect 4 key escort 1201乙 --to sun --due +2h --purpose repair --for WO-1 --as zhao --with sun
expect 4 key escort 1201乙 --to wu --due +9h --purpose repair --for WO-1 --as zhao --with wu
key lend 天台门 --to sun --due +2h --purpose repair --for WO-1 --as zhao --with sun
expect 4 key lend 天台门副 --to sun --due +2h --purpose private --for WO-1 --as zhao --with sun
key extend 天台门 --due +4h --reason other --as he
expect 4 key extend 天台门 --due +3h --reason other --as he
key chase 天台门 --channel phone --result promised --promised +3h --as zhao
expect 4 key chase 天台门副 --channel phone --result no_answer --as zhao
key pass 天台门 --from sun --to wu --due +4h --purpose repair --for WO-1 --as zhao --with wu
key return 天台门 --by wu --as zhao --with wu
key return 1201甲 --by wu --as zhao --with wu
key move 天台门三 --to eng --reason other --as zhao --with eng
expect 4 key move 天台门三 --to eng --reason other --as zhao --with eng
key move 天台门三 --to front --desk eng --reason other --as eng --with zhao
LINES
rules "of_lending" K10a K10a K3 K11 state K8

# ---- homes: trays, hand-over, deposit, consent
batch "trays_and_handovers" <<LINES
tray issue 1201甲 1201乙 --to wu --as zhao --with wu
expect 4 tray issue 天台门 --to wu --as zhao --with wu
key handover 1201甲 --to $OWNER --place 3栋-2单元-1201 --document id_card --receipt paper --slip 1 --as wu
expect 4 key handover 天台门 --to $OWNER --place 3栋-2单元-1201 --document id_card --receipt paper --slip 2 --as zhao
expect 4 tray settle --from wu --desk front --as zhao --with wu
tray settle 1201乙 --from wu --desk front --as zhao --with wu
party authorise $OWNER --place 3栋-2单元-1201 --letter WT-1 --scope lend --scope copy --end +30d --as wu --with qian
expect 4 party authorise $OWNER --place 3栋-泵房 --letter WT-1 --scope lend --end +30d --as wu --with qian
key deposit 1201甲 --from $OWNER --authorisation @party.authorise --slip 3 --as zhao
expect 4 key deposit 1201乙 --from $OWNER --authorisation @party.authorise --slip 3 --as zhao
key withdraw 1201甲 --to $OWNER --receipt paper --slip 4 --as zhao
expect 4 key withdraw 1201甲 --to $OWNER --receipt paper --slip 4 --as zhao
party consent 1201丙 --party $OWNER --to sun --purpose repair --channel phone --end +8h --as wu --with qian
expect 4 party consent 泵房 --party $OWNER --to sun --purpose repair --channel phone --end +8h --as wu --with qian
key lend 1201丙 --to sun --due +2h --purpose repair --for WO-2 --approval @party.consent --as zhao --with sun
key return 1201丙 --as zhao
LINES
rules "of_homes" K7 K7 K7 K10a K10a K10a K10a

# ---- authority: standing, oral, copies
batch "standing_oral_and_copies" <<'LINES'
standing grant sun --place 3栋 --purpose inspection --post 巡楼 --end +30d --as fm
expect 4 standing grant sun --place 3栋 --purpose inspection --post 巡楼 --end +30d --as zhao
key lend 天台门 --to sun --due +2h --purpose inspection --for 巡楼 --approval @standing.grant --as zhao --with sun
key return 天台门 --as zhao
standing end @standing.grant --reason not_needed --as fm
expect 4 standing end @standing.grant --reason not_needed --as fm
request open 天台门 --purpose repair --end +8h --as sun
request oral @request.open --approver fm --channel phone --as zhao --with wu
expect 4 ratify @request.oral --as zhao
ratify @request.oral --as fm
request open 泵房 --for key.copy --purpose repair --end +8h --as sun
expect 4 request approve @request.open --as qian
request approve @request.open --count 3 --as fm
expect 4 key copy 泵房 --approval @request.approve --count 4 --as eng
key copy 泵房 --approval @request.approve --count 2 --as eng
copy close @request.approve --reason not_needed --as eng
expect 4 copy close @request.approve --reason not_needed --as eng
LINES
rules "of_authority" K10 state seats seats approval state
json authority.list party authorisations
batch "an_authorisation_is_ended" <<LINES
party end $(act_of party.authorise) --reason not_needed --as wu
expect 4 party end $(act_of party.authorise) --reason not_needed --as wu
LINES
rules "of_its_end" state

# stands NAME STATE LABELS: just these keys are in that state.
stands() {
    local got
    got=$("$CUSTODY" key list --state "$2" --json | python3 -c '
import json, sys
print(" ".join(sorted(r["label"] for r in json.load(sys.stdin))))')
    [ "$got" = "$3" ] && ok "$1" || not_ok "$1 (got: $got)"
}
stands "a_key_with_its_owner_is_not_out" owner "1201甲"
stands "nothing_is_out" out ""

# ---- loss, seals, emergency
batch "loss_seals_and_emergencies" <<LINES
key lost 天台门三 --reason lost --reporter sun --as zhao --with sun
expect 4 key lost 天台门三 --reason lost --as zhao
expect 4 key lost 天台门 --reason lost --as sun
key found 天台门三 --by sun --as an --desk front
expect 4 key found 天台门三 --by sun --as an --desk front
key damage 天台门三 --reason other --as zhao
expect 4 key damage 天台门三 --reason other --as an
key lost 天台门三 --reason lost --as zhao
key accept-risk 天台门三 --reason not_needed --as qian
expect 4 key accept-risk 天台门 --reason not_needed --as qian
lock rekey 3-R --reason lost --as zhao --with qian
expect 4 lock rekey 3-R --reason lost --as zhao --with he
key retire 天台门三 --reason replaced --as zhao --with qian
expect 4 key retire 天台门副 --reason replaced --as zhao
key seal 1201乙 1201丁 --seal FC-1 --as zhao
expect 4 key seal 1201丙 --seal FC-1 --as zhao
expect 4 key unseal 1201乙 --seal FC-1 --reason not_needed --as zhao --with wu
expect 4 key unseal 1201乙 1201丁 --seal FC-1 --reason not_needed --as zhao
key unseal 1201乙 1201丁 --seal FC-1 --reason not_needed --as zhao --with wu
key seal 1201乙 1201丁 --seal FC-2 --as zhao
key emergency 1201乙 --to wu --place 3栋-2单元-1201 --cause water_leak --seal FC-2 --called reached --called-party $OWNER --called-at now --desk front --as an --with wu
expect 4 key emergency 1201丙 --to sun --place 3栋-2单元-1201 --cause fire --as an --with wu
expect 4 ratify @key.emergency --as sun
LINES
rules "of_loss_and_seals" state K13 state K2 state seats seats exists K15 K15 K16 seats
stands "a_retired_key_says_so" retired "天台门三"
stands "a_key_taken_in_an_emergency_is_out" out "1201乙"
stands "a_lost_key_that_was_retired_is_not_lost" lost ""
json unratified.list report unratified
json emergency.list report emergencies
json stale.list report stale
json loss.list report losses
json seal.list seal list
json key.sisters key sisters 天台门
json unsettled.list report unsettled
batch "ratified_by_the_supervisor" <<LINES
ratify $(act_of key.emergency) --as qian
key return 1201乙 --by wu --as zhao --with wu
LINES

# ---- the register
batch "rings_boards_tags_and_rosters" <<'LINES'
ring make 天台 天台门 天台门副 --as zhao
expect 4 ring make 天台 天台门 --as zhao
ring break 天台 天台门副 --as zhao
expect 4 ring break 天台 天台门副 --as zhao
board set --add 天台 --desk front --as zhao
expect 4 board set --add 泵房副 --desk front --as zhao
person tag sun --as zhao
expect 4 person tag wu --as sun
roster set 2026-11-24 --desk front --shift day=zhao+he --shift night=an --as qian
expect 4 roster set 2026-11-24 --desk front --shift day=zhao --as zhao
key takeover 3-2-12-1201:antitheft=5/4 --scope 3栋 --letter QD-1 --desk front --as zhao --with qian
expect 4 key takeover 3-2-12-1201:antitheft=5/4 --scope 3栋-泵房 --letter QD-1 --desk front --as zhao --with qian
custodian change --desk front --from zhao --to he --as zhao --with he --with qian
expect 4 custodian change --desk front --from zhao --to he --as zhao --with he
LINES
rules "of_the_register" K5 K5 K12 seats K11 K2 seats
json board.list board show
json tag.list person tags
json roster.list roster show
json takeover.list report takeovers
batch "a_home_changes_hands" <<LINES
expect 4 unit transfer 3栋-2单元-1201 --from $OWNER --reason duty_change --as arc
unit transfer 3栋-2单元-1201 --from $OWNER --to $OWNER --reason duty_change --as arc --with zhao
LINES
rules "of_the_transfer" seats

# ---- counting and the shift
batch "shifts_stocktakes_and_slips" <<'LINES'
shift handover --from zhao --to he --desk front --board 1 --as zhao --with he
expect 4 shift handover --from zhao --to zhao --desk front --board 1 --as zhao
expect 4 shift handover --from zhao --to he --desk front --board 1 --open 9 --as zhao --with he
shift handover --from he --to zhao --desk front --open 9 --reason other --as he --with zhao
shift close --guard an --doors-locked --power-off --desk front --board 1 --as zhao --with an
expect 4 shift close --guard wu --doors-locked --desk front --board 1 --as zhao --with wu
shift check 2026-11-23 --desk front --as qian
expect 4 shift check 2026-11-23 --desk front --as zhao
stocktake start --desk front --as zhao
expect 4 stocktake start --desk front --as he
stocktake scan 天台门副 1201丙 --desk front --as wu
expect 4 stocktake finish --desk front --as zhao
stocktake finish --desk front --as zhao --with wu
expect 4 stocktake scan 天台门副 --desk front --stocktake @stocktake.open --as wu
slip issue --desk front --series red --first 1 --last 20 --as zhao
expect 4 slip issue --desk front --series red --first 20 --last 30 --as zhao
key lend 天台门副 --to sun --due +1h --purpose repair --for WO-9 --event-at now --late power_cut --as zhao --with sun
slip close 1=used:@key.lend 2=void 3=blank --desk front --series red --as zhao --with qian
expect 4 slip close 1=blank --desk front --series red --as zhao --with qian
expect 4 slip close 99=blank --desk front --series red --as zhao --with qian
expect 4 slip close 4=blank --desk front --series red --as zhao
key return 天台门副 --as zhao
correct @key.return --reason entry_error --as zhao --with qian
expect 4 correct @key.return --reason entry_error --as zhao --with qian
key return 天台门副 --as zhao
LINES
rules "of_counting" K12 K12 seats K12 state K14 state exists K20 K20 seats state
json desk.numbers shift numbers front
json shift.list shift list
json stocktake.list stocktake list
json stocktake.counts stocktake show "$(act_of stocktake.open)"
json slip.list slip list

# ---- every other read
json chase.list report chases
json movement.list report movements
json correction.list report corrected
json late.list report late
json proof.list report proofs
json flag.list flags
json key.history key history 天台门
tick 60
batch "somebody_leaves_with_a_key" <<'LINES'
key lend 天台门副 --to sun --due +1h --purpose repair --for 工程部 --as zhao --with sun
person suspend sun --reason left_company --as li
LINES
json loan.list key loans
json loan.departments report departments
json holding.list report holdings
check "who_held_it_in_json" 0 who 天台门副 --json
says "who_names_the_holder" '"sun"' out

# ---- what is recorded reads well in both languages
cat >sentences.py <<'PY'
import json, os, re, subprocess
acts = set()
log = json.loads(subprocess.run([os.environ["CUSTODY"], "ledger", "log", "--limit", "1000", "--json"],
                                capture_output=True, check=True).stdout)
for row in log:
    act = row["act"].split("/")[0]
    if act in acts:
        continue
    acts.add(act)
    for lang in ("zh", "en"):
        shown = subprocess.run([os.environ["CUSTODY"], "ledger", "show", str(row["idx"]), "--lang",
                                lang], capture_output=True, check=True).stdout.decode()
        text = shown.split("\n")[0]
        assert text and "{" not in text and "null" not in text, text
        assert re.search("[\u4e00-\u9fff]", text) or lang == "en", text
wanted = set(open("wanted").read().split())
assert wanted <= acts, wanted - acts
PY
"$CUSTODY" acts | python3 -c '
import json, sys
acts = json.load(sys.stdin)
acts = acts.get("acts", acts)
names = [a if isinstance(a, str) else a["name"] for a in acts]
skip = {"ledger.succeed", "log.rotate", "credential.add", "credential.revoke", "role.grant",
        "role.revoke", "role.delegate", "person.reinstate", "policy.set", "request.reject",
        "request.cancel", "import.line", "import.close", "key.refuse", "opening.balance",
        "tag.print", "tag.blank"}  # tags.sh has these
# folder.sh has those of folders
folders = ("folder.", "storage.", "storeroom.", "destruction.", "erase.", "incident.", "privacy.")
print(" ".join({n.split("/")[0] for n in names if not n.startswith(folders)} - skip))' >wanted 2>err || not_ok "acts"
if CUSTODY=$CUSTODY python3 sentences.py >out 2>err; then
    ok "every_act_of_the_desk_was_made_and_has_a_sentence_in_both_languages"
else
    not_ok "every_act_of_the_desk_was_made_and_has_a_sentence_in_both_languages"
fi
"$CUSTODY" help >all 2>err
sed -n 's/^  \([a-z]*\( [a-z-]*\)\{0,1\}\).*/\1/p' all | sed 's/ *$//' | sort -u >verbs
bad=
while read -r verb; do
    # shellcheck disable=SC2086
    "$CUSTODY" help $verb --lang en >en 2>err </dev/null && "$CUSTODY" help $verb --lang zh >zh 2>err </dev/null &&
        ! cmp -s zh en && ! sed 2q en | grep -qP '[\x{4e00}-\x{9fff}]' || bad="$bad [$verb]"
done <verbs
[ -z "$bad" ] && [ "$(wc -l <verbs)" -gt 60 ] && ok "every_verb_is_explained_in_both_languages" ||
    not_ok "every_verb_is_explained_in_both_languages ($bad)"
check "an_act_as_json" 0 key damage 天台门 --reason other --as zhao --json "${KEYS[@]}" --yes
holds "says_index_id_flags_and_sentence" python3 -c '
import json
act = json.load(open("out"))
assert {"act_id", "idx", "flags", "sentence"} <= set(act), sorted(act)
assert len(act["act_id"]) == 64 and isinstance(act["flags"], list)'
check "a_refusal_as_json_names_the_rule_too" 4 key chase 天台门 --channel phone --result no_answer --as zhao --json "${KEYS[@]}" --yes
holds "on_standard_error" grep -q '(state)' err
holds "and_nothing_on_standard_output" test ! -s out
check "a_refusal_in_chinese" 4 key chase 天台门 --channel phone --result no_answer --as zhao --lang zh "${KEYS[@]}" --yes
holds "names_the_rule_in_chinese" grep -qP '[\x{4e00}-\x{9fff}].*\(state\)|\(state\)|（state）' err

check "after_all_this_the_site_verifies" 0 ledger check
"$CUSTODY" ledger export export >/dev/null 2>&1
"$CUSTODY" ledger trust trust >/dev/null 2>&1
check "the_export_too" 0 ledger check export --trust trust
if python3 -c 'import cryptography' 2>/dev/null; then
    env -u CUSTODY_CLOCK python3 "$ROOT/tests/oracle/verify.py" export --trust trust \
        --now "$(cat clock)" >out 2>err
    says "and_for_the_verifier_that_was_written_apart" "ledger: verified" out
else
    echo "ok and_for_the_verifier_that_was_written_apart # SKIP no python3-cryptography"
fi
finish
