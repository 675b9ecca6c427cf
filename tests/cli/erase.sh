#!/bin/bash
# Erasure through the program: what is erased is in no byte of the site any more, in no export
# and no later backup, while every root and signature stays; restored backups and a vault older
# than the ledger do not bring it back.
. "$(dirname "$0")/common.bash"

people li wang zhao qian sun hua lan safe
echo "the first keeper's words" >one
echo "the second keeper's words" >two
"$CUSTODY" site recovery-key secret --passphrase-file one --passphrase-file two >out 2>err
PUBLIC=$(grep -o '[0-9a-f]\{64\}' out)
python3 - "$ROOT/schema/policy.default.json" "$PUBLIC" >policy.json <<'EOP'
import json, sys
policy = json.load(open(sys.argv[1]))
policy["vault_recovery"] = sys.argv[2]
policy["party_retention_months"] = 0
for row in policy["folder_classes"]:
    if row["code"] == "owner":
        row["retention"] = {"mandate": "公司档案制度", "months": 12, "triggers": ["moved_out", "sold"]}
json.dump(policy, sys.stdout, ensure_ascii=False)
EOP
export CUSTODY_SITE=$HERE/site
check "found" 0 site init --name 翠湖 --origin cuihu.example/custody --policy policy.json \
    --recovery-officer safe --founder li:1001:administrator --founder wang:1002:centre_manager \
    --founder zhao:1003:archive_custodian+key_custodian --founder qian:1004:supervisor+service_staff \
    --founder sun:1005:staff --founder hua:1006:witness --founder lan:1007:witness \
    --founder safe:9001:administrator "${KEYS[@]}" --yes

# json NAME TEST ARGS...: TEST is Python over r, what the program answers.
json() {
    local name=$1 test=$2
    shift 2
    "$CUSTODY" "$@" --json >out 2>err
    if python3 -c 'import json, sys; r = json.load(open("out")); assert eval(sys.argv[1]), r' \
        "$test" 2>>err; then
        ok "$name"
    else
        not_ok "$name"
    fi
}
size() { "$CUSTODY" site show --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["size"])'; }
OLD=$(date -d '3 years ago' +%F)
SIGN=("${KEYS[@]}" --yes)

# Planted: names of two folders and remarks of both in one act; a party's name and number.
batch "a_home_and_a_party" <<'LINES'
place add 3 --kind building --label 3栋 --as zhao --with qian
place add 3-1-101 --kind home --label 3栋-101 --parent 3栋 --as zhao --with qian
place add 3-1-102 --kind home --label 3栋-102 --parent 3栋 --as zhao --with qian
place add A-1 --kind room --label 档案室 --as zhao --with qian
party add --relation tenant --name 独孤求败丁 --phone 13800001234 --as qian
party add --relation tenant --name 西门吹雪戊 --phone 13900005678 --as qian
folder open F101 --class owner --place 3-1-101 --name 欧阳独秀甲 --as zhao
folder open F102 --class owner --place 3-1-102 --name 司徒留香乙 --as zhao
LINES
cat >two.csv <<'CSV'
档号,类别,房号,盒,资料,原件/复印件,原件存放,份数,页数,起,止,备注
同-1,业主档案,3栋-101,,消防安全责任书,原件,,1,2,,,备注丙须擦去
同-2,业主档案,3栋-102,,消防安全责任书,原件,,1,2,,,备注己须留存
CSV
check "two_folders_in_one_act" 0 import folders two.csv --as zhao "${SIGN[@]}"
# Who came for papers of both: a text with two owners, of which one stays.
TYPED=来人庚 check "papers_of_both_are_shown" 0 folder produce 同-1 同-2 --authority police --document 调证-1 --slip 7 --kind view \
    --receiver - --as zhao --with wang "${SIGN[@]}"
{
    for folder in F101 同-1; do
        echo "folder close $folder --trigger sold --date $OLD --reason other --as zhao"
    done
} | batch "two_are_due"
# What stands in the vault and may be shown, as long as it does: read for the record.
READ=(--purpose inspection --as qian "${SIGN[@]}")
json "names_are_read_before" 'r[0]["name"] == "欧阳独秀甲"' folder show F101 "${READ[@]}"
json "and_privacy_read_shows_them_all" \
    '{t["text"] for t in r["texts"]} == {"欧阳独秀甲", "备注丙须擦去", "来人庚"}' \
    privacy read F101 同-1 --purpose inspection --as qian "${SIGN[@]}"
PARTY=$("$CUSTODY" party list "${READ[@]}" --json 2>err | python3 -c 'import json, sys
print([p["party"] for p in json.load(sys.stdin) if p["name"] == "独孤求败丁"][0])')
OTHER=$("$CUSTODY" party list "${READ[@]}" --json 2>err | python3 -c 'import json, sys
print([p["party"] for p in json.load(sys.stdin) if p["name"] == "西门吹雪戊"][0])')

# The openings write nothing: what the vault has, a reader of the vault gets.
# opened NAME SITE TEXT...: the openings of this site have exactly these of both names.
opened() {
    local name=$1 site=$2
    shift 2
    "$CUSTODY" --site "$site" ledger openings opened.json >out 2>err
    holds "$name" python3 - "$@" <<'EOP'
import base64, json, os, sys
found = set()
if os.path.exists("opened.json"):
    for opening in json.load(open("opened.json")):
        found.add(base64.b64decode(opening["pt"]).rstrip(b"\0")[:-1].decode())
assert found & {"独孤求败丁", "西门吹雪戊"} == set(sys.argv[1:]), found
EOP
    rm -f opened.json
}
opened "the_openings_have_both_names" site 独孤求败丁 西门吹雪戊

# What the vault keeps of the three that go: wrapped keys and ciphertexts, byte by byte.
cat >plant.py <<'EOP'
import json, os, subprocess, sqlite3, sys
names = sys.argv[1:]
def ask(*words):
    return json.loads(subprocess.run([os.environ["CUSTODY"], *words, "--json"],
                                     stdout=subprocess.PIPE, check=True).stdout)
def ks(value):
    if isinstance(value, dict):
        if set(value) == {"c", "k"}:
            yield value["k"]
        for inner in value.values():
            yield from ks(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from ks(inner)
size = ask("site", "show")["size"]
wanted = set()
for idx in range(size):
    body = ask("ledger", "show", str(idx))["body"]
    bodies = body.get("body", body) if isinstance(body, dict) else {}
    for element in (bodies.get("folders", []) if isinstance(bodies, dict) else []):
        if element.get("item") in names:
            wanted |= set(ks(element))
    if bodies.get("party") in names and "name" in bodies:
        wanted |= set(ks(bodies))
vault = sqlite3.connect("file:site/vault.db?mode=ro", uri=True)
planted = []
for k in wanted:
    key = bytes.fromhex(k)
    planted += [row[0].hex() for row in vault.execute("SELECT wrapped FROM subject_key WHERE k = ?", (key,))]
    planted += [row[0].hex() for row in vault.execute("SELECT boxed FROM field WHERE k = ?", (key,))]
json.dump(planted, open("planted.json", "w"))
print(len(wanted), len(planted))
EOP
export CUSTODY
item() { "$CUSTODY" folder show "$1" --json | sed -n 's/.*"item": "\(F[^"]*\)".*/\1/p'; }
holds "what_the_vault_keeps_is_known" python3 plant.py "$(item F101)" "$(item 同-1)" "$PARTY"
cat >scan.py <<'EOP'
# scan.py WANTED DIR...: exit 0 when so many of what was planted are in any byte of the files.
import base64, json, os, sys
planted = [bytes.fromhex(h) for h in json.load(open("planted.json"))]
for text in ("欧阳独秀甲", "备注丙须擦去", "独孤求败丁", "13800001234"):
    raw = text.encode()
    planted += [raw, raw + b"\x80", text.encode("utf-16-le"), raw.hex().encode()]
    planted += [base64.b64encode(b"x" * skip + raw)[4:-4] for skip in (0, 1, 2)]
hits = set()
for root in sys.argv[2:]:
    for where, _, files in os.walk(root):
        for name in files:
            data = open(os.path.join(where, name), "rb").read()
            for needle in planted:
                if needle in data:
                    hits.add(needle)
                    print(os.path.join(where, name), needle[:24])
sys.exit(0 if (len(hits) >= 7 if sys.argv[1] == "some" else not hits) else 1)
EOP
check "a_backup_before" 0 site backup before
check "an_export_before" 0 ledger export export.before
check "openings_before" 0 ledger openings openings.before
holds "the_scan_finds_what_is_there" python3 scan.py some site
json "the_export_verifies_before" 'r["exit"] == 0 if "exit" in r else True' ledger verify export.before
root_of() { "$CUSTODY" ledger verify "$1" --json 2>/dev/null | python3 -c 'import json, sys; r = json.load(sys.stdin); print(r["size"], r["root"])'; }
ROOT_BEFORE=$(root_of export.before)

# ---- destroyed, then erased by its witnesses ----
batch "destroyed" <<'LINES'
destruction propose F101 同-1 --number 一 --method shredding --place 档案室 --as zhao
destruction review 一 --as qian
destruction approve 一 --as wang
expect 4 erase start --destruction 一 --as hua --with lan --terminals 2
destruction execute 一 --witness hua --witness lan --recheck qian --destroyer sun --terminals 2 --as hua
LINES
json "what_is_destroyed_and_not_erased_is_still_read" 'r[0]["name"] == "欧阳独秀甲"' folder show F101 "${READ[@]}"
check "one_ground_is_said" 2 erase start --as hua
check "who_was_no_witness_does_not_order_it" 4 erase start --destruction 一 --as wang --with qian --terminals 2 "${SIGN[@]}"
check "one_witness_alone_does_not" 4 erase start --destruction 一 --as hua "${SIGN[@]}"
check "nothing_is_expired_by_witnesses" 4 erase start --expired --as hua --with lan --terminals 2 "${SIGN[@]}"
check "a_dry_run_erases_nothing" 0 erase start --destruction 一 --as hua --with lan --terminals 2 --dry-run
json "as_is_seen" 'r[0]["name"] == "欧阳独秀甲"' folder show F101 "${READ[@]}"
check "it_is_erased" 0 erase start --destruction 一 --as hua --with lan --terminals 2 "${SIGN[@]}"
says "what_goes_is_counted" "will be able to read again: 2" err
says "by_what_it_was" "name 1" err
holds "and_nobody_is_named" bash -c '! grep -qE "欧阳独秀甲|备注丙" out err'
says "the_order_is_recorded" "erase the personal data of 2 subjects" out
check "nothing_is_left_on_that_ground" 5 erase start --destruction 一 --as hua --with lan --terminals 2 "${SIGN[@]}"
json "it_is_done" 'r[0]["state"] == "done" and r[0]["kind"] == "destruction" and r[0]["fields"] == 2' erase list
INTENT=$(sed -n 's/.*"id": "\([0-9a-f]*\)".*/\1/p' out | head -1)
json "its_name_is_gone" 'r[0]["name"] is None and r[0]["state"] == "destroyed"' folder show F101 "${READ[@]}"
json "the_other_of_the_same_act_is_read_and_what_both_own" \
    '{t["text"] for t in r["texts"]} == {"备注己须留存", "来人庚"}' \
    privacy read 同-2 --purpose inspection --as qian "${SIGN[@]}"
json "privacy_read_says_by_which_entry" \
    'sorted((t["member"], t["text"], t["erased"] is not None) for t in r["texts"]) == [("name", None, True), ("receiver", "来人庚", False), ("remark", None, True)]' \
    privacy read F101 同-1 --purpose inspection --as qian "${SIGN[@]}"

# ---- a resident asks ----
batch "a_request_is_refused_or_carried_out" <<LINES
expect 4 erase request --party $PARTY --channel phone --reason other --as wang
erase request --party $OTHER --channel letter --reason other --as qian
expect 4 erase refuse @erase.request --ground retention_runs --as qian
erase refuse @erase.request --ground retention_runs --as wang
expect 4 erase refuse @erase.request --ground retention_runs --as wang
erase request --party $PARTY --channel phone --reason other --as qian
expect 4 erase start --request @erase.request --as zhao --with qian --terminals 2
LINES
REQUEST=$("$CUSTODY" erase list --state open --json | sed -n 's/.*"id": "\([0-9a-f]*\)".*/\1/p')
check "ordered_on_two_terminals" 0 erase start --request "${REQUEST:0:12}" --as wang --sign-by qian \
    --prepare erase.req "${SIGN[@]}"
says "the_next_step_is_said" "erase finish" err
check "the_second_signs" 0 sign erase.req --as qian "${SIGN[@]}"
check "it_is_submitted" 0 submit erase.req --as wang "${SIGN[@]}"
SECOND=$("$CUSTODY" erase list --state open --json | sed -n 's/.*"id": "\([0-9a-f]*\)".*/\1/p')
check "no_certificate_of_what_is_not_done" 0 erase certificate "$SECOND"
says "it_says_so" "does not certify" out
check "by_one_it_is_not_finished" 4 erase finish "${SECOND:0:12}" --as wang "${SIGN[@]}"
check "a_dry_run_finishes_nothing" 0 erase finish "${SECOND:0:12}" --as wang --with qian --dry-run
json "it_is_still_open" 'len(r) == 1' erase list --state open
check "it_is_finished" 0 erase finish "${SECOND:0:12}" --as wang --with qian "${SIGN[@]}"
check "once" 4 erase finish "${SECOND:0:12}" --as wang --with qian "${SIGN[@]}"
json "the_party_has_no_name" 'r[0]["name"] is None and r[0]["phone"] is None' party show "$PARTY" "${READ[@]}"
json "the_other_party_has" 'r[0]["name"] == "西门吹雪戊"' party show "$OTHER" "${READ[@]}"

# ---- every byte ----
check "a_certificate" 0 erase certificate "$INTENT"
for text in "Certificate" "hua, lan" "backup" "vault" "stay readable until they are destroyed"; do
    says "it_says: $text" "$text" out
done
holds "it_names_nobody" bash -c '! grep -qE "欧阳|备注" out'
check "in_chinese" 0 erase certificate "$INTENT" --lang zh
says "the_same" "此日之前" out
check "a_backup_after" 0 site backup after
check "an_export_after" 0 ledger export export.after
check "openings_after" 0 ledger openings openings.after.json
mkdir openings.dir && cp openings.after.json openings.dir/
holds "no_byte_of_it_is_in_site_backup_export_openings" python3 scan.py none site after export.after openings.dir
holds "the_other_is_in_the_openings" python3 - <<'EOP'
import base64, json
texts = [base64.b64decode(o["pt"]).split(b"\x80")[0].decode() for o in json.load(open("openings.after.json"))]
assert "备注己须留存" in texts and "西门吹雪戊" in texts and "司徒留香乙" in texts, texts
EOP
holds "the_old_export_has_the_same_root" test "$(root_of export.before)" = "$ROOT_BEFORE"
check "the_old_export_verifies" 0 ledger verify export.before
check "the_new_one_verifies_with_the_openings_left" 0 ledger verify export.after --openings openings.after.json
check "the_site_verifies" 0 ledger check
json "erased_with_authority_is_said" '"openings" not in str(r.get("findings", []))' ledger verify

# ---- what was before does not come back ----
cp -r site old.vault
for file in vault.db vault.key; do cp before/$file old.vault/$file; done
holds "the_old_vault_has_it" python3 scan.py some old.vault
opened "an_old_vault_beside_the_newer_ledger_shows_nothing_erased" old.vault 西门吹雪戊
check "at_the_next_opening_for_writing" 0 --site old.vault site erase-finish
holds "it_has_lost_it" python3 scan.py none old.vault
check "restored_with_the_entries_since" 0 site restore before whole --entries export.after
opened "a_restored_site_shows_no_names_before_its_head_is_confirmed" whole
check "the_head" 0 ledger checkpoint --out head
check "its_head_is_confirmed" 0 --site whole site confirm-head head --as li --with safe "${SIGN[@]}"
# A reading is an act: here it forks the history, which the credential must not see again.
cp -r "$CUSTODY_CREDENTIALS" aside
CUSTODY_CREDENTIALS=$HERE/aside json "what_is_erased_stays_so" 'r[0]["name"] is None' --site whole folder show F101 "${READ[@]}"
opened "and_out_of_the_openings" whole 西门吹雪戊
CUSTODY_CREDENTIALS=$HERE/aside json "the_others_are_read" 'r[0]["name"] == "司徒留香乙"' --site whole folder show F102 "${READ[@]}"
holds "not_a_byte" python3 scan.py none whole
check "a_backup_without_the_entries_since" 0 site restore before alone
opened "shows_no_names" alone
check "and_takes_no_confirmed_newer_head" 3 --site alone site confirm-head head --as li --with safe "${SIGN[@]}"

# ---- removed by hand is no erasure ----
cp -r site by.hand
python3 - <<'EOP'
import sqlite3
vault = sqlite3.connect("by.hand/vault.db")
vault.execute("DELETE FROM field WHERE rowid IN (SELECT rowid FROM field WHERE state = 'live' LIMIT 1)")
vault.commit()
EOP
check "removed_by_hand_is_found" 3 --site by.hand ledger check

# ---- whose time is over ----
BEFORE=$(size)
check "party_retention_is_over" 0 erase start --expired --as wang --with zhao --terminals 2 "${SIGN[@]}"
holds "an_order_and_its_end" test "$(size)" = "$((BEFORE + 2))"
json "the_other_party_is_erased" 'r[0]["name"] is None' party show "$OTHER" "${READ[@]}"
json "a_folder_that_is_there_keeps_its_name" 'r[0]["name"] == "司徒留香乙"' folder show F102 "${READ[@]}"
check "then_nothing_is_left" 5 erase start --expired --as wang --with zhao --terminals 2 "${SIGN[@]}"
check "it_verifies_to_the_end" 0 ledger check
check "the_other_verifier_has_the_export" 0 ledger export export.last
check "a_trust_file" 0 ledger trust trust
check "openings_last" 0 ledger openings openings.last
if PYTHONPATH=$ROOT/tests/oracle python3 -c 'import nacl' 2>/dev/null || python3 -c 'import cryptography' 2>/dev/null; then
    holds "and_agrees" python3 "$ROOT/tests/oracle/verify.py" export.last --trust trust --openings openings.last
fi
finish
