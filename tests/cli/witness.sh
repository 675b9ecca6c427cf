#!/bin/bash
# Witnesses and evidence: an outsider cosigns the ledger's head on his own machine and never two
# histories; what proves an answer goes into a directory that is checked without this program.
. "$(dirname "$0")/common.bash"
export CUSTODY_CLOCK=$HERE/clock
echo 2026-11-23T02:00:00Z >clock
office
people chen

batch "an_office_at_work" <<'LINES'
place add 3 --kind building --label 3栋 --as zhao --with qian
lock add 3-R --kind roofdoor --label 3栋-天台门 --place 3 --as zhao --with qian
key add 天台门 --desk front --lock 3-R --as zhao --with qian
key lend 天台门 --to sun --due +2h --purpose repair --for WO-1 --accept last-spare=only_one --as zhao --with sun
LINES

export CUSTODY_SITE=$HERE/site
check trust_file_is_written 0 ledger trust trust
check a_witness_is_asked 0 ledger witness-request request
check a_witness_cosigns_without_a_site 0 --site /nowhere ledger cosign request answer --trust trust \
    --name auditor.example/custody --as chen --passphrase-file "chen=$HERE/chen.pw" --note cosigned
VKEY=$(sed -n 's/.*auditor.example/auditor.example/p' out)
check an_answer_is_kept 0 ledger cosigned answer --witness "$VKEY"
says an_answer_is_kept_for_its_size "$(sed -n 2p cosigned)" out
check an_answer_is_refused_by_another_key 1 ledger cosigned answer --witness "$VKEY"x
check a_trust_file_wants_witnesses 0 ledger trust trust-w --witness "$VKEY"
check a_quorum_is_not_more_than_the_witnesses 2 ledger trust trust-x --witness "$VKEY" --quorum 2
check an_export_carries_the_cosignature 0 ledger export export
says an_export_shows_the_witness "auditor.example/custody" export/checkpoint
check the_quorum_is_met 0 ledger verify export --trust trust-w
check a_cosigned_head_is_an_anchor 0 ledger verify export --trust trust --known cosigned

cat >cosigned.py <<'PY'
"""cosignature/v1 by hand: key id, time, signature over "cosignature/v1", the time and the note."""
import base64, hashlib, struct, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
vkey = sys.argv[1]
name, key_id, key = vkey.split("+", 2)
key = base64.b64decode(key)
assert key[0] == 4
assert hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_id
text, lines = open("cosigned", encoding="utf-8").read().split("\n\n")
line = [l for l in lines.splitlines() if l.startswith("— %s " % name)][0]
raw = base64.b64decode(line.split(" ")[2])
assert raw[:4].hex() == key_id and len(raw) == 4 + 8 + 64
time = struct.unpack(">Q", raw[4:12])[0]
message = "cosignature/v1\ntime %d\n%s\n" % (time, text)
Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[12:], message.encode())
PY
holds a_cosignature_is_what_the_specification_says /usr/bin/python3 cosigned.py "$VKEY"

# The ledger goes on: the quorum wants the witness again; he sees that it is the same history.
batch "the_office_goes_on" <<'LINES'
key return 天台门 --by sun --as zhao --with sun
LINES
SEEN=$(sed -n 2p cosigned)
check the_export_goes_on 0 ledger export export
check the_quorum_is_not_met_by_an_older_head 3 ledger verify export --trust trust-w
check a_request_from_another_size_is_refused 0 ledger witness-request request-2
check the_witness_says_from_where_to_ask 5 ledger cosign request-2 answer-2 --trust trust \
    --name auditor.example/custody --as chen --passphrase-file "chen=$HERE/chen.pw"
says the_witness_names_the_size "$SEEN" err
check a_request_continues 0 ledger witness-request request-2 --old "$SEEN"
sed 's/^old .*/old 1/' request-2 >forged
check a_proof_from_elsewhere_is_refused 5 ledger cosign forged no --trust trust \
    --name auditor.example/custody --as chen --passphrase-file "chen=$HERE/chen.pw"
sed "2s/^......../AAAAAAAA/" request-2 >forged
check another_history_is_refused 4 ledger cosign forged no --trust trust \
    --name auditor.example/custody --as chen --passphrase-file "chen=$HERE/chen.pw"
check the_witness_cosigns_what_continues 0 ledger cosign request-2 answer-2 --trust trust \
    --name auditor.example/custody --as chen --passphrase-file "chen=$HERE/chen.pw"
check the_answer_is_kept 0 ledger cosigned answer-2 --witness "$VKEY"
check the_export_follows 0 ledger export export
check the_quorum_is_met_again 0 ledger verify export --trust trust-w

# Nothing else is cosigned.
head -c 40 request-2 >torn
check a_torn_request_is_refused 1 ledger cosign torn no --trust trust \
    --name auditor.example/custody --as chen --passphrase-file "chen=$HERE/chen.pw"
holds nothing_was_written_for_them test ! -e no
check a_name_with_a_blank_is_refused 1 ledger cosign request-2 no --trust trust \
    --name "an auditor" --as chen --passphrase-file "chen=$HERE/chen.pw"

# What proves an answer.
check an_answer_comes_with_its_evidence 0 who 天台门 --evidence evidence
holds the_evidence_has_a_checkpoint cmp <(head -1 evidence/checkpoint) <(head -1 export/checkpoint)
holds the_evidence_has_a_receipt_of_each_act sh -c 'ls evidence/*.tlog-proof'
cat >evidence.py <<'PY'
"""A receipt by hand: the envelope is in the tree whose root the checkpoint gives (RFC 9162)."""
import base64, glob, hashlib, json
h = lambda b: hashlib.sha256(b).digest()
answer = json.load(open("evidence/answer.json"))
rows = {r["idx"] for r in answer["rows"]}
assert rows
for idx in rows:
    text = open("evidence/%d.tlog-proof" % idx, encoding="utf-8").read()
    head, note = text.split("\n\n", 1)
    lines = head.split("\n")
    assert lines[0].startswith("c2sp.org/tlog-proof@v1"), lines[0]
    extra = base64.b64decode([l for l in lines if l.startswith("extra ")][0][6:])
    index = int([l for l in lines if l.startswith("index ")][0][6:])
    proof = [base64.b64decode(l) for l in lines[lines.index("index %d" % index) + 1:]]
    assert index == idx
    size, root = int(note.split("\n")[1]), base64.b64decode(note.split("\n")[2])
    fn, sn, r = index, size - 1, h(b"\0" + extra)
    for p in proof:
        assert sn
        if fn & 1 or fn == sn:
            r = h(b"\1" + p + r)
            while not fn & 1 and fn:
                fn >>= 1; sn >>= 1
        else:
            r = h(b"\1" + r + p)
        fn >>= 1; sn >>= 1
    assert sn == 0 and r == root, "not in the tree"
PY
holds the_evidence_is_checked_without_this_program /usr/bin/python3 evidence.py
check evidence_never_goes_over_what_is_there 1 who 天台门 --evidence evidence
finish
