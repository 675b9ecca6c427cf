#!/bin/bash
# A messy opening balance: every row is understood as the truth says, or rejected, and none is
# understood wrongly; what is rejected can be mended and imported after it.
. "$(dirname "$0")/common.bash"
office
SEED=${CUSTODY_SEED:-1}
SIGN=(--as zhao --with qian)
python3 "$ROOT/tests/data/make_dirty.py" . "$SEED" || not_ok "the generator runs"
check "places" 0 import places places.csv "${SIGN[@]}" "${KEYS[@]}"
check "locks" 0 import locks locks.csv "${SIGN[@]}" "${KEYS[@]}"
check "keys" 0 import keys keys.csv --desk front "${SIGN[@]}" "${KEYS[@]}"
people yan
check "an_engineering_custodian" 0 person enrol yan --staff-no 1007 --role engineering_custodian \
    --credential local --as li --with wang "${KEYS[@]}"
check "keys_of_the_other_desk" 0 import keys keys.csv --desk eng --as yan --with qian "${KEYS[@]}"

check "the_desk_is_asked_for" 2 import opening opening.csv "${SIGN[@]}" "${KEYS[@]}"
check "without_reject_it_is_all_or_nothing" 1 import opening opening.csv --desk front "${SIGN[@]}" "${KEYS[@]}"
check "the_file_itself_is_no_reject_file" 2 import opening opening.csv --desk front \
    --reject ./opening.csv "${SIGN[@]}" "${KEYS[@]}"
cat >counts.py <<'P'
import sqlite3
print(sqlite3.connect("site/ledger.db").execute("SELECT count(*) FROM opening").fetchone()[0])
P
holds "nothing_came_in" test "$(python3 counts.py)" = 0
check "a_dry_run_tells" 0 import opening opening.csv --desk front --reject dry.csv --dry-run --json
cp out dry.json
holds "a_dry_run_writes_nothing" test ! -e dry.csv
check "the_rest_is_imported" 0 import opening opening.csv --desk front --reject rejects.csv \
    "${SIGN[@]}" "${KEYS[@]}"
grep -h '^understood' out | sed "s/^/# seed $SEED: /"
cat >judge.py <<'P'
import collections, csv, json, sqlite3
truth = json.load(open("truth.json"))
lines = {int(line): says for line, says in truth["lines"].items()}
with open("rejects.csv", encoding="utf-8-sig", newline="") as file:
    table = list(csv.reader(file))
rejected = {int(row[0]): row[1] for row in table[1:]}
assert table[0][:2] == ["行号 (line)", "原因 (reason)"] and all(rejected.values()), table[0]
store = sqlite3.connect("site/ledger.db")
got = {}
for label, copy, state, page, kind, holder in store.execute(
        "SELECT i.label, i.copy, o.state, o.page, i.holder_kind, i.holder"
        " FROM opening o JOIN item i ON i.item = o.item"):
    got.setdefault(label, {})[copy] = (state, page, kind, holder)
homes = dict(store.execute("SELECT label, code FROM place"))

def wanted(says):
    kind, holder = {"at_desk": ("desk", "front"), "lost": ("lost", "front"),
                    "lent": ("person", says["holder"]), "sealed": ("seal", says["seal"]),
                    "owner": ("home", homes[says["label"].split(" ")[0]])}[says["state"]]
    return says["state"], says["page"], kind, holder

faults, open_rows, count = [], collections.defaultdict(list), collections.Counter()
for line, says in sorted(lines.items()):
    what = "rejected" if line in rejected else "understood"
    count[says["is"], what] += 1
    if says["is"] != "row":
        if what == "understood":
            faults.append(f"line {line} {says['dirt']}: taken for a row")
    elif what == "rejected":
        if says["must"]:
            faults.append(f"line {line} {says['dirt']}: has one meaning, but {rejected[line]}")
    elif says["copy"] is None:
        open_rows[says["label"]].append((line, wanted(says)))
    elif got.get(says["label"], {}).pop(says["copy"], None) != wanted(says):
        faults.append(f"line {line} {says['dirt']}: understood wrongly")
for label, rows in open_rows.items():
    keys = [got[label].pop(copy) for copy in sorted(got.get(label, {}))]
    if keys != [wants for _, wants in rows]:
        faults.append(f"line {rows[0][0]} without_copy: understood wrongly")
for label, keys in got.items():
    if keys:
        faults.append(f"{label}: {keys} came from nowhere")
dry = json.load(open("dry.json"))
taken = store.execute("SELECT count(*) FROM opening").fetchone()[0]
if (dry["rows"], dry["understood"] + dry["as_written"]) != (taken, taken):
    faults.append(f"the dry run promised {dry['rows']}, {taken} came")
if dry["rejected"] + dry["skipped"] != len(rejected):
    faults.append("not every line that was left out is in the file of rejects")
print("kinds of dirt:", len(truth["kinds"]), "rows:", len(lines), dict(count))
print("\n".join(faults[:15]))
assert len(truth["kinds"]) >= 20 and len(lines) >= 900 and not faults
P
if python3 judge.py >out 2>err; then
    ok "every_row_is_understood_as_the_truth_says_or_rejected"
    sed 's/^/# /' out
else
    not_ok "every_row_is_understood_as_the_truth_says_or_rejected"
fi
before=$(python3 counts.py)
check "the_rejects_again_bring_nothing" 1 import opening rejects.csv --desk front --reject more.csv \
    "${SIGN[@]}" "${KEYS[@]}"
holds "and_changed_nothing" test "$(python3 counts.py)" = "$before"
cat >mend.py <<'P'
import csv
with open("rejects.csv", encoding="utf-8-sig", newline="") as file:
    table = list(csv.reader(file))
for row in table[1:]:
    if "大门" in row:
        row[row.index("大门")] = "室内门"
with open("mended.csv", "w", encoding="utf-8", newline="") as file:
    csv.writer(file).writerows(table)
P
python3 mend.py
check "a_mended_file_of_rejects_is_imported" 0 import opening mended.csv --desk front --reject more.csv \
    "${SIGN[@]}" "${KEYS[@]}"
holds "what_was_mended_came_in" test "$(python3 counts.py)" -gt "$before"

# people and places, messy too
printf '人员表,,,\n登 录 名,工号（号）,职 务,姓名\nbai,1101.0,"钥匙 管理员、客服人员",白一\nbai,1101.0,"钥匙 管理员、客服人员",白一\nhei,1102,安全员/值班员，员工,黑一\nlan,1103,主任,蓝一\n合计,3,,\n' >people.csv
check "messy_people" 0 import people people.csv --reject people_rejects.csv --as li --with wang "${KEYS[@]}"
says "people_are_counted" "understood 2, as written 0, rejected 1, passed over 3" out
says "the_unclear_role_is_named" "no role" people_rejects.csv
check "they_are_here" 0 person show bai
says "with_both_roles" "service_staff" out
printf '编码,名称,类型,上级\n13,13栋,栋,\n14-1,14栋-1单元,单元,14\n14,14栋,城堡,\n14-1-1,14栋-1单元-1层,楼层,14-1\n' >more_places.csv
check "messy_places" 0 import places more_places.csv --reject places_rejects.csv "${SIGN[@]}" "${KEYS[@]}"
says "what_hangs_on_a_rejected_place_is_rejected" "understood 0, as written 1, rejected 3" out
check "it_verifies" 0 ledger check
finish
