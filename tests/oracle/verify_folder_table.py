"""The bodies and the policy members of FORMATS.md sections 19 to 21, read from its text.

test_verify.py compares them with schema/acts.json, which the build writes.
"""

from verify_common import a_list, a_set, an_enum, an_int, an_object

TWO = {"sheet": "text?", "terminals": an_int(1, 16)}
EV = {"event_at": "time?", "late": "code?"}
RECEIPT = dict(image="sealed?", kind=an_enum("credential", "paper", "screen", "thumb"),
               slip="text?", unsigned_reason="code?")
TRIGGERS = ("lease_ended", "moved_out", "other", "sold")
REF = {"item": "item", "label": "label"}
THING = {"item": "thing", "label": "label"}
N = an_int(1, 9999)
VERSION = an_int(1, 1000000)
BOX = an_object(True, **REF)
CONDITION = an_enum("damaged", "good", "worn")
GENERATIONS = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
ASKED_RESULT = an_enum("no_answer", "promised", "refused")
NODES = a_list("item", 1, item="item", label="label", place="place?", within="item?")
PAPER = {"copies": an_int(1, 999), "from": "day?", "kind": "code", "n": N,
         "original": an_enum("copy", "original"), "original_with": "code?",
         "pages": N, "to": "day?"}
COUNTED = dict(label="label", n=N, pages=an_int(0, 9999))
MILLION = an_int(0, 1000000)
NUMBERS = dict(copies=MILLION, item="thing", label="label", pages=MILLION, papers=MILLION)
DECIDED = a_list("item", 1, decision=an_enum("defer", "destroy", "keep"), reason="code?", **THING)


def folders(low=1, **more):
    return a_list("item", low, **dict(REF, **more))


def papers(**of):
    return a_list("n", 1, **of)


FOLDER_ACTS = {
    "storage.add/1": dict(nodes=NODES),
    "storage.move/1": dict(nodes=NODES, reason="code"),
    "folder.open/1": dict(folders=folders(
        **{"box": BOX, "class": "code", "name": "sealed?", "party": "party?",
           "place": "place"})),
    "folder.file/1": dict(folders=folders(
        papers=papers(remark="sealed?", title="sealed?", **PAPER), version=VERSION),
        received="date?"),
    "folder.amend/1": dict(folders=folders(papers=papers(**PAPER), version=VERSION),
                           reason="code", **TWO),
    "folder.remove/1": dict(
        papers=papers(label="label", n=N), party="party?", reason="code", slip="text?",
        target=an_object(True, first=N, version=VERSION, **REF), version=VERSION, **REF, **TWO),
    "folder.move/1": dict(folders=folders(at="place?", box=BOX), reason="code", **EV),
    "folder.walk/1": dict(
        counts=an_object(misfiled=MILLION, missing=MILLION, out_of_order=MILLION,
                         unknown=MILLION),
        seen=a_list("n", 0, item="item", n=an_int(1, 1024)),
        unknown=a_list("text", 0, text="text"), **REF),
    "folder.close/1": dict(folders=folders(date="date", trigger=an_enum(*TRIGGERS)),
                           reason="code"),
    "storeroom.check/1": dict(humidity_pct=an_int(0, 100, True), place="place",
                              reason="code?", result=an_enum("ok", "remarks"),
                              temperature_c=an_int(-40, 60, True)),
    "tag.print/2": dict(
        items=a_list("item", 1, 1000, generation=an_enum(*GENERATIONS), **REF),
        profile=an_enum("address", "blind"), stock="label"),
    "request.open/2": {"for": "noun", "items": a_set("things", 1), "party": "holder?",
                       "purpose": "code", "window": an_object(end="time", start="time")},
    "folder.consult/1": dict(approval="id?", items=a_set("things", 1), on_behalf="label",
                             purpose="code", reader="holder", receipt=an_object(**RECEIPT),
                             **EV, **TWO),
    "folder.lend/1": dict(
        approval="id", due="time", folders=folders(
            lent=papers(condition=CONDITION, **COUNTED),
            withheld=a_list("n", 0, label="label", n=N)),
        on_behalf="label", purpose="code", receipt=an_object(**RECEIPT), receiver="holder",
        **EV, **TWO),
    "folder.return/1": dict(
        by_whom="holder?", folders=folders(papers=papers(condition=CONDITION, **COUNTED)),
        receipt=an_object(True, **RECEIPT), **EV, **TWO),
    "folder.refuse/1": dict(asked=an_object(
        items=a_set("things", 1), kind=an_enum("consult", "copy", "disclose", "lend"),
        purpose="code", receiver="holder?"), rule="rule"),
    "folder.produce/1": dict(
        authority="code", document="text", due="time?",
        folders=folders(papers=papers(**COUNTED)), kind=an_enum("copy", "original", "view"),
        receiver="sealed?", slip="text", **EV, **TWO),
    "folder.extend/1": dict(due="time", items=a_set("things", 1), reason="code"),
    "folder.recall/1": dict(channel="code", due="time?", items=a_set("things", 1),
                            reason="code", result=ASKED_RESULT),
    "folder.missing/1": dict(found="bool", items=a_set("things", 1), reason="code"),
    "folder.writeoff/1": dict(folders=folders(papers=papers(label="label", n=N),
                                              version=VERSION), reason="code", **TWO),
    "unit.transfer/2": dict(
        folders=folders(0, date="date?", outcome=an_enum("closes", "stays"),
                        trigger={"type": "enum", "values": list(TRIGGERS), "null": True}),
        items=a_list("item", 0, outcome=an_enum("passes", "recalled", "stays"), **REF),
        party_in="party?", party_out="party?", place="place", reason="code", **EV, **TWO),
    "folder.hold/1": dict(items=a_set("things", 1), number="label", reason="code",
                          until="date?"),
    "folder.release/1": dict(hold="id", items=a_set("things", 1), reason="code", **TWO),
    "folder.appraise/1": dict(lines=a_list(
        "item", 1, opinion=an_enum("keep", "keep_until", "without_value"), until="date?",
        why="code", **THING), **TWO),
    "destruction.propose/1": dict(
        lines=a_list("item", 1, 600, reason=an_enum("expired", "without_value"), **NUMBERS),
        method="code", number="label", place="place"),
    "destruction.review/1": dict(batch="id", lines=DECIDED),
    "destruction.approve/1": dict(batch="id", lines=DECIDED),
    "destruction.execute/1": dict(
        batch="id", destroyer="handle?", firm="text?", lines=a_list("item", 1, **NUMBERS),
        method="code", place="place", recheck="handle", receipt="text?",
        struck=a_list("item", 0, reason="code", **THING), witnesses=a_set("handles", 2), **TWO),
    "destruction.cancel/1": dict(batch="id", reason="code"),
    "erase.request/1": dict(channel="code", party="party", reason="code"),
    "erase.refuse/1": dict(ground=an_enum("held", "open_item", "retention_runs"), request="id"),
    "erase.intent/1": dict(
        count=MILLION, ground=an_object(
            act="id?", kind=an_enum("destruction", "expiry", "request")),
        subjects=a_set("subjects", 1), **TWO),
    "erase.done/1": dict(counts=an_object(fields=MILLION, subjects=MILLION), intent="id",
                         media=a_set("codes", 0), **TWO),
    "incident.report/1": dict(items=a_set("things", 0), kind="code", noticed_at="time",
                              party="party?", text="sealed?"),
    "incident.update/1": dict(incident="id", note="sealed?",
                              step=an_enum("contained", "informed", "investigated")),
    "incident.close/1": dict(incident="id", lesson="sealed?",
                             result=an_enum("confirmed", "unfounded")),
    "privacy.read/1": dict(items=a_list("item", 1, **REF), purpose="code"),
}

# ---------------------------------------------------------------------- policy, version 2

_CODE_LABEL = {"code": "code", "label": "label"}
INTS_2 = {
    "destruction_wait_days": (0, 365), "destruction_witnesses": (2, 5),
    "folder_extensions": (0, 5), "folder_inventory_days": (1, 60),
    "folder_loan_max_days": (1, 90), "party_retention_months": (0, 240),
}
LISTS_2 = {
    "authorities": _CODE_LABEL, "destruction_methods": _CODE_LABEL,
    "incident_kinds": _CODE_LABEL, "original_keepers": _CODE_LABEL,
    "folder_classes": {
        "checklist": a_list("kind", 0, kind="code",
                            need=an_enum("always", "if_applicable", "other")),
        "code": "code", "label": "label",
        "retention": an_object(True, mandate="text", months=an_int(1, 1200, True),
                               triggers="codes")},
    "paper_kinds": {"aliases": a_list("label", 0, label="label"), "code": "code",
                    "label": "label", "secrecy": an_enum("general", "internal", "personal")},
}
FIELDS_2 = {"destruction_witness_roles": "roles", "recheck_witness": "bool",
            "review_witness": "bool"}
MEMBERS_2 = frozenset(INTS_2) | frozenset(LISTS_2) | frozenset(FIELDS_2)


def check_policy_2(policy):
    """[(check, sentence)] of the members of version 2, their structure being good."""
    found = []
    for name, (low, high) in INTS_2.items():
        if not low <= policy[name] <= high:
            found.append(("floor", "policy/%s is outside %d..%d" % (name, low, high)))
    kinds = {k["code"]: k["secrecy"] for k in policy["paper_kinds"]}
    # Ruling: a policy may do without id_card; where it is there, it is personal.
    if "personal" not in kinds.values() or kinds.get("id_card", "personal") != "personal":
        found.append(("floor", "no kind of paper is personal, or id_card is not"))
    for c in policy["folder_classes"]:
        if not all(line["kind"] in kinds for line in c["checklist"]):
            found.append(("policy", "the checklist of %s has an unknown kind" % c["code"]))
        if c["retention"] and not set(TRIGGERS).issuperset(c["retention"]["triggers"]):
            found.append(("policy", "class %s has an unknown trigger" % c["code"]))
    if not any(k["code"] == "paper_damage" for k in policy["incident_kinds"]):
        found.append(("policy", "paper_damage is no kind of incident"))
    return found


def loosens_2(old, new):
    """The first member of version 2 that is looser; both policies have them."""
    def codes(policy, name):
        return {e["code"] for e in policy[name]}
    for name in INTS_2:
        if old[name] != new[name] and (new[name] > old[name]) != (
                name in ("destruction_wait_days", "destruction_witnesses")):
            return name
    for name in ("authorities", "destruction_methods"):
        if codes(new, name) - codes(old, name):
            return name
    if [{k: v for k, v in e.items() if k != "label"} for e in old["folder_classes"]] \
            != [{k: v for k, v in e.items() if k != "label"} for e in new["folder_classes"]]:
        return "folder_classes"
    after = {k["code"]: k["secrecy"] for k in new["paper_kinds"]}
    if any(after.get(k["code"]) != k["secrecy"] for k in old["paper_kinds"]):
        return "paper_kinds"
    if old["destruction_witness_roles"] != new["destruction_witness_roles"]:
        return "destruction_witness_roles"
    for name in ("recheck_witness", "review_witness"):
        if new[name] and not old[name]:
            return name
    return None
