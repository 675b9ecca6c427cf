"""Ledgers of FORMATS.md section 17.4: rings, boards, tags, rosters, hand-overs of the register."""

from make_ledgers import DAY, Seal, receipt, when
from make_ledgers_desk_site import HOUR, bad, good

# ---- rings


@good("ring")
def _(s, c):
    s.ring("make", "K00000003")
    s.ring("make", "K00000004")
    s.lend(["R00000020"])                       # takes both along
    s.back(["R00000020"])
    s.ring("break", "K00000003")
    s.lend(["K00000003"])                       # hangs on no ring: no flag
    s.lend(["R00000020"])
    s.back(["R00000020"])
    s.lend(["K00000004"])
    c.flag("from-ring")


@bad("ring-member-goes-with-the-ring-made", "K4")
def _(s, c):
    s.ring("make", "K00000003")
    s.lend(["R00000020"])
    s.lend(["K00000003"])


@bad("ring-made-by-duty", "K2", "role")
def _(s, c):
    s.ring("make", signers="zheng")


@bad("ring-made-by-two", "seats")
def _(s, c):
    s.ring("make", signers="li qian")


@bad("ring-of-a-lent-key", "K5")
def _(s, c):
    s.lend()
    s.ring("make", "K00000003")


@bad("ring-of-a-key-of-another-home-desk", "K5")
def _(s, c):
    s.lend(["K00000006"], "feng", "zhou", "plant")
    s.back(["K00000006"])
    s.ring("make", "K00000006")


@bad("ring-of-a-key-on-a-ring", "K5")
def _(s, c):
    s.ring("make", "K00000001")


@bad("ring-of-a-ring", "structure", "K5", "object")
def _(s, c):
    s.ring("make", "R00000010")


@bad("ring-that-is-a-key", "structure", "K5", "exists")
def _(s, c):
    s.ring("make", ring="K00000020")


@bad("ring-with-the-symbols-of-a-key", "exists")
def _(s, c):
    s.ring("make", ring="R00000003")


@bad("ring-of-another-desk", "K5")
def _(s, c):
    s.ring("make", "K00000006", signers="zhou", desk="plant")
    s.ring("make")


@bad("ring-of-another-home-desk", "K5")
def _(s, c):
    s.ring("make", "K00000006", signers="zhou", desk="plant")
    s.lend(["R00000020"], "feng", "zhou", "plant")
    s.back(["R00000020"])
    s.ring("make")


@bad("ring-lent-gets-a-key", "K5")
def _(s, c):
    s.ring("make", "K00000003")
    s.lend(["R00000020"])
    s.ring("make", "K00000004")


@bad("ring-label", "label")
def _(s, c):
    s.ring("make")
    s.ring("make", "K00000003", label="x")


@bad("ring-broken-by-duty", "seats")
def _(s, c):
    s.ring("break", "K00000001", ring="R00000010", signers="zheng")


@bad("ring-broken-is-a-key", "structure")
def _(s, c):
    s.ring("break", "K00000001", ring="K00000002")


@bad("ring-broken-by-two", "seats")
def _(s, c):
    s.ring("break", "K00000001", ring="R00000010", signers="li qian")


@bad("ring-broken-off-another", "K5")
def _(s, c):
    s.ring("make")
    s.ring("break", "K00000001")


@bad("ring-broken-unknown", "object")
def _(s, c):
    s.ring("break", "K00000001")


@bad("ring-broken-while-lent", "K5")
def _(s, c):
    s.ring("make", "K00000003")
    s.lend(["R00000020"])
    s.ring("break", "K00000003")


@bad("ring-broken-after-only-its-key-came-back", "K5")
def _(s, c):
    s.ring("make", "K00000003", "K00000004")
    s.lend(["R00000020"])
    s.back(["K00000003"])
    s.ring("break", "K00000003")


@bad("ring-broken-while-its-key-is-lent", "K5")
def _(s, c):
    s.ring("make", "K00000003")
    s.lend()
    s.ring("break", "K00000003")


@bad("ring-broken-at-another-desk", "K5")
def _(s, c):
    s.ring("break", "K00000001", ring="R00000010", signers="zhou", desk="plant")


# ---- boards

@good("board")
def _(s, c):
    s.board(["K00000003", "R00000010"])
    s.board(["K00000004"], ["K00000003"])
    s.lend(["K00000004"])
    s.board(["K00000003"], ["K00000004"], signers="hua")


@bad("board-by-duty", "seats")
def _(s, c):
    s.board(["K00000003"], signers="zheng")


@bad("board-by-two", "seats")
def _(s, c):
    s.board(["K00000003"], signers="li qian")


@bad("board-of-another-desk", "K12")
def _(s, c):
    s.board(["K00000006"])


@bad("board-on-and-off", "state", "structure")
def _(s, c):
    s.board(["K00000003"], ["K00000003"])


@bad("board-twice", "state")
def _(s, c):
    s.board(["K00000003"])
    s.board(["K00000003"])


@bad("board-off-what-is-not-on-it", "state")
def _(s, c):
    s.board([], ["K00000003"])


@bad("board-nothing", "structure")
def _(s, c):
    s.board()


@bad("board-unknown", "object")
def _(s, c):
    s.board(["K0000003Z"])


# ---- tags

@good("tag")
def _(s, c):
    s.tag()
    s.tag("P00000031", "feng", signers="wang")
    s.tag("P00000032", "shen", signers="zhou")


@bad("tag-by-staff", "seats")
def _(s, c):
    s.tag(signers="qian")


@bad("tag-by-two", "seats")
def _(s, c):
    s.tag(signers="li qian")


@bad("tag-of-nobody", "object")
def _(s, c):
    s.tag(handle="nobody")


@bad("tag-that-is-a-key", "structure")
def _(s, c):
    s.tag("K00000030")


@bad("tag-of-a-party", "exists")
def _(s, c):
    s.tag("P00000009")


@bad("tag-of-an-item", "exists")
def _(s, c):
    s.tag("P00000003")


@bad("tag-given-anew", "exists")
def _(s, c):
    s.tag()
    s.tag(handle="qian")


@bad("tag-then-party", "exists")
def _(s, c):
    s.tag()
    s.act("party.add/1", {"name": {"c": "0" * 64, "k": "0" * 32}, "party": "P00000030",
                          "phone": None, "relation": "owner", "unit": None}, ["qian"])


# ---- rosters and the taking over of buildings

@good("roster")
def _(s, c):
    s.roster()
    s.roster(handles=())


@bad("roster-by-custodian", "K11", "role")
def _(s, c):
    s.roster(signers="li")


@bad("roster-by-two", "seats", "K11")
def _(s, c):
    s.roster(signers="sun li")


@bad("roster-shift-of-another-desk", "policy")
def _(s, c):
    s.roster(desk="plant")


@bad("roster-unknown-shift", "policy")
def _(s, c):
    s.roster(code="night")


@bad("roster-unknown-desk", "policy")
def _(s, c):
    s.roster(desk="moon")


@bad("roster-of-nobody", "object")
def _(s, c):
    s.roster(handles=["li", "nobody"])


@bad("roster-on-no-day", "structure")
def _(s, c):
    s.roster(day="2027-02-29")


@good("takeover")
def _(s, c):
    s.takeover(party="P0000001C")
    s.takeover()
    s.takeover(counted=2, listed=3, event_at=when(s.t - DAY), late="outage", scope="3")
    c.flag("late", "takeover-differs")
    s.takeover(place="PLANT-1", kind="plant_room", scope="PLANT-1", desk="plant",
               signers="sun zhou", counted=0, listed=10000)
    c.flag("takeover-differs")


@bad("takeover-by-one", "seats")
def _(s, c):
    s.takeover(signers="li")


@bad("takeover-without-supervisor", "seats", "role")
def _(s, c):
    s.takeover(signers="li qian")


@bad("takeover-by-another-desk", "seats", "role", "K2")
def _(s, c):
    s.takeover(signers="zhou sun")


@bad("takeover-outside-its-scope", "K2")
def _(s, c):
    s.takeover(place="PLANT-1")


@bad("takeover-above-its-scope", "K2")
def _(s, c):
    s.takeover(place="3")


@bad("takeover-unknown-scope", "object", "K2")
def _(s, c):
    s.takeover(scope="9")


@bad("takeover-unknown-place", "object", "K2")
def _(s, c):
    s.takeover(place="9")


@bad("takeover-unknown-kind", "policy")
def _(s, c):
    s.takeover(kind="portcullis")


@bad("takeover-unknown-party", "object")
def _(s, c):
    s.takeover(party="P0000002Z")


@bad("takeover-too-many", "structure")
def _(s, c):
    s.takeover(counted=10001)


@bad("takeover-too-late-entered", "late")
def _(s, c):
    s.takeover(event_at=when(s.t - 8 * DAY), late="outage")


# ---- the opening balance

@good("opening")
def _(s, c):
    s.opening(("K00000003", "at_desk", None, None, "旧册 12"), ("K00000004", "lent", "feng"),
              ("K00000011", "sealed", None, "F-1"), ("K00000012", "sealed", None, "F-1"),
              ("K00000013", "lost"))
    s.opening(("K00000001", "owner", "P00000009"), ("K00000002", "owner"))
    s.accept("K00000013")                         # a loss was opened
    s.lend()                                      # where it stood
    s.back(["K00000004"])                         # feng had it
    s.unseal("K00000011", "K00000012")
    s.lend(["K00000004"])


@good("opening-by-import")
def _(s, c):
    def line(*keys):
        return s.line("opening.balance/1", {
            "desk": "front", "keys": [s.opened(*k) for k in keys], "place": "3-2-12-1202"})
    lines = [line(("K00000003", "lost")), line(("K00000011", "sealed", None, "F-1")),
             line(("K00000012", "sealed", None, "F-1"))]
    s.close("opening.balance/1", lines)
    s.accept()
    s.unseal("K00000011", "K00000012")


@good("opening-at-the-desk-of-a-key-on-a-ring")
def _(s, c):
    s.opening(("K00000001",))


@bad("opening-by-import-seal-of-another-desk", "exists")
def _(s, c):
    """The same act, yet the seal is of the first line's desk."""
    s.grant("li", ["engineering_custodian"])
    lines = [s.line("opening.balance/1", {
        "desk": desk, "keys": [s.opened(key, "sealed", None, "F-1")], "place": "3"})
        for desk, key in (("front", "K00000003"), ("plant", "K00000006"))]
    s.close("opening.balance/1", lines)


@bad("opening-owner-with-a-seal", "K19")
def _(s, c):
    s.opening(("K00000003", "owner", None, "F-1"))


@good("opening-after-a-corrected-loan")
def _(s, c):
    """A movement that was taken back is none."""
    s.correct(s.lend())
    s.opening(("K00000003", "lost"))


@bad("opening-by-one", "seats")
def _(s, c):
    s.opening(("K00000003",), signers="li")


@bad("opening-without-supervisor", "seats", "role")
def _(s, c):
    s.opening(("K00000003",), signers="li qian")


@bad("opening-by-import-without-supervisor", "seats", "role")
def _(s, c):
    line = s.line("opening.balance/1", {"desk": "front", "keys": [s.opened("K00000003")],
                                        "place": "3"})
    s.close("opening.balance/1", [line], ("li", "qian"))


@bad("opening-unknown-place", "object")
def _(s, c):
    s.opening(("K00000003",), place="9")


@bad("opening-of-a-ring", "K19", "structure", "object")
def _(s, c):
    s.opening(("R00000010",))


@bad("opening-of-another-desk", "K19")
def _(s, c):
    s.opening(("K00000006",))


@bad("opening-unknown-key", "object")
def _(s, c):
    s.opening(("K0000003Z",))


@bad("opening-label", "label")
def _(s, c):
    s.opening(dict(s.opened("K00000003"), label="x"))


@bad("opening-after-a-movement", "K19")
def _(s, c):
    s.lend()
    s.back()
    s.opening(("K00000003",))


@bad("opening-twice", "K19")
def _(s, c):
    s.opening(("K00000003",))
    s.opening(("K00000003",))


@bad("opening-lent-to-nobody", "K19")
def _(s, c):
    s.opening(("K00000003", "lent"))


@bad("opening-lent-to-somebody-unknown", "object")
def _(s, c):
    s.opening(("K00000003", "lent", "nobody"))


@bad("opening-owner-is-a-person", "K19")
def _(s, c):
    s.opening(("K00000001", "owner", "feng"))


@bad("opening-owner-unknown", "object", "K19")
def _(s, c):
    s.opening(("K00000001", "owner", "P0000002Z"))


@bad("opening-sealed-without-number", "K19", "structure")
def _(s, c):
    s.opening(("K00000003", "sealed"))


@bad("opening-sealed-with-a-holder", "K19")
def _(s, c):
    s.opening(("K00000003", "sealed", "feng", "F-1"))


@bad("opening-at-desk-with-a-holder", "K19")
def _(s, c):
    s.opening(("K00000003", "at_desk", "feng"))


@bad("opening-lost-with-a-holder", "K19")
def _(s, c):
    s.opening(("K00000003", "lost", "feng"))


@bad("opening-at-desk-with-a-seal", "K19")
def _(s, c):
    s.opening(("K00000003", "at_desk", None, "F-1"))


@bad("opening-lent-with-a-seal", "K19")
def _(s, c):
    s.opening(("K00000003", "lent", "feng", "F-1"))


@bad("opening-seal-used", "exists")
def _(s, c):
    s.close_seal("K00000004")
    s.opening(("K00000003", "sealed", None, "F-1"))


@bad("opening-seal-of-an-earlier-opening", "exists")
def _(s, c):
    s.opening(("K00000003", "sealed", None, "F-1"))
    s.opening(("K00000004", "sealed", None, "F-1"))


@bad("opening-then-lend", "K4")
def _(s, c):
    s.opening(("K00000003", "lost"))
    s.lend()


# ---- the custodian changes

@good("change")
def _(s, c):
    s.lend()
    s.lost("K00000004")
    s.close_seal("K00000011")
    s.opening(("K00000012", "owner"))
    s.retire("K00000013")
    s.lend(["K00000006"], "feng", "zhou", "plant")
    s.back(["K00000006"])                         # stands here, but is no key of this desk
    rows = [r for r in s.front(
        K00000003=("person", "feng"), K00000004=("lost", "front"), K00000011=("seal", "F-1"),
        K00000012=("home", "3-2-12-1201")) if r[0] != "K00000013"]
    c.flags += [[len(s.entries) - 1, "other-desk"]]
    s.change(rows=rows)
    s.change(rows=rows, gone=True, signers="hua sun")
    s.change(rows=rows, gone=True, signers="feng sun", outgoing="bai")


@bad("change-without-supervisor", "seats", "K18")
def _(s, c):
    s.change(signers="hua li")


@bad("change-without-the-outgoing", "seats", "K18")
def _(s, c):
    s.change(signers="hua sun")


@bad("change-by-one", "seats", "K18")
def _(s, c):
    s.change(signers="sun", gone=True)


@bad("change-to-himself", "K18", "seats")
def _(s, c):
    s.change(signers="li sun", incoming="li", gone=True)


@bad("change-to-no-custodian", "K18")
def _(s, c):
    s.change(signers="feng li sun", incoming="feng")


@bad("change-from-no-custodian", "K18")
def _(s, c):
    s.change(signers="feng hua sun", outgoing="feng")


@bad("change-from-nobody", "object")
def _(s, c):
    s.change(signers="hua sun", outgoing="nobody", gone=True)


@bad("change-gone-yet-he-signs", "seats", "K18")
def _(s, c):
    s.change(signers="li sun", gone=True)


@bad("change-gone-and-he-is-the-supervisor", "seats", "K18", "role")
def _(s, c):
    s.grant("sun", ["key_custodian"])
    s.change(signers="hua sun", outgoing="sun", gone=True)


@bad("change-gone-before-his-delegate", "seats", "K18", "role")
def _(s, c):
    s.grant("sun", ["key_custodian"])
    s.delegate("sun", "feng", ["supervisor"])
    s.change(signers="hua feng", outgoing="sun", gone=True)


@bad("change-short-list", "count", "K18")
def _(s, c):
    s.change(rows=s.front()[1:])


@bad("change-list-of-another-count", "count", "K18")
def _(s, c):
    body = dict(count=9, digest="0" * 64)
    s.change(list=body)


@bad("change-list-of-yesterday", "count", "K18")
def _(s, c):
    s.lend()
    s.change()


# ---- a home changes hands

@good("transfer")
def _(s, c):
    s.with_owner()
    s.transfer(outcomes={"K00000001": "passes", "K00000002": "stays"})
    s.back(["K00000001"], "P0000001B", receipt=receipt("thumb"))
    # One is out with a due, one under a seal; nobody comes, nobody goes.
    e = s.emergency("K00000001")
    c.flag("from-ring")
    s.ratify(e, ("sun",))
    s.close_seal("K00000002")
    c.flag("from-ring")
    s.transfer(outcomes={"K00000001": "recalled", "K00000002": "stays"}, party_in=None,
               party_out=None, signers="guo hua")
    # It was due in twelve hours; now it is overdue.
    s.handover(signers="hua li", outgoing="li", incoming="hua",
               counted={"open": 1, "overdue": 1, "sealed": 1})


@good("transfer-where-nobody-known-goes")
def _(s, c):
    """What the owner has for good is listed only where he is party_out."""
    s.with_owner()
    s.transfer(outcomes={"K00000002": "stays"}, party_out=None)
    s.transfer(outcomes={"K00000002": "stays"}, party_out="P0000001A")


@good("transfer-to-a-party-without-a-home")
def _(s, c):
    s.with_owner()
    s.transfer(outcomes={"K00000001": "passes", "K00000002": "stays"}, party_in="P0000001C")


@good("transfer-of-a-home-without-keys")
def _(s, c):
    s.place([("3-2-12-1203", "home", "3栋-2单元-1203", "3-2")])
    s.transfer(outcomes={}, items=[], place="3-2-12-1203", party_in=None, party_out=None)


@good("transfer-of-what-is-in-a-tray")
def _(s, c):
    s.put("tray.issue", "li qian", items=["R00000010"], receiver="qian")
    s.transfer()


@good("transfer-of-a-room")
def _(s, c):
    s.transfer(outcomes={}, items=[], place="PLANT-2", party_in=None, party_out=None)


@good("transfer-with-a-stand-in")
def _(s, c):
    s.suspend("guo")
    s.transfer(signers="li qian", by="qian")
    c.flag("stand-in")


@bad("transfer-stand-in-while-there-is-another", "seats", "role")
def _(s, c):
    s.transfer(signers="li qian")


@bad("transfer-by-one", "seats", "role")
def _(s, c):
    s.suspend("guo")
    s.transfer(signers="li")


@bad("transfer-by-nobody-entitled", "seats", "role")
def _(s, c):
    s.suspend("guo")
    s.transfer(signers="feng qian")


@bad("transfer-of-a-building", "structure")
def _(s, c):
    s.transfer(place="3-2")


@bad("transfer-unknown-place", "object")
def _(s, c):
    s.transfer(place="9")


@bad("transfer-leaves-a-key-out", "K10a")
def _(s, c):
    s.transfer(outcomes={"K00000001": "stays"})


@bad("transfer-lists-a-key-of-another-home", "K10a")
def _(s, c):
    s.transfer(outcomes={"K00000001": "stays", "K00000002": "stays", "K00000011": "stays"})


@bad("transfer-lists-a-ring", "K10a", "structure")
def _(s, c):
    s.transfer(outcomes={"K00000001": "stays", "K00000002": "stays", "R00000010": "stays"})


@bad("transfer-lists-a-lost-key", "K10a")
def _(s, c):
    s.lost("K00000001")
    s.transfer()


@bad("transfer-passes-to-nobody", "K10a")
def _(s, c):
    s.with_owner()
    s.transfer(outcomes={"K00000001": "passes", "K00000002": "stays"}, party_in=None)


@bad("transfer-passes-what-is-at-the-desk", "K10a")
def _(s, c):
    s.transfer(outcomes={"K00000001": "passes", "K00000002": "stays"})


@bad("transfer-stays-what-is-out", "K10a")
def _(s, c):
    s.with_owner()
    s.transfer()


@bad("transfer-recalls-what-is-at-the-desk", "K10a")
def _(s, c):
    s.transfer(outcomes={"K00000001": "recalled", "K00000002": "stays"})


@bad("transfer-of-an-unknown-party", "object", "K10a")
def _(s, c):
    s.transfer(party_in="P0000002Z")


@bad("transfer-from-another-home", "K10a")
def _(s, c):
    s.transfer(party_out="P0000001D")


@bad("transfer-to-another-home", "K10a")
def _(s, c):
    s.transfer(party_in="P0000001D")


@bad("transfer-before-the-last-movement", "late")
def _(s, c):
    s.with_owner()
    s.transfer(outcomes={"K00000001": "passes", "K00000002": "stays"},
               event_at=when(s.t - HOUR), late="outage")


@bad("transfer-ends-the-authorisation", "approval", "K10a")
def _(s, c):
    a = s.authorise()
    s.transfer()
    s.lend(["K00000001"], approval=a)


@good("transfer-leaves-other-authorisations")
def _(s, c):
    a = s.authorise(party="P0000001D", place="3-2-12-1202")
    s.transfer()
    s.lend(["K00000011"], approval=a)


# ---- what an act names cannot be corrected away

def new_party(s):
    return s.act("party.add/1", {"name": Seal("x", "某"), "party": "P00000055", "phone": None,
                                 "relation": "owner", "unit": "3-2-12-1201"}, ["qian"])


def named_party(name, use):
    @bad("correct-a-party-named-by-" + name, "state")
    def _(s, c):
        made = new_party(s)
        use(s, "P00000055")
        s.correct(made, ("chen", "wang"))


named_party("transfer", lambda s, p: s.transfer(party_out=p))
named_party("takeover", lambda s, p: s.takeover(party=p))
named_party("emergency", lambda s, p: s.ratify(s.emergency(call={"party": p}), ("sun",)))
named_party("loss", lambda s, p: s.lost(reporter=p))
named_party("authorisation", lambda s, p: s.authorise(party=p))
named_party("finder", lambda s, p: (s.lost(), s.found_again(by_whom=p)))


def named_key(name, use):
    @bad("correct-a-key-named-by-" + name, "state")
    def _(s, c):
        made = s.keys("front", [("K00000099", 9, ["3.D"], None)])
        use(s, "K00000099")
        s.correct(made)


named_key("damage", lambda s, k: s.damage(k))
named_key("board", lambda s, k: s.board([k]))
named_key("scan", lambda s, k: s.scan(s.yearly(), k))
named_key("ring", lambda s, k: (s.ring("make", k), s.ring("break", k)))


@good("correct-a-key-whose-loan-was-corrected")
def _(s, c):
    made = s.keys("front", [("K00000099", 9, ["3.D"], None)])
    s.correct(s.lend(["K00000099"]))
    s.correct(made)


@bad("correct-a-lock-that-was-rekeyed", "state")
def _(s, c):
    made = s.lock([("9.D", "home_door", "3-2-12-1201")])
    s.rekey("9.D")
    s.correct(made, ("chen", "wang"))


def named_place(name, use):
    @bad("correct-a-place-named-by-" + name, "state")
    def _(s, c):
        made = s.place([("9", "home", "9栋", "3")])
        use(s, "9")
        s.correct(made, ("chen", "wang"))


named_place("emergency", lambda s, p: s.ratify(s.emergency(place=p), ("sun",)))
named_place("transfer", lambda s, p: s.transfer(outcomes={}, place=p, party_in=None,
                                                party_out=None))
named_place("takeover", lambda s, p: s.takeover(place=p, scope="3"))
named_place("scope", lambda s, p: s.takeover(place=p, scope=p))
named_place("opening", lambda s, p: s.opening(("K00000003",), place=p))


@good("correct-a-place-that-a-stock-take-named")
def _(s, c):
    made = s.place([("9", "home", "9栋", "3")])
    s.yearly("9")
    s.correct(made, ("chen", "wang"))
