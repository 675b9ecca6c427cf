#!/bin/bash
# Bad input to every verb: names that name nothing, tags mistyped or of another site, texts that
# are empty, of two lines, of 70,000 bytes, with escapes or no UTF-8 at all, numbers and times
# out of range, directories, empty files and rubbish for files. Each time one sentence, the
# right exit code, and nothing recorded or left behind. CUSTODY may be a sanitized program.
#
# A row of the table is the exit code and the words. What stands for what: @BIG 70,000 letters,
# @UTF8 no UTF-8, @ESC an escape sequence, @TWO two lines, @NONE an empty word, @KEY @KEY2
# @PARTY @ACT things that there are; @DIR a directory, @EMPTY and @JUNK files, @GONE nowhere,
# @OUT where a file may be written.
. "$(dirname "$0")/common.bash"

DATA=$ROOT/tests/data/office
people admin mgr hq li
export CUSTODY_SITE=$HERE/site
check "found" 0 site init --name "Plum Court" --origin plum.example/custody \
    --policy "$DATA/policy.json" --founder admin:A1:administrator+duty \
    --founder mgr:A2:centre_manager+supervisor --founder hq:H1:administrator --sheet 1 --yes \
    "${KEYS[@]}"
check "enrol" 0 person enrol li --staff-no K1 --role key_custodian --role service_staff \
    --credential local --as admin --with mgr --yes "${KEYS[@]}"
for what in places locks; do
    check "$what" 0 import "$what" "$DATA/$what.csv" --as li --with mgr "${KEYS[@]}"
done
check "keys" 0 import keys "$DATA/keys.csv" --desk front --as li --with mgr "${KEYS[@]}"
TYPED=Visitor check "party" 0 party add --relation contractor --name - --as li "${KEYS[@]}"

mkdir empty.dir written
: >empty
head -c 4096 "$CUSTODY" | tr -d '\000' >junk

cat >table.txt <<'ROWS'
2 audit --limit 2026-13-45T25:61 --as li --dry-run
2 audit --limit -5 --as li --dry-run
1 batch @DIR --as li --dry-run
5 batch @GONE/x --as li --dry-run
2 board set --as li --dry-run
5 board set --desk front --add @BIG --as li --dry-run
5 board show --desk @ESC --as li --dry-run
5 board show --desk @UTF8 --as li --dry-run
2 copy close K-4F7Q-2M9X-89 --reason repair --as li --dry-run
2 copy close C1K14F7Q2M9X00000088 --reason repair --as li --dry-run
2 correct @UTF8 --reason repair --as li --dry-run
2 correct @TWO --reason repair --as li --dry-run
2 credential add @NONE --reason x --as li --dry-run
2 credential add
2 credential card mgr extra extra extra --as li --dry-run
2 credential card mgr --out @DIR --as li --dry-run
2 credential list K-4F7Q-2M9X-89 --as li --dry-run
2 credential list C1K14F7Q2M9X00000088 --as li --dry-run
1 credential new @UTF8 --as li --dry-run
1 credential new @BIG --as li --dry-run
1 credential prove mgr --origin K-4F7Q-2M9X-89 --as li --dry-run
1 credential prove mgr --origin C1K14F7Q2M9X00000088 --as li --dry-run
2 credential revoke mgr --reason repair --suspect-from 9999-12-31T23:59:59Z --as li --dry-run
4 credential revoke mgr --reason KZZZZZZZZ --as li --dry-run
2 custodian change --from mgr --to mgr --as li --dry-run
5 custodian change --from mgr --to mgr --desk @ESC --as li --dry-run
2 desk --desk front --purpose repair --for x --lock-after 99999999999999999999 --as li --dry-run
2 desk --desk front --purpose repair --for x --due 2026-13-45T25:61 --as li --dry-run
1 flags --code @UTF8 --as li --dry-run
2 flags extra extra extra --as li --dry-run
1 import keys @EMPTY --as li --dry-run
1 import keys @JUNK --as li --dry-run
5 import locks @GONE/x --as li --dry-run
1 import locks @EMPTY --as li --dry-run
2 import opening @JUNK --as li --dry-run
2 import opening
1 import people @OUT/file --desk K-4F7Q-2M9X-89 --as li --dry-run
4 import people @OUT/file --desk C1K14F7Q2M9X00000088 --as li --dry-run
5 import places @OUT/file --desk KZZZZZZZZ --as li --dry-run
1 import places @DIR --as li --dry-run
5 key accept-risk @TWO --reason repair --as li --dry-run
2 key accept-risk @NONE --reason repair --as li --dry-run
2 key add L --desk front --lock 1-1-1-101-FD --copy -5 --as li --dry-run
2 key add L --desk front --lock 1-1-1-101-FD --copy 99999999999999999999 --as li --dry-run
2 key chase @KEY --channel repair --result refused --promised 9999-12-31T23:59:59Z --as li --dry-run
2 key chase @KEY --channel repair --result refused --promised 2026-13-45T25:61 --as li --dry-run
2 key copy @KEY --approval @ACT --count -5 --as li --dry-run
2 key copy @KEY --approval @ACT --count 99999999999999999999 --as li --dry-run
2 key damage @KEY --as li --dry-run
1 key damage K-4F7Q-2M9X-89 --reason repair --as li --dry-run
4 key deposit C1K14F7Q2M9X00000088 --from @PARTY --authorisation @ACT --as li --dry-run
5 key deposit @UTF8 --from @PARTY --authorisation @ACT --as li --dry-run
2 key emergency @KEY --to mgr --place 1 --cause repair --called-at 9999-12-31T23:59:59Z --as li --dry-run
5 key emergency @BIG --to mgr --place 1 --cause repair --as li --dry-run
5 key escort @TWO --to mgr --due +4h --purpose repair --for x --as li --dry-run
2 key escort @NONE --to mgr --due +4h --purpose repair --for x --as li --dry-run
5 key extend @ESC --due +4h --reason repair --as li --dry-run
2 key extend
5 key found @KEY --by @UTF8 --as li --dry-run
1 key found @KEY --by K-4F7Q-2M9X-89 --as li --dry-run
4 key handover @KEY --place 1 --document repair --to C1K14F7Q2M9X00000088 --as li --dry-run
5 key handover @KEY --place 1 --document repair --to KZZZZZZZZ --as li --dry-run
2 key history @KEY extra extra extra --as li --dry-run
1 key history K-4F7Q-2M9X-89 --as li --dry-run
2 key lend @KEY --to @PARTY --purpose repair --for x --due 2026-13-45T25:61 --as li --dry-run
2 key lend @KEY --to @PARTY --purpose repair --for x --due 9999-12-31T23:59:59Z --as li --dry-run
2 key list --limit -5 --as li --dry-run
2 key list --limit 99999999999999999999 --as li --dry-run
5 key loans --holder @BIG --as li --dry-run
5 key loans --holder @ESC --as li --dry-run
2 key lost @KEY --as li --dry-run
4 key lost C1K14F7Q2M9X00000088 --reason repair --as li --dry-run
5 key move @UTF8 --to front --reason repair --as li --dry-run
5 key move @TWO --to front --reason repair --as li --dry-run
2 key pass @NONE --from @PARTY --to @PARTY --purpose repair --for x --as li --dry-run
2 key pass
2 key refusals extra extra extra --as li --dry-run
5 key refuse @KEY --purpose repair --rule K3 --to @UTF8 --as li --dry-run
1 key refuse @KEY --purpose repair --rule K3 --to K-4F7Q-2M9X-89 --as li --dry-run
4 key retire @KEY --reason C1K14F7Q2M9X00000088 --as li --dry-run
4 key retire @KEY --reason KZZZZZZZZ --as li --dry-run
1 key return K-4F7Q-2M9X-89 --as li --dry-run
4 key return C1K14F7Q2M9X00000088 --as li --dry-run
2 key seal @KEY --as li --dry-run
5 key seal @UTF8 --seal 1 --as li --dry-run
5 key show @BIG --as li --dry-run
5 key show @TWO --as li --dry-run
2 key sisters @NONE --as li --dry-run
5 key sisters @ESC --as li --dry-run
2 key takeover
5 key takeover x --letter 1 --desk front --scope @UTF8 --as li --dry-run
4 key unseal @KEY --seal 1 --reason K-4F7Q-2M9X-89 --as li --dry-run
4 key unseal @KEY --seal 1 --reason C1K14F7Q2M9X00000088 --as li --dry-run
5 key withdraw @KEY --to KZZZZZZZZ --as li --dry-run
5 key withdraw @KEY extra extra extra --to @PARTY --as li --dry-run
5 label print --out x --stock @GONE/x --as li --dry-run
5 label print --out x --stock @DIR --as li --dry-run
5 ledger check @EMPTY --as li --dry-run
5 ledger check @JUNK --as li --dry-run
1 ledger checkpoint --out @GONE/x --as li --dry-run
1 ledger checkpoint --out @DIR --as li --dry-run
1 ledger export @EMPTY --as li --dry-run
1 ledger export @JUNK --as li --dry-run
2 ledger log --from 2026-13-45T25:61 --as li --dry-run
2 ledger log --from -5 --as li --dry-run
2 ledger openings
2 ledger openings @OUT/file extra extra extra --as li --dry-run
1 ledger prove 0 @GONE/x --as li --dry-run
1 ledger prove 0 @DIR --as li --dry-run
2 ledger show K-4F7Q-2M9X-89 --as li --dry-run
2 ledger show C1K14F7Q2M9X00000088 --as li --dry-run
2 ledger trust
2 ledger trust @OUT/file extra extra extra --as li --dry-run
2 ledger verify --limit 99999999999999999999 --as li --dry-run
5 ledger verify @EMPTY --as li --dry-run
2 lock add repair --label x --place 1 --as li --dry-run
1 lock add @UTF8 --kind paper --label x --place 1 --as li --dry-run
2 lock list --limit 2026-13-45T25:61 --as li --dry-run
2 lock list --limit -5 --as li --dry-run
5 lock rekey @BIG --reason repair --as li --dry-run
5 lock rekey @TWO --reason repair --as li --dry-run
2 lock show @NONE --as li --dry-run
5 lock show @ESC --as li --dry-run
2 party add --relation x --name @UTF8 --as li --dry-run
2 party add --name x --relation K-4F7Q-2M9X-89 --as li --dry-run
4 party authorisations --place C1K14F7Q2M9X00000088 --as li --dry-run
5 party authorisations --place KZZZZZZZZ --as li --dry-run
2 party authorise @PARTY --place 1 --letter 1 --scope x --end +4h --start 9999-12-31T23:59:59Z --as li --dry-run
2 party authorise @PARTY --place 1 --letter 1 --scope x --end +4h --start 2026-13-45T25:61 --as li --dry-run
2 party consent @KEY --party @PARTY --to @PARTY --purpose repair --channel repair --end +4h --start 9999-12-31T23:59:59Z --as li --dry-run
2 party consent @KEY --to @PARTY --purpose repair --channel repair --end +4h --as li --dry-run
2 party end K-4F7Q-2M9X-89 --reason repair --as li --dry-run
2 party end C1K14F7Q2M9X00000088 --reason repair --as li --dry-run
2 party list extra extra extra --as li --dry-run
5 party show @UTF8 --as li --dry-run
5 party show @BIG --as li --dry-run
2 person delegate --giver mgr --to mgr --role staff --end +4h --reason repair --start 9999-12-31T23:59:59Z --as li --dry-run
2 person delegate --giver mgr --to mgr --role staff --end +4h --reason repair --start @TWO --as li --dry-run
2 person delegations extra extra extra --as li --dry-run
2 person enrol @NONE --staff-no 1 --role staff --as li --dry-run
5 person enrol @ESC --staff-no 1 --role staff --as li --dry-run
1 person grant mgr @UTF8 --as li --dry-run
4 person grant mgr K-4F7Q-2M9X-89 --as li --dry-run
2 person list extra extra extra --as li --dry-run
4 person reinstate K-4F7Q-2M9X-89 --as li --dry-run
4 person reinstate C1K14F7Q2M9X00000088 --as li --dry-run
4 person revoke mgr C1K14F7Q2M9X00000088 --as li --dry-run
1 person revoke @UTF8 staff --as li --dry-run
5 person show @BIG --as li --dry-run
5 person show @TWO --as li --dry-run
4 person suspend mgr --reason KZZZZZZZZ --as li --dry-run
2 person suspend mgr --as li --dry-run
2 person tag @NONE --as li --dry-run
5 person tag @ESC --as li --dry-run
5 person tags --handle @UTF8 --as li --dry-run
1 person tags --handle K-4F7Q-2M9X-89 --as li --dry-run
2 place add
4 place add repair --label x --kind C1K14F7Q2M9X00000088 --as li --dry-run
2 place list --limit 99999999999999999999 --as li --dry-run
2 place list --limit -5 --as li --dry-run
1 place show K-4F7Q-2M9X-89 --as li --dry-run
4 place show C1K14F7Q2M9X00000088 --as li --dry-run
2 ratify @UTF8 --as li --dry-run
2 ratify @BIG --as li --dry-run
5 report chases --key KZZZZZZZZ --as li --dry-run
5 report chases --key @ESC --as li --dry-run
2 report corrected extra extra extra --as li --dry-run
2 report departments extra extra extra --as li --dry-run
2 report emergencies extra extra extra --as li --dry-run
5 report holdings --handle @UTF8 --as li --dry-run
1 report holdings --handle K-4F7Q-2M9X-89 --as li --dry-run
2 report late extra extra extra --as li --dry-run
1 report losses --state @UTF8 --as li --dry-run
2 report losses extra extra extra --as li --dry-run
2 report movements --limit 99999999999999999999 --as li --dry-run
2 report movements --from 2026-13-45T25:61 --as li --dry-run
2 report proofs --from 9999-12-31T23:59:59Z --as li --dry-run
2 report proofs --from 2026-13-45T25:61 --as li --dry-run
2 report stale extra extra extra --as li --dry-run
2 report takeovers extra extra extra --as li --dry-run
2 report unratified extra extra extra --as li --dry-run
2 report unsettled extra extra extra --as li --dry-run
2 request approve @ACT --count -5 --as li --dry-run
2 request approve @ACT --count 99999999999999999999 --as li --dry-run
2 request cancel @ACT --as li --dry-run
2 request cancel @TWO --reason repair --as li --dry-run
1 request list --state @UTF8 --as li --dry-run
2 request list extra extra extra --as li --dry-run
2 request open @KEY --purpose repair --end +4h --start 9999-12-31T23:59:59Z --as li --dry-run
2 request open @NONE --purpose repair --end +4h --as li --dry-run
2 request oral @ACT --approver mgr --channel repair --count -5 --as li --dry-run
2 request oral @ACT --approver mgr --channel repair --count 99999999999999999999 --as li --dry-run
2 request reject
4 request reject @ACT --reason C1K14F7Q2M9X00000088 --as li --dry-run
2 request show K-4F7Q-2M9X-89 --as li --dry-run
2 request show C1K14F7Q2M9X00000088 --as li --dry-run
5 ring break @KEY2 @KEY --desk KZZZZZZZZ --as li --dry-run
5 ring break @UTF8 @KEY --as li --dry-run
2 ring list --limit 2026-13-45T25:61 --as li --dry-run
2 ring list --limit -5 --as li --dry-run
1 ring make @BIG @KEY --as li --dry-run
1 ring make @TWO @KEY --as li --dry-run
2 ring show @NONE --as li --dry-run
5 ring show @ESC --as li --dry-run
2 roster set 2026-11-20 --as li --dry-run
2 roster set
1 roster show --desk K-4F7Q-2M9X-89 --as li --dry-run
4 roster show --desk C1K14F7Q2M9X00000088 --as li --dry-run
5 seal list --desk KZZZZZZZZ --as li --dry-run
5 seal list --desk @BIG --as li --dry-run
2 shift check 2026-11-20 --as li --dry-run
4 shift check K-4F7Q-2M9X-89 --desk front --as li --dry-run
2 shift close --guard mgr --desk front --board 99999999999999999999 --as li --dry-run
2 shift close --guard mgr --desk front --board 2026-13-45T25:61 --as li --dry-run
2 shift handover --from mgr --to mgr --desk front --board -5 --as li --dry-run
2 shift handover --from mgr --to mgr --desk front --board 99999999999999999999 --as li --dry-run
5 shift list --desk @ESC --as li --dry-run
1 shift list --desk K-4F7Q-2M9X-89 --as li --dry-run
4 shift numbers C1K14F7Q2M9X00000088 --as li --dry-run
5 shift numbers @UTF8 --as li --dry-run
1 sign @JUNK --as li --dry-run
5 sign @GONE/x --as li --dry-run
1 site backup @EMPTY --as li --dry-run
1 site backup @JUNK --as li --dry-run
2 site confirm-head @DIR --as li --dry-run
2 site confirm-head @GONE/x --as li --dry-run
2 site init --name x --origin x --policy @DIR --as li --dry-run
2 site init --name x --origin x --policy @GONE/x --as li --dry-run
1 site policy set @EMPTY --as li --dry-run
1 site policy set @JUNK --as li --dry-run
2 site policy show extra extra extra --as li --dry-run
5 site reappend @EMPTY --as li --dry-run
5 site reappend @JUNK --as li --dry-run
5 site restore @GONE/x @OUT/restored --as li --dry-run
2 site restore @GONE/x
2 site vault-recover @GONE/x @GONE/y --as li --dry-run --passphrase-file @JUNK
2 site vault-recover @JUNK
2 site erase-finish extra extra extra --as li --dry-run
2 site erase-finish @TWO --as li --dry-run
2 site rebuild extra extra extra --as li --dry-run
2 site recovery-key
2 site recovery-key @OUT/file extra extra extra --as li --dry-run
2 site rotate-log
2 site rotate-log extra extra extra --as li --dry-run
2 site seats extra extra extra --as li --dry-run
2 site show extra extra extra --as li --dry-run
1 site succeed @DIR x --origin x --reason repair --known @JUNK --as li --dry-run
1 site succeed @GONE/x x --origin x --reason repair --known @JUNK --as li --dry-run
2 slip --act C1K14F7Q2M9X00000088 --as li --dry-run
2 slip --act KZZZZZZZZ --as li --dry-run
2 slip close @TWO --desk front --series repair --as li --dry-run
2 slip close @NONE --desk front --series repair --as li --dry-run
2 slip issue --desk front --series repair --last 1 --first 2026-13-45T25:61 --as li --dry-run
2 slip issue --desk front --series repair --last 1 --first -5 --as li --dry-run
1 slip list --series @UTF8 --as li --dry-run
2 slip list extra extra extra --as li --dry-run
2 standing end @ACT --as li --dry-run
2 standing end K-4F7Q-2M9X-89 --reason repair --as li --dry-run
2 standing grant mgr --place 1 --purpose repair --post x --end +4h --start 9999-12-31T23:59:59Z --as li --dry-run
4 standing grant C1K14F7Q2M9X00000088 --place 1 --purpose repair --post x --end +4h --as li --dry-run
5 stocktake finish --desk @BIG --as li --dry-run
5 stocktake finish --desk @ESC --as li --dry-run
1 stocktake list --desk K-4F7Q-2M9X-89 --as li --dry-run
4 stocktake list --desk C1K14F7Q2M9X00000088 --as li --dry-run
5 stocktake scan @UTF8 --desk front --as li --dry-run
5 stocktake scan @TWO --desk front --as li --dry-run
2 stocktake show @NONE --as li --dry-run
2 stocktake show K-4F7Q-2M9X-89 --as li --dry-run
5 stocktake start --desk KZZZZZZZZ --as li --dry-run
2 stocktake start --as li --dry-run
1 submit @EMPTY --as li --dry-run
1 submit @JUNK --as li --dry-run
4 tray issue C1K14F7Q2M9X00000088 --to mgr --as li --dry-run
5 tray issue @UTF8 --to mgr --as li --dry-run
5 tray settle @BIG --from mgr --desk front --as li --dry-run
5 tray settle @TWO --from mgr --desk front --as li --dry-run
2 unit transfer @NONE --reason repair --as li --dry-run
5 unit transfer @ESC --reason repair --as li --dry-run
2 who @KEY --at 9999-12-31T23:59:59Z --as li --dry-run
2 who @KEY --at 2026-13-45T25:61 --as li --dry-run
2 key refusals --colour red
2 party list --colour red
2 person delegations --colour red
2 person list --colour red
2 report corrected --colour red
2 report departments --colour red
2 report emergencies --colour red
2 report late --colour red
2 report stale --colour red
2 report takeovers --colour red
2 report unratified --colour red
2 report unsettled --colour red
2 site policy show --colour red
2 site rebuild --colour red
2 site seats --colour red
2 site show --colour red
2 ledger cosign @EMPTY @OUT/x --as li
2 ledger cosign @GONE/x @OUT/x --trust @JUNK --as li
2 ledger cosigned @JUNK
1 ledger cosigned @DIR --witness @ESC
2 ledger witness-request
1 ledger witness-request @GONE/x
2 key tags extra extra --as li
2 key tags --colour red
2 label blanks --class K --count -5 --stock fob-22x32 --out @OUT/x.pdf --as li
2 label blanks --class K --count 99999999999999999999 --stock fob-22x32 --out @OUT/x.pdf --as li
2 label print --folders --as li
2 label print --folders=x --out @OUT/x.pdf --as li
5 label print --folders --place nowhere --out @OUT/x.pdf --as li
5 label print --boxes --shelf nowhere --out @OUT/x.pdf --as li
5 label print --shelves nowhere --out @OUT/x.pdf --as li
5 label print --box nowhere --out @OUT/x.pdf --as li
5 label print --shelves --stock @GONE/x --out @OUT/x.pdf --as li
2 label printers extra extra
2 label printers --colour red
2 label stocks extra extra
2 label stocks --colour red
5 label test-sheet --stock @GONE/x --out @OUT/x.pdf
5 label test-sheet --stock @JUNK --out @OUT/x.pdf
2 label unclaimed extra extra
2 label unclaimed --colour red
5 label verify @GONE/x --stock fob-22x32
1 label verify @JUNK --stock fob-22x32
5 report form @GONE/x --out @OUT/x.pdf
5 report form @JUNK --out @OUT/x.pdf
2 report form loans --from 2026-13-45T25:61 --out @OUT/x.csv
2 report forms extra extra
2 report forms --colour red
2 slip blanks --series x --from -5 --out @OUT/x.pdf
5 slip blanks --series x --from 1 --count 1 --out @OUT/x.pdf
2 storage add x --kind box --as li --dry-run
2 storage add x --kind drawer --place 1 --as li --dry-run
1 storage add @BIG --kind shelf --place 1 --as li --dry-run
1 storage add @UTF8 --kind shelf --place 1 --as li --dry-run
5 storage add x --kind box --within @ESC --as li --dry-run
5 storage move @TWO --place 1 --reason other --as li --dry-run
2 storage move @NONE --within @BIG --reason other --as li --dry-run
5 storage move @KEY --place 1 --reason other --as li --dry-run
2 storage list --limit -5
1 storage list --within K-4F7Q-2M9X-89
5 storage show @BIG
5 storage show @UTF8
5 storage check @ESC --as li --dry-run
2 storage check 1 --temperature 99999999999999999999 --as li --dry-run
2 storage check 1 --temperature -41 --as li --dry-run
2 storage check 1 --humidity 101 --as li --dry-run
5 storage checks --place @TWO
2 storage checks extra
2 folder open @BIG --class owner --place 1 --as li --dry-run
5 folder open x --class owner --place @ESC --as li --dry-run
1 folder open x --class @UTF8 --place 1 --as li --dry-run
2 folder open x --class owner --place 1 --name Wang --as li --dry-run
5 folder open x --class owner --place 1 --box @KEY --as li --dry-run
5 folder file @KEY --paper kind=lease,pages=1,copy --as li --dry-run
4 folder file C1K14F7Q2M9X00000088 --paper kind=lease,pages=1,copy --as li --dry-run
2 folder file @NONE --paper x --as li --dry-run
5 folder amend @UTF8 --paper n=1 --reason other --as li --dry-run
5 folder amend @BIG --paper n=-5 --reason other --as li --dry-run
2 folder remove x --reason other --as li --dry-run
5 folder remove @TWO#1 --reason other --as li --dry-run
5 folder remove x --paper -5 --reason other --as li --dry-run
5 folder move @ESC --back --reason other --as li --dry-run
2 folder move x --reason other --as li --dry-run
5 folder move x --back --reason other --as li --dry-run
5 folder close @BIG --trigger sold --date 2026-13-45 --reason other --as li --dry-run
2 folder close x --trigger sold --reason other --as li --dry-run
5 folder walk @UTF8 --as li --dry-run
5 folder walk @KEY --as li --dry-run
1 folder walk K-4F7Q-2M9X-89 --as li --dry-run
5 folder lend @ESC --to mgr --due +2d --purpose repair --for x --approval @ACT --as li --dry-run
5 folder lend @KEY --to mgr --due +2d --purpose repair --for x --approval @ACT --as li --dry-run
2 folder lend @BIG --to mgr --due +2d --purpose repair --for x --as li --dry-run
5 folder return @UTF8 --as li --dry-run
5 folder return x#0 --as li --dry-run
5 folder return x#99999999999999999999 --as li --dry-run
5 folder consult @TWO --to mgr --purpose repair --for x --as li --dry-run
2 folder consult @NONE --to mgr --purpose repair --for x --as li --dry-run
5 folder refuse @KEY --kind lend --purpose repair --rule A7 --as li --dry-run
5 folder refuse x --kind lend --purpose repair --rule A7 --to @UTF8 --as li --dry-run
5 folder produce @BIG --authority police --document 1 --slip 1 --as li --dry-run
2 folder produce x --authority police --document 1 --as li --dry-run
5 folder extend @ESC --due +2d --reason other --as li --dry-run
5 folder extend x --due 2026-13-45 --reason other --as li --dry-run
5 folder recall @UTF8 --channel phone --result refused --reason other --as li --dry-run
2 folder recall x --channel phone --reason other --as li --dry-run
5 folder missing @TWO --reason other --as li --dry-run
4 folder missing C1K14F7Q2M9X00000088 --reason other --as li --dry-run
5 folder found @BIG --reason other --as li --dry-run
2 folder found
2 folder writeoff @NONE --reason other --as li --dry-run
5 folder writeoff @KEY --reason other --as li --dry-run
5 folder hold @ESC --number 1 --reason other --as li --dry-run
2 folder hold x --reason other --as li --dry-run
2 folder release --hold @UTF8 --reason other --as li --dry-run
5 folder release --hold @ACT --reason other --as li --dry-run
2 folder release --hold @ACT --paper 1 --reason other --as li --dry-run
5 folder appraise @BIG --opinion keep --why other --as li --dry-run
2 folder appraise x --opinion keep --as li --dry-run
2 folder list --limit 99999999999999999999
5 folder list --place @UTF8
5 folder list --box @KEY
5 folder show @ESC
1 folder show K-4F7Q-2M9X-89
5 folder papers @BIG
5 folder papers @KEY
5 folder history @TWO
5 folder history x.1
5 folder inventory @UTF8
2 folder inventory
2 folder gaps @NONE
5 folder gaps --place @ESC
5 folder shelf @KEY
5 folder shelf @BIG
5 folder walks @UTF8
2 folder walks x x
2 folder due --limit -5
2 folder due extra
2 folder due --until 2026-13-45
2 folder due --until @ESC
5 folder loans --holder @ESC
5 folder loans --folder @KEY
2 folder overdue --limit 2026-13-45T25:61
2 folder overdue extra
2 folder waiting --limit -5
2 folder waiting extra
2 folder lost --limit 99999999999999999999
2 folder lost --colour red
5 folder holds --folder @BIG
2 folder holds --limit -5
2 folder consults --from 2026-13-45T25:61
5 folder consults --reader @UTF8
2 folder refusals --limit -5
2 folder refusals extra
4 import folders @JUNK --as li --dry-run
4 import folders @GONE/x --as li --dry-run
5 request open @KEY --for folder.lend --purpose repair --end +4h --as li --dry-run
2 request open x --for folder.consult --purpose repair --end 2026-13-45 --as li --dry-run
2 destruction propose --method shredding --place 1 --as li --dry-run
2 destruction propose x --expired --check --as li --dry-run
5 destruction propose @ESC --check --as li --dry-run
5 destruction propose @BIG --method shredding --place 1 --as li --dry-run
2 destruction propose --expired --method @UTF8 --place @NONE --as li --dry-run
2 destruction problems
5 destruction problems @UTF8
2 destruction problems @TWO --reason old
2 destruction review @NONE --as li --dry-run
5 destruction review @BIG --keep @KEY --as li --dry-run
5 destruction review 0123456789 --as li --dry-run
5 destruction approve @UTF8 --as li --dry-run
5 destruction approve @ACT --as li --dry-run
2 destruction execute x --witness li --as li --dry-run
5 destruction execute @ESC --witness li --witness mgr --recheck hq --as li --dry-run
2 destruction execute x --witness @BIG --recheck @TWO --destroyer @NONE --as li --dry-run
5 destruction cancel @TWO --reason other --as li --dry-run
2 destruction cancel x --as li --dry-run
2 destruction list --limit -5
2 destruction list extra
5 destruction show @BIG
5 destruction show @ESC
2 destruction lines @NONE
5 destruction lines @UTF8
2 erase request --party @PARTY --as li --dry-run
5 erase request --party @ESC --channel phone --reason other --as li --dry-run
4 erase request --party @PARTY --channel phone --reason other --as li --dry-run
2 erase refuse @UTF8 --ground held --as li --dry-run
4 erase refuse @ACT --ground held --as li --dry-run
2 erase start --as li --dry-run
2 erase start --expired --request @ACT --as li --dry-run
5 erase start --destruction @BIG --as li --dry-run
2 erase start --request @TWO --as li --dry-run
2 erase finish @ESC --as li --dry-run
5 erase finish @ACT --as li --dry-run
2 erase list --limit 99999999999999999999
2 erase list extra
2 erase certificate @BIG
5 erase certificate @ACT
2 incident report --as li --dry-run
5 incident report @ESC --kind loss --as li --dry-run
2 incident report --kind loss --noticed 2026-13-45T25:61 --as li --dry-run
2 incident report --kind loss --text @TWO --as li --dry-run
1 incident report --kind @UTF8 --as li --dry-run
2 incident update @NONE --step contained --as li --dry-run
2 incident update @ACT --step contained --note x --as li --dry-run
4 incident close @ACT --result confirmed --as li --dry-run
2 incident close @UTF8 --result confirmed --as li --dry-run
2 incident list --limit -5
2 incident list extra
2 incident show @BIG
5 incident show @ACT
5 privacy read @ESC --purpose inspection --as li --dry-run
2 privacy read @PARTY @PARTY --purpose inspection --as li --dry-run
5 privacy read @KEY --purpose inspection --as li --dry-run
5 privacy list --of @BIG
5 privacy list --reader @UTF8
2 privacy list --from 2026-13-45T25:61
ROWS

# One process of Python runs the table: a word of the table may be no UTF-8.
export TABLE=$HERE/table.txt
if python3 - "$CUSTODY" <<'EOF' >out.txt 2>err; then
import json
import os
import re
import subprocess
import sys

program, failed, verbs = sys.argv[1], 0, {}


def run(words):
    return subprocess.run([program] + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, start_new_session=True, check=False)


def rows(words):
    return json.loads(run(words + ["--json"]).stdout.decode())


def claim(is_good, name, why=""):
    global failed
    failed += 0 if is_good else 1
    print(("ok " if is_good else "not ok ") + name + ("" if is_good else " (%s)" % why))


def files():
    return sorted(os.path.join(d, f) for d, _, names in os.walk(".") for f in names)


public = rows(["key", "list", "--class", "public"])
there = {
    "@KEY2": public[1]["item"], "@KEY": public[0]["item"],
    "@PARTY": rows(["party", "list"])[0]["party"],
    "@ACT": rows(["ledger", "log"])[-1]["act_id"], "@BIG": "A" * 70000, "@NONE": "",
    "@UTF8": b"\xff\xfe\xc3(", "@ESC": "a\x1b[2Jb", "@TWO": "a\nb", "@DIR": "empty.dir",
    "@EMPTY": "empty", "@JUNK": "junk", "@GONE": "no/such", "@OUT": "written"}


def word(text):
    for name, value in there.items():
        if text == name:
            return value
        if text.startswith(name + "/"):
            return value + text[len(name):]
    return text


known = {}
for line in run(["help", "--lang", "en"]).stdout.decode().split("\n"):
    if re.match(r"  [a-z]", line):
        names = []
        for part in line[2:47].split():
            if not re.fullmatch(r"[a-z][a-z-]*", part):
                break
            names.append(part)
        known[" ".join(names)] = 0
for name in ("help", "version", "acts", "reads"):  # say the same whatever is said to them
    known.pop(name, None)

size, before = rows(["site", "show"])["size"], files()
for line in open(os.environ["TABLE"], encoding="utf-8"):
    code, *words = line.split()
    verb = max((v for v in known if (" ".join(words) + " ").startswith(v + " ")), key=len,
               default=None)
    if verb is None:
        claim(False, line.strip(), "no such verb")
        continue
    known[verb] += 1
    done = run([word(w) for w in words])
    error = done.stderr.decode("utf-8", "replace")
    why = "exit code %d, not %s: %s" % (done.returncode, code, error[:300]) \
        if done.returncode != int(code) else ""
    if not error.startswith("custody: ") or error.count("\n") != 1 or len(error) > 700 \
            or re.search("[\x00-\x09\x0b-\x1f\x7f]", error):
        why = why or "not one plain sentence: %r" % error[:300]
    claim(not why, "bad_input: " + line.strip()[:90], why)
for verb, count in sorted(known.items()):
    claim(count >= 2, "bad_input_of_the_verb: " + verb, "%d rows" % count)
claim(rows(["site", "show"])["size"] == size, "bad_input_records_nothing")
claim(files() == before, "bad_input_leaves_no_file", set(files()) ^ set(before))
sys.exit(1 if failed else 0)
EOF
    cat out.txt
else
    grep -v '^ok ' out.txt
    cat err
    failures=$((failures + 1))
fi
finish
