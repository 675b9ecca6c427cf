#!/bin/bash
# custody audit: what an auditor is shown beside the verdict, of a site and of an export that he
# took along; it says the same of both, changes neither, and says it in both languages.
. "$(dirname "$0")/common.bash"
export CUSTODY_CLOCK=$HERE/clock
echo 2026-11-23T02:00:00Z >clock
office
people wu an he

batch "an_office_with_something_to_audit" <<'LINES'
person enrol wu --staff-no 1006 --role service_staff --credential local --as li --with wang
person enrol an --staff-no 1007 --role duty --credential local --as li --with wang --terminals 2
person enrol he --staff-no 1008 --role key_custodian --credential local --as li --with wang
person grant wu staff --sheet 7 --as li --with wang
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-2-12-1201 --kind home --label 3栋-2单元-1201 --parent 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
key add 天台门 --desk front --lock 3-R --as zhao --with qian
key add 天台门副 --desk front --lock 3-R --copy 2 --as zhao --with qian --terminals 2
key add 天台门三 --desk front --lock 3-R --copy 3 --as zhao --with qian
key lend 天台门 --to sun --due +2h --purpose repair --for WO-1 --as zhao --with sun
key lend 天台门三 --to wu --due +2h --purpose repair --for WO-2 --receipt paper --slip 1 --unsigned-reason forgot_passphrase --as zhao --with sun
key return 天台门三 --as zhao
key lend 天台门三 --to sun --due +2h --purpose repair --for WO-1 --event-at now --late power_cut --as zhao --with sun
correct @last --reason entry_error --as zhao --with qian
key emergency 天台门副 --to an --place 3栋-2单元-1201 --cause fire --as zhao --with an
stocktake start --desk front --as zhao
stocktake finish --desk front --as zhao --with wu
LINES
echo 2026-11-24T02:00:00Z >clock
batch "the_next_day_is_handed_over" <<'LINES'
key return 天台门 --by sun --as zhao --with sun
shift handover --from zhao --to he --desk front --open 1 --as zhao --with he
person suspend sun --reason left_company --as li
LINES

cat >look.py <<'PY'
"""The tables of an audit in JSON: what they must say of this office."""
import json, sys
report = json.load(open(sys.argv[1]))
assert report["ledger"] == "verified", report["ledger"]
tables = {t["name"]: t["rows"] for t in report["audit"]}
assert list(tables) == ["freshness", "roles", "people", "terminals", "pairs", "receipts", "flags",
                        "late", "unratified", "stocktakes", "no_handover"], list(tables)
for table in report["audit"]:  # every table says its columns, in both languages
    assert table["zh"] and table["en"] and table["zh"] != table["en"]
    names = [c["name"] for c in table["columns"]]
    assert all(c["zh"] and c["en"] for c in table["columns"])
    for row in table["rows"]:
        assert list(row) == names, (list(row), names)
def rows(name, *members):
    return [tuple(r[m] for m in members) for r in tables[name]]

# two people on one terminal, by kind of act; who signs for his own keys is no second person
terminals = {a: (n, one) for a, n, one in rows("terminals", "act", "together", "one_terminal")}
assert terminals["person.enrol/1"] == (3, 2), terminals
assert terminals["key.add/1"] == (3, 2), terminals
assert terminals["place.add/1"] == (2, 2), terminals
assert terminals["role.grant/1"] == (1, 1), terminals
assert terminals["key.emergency/1"] == (1, 1), terminals
assert terminals["stocktake.finish/1"] == (1, 1), terminals
assert "key.lend/2" not in terminals, terminals
assert ("qian", "zhao") in rows("pairs", "first", "second"), tables["pairs"]
receipts = {(k, bool(w)): n for k, w, n in rows("receipts", "kind", "reason", "loans")}
assert receipts[("paper", True)] == 1 and receipts[("credential", False)] >= 2, receipts
flags = dict(rows("flags", "code", "count"))
assert flags["late"] == 1 and flags["unsigned-receipt"] == 1, flags
assert ("zhao", 1, 1) in rows("late", "by", "late", "corrected"), tables["late"]
assert [a for a, in rows("unratified", "act")] == ["key.emergency/1"], tables["unratified"]
assert len(tables["stocktakes"]) == 1 and tables["stocktakes"][0]["desk"] == "front"
assert rows("no_handover", "desk", "first", "last") == [("front", "2026-11-23", "2026-11-23")]
roles = {r: h for r, h in rows("roles", "role", "handles")}
assert roles["key_custodian"] == ["he", "zhao"] and roles["staff"] == ["sun (suspended)", "wu"], roles
acts = [a for a, in rows("people", "act")]
assert {"site.found/1", "person.enrol/1", "role.grant/1", "person.suspend/1"} <= set(acts), acts
PY
before=$(sha256sum site/ledger.db | cut -c1-64)
check "a_site_is_audited" 0 audit --json
cp out site.json
holds "its_tables_say_what_happened" python3 look.py site.json
mkdir "$HERE/elsewhere"
(cd elsewhere && env -u CUSTODY_SITE "$CUSTODY" audit ../site --json) >out 2>err
holds "a_site_named_by_its_directory_too" python3 look.py out
[ "$(sha256sum site/ledger.db | cut -c1-64)" = "$before" ] && ok "the_site_is_as_before" ||
    not_ok "the_site_is_as_before"

check "trust" 0 ledger trust trust
check "export" 0 ledger export export
find export -type f | sort | xargs sha256sum >before
check "an_export_is_audited" 0 audit export --trust trust --json
cp out export.json
holds "the_tables_of_the_export_say_it_too" python3 look.py export.json
holds "the_export_and_the_site_say_the_same" python3 -c '
import json
site, export = (json.load(open(n))["audit"] for n in ("site.json", "export.json"))
assert site == export, [a["name"] for a, b in zip(site, export) if a != b]'
find export -type f | sort | xargs sha256sum | cmp -s - before && ok "the_export_is_as_before" ||
    not_ok "the_export_is_as_before"
holds "nothing_is_left_behind" bash -c '! ls -a export | grep -qE "db|tmp|part"'

check "for_people" 0 audit export --trust trust --lang en
for heading in "how fresh" "roles now" "people and roles over time" "two-person acts on one terminal" \
    "pairs that always co-sign" "receipts by kind" "flags" "late and corrected acts" \
    "open ratifications" "stock-take differences" "days without a hand-over"; do
    says "has_a_section_$(echo "$heading" | tr ' -' '__')" "-- $heading" out
done
says "and_the_verdict_first" "ledger: verified" out
check "in_chinese" 0 audit export --trust trust --lang zh
holds "with_as_many_sections" bash -c '[ "$(grep -c "^-- " out)" = 11 ]'
says "the_terminals_in_chinese" "两人事项在同一终端签名" out
holds "no_personal_text_is_shown" bash -c '! grep -q "passphrase of" out err'

# What does not verify is said first and by the exit code; the tables are still there to read.
cp -r export spoilt
tile=$(find spoilt/tile/entries -type f | head -1)
printf 'X' | dd of="$tile" bs=1 seek=300 conv=notrunc 2>/dev/null
check "a_spoilt_export_does_not_pass" 3 audit spoilt --trust trust
check "nor_one_of_another_log" 3 audit export --trust <(sed 's/^genesis ..../genesis 0000/' trust)
check "nor_is_there_one_of_nothing" 5 audit nowhere
echo 2026-11-26T02:00:00Z >clock
batch "days_later" <<'LINES'
key return 天台门副 --as he
LINES
check "an_emergency_never_ratified_is_a_finding" 3 audit
says "by_its_rule" "K16" out
finish
