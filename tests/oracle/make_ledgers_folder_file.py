"""Ledgers of FORMATS.md section 19.3: folders opened, filed, amended, moved, walked, closed."""

from make_ledgers import Seal, succeed, when
from make_ledgers_folder_site import (B1, B2, F1, F2, F3, F4, F5, HOME1, HOME2, HOUR, LABELS, OWNER,
                                      S1, bad, good)

NEW = "F0000F00A"


# ---- opening

@good("import")
def _(s, c):
    """Folders and their papers by lines; a folder's second line has its second version."""
    opening = s.line("folder.open/1", {"folders": [s.bag(NEW)]}, by="guo")
    one = s.line("folder.file/1", s.file_body(NEW, (1, "deed", 3, 1)), by="guo")
    two = s.line("folder.file/1", s.file_body(NEW, (2, "id_card", 3, 1)), by="guo")
    for name, lines in (("folder.open/1", [opening]), ("folder.file/1", [one, two])):
        s.act("import.close/1", {"act": name, "lines": lines, "sheet": None, "terminals": 1},
              ["guo"])
    s.file(NEW, (3, "lease", 2, 2))


def open_case(name, check, *also, signers="guo", **over):
    @bad("open-" + name, check, *also)
    def _(s, c):
        s.open(dict(s.bag(NEW), **over), signers=signers)


open_case("by-supervisor", "seats", "role", signers="sun")
open_case("by-two", "seats", signers="guo sun")
open_case("a-box", "structure", item=B2)
open_case("again", "exists", item=F1)
open_case("symbols-of-a-party", "exists", item="F00000009")
open_case("label", "exists", label=LABELS[F1])
open_case("class", "policy", **{"class": "guest"})
open_case("place", "object", place="9")
open_case("party", "object", party="P0000009Z")
open_case("box-unknown", "object", box={"item": B2, "label": "盒 2"})
open_case("box-is-a-shelf", "object", "structure", box={"item": S1, "label": LABELS[S1]})
open_case("box-label", "label", box={"item": B1, "label": "x"})


@bad("import-by-who-may-not", "seats", "role")
def _(s, c):
    line = s.line("folder.open/1", {"folders": [s.bag(NEW)]}, by="qian")
    s.act("import.close/1", {"act": "folder.open/1", "lines": [line], "sheet": None,
                             "terminals": 1}, ["qian"])


@bad("import-of-a-move", "structure", "lines")
def _(s, c):
    s.line("folder.move/1", {"event_at": None, "late": None, "reason": "other", "folders": [
        s.ref(F1, at=None, box=None)]}, by="guo")


@good("open-under-the-label-of-one-destroyed")
def _(s, c):
    s.destroy()
    s.open(dict(s.bag(NEW), label=LABELS[F2]))


@bad("open-under-the-symbols-of-one-destroyed", "exists")
def _(s, c):
    s.destroy()
    s.open(dict(s.bag(F2), label="新"))


@bad("open-and-correct", "state")
def _(s, c):
    s.correct(s.open((NEW,)), ("guo", "sun"))


@bad("open-party-corrected", "state")
def _(s, c):
    p = s.act("party.add/1", {"name": Seal("n", "某"), "party": "P0000009A", "phone": None,
                              "relation": "owner", "unit": None}, ["qian"])
    s.open((NEW, "owner", HOME1, "P0000009A"))
    s.correct(p, ("chen", "wang"))


# ---- filing (A9)

@good("file")
def _(s, c):
    s.file(F1, (4, "deed", 1, 3), s.filed(F1, 9, original="copy", original_with="head_office",
                                          to="2024-05-01"), received="2026-03-02")
    s.file(F1, (10,), received="2026-02-22")
    c.flag("late-filed")


@good("file-on-the-last-day")
def _(s, c):
    s.file(F1, (4,), received="2026-02-23")


def file_case(name, check, *also, n=4, **over):
    @bad("file-" + name, check, *also)
    def _(s, c):
        opts = {k: over.pop(k) for k in ("received", "signers", "version", "label")
                if k in over}
        s.file(F1, s.filed(F1, n, **over), **opts)


file_case("by-service-staff", "seats", "role", signers="qian")
file_case("number-again", "exists", n=3)
file_case("kind", "policy", kind="photo")
file_case("ends-before-it-begins", "structure", to="2024-04-30")
file_case("original-that-is-elsewhere", "structure", original_with="head_office")
file_case("keeper", "policy", original="copy", original_with="nobody")
file_case("received-tomorrow", "A9", received="2026-03-03")
file_case("version-left-out", "version", version=3)
file_case("version-again", "version", version=1)
file_case("folder-label", "label", label="x")
file_case("no-day", "structure", received="2026-02-30")
file_case("no-page", "structure", pages=0)


@bad("file-in-a-closed-folder", "state")
def _(s, c):
    s.file(F2, (3,))


@bad("file-in-no-folder", "object")
def _(s, c):
    s.file(NEW, (1,))


@bad("file-number-of-one-removed", "exists")
def _(s, c):
    s.remove(F1, 3)
    s.file(F1, (3,))


# ---- amending

@good("amend")
def _(s, c):
    s.amend(F1, (1, {"pages": 12}), (2, {"kind": "id_card"}))
    s.amend(F1, (3, {"kind": "deed"}), signers="guo sun")
    s.amend(F2, (1, {"copies": 2}))
    s.loan(s.ref(F1, lent=[{"condition": "good", "label": "房产证", "n": 3, "pages": 2}],
                 withheld=[{"label": "身份证复印件", "n": 2}]),
           approval=s.allowed(F1))


@bad("amend-personal-alone", "A7")
def _(s, c):
    s.amend(F1, (3, {"kind": "deed"}))


@bad("amend-by-two-for-nothing", "seats")
def _(s, c):
    s.amend(F1, (1, {"pages": 12}), signers="guo sun")


@bad("amend-personal-with-a-colleague", "seats", "role", "A7")
def _(s, c):
    s.amend(F1, (3, {"kind": "deed"}), signers="guo feng")


@bad("amend-by-supervisor", "seats", "role")
def _(s, c):
    s.amend(F1, (1, {"pages": 12}), signers="sun")


@bad("amend-what-is-not-there", "object")
def _(s, c):
    s.amend(F1, (7, {}))


@bad("amend-missing-paper", "state")
def _(s, c):
    s.miss(F1 + ".1")
    s.amend(F1, (1, {"pages": 9}))


@bad("amend-version", "version")
def _(s, c):
    s.amend(F1, (1, {"pages": 9}), version=7)


@bad("amend-ends-before-it-begins", "structure")
def _(s, c):
    s.amend(F1, (1, {"to": "2020-01-01"}))


# ---- removing

@good("remove")
def _(s, c):
    s.remove(F1, 1)
    s.remove(F1, 2, 3, target=(F4, 5))
    for n, old in ((5, "deed"), (6, "id_card")):
        s.filed(F4, n, old, {"deed": 5, "id_card": 2}[old], {"deed": 2, "id_card": 1}[old])
    s.file(F4, (7, "lease", 1, 1))
    s.loan((F4, 1, 5), approval=s.allowed(F4))


@bad("remove-by-one", "seats")
def _(s, c):
    s.remove(F1, 1, signers="guo")


@bad("remove-with-a-colleague", "seats", "role")
def _(s, c):
    s.remove(F1, 1, signers="guo feng")


@bad("remove-held-folder", "A13")
def _(s, c):
    s.hold(F1)
    s.remove(F1, 1)


@bad("remove-held-paper", "A13")
def _(s, c):
    s.hold(F1 + ".1")
    s.remove(F1, 1)


@good("remove-beside-a-held-paper")
def _(s, c):
    s.hold(F1 + ".1")
    s.remove(F1, 2)


@bad("remove-to-nobody", "A9")
def _(s, c):
    s.remove(F1, 1, party=None)


@bad("remove-without-a-slip", "A9")
def _(s, c):
    s.remove(F1, 1, slip=None)


@bad("remove-to-both", "A9")
def _(s, c):
    s.remove(F1, 1, target=(F4, 5), party=OWNER, slip="1")


@bad("remove-to-itself", "A9")
def _(s, c):
    s.remove(F1, 1, target=(F1, 5))


@bad("remove-to-a-closed-folder", "A9", "state")
def _(s, c):
    s.remove(F1, 1, target=(F2, 5))


@bad("remove-to-a-number-again", "exists")
def _(s, c):
    s.remove(F1, 1, target=(F4, 1))


@bad("remove-twice", "state")
def _(s, c):
    s.remove(F1, 1)
    s.remove(F1, 1)


@bad("remove-lent", "state")
def _(s, c):
    s.loan()
    s.remove(F1, 1)


@bad("remove-party-unknown", "object")
def _(s, c):
    s.remove(F1, 1, party="P0000009Z")


@bad("remove-version", "version")
def _(s, c):
    s.remove(F1, 1, version=9)


@bad("remove-target-version", "version")
def _(s, c):
    s.versions[F4] = 4
    s.remove(F1, 1, target=(F4, 5))


# ---- moving, walking, closing

@good("move-and-walk")
def _(s, c):
    s.store((B2, None, S1))
    s.walk(F5, F4, F1, F2, F3, out_of_order=1)
    c.flag("walk-differs")
    s.walk(F5, F1, F4, F2, F3)
    s.shift(F2, box=B2, event_at=when(s.t), late="outage")
    c.flag("late")
    s.shift(F3, at="PLANT-1")
    s.walk(F5, F2, F1, misfiled=1, missing=1)
    c.flag("walk-differs")
    s.walk(F2, box=B2)
    s.correct(s.shift(F3), ("guo", "sun"))
    s.correct(s.shift(F5, box=None), ("guo", "sun"))
    s.walk(F5, F1, F4)


@good("walk-order-of-numbers")
def _(s, c):
    """Parts of digits as numbers and before others; a place before what lies beneath it."""
    rows = []
    for n, code in enumerate(("3-2", "3-2-2", "3-2-010", "3-2-10-1", "3-2-A")):
        if code != "3-2":
            s.place([(code, "floor", code, "3-2")])
        rows.append("F0000F10%d" % n)
        s.open(dict(s.bag(rows[-1], place=code), label="标 %d" % n))
    s.shift(F1, F2, F3, F4, box=None)
    s.walk(F5, *rows)
    s.walk(rows[1], F5, rows[0], rows[4], rows[3], rows[2], out_of_order=4)
    c.flag("walk-differs")


@bad("walk-counts", "count")
def _(s, c):
    s.walk(F5, F4, F1, F2, F3)


@bad("walk-numbered-from-0", "structure")
def _(s, c):
    s.do("folder.walk/1", "guo", s.ref(B1, counts=dict.fromkeys(
        ("misfiled", "out_of_order", "unknown"), 0) | {"missing": 4},
        seen=[{"item": F1, "n": 2}], unknown=[]))


@bad("walk-one-twice", "structure")
def _(s, c):
    s.walk(F5, F1, F1, F2, F3)


@bad("walk-a-shelf", "object")
def _(s, c):
    s.walk(box=S1)


@bad("walk-by-supervisor", "seats", "role")
def _(s, c):
    s.walk(F5, F1, F4, F2, F3, signers="sun")


@bad("move-by-staff", "seats", "role")
def _(s, c):
    s.shift(F1, signers="qian")


@bad("move-to-nowhere", "object")
def _(s, c):
    s.shift(F1, at="9")


@bad("move-to-no-box", "object")
def _(s, c):
    s.shift(F1, box=B2)


@bad("move-before-the-last-one", "late")
def _(s, c):
    s.shift(F1)
    s.shift(F1, event_at=when(s.t - 60), late="outage")


@bad("move-destroyed", "state")
def _(s, c):
    s.destroy()
    s.shift(F2)


@bad("move-corrected-after-another", "state")
def _(s, c):
    a = s.shift(F1)
    s.shift(F1, at="3")
    s.correct(a, ("guo", "sun"))


@bad("move-corrected-by-two-archivists", "seats", "role")
def _(s, c):
    s.correct(s.shift(F1), ("guo", "qian"))


@good("close")
def _(s, c):
    s.shut_folders(F1, date="2026-03-02", trigger="moved_out")
    s.shut_folders(F1, date="2026-01-02", trigger="lease_ended")


@bad("close-tomorrow", "A12")
def _(s, c):
    s.shut_folders(F1, date="2026-03-03")


@good("close-on-the-local-day")
def _(s, c):
    """17:00 UTC is tomorrow in the office."""
    s.sleep(15 * HOUR + 1800)
    s.shut_folders(F1, date="2026-03-03")


@bad("close-by-supervisor", "seats", "role")
def _(s, c):
    s.shut_folders(F1, signers="sun")


@bad("close-destroyed", "state")
def _(s, c):
    s.destroy()
    s.shut_folders(F2)


# ---- homes that change hands (A12)

@good("transfer")
def _(s, c):
    s.transfer_2()
    s.transfer_2({F4: ("lease_ended", "2026-03-02")})
    s.transfer_2({})


@bad("transfer-folder-left-out", "A12")
def _(s, c):
    s.transfer_2({F1: ("sold", "2026-03-01")})


@bad("transfer-of-another-homes-folder", "A12")
def _(s, c):
    s.open((NEW, "owner", HOME2))
    s.transfer_2({F1: None, F4: None, NEW: None})


@bad("transfer-of-a-closed-folder", "A12")
def _(s, c):
    s.shut_folders(F1)
    s.transfer_2()


@bad("transfer-closes-without-a-date", "A12")
def _(s, c):
    s.transfer_2({F1: ("sold", None), F4: None})


@bad("transfer-closes-tomorrow", "A12")
def _(s, c):
    s.transfer_2({F1: ("sold", "2026-03-03"), F4: None})


@bad("transfer-stays-with-a-trigger", "A12")
def _(s, c):
    s.transfer_2({F1: None, F4: None}, folders=[
        s.ref(F1, date=None, trigger="sold", outcome="stays"),
        s.ref(F4, date=None, trigger=None, outcome="stays")])


@bad("transfer-key-left-out", "K10a")
def _(s, c):
    s.transfer_2(keys=False)


@bad("transfer-by-key-custodians", "seats", "role")
def _(s, c):
    s.transfer_2(signers="hua li")


@good("after-a-succession")
def _(s, c):
    """Versions, numbers and the policy carry on."""
    n = succeed(s)
    file_next = s.file_body(F1, (4,))
    n.act("folder.file/1", file_next, ["guo"])
    return n


@bad("after-a-succession-number-again", "exists")
def _(s, c):
    n = succeed(s)
    n.act("folder.file/1", s.file_body(F1, (3,)), ["guo"])
    c.index = len(n.entries) - 1
    return n
