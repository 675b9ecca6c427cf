"""Ledgers of FORMATS.md sections 19.1 to 19.3: policy of version 2, storage, tags."""

import copy

from make_ledgers import DAY, when
from make_ledgers_desk_site import desk_policy, start_site as desk_start
from make_ledgers_folder_site import (B1, B2, CLASSES, F1, F2, HOME1, LABELS, S1, bad, codes,
                                      folder_class, folder_policy, good, paper_kinds, retention)

NEW = "F0000F00A"


# ---- policy, version 2

@good("policy-from-1-to-2")
def _(_, c):
    s = copy.deepcopy(desk_start())
    s.set_policy(folder_policy())
    return s


@good("policy-tightened-at-once")
def _(s, c):
    s.set_policy(folder_policy(
        authorities=codes("court"), destruction_methods=codes("burn"), destruction_wait_days=2,
        destruction_witnesses=3, folder_extensions=0, folder_inventory_days=1,
        folder_loan_max_days=1, incident_kinds=codes("gas", "paper_damage"),
        original_keepers=codes("archive"), party_retention_months=0, folder_classes=[
            dict(x, label="另名") for x in CLASSES]))


@good("policy-loosened-in-a-week")
def _(s, c):
    s.set_policy(folder_policy(review_witness=True, recheck_witness=True,
                               folder_loan_max_days=90), start=s.t + 7 * DAY + 120)


def looser(name, **over):
    @bad("policy-looser-" + name, "floor", "policy")
    def _(s, c):
        s.set_policy(folder_policy(**over))


looser("authority", authorities=codes("bank", "court", "police"))
looser("method", destruction_methods=codes("burn", "dump", "shred"))
looser("wait", destruction_wait_days=0)
looser("witness-roles", destruction_witness_roles=["duty", "staff"])
looser("class", folder_classes=[CLASSES[0], folder_class(
    "owner", retention(6, "moved_out", "sold")), CLASSES[2]])
looser("class-mandate", folder_classes=[CLASSES[0], dict(
    CLASSES[1], retention=dict(CLASSES[1]["retention"], mandate="别的表")), CLASSES[2]])
looser("class-gone", folder_classes=CLASSES[:2])
looser("extensions", folder_extensions=2)
looser("inventory", folder_inventory_days=8)
looser("loans", folder_loan_max_days=15)
looser("secrecy", paper_kinds=paper_kinds(lease="general"))
looser("secrecy-stricter", paper_kinds=paper_kinds(lease="personal"))
looser("kind-gone", paper_kinds=paper_kinds(deed=None), folder_classes=CLASSES)
looser("party", party_retention_months=7)
looser("recheck", recheck_witness=True)
looser("review", review_witness=True)


def below(name, check="floor", also="policy", **over):
    @bad("policy-" + name, check, also)
    def _(s, c):
        s.set_policy(folder_policy(**over), start=s.t + 8 * DAY)


below("one-witness", destruction_witnesses=1)
below("six-witnesses", destruction_witnesses=6)
below("wait-a-year", destruction_wait_days=366)
below("six-extensions", folder_extensions=6)
below("inventory-today", folder_inventory_days=0)
below("inventory-late", folder_inventory_days=61)
below("loans-of-no-day", folder_loan_max_days=0)
below("loans-of-a-season", folder_loan_max_days=91)
below("party-for-ever", party_retention_months=241)
below("id-card-lent", paper_kinds=paper_kinds(id_card="internal", deed="personal"))
below("nothing-personal", paper_kinds=paper_kinds(id_card=None), folder_classes=[
    folder_class("owner", None, ())])
below("no-damage", "policy", "floor", incident_kinds=codes("leak"))
below("checklist", "policy", "floor", folder_classes=[folder_class("owner", None, ("photo",))])
below("trigger", "policy", "structure", folder_classes=[
    folder_class("owner", retention(1, "bored"))])
below("no-trigger", "policy", "structure", folder_classes=[folder_class("owner", retention(1))])
below("no-class", "policy", "structure", folder_classes=[])
below("months-0", "policy", "floor", folder_classes=[folder_class("owner", retention(0, "sold"))])
below("months-1201", "policy", "floor", folder_classes=[
    folder_class("owner", retention(1201, "sold"))])
below("member-absent", "policy", "structure", version=2, authorities=None)
below("version-3", "policy", "structure", version=3)


@bad("policy-1-after-2", "policy")
def _(s, c):
    s.set_policy(desk_policy(), start=s.t + 8 * DAY)


@bad("policy-1-with-members-of-2", "policy", "structure")
def _(_, c):
    s = copy.deepcopy(desk_start())
    s.set_policy(folder_policy(version=1))
    return s


@bad("open-under-policy-1", "policy")
def _(s, c):
    old = copy.deepcopy(desk_start())
    row = dict(s.bag(NEW), box=None)
    old.act("folder.open/1", {"folders": [row]}, ["guo"])
    return old


@bad("incident-under-policy-1", "policy")
def _(s, c):
    old = copy.deepcopy(desk_start())
    old.act("incident.report/1", {"items": [], "kind": "leak", "noticed_at": when(old.t),
                                  "party": None, "text": None}, ["feng"])
    return old


# ---- storage

@good("storage")
def _(s, c):
    s.store(s.node(B2, None, "S0000S002"), s.node("B0000B003", HOME1, None),
            s.node("S0000S002", "3", None))
    s.do("storage.move/1", "guo", {"nodes": [s.node(B2, None, S1), s.node(S1, "3-2", None)],
                                   "reason": "other"})
    s.climate()
    s.climate("sun", result="remarks", reason="other", temperature_c=-3, humidity_pct=None)
    line = s.line("storage.add/1", {"nodes": [s.node("B0000B009", "3", None)]}, by="guo")
    s.act("import.close/1", {"act": "storage.add/1", "lines": [line], "sheet": None,
                             "terminals": 1}, ["guo"])


def node_case(name, check, *also, signers="guo", **over):
    @bad("storage-" + name, check, *also)
    def _(s, c):
        s.store(dict(s.node(B2, None, S1), **over), signers=signers)


node_case("by-another-custodian", "seats", "role", signers="li")
node_case("by-two", "seats", signers="guo sun")
node_case("folder", "structure", item=NEW)
node_case("nowhere", "structure", within=None)
node_case("in-two-places", "structure", place="3")
node_case("shelf-on-a-shelf", "structure", item="S0000S002")
node_case("unknown-place", "object", place="9", within=None)
node_case("unknown-shelf", "object", within="S0000S009")
node_case("in-a-box", "object", "structure", within=B1)
node_case("again", "exists", item=B1, label="盒 9")
node_case("symbols-of-a-key", "exists", item="B00000003")
node_case("label-of-a-box", "exists", label=LABELS[B1])
node_case("label-of-a-shelf", "exists", label=LABELS[S1])


@bad("storage-symbols-of-a-blank", "exists")
def _(s, c):
    s.act("tag.blank/1", {"class": "K", "stock": "x", "tags": [{"item": "K0000B002"}]}, ["li"])
    s.store((B2, None, S1))


@bad("storage-move-unknown", "object")
def _(s, c):
    s.do("storage.move/1", "guo", {"nodes": [s.node(B2, None, S1)], "reason": "other"})


@bad("storage-move-label", "label")
def _(s, c):
    s.do("storage.move/1", "guo", {"nodes": [dict(s.node(B1, None, S1), label="x")],
                                   "reason": "other"})


@bad("storage-move-by-supervisor", "seats", "role")
def _(s, c):
    s.do("storage.move/1", "sun", {"nodes": [s.node(B1, None, S1)], "reason": "other"})


@bad("storage-place-corrected-though-a-box-is-there", "state")
def _(s, c):
    place = s.place([("9", "building", "9栋", None)])
    s.store((B2, "9", None))
    s.correct(place, ("chen", "wang"))


@bad("climate-remarks-without-a-reason", "A11")
def _(s, c):
    s.climate(result="remarks")


@bad("climate-ok-with-a-reason", "A11")
def _(s, c):
    s.climate(reason="other")


@bad("climate-by-staff", "seats", "role")
def _(s, c):
    s.climate("qian")


@bad("climate-of-nowhere", "object")
def _(s, c):
    s.climate(place="9")


@bad("climate-humidity", "structure")
def _(s, c):
    s.climate(humidity_pct=101)


# ---- tags

def tag(s, *rows, signers="guo"):
    return s.do("tag.print/2", signers, {"items": [
        s.ref(n, generation=g) for n, g in rows], "profile": "blind", "stock": "40x30"})


@good("tags")
def _(s, c):
    tag(s, (B1, "1"), (F1, "1"), (S1, "1"))
    tag(s, (F1, "2"), signers="wang")


@bad("tag-by-key-custodian", "seats", "role")
def _(s, c):
    tag(s, (F1, "1"), signers="li")


@bad("tag-of-a-key", "structure", "object")
def _(s, c):
    tag(s, ("K00000003", "1"))


@bad("tag-of-the-first-version-for-a-folder", "structure", "object")
def _(s, c):
    s.do("tag.print/1", "li", {"items": [s.ref(F1, generation="1")], "profile": "blind",
                               "stock": "40x30"})


@bad("tag-generation", "generation")
def _(s, c):
    tag(s, (F1, "2"))


@bad("tag-unknown", "object")
def _(s, c):
    tag(s, (NEW, "1"))


@bad("tag-of-a-destroyed-folder", "state")
def _(s, c):
    s.destroy()
    tag(s, (F2, "1"))
