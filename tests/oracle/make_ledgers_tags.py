"""Ledgers of FORMATS.md section 18: tags that are printed, blank ones, and what claims them."""

from make_ledgers import Seal, items, succeed
from make_ledgers_desk_site import bad, good

RING = {"class": "R"}
GENERATIONS = "123456789ABCDEFGHJKMNPQRSTVWXYZ"


def printed(s, *tags, signers="li", **over):
    """tags: an item, or (item, generation), or (item, generation, label)."""
    rows = []
    for tag in tags or ("K00000003",):
        name, generation, label = (tag + (None, None))[:3] if isinstance(tag, tuple) \
            else (tag, None, None)
        rows.append({"generation": generation or "1", "item": name,
                     "label": label or items(name)[0]["label"]})
    return s.act("tag.print/1", dict({"items": rows, "profile": "address",
                                      "stock": "fob-22x32"}, **over), signers.split())


def blanks(s, *names, signers="li", **over):
    return s.act("tag.blank/1", dict({
        "class": "K", "stock": "fob-22x32",
        "tags": [{"item": n} for n in names or ("K00000041",)]}, **over), signers.split())


def add(s, name="K00000041", ring=None):
    return s.keys("front", [(name, 1, ["3.D"], ring)])


def party(s, name):
    return s.act("party.add/1", {"name": Seal(name, "某某"), "party": name, "phone": None,
                                 "relation": "owner", "unit": None}, ["qian"])


# ---- tag.print

@good("tags-printed")
def _(s, c):
    s.tag()
    printed(s, "K00000003", "K00000004", ("P00000009", "1", "P00000009"),
            ("P00000030", "1", "feng"), "R00000010")
    printed(s, ("K00000003", "2"), ("P00000030", "2", "feng"), signers="zhou",
            profile="blind", stock="40x30 roll")
    s.lost()
    printed(s, ("K00000003", "3"), signers="chen")


@good("tags-to-the-last-generation")
def _(s, c):
    for g in GENERATIONS:
        printed(s, ("K00000003", g))


@good("tags-keep-no-registration")
def _(s, c):
    a = add(s)
    printed(s, "K00000041")
    s.correct(a)
    p = party(s, "P00000042")
    printed(s, ("P00000042", "1", "P00000042"))
    s.correct(p, ("chen", "wang"))


@good("tags-over-a-succession")
def _(s, c):
    printed(s)
    blanks(s, "K00000041", "K00000042")
    add(s)
    n = succeed(s)
    printed(n, ("K00000003", "2"), ("K00000041", "2"))
    add(n, "K00000042")
    return n


@bad("print-by-staff", "seats")
def _(s, c):
    printed(s, signers="qian")


@bad("print-by-supervisor", "seats")
def _(s, c):
    printed(s, signers="sun")


@bad("print-by-two", "seats")
def _(s, c):
    printed(s, signers="li sun")


@bad("print-of-another-class", "structure", "object")
def _(s, c):
    printed(s, ("H00000003", "1", "x"))


@bad("print-of-nothing", "object")
def _(s, c):
    printed(s, ("K0000003Z", "1", "x"))


@bad("print-of-a-corrected-key", "object")
def _(s, c):
    s.correct(add(s))
    printed(s, "K00000041")


@bad("print-of-a-retired-key", "state")
def _(s, c):
    s.retire()
    printed(s)


@bad("print-of-nobodys-tag", "object")
def _(s, c):
    printed(s, ("P0000003Z", "1", "feng"))


@bad("print-of-a-corrected-party", "object")
def _(s, c):
    s.correct(party(s, "P00000042"), ("chen", "wang"))
    printed(s, ("P00000042", "1", "P00000042"))


@bad("print-with-another-label", "label")
def _(s, c):
    printed(s, ("K00000003", "1", "x"))


@bad("print-with-another-handle", "label")
def _(s, c):
    s.tag()
    printed(s, ("P00000030", "1", "qian"))


@bad("print-with-a-partys-name", "label")
def _(s, c):
    printed(s, ("P00000009", "1", "王业主"))


@bad("print-second-before-first", "generation")
def _(s, c):
    printed(s, ("K00000003", "2"))


@bad("print-same-generation", "generation")
def _(s, c):
    printed(s)
    printed(s)


@bad("print-generation-left-out", "generation")
def _(s, c):
    printed(s)
    printed(s, ("K00000003", "3"))


@bad("print-ten-is-not-ten", "generation")
def _(s, c):
    for g in GENERATIONS[:9]:
        printed(s, ("K00000003", g))
    printed(s, ("K00000003", "B"))


@bad("print-after-z", "generation")
def _(s, c):
    for g in GENERATIONS:
        printed(s, ("K00000003", g))
    printed(s)


@bad("print-generation-o", "structure")
def _(s, c):
    printed(s, ("K00000003", "O"))


@bad("print-generation-0", "structure")
def _(s, c):
    printed(s, ("K00000003", "0"))


@bad("print-unsorted", "structure")
def _(s, c):
    printed(s, "K00000004", "K00000003")


@bad("print-one-twice", "structure")
def _(s, c):
    printed(s, "K00000003", ("K00000003", "2"))


@bad("print-profile", "structure")
def _(s, c):
    printed(s, profile="full")


@bad("print-without-a-stock", "structure")
def _(s, c):
    printed(s, stock="")


@bad("print-corrected", "state")
def _(s, c):
    s.correct(printed(s))


@bad("print-after-a-succession-starts-anew", "generation")
def _(s, c):
    printed(s)
    n = succeed(s)
    printed(n)
    c.index = len(n.entries) - 1
    return n


# ---- tag.blank

@good("blanks")
def _(s, c):
    blanks(s, "K00000041", "K00000042", "K00000043", "K00000044")
    blanks(s, "R00000045", "R00000046", signers="wang", **RING)
    add(s, "K00000041", "R00000045")
    add(s, "K00000042", "R00000045")
    s.ring("make", "K00000003", ring="R00000046")
    printed(s, ("K00000041", "2"), ("R00000046", "2"))
    add(s, "K00000047")
    printed(s, "K00000047")
    s.correct(add(s, "K00000044"))


@good("blanks-claimed-by-an-import")
def _(s, c):
    blanks(s, "K00000041")
    line = s.line("key.add/1", {"desk": "front", "keys": [
        {"item": "K00000041", "copy": 1, "label": "x", "locks": ["3.D"], "ring": None}]})
    s.close("key.add/1", [line])
    printed(s, ("K00000041", "2", "x"))


@bad("blank-by-staff", "seats")
def _(s, c):
    blanks(s, signers="qian")


@bad("blank-by-duty", "seats")
def _(s, c):
    blanks(s, signers="zheng")


@bad("blank-by-two", "seats")
def _(s, c):
    blanks(s, signers="li wang")


@bad("blank-of-another-class", "structure")
def _(s, c):
    blanks(s, "R00000041")


@bad("blank-of-persons", "structure")
def _(s, c):
    blanks(s, "P00000041", **{"class": "P"})


@bad("blank-of-a-key", "exists")
def _(s, c):
    blanks(s, "K00000003")


@bad("blank-of-a-rings-symbols", "exists")
def _(s, c):
    blanks(s, "K00000010")


@bad("blank-of-a-partys-symbols", "exists")
def _(s, c):
    blanks(s, "K00000009")


@bad("blank-of-a-persons-tag", "exists")
def _(s, c):
    s.tag("P00000041")
    blanks(s)


@bad("blank-of-a-corrected-key", "exists")
def _(s, c):
    s.correct(add(s))
    blanks(s)


@bad("blank-twice", "exists")
def _(s, c):
    blanks(s)
    blanks(s)


@bad("blank-of-both-classes", "exists")
def _(s, c):
    blanks(s)
    blanks(s, "R00000041", **RING)


@bad("blank-unsorted", "structure")
def _(s, c):
    blanks(s, "K00000042", "K00000041")


@bad("blank-of-none", "structure")
def _(s, c):
    blanks(s, tags=[])


@bad("blank-lent", "object")
def _(s, c):
    blanks(s)
    s.lend(["K00000041"])


@bad("blank-printed-as-a-tag", "object")
def _(s, c):
    blanks(s)
    printed(s, "K00000041")


@bad("blank-claimed-twice", "exists")
def _(s, c):
    blanks(s)
    add(s)
    add(s)


@bad("blank-claimed-by-the-other-class", "exists")
def _(s, c):
    blanks(s)
    s.ring("make", "K00000003", ring="R00000041")


@bad("blank-as-a-party", "exists")
def _(s, c):
    blanks(s)
    party(s, "P00000041")


@bad("blank-as-a-persons-tag", "exists")
def _(s, c):
    blanks(s)
    s.tag("P00000041")


@bad("blank-used-up-by-a-mistake", "exists")
def _(s, c):
    blanks(s)
    s.correct(add(s))
    add(s)


@bad("claimed-tag-printed-as-the-first", "generation")
def _(s, c):
    blanks(s)
    add(s)
    printed(s, "K00000041")
