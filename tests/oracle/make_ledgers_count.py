"""Ledgers of FORMATS.md section 17.5: the numbers of a desk, shifts, stock-takes, slips."""

from make_ledgers import DAY, receipt, when
from make_ledgers_desk_site import HOUR, bad, good, sample

# ---- the numbers of a desk, counted at a hand-over


@good("handover")
def _(s, c):
    s.handover()
    s.handover(signers="zheng hua", outgoing="zheng", incoming="hua", by="hua")
    s.board(["K00000003", "K00000004", "R00000010"])
    s.lend()
    s.close_seal("K00000011")
    s.handover(counted={"board": 2, "open": 1, "sealed": 1})
    s.handover(counted={"board": 3, "open": 1, "sealed": 1}, reason="error")
    c.flag("count-differs")
    s.sleep(9 * HOUR)
    s.handover(counted={"board": 2, "open": 1, "overdue": 1, "sealed": 1},
               event_at=when(s.t - HOUR), late="outage")
    c.flag("late")


@good("numbers")
def _(s, c):
    """What is out without a due, lost, of another home desk or gone with its ring."""
    s.opening(("K00000003", "lent", "feng"), ("K00000004", "owner"), ("K00000013", "lost"))
    s.handover()
    s.lend(["K00000006"], "feng", "zhou", "plant")
    s.handover()
    e = s.emergency("R00000010", "K00000011")     # two keys go with the ring
    s.ratify(e, ("sun",))
    s.handover(counted={"open": 2})
    s.back(["K00000001"], "qian")
    s.handover(counted={"open": 2})
    e = s.emergency("K00000001", signers="zheng feng", receiver="feng")
    c.flag("from-ring")
    s.ratify(e, ("sun",))
    s.handover(counted={"open": 3})               # its ring is with another person
    s.sleep(13 * HOUR)
    s.handover(counted={"open": 3, "overdue": 3})
    # Out at another desk: none of it is this desk's.
    s.handover(desk="plant", signers="zhou zheng", outgoing="zhou",
               counted={"open": 1, "overdue": 1})
    s.back(["R00000010"], "qian", "zhou", "plant")
    c.flag("other-desk", "ring-short")
    s.handover(counted={"open": 2, "overdue": 2})


@good("numbers-at-the-very-second")
def _(s, c):
    s.close_seal("K00000006", signers="zhou", desk="plant")
    s.lend(due=when(s.t + 2 * HOUR))
    s.handover(opts={"step": 2 * HOUR - 60}, counted={"open": 1})
    s.handover(opts={"step": 1}, counted={"open": 1, "overdue": 1})


@good("numbers-with-a-tray")
def _(s, c):
    s.put("tray.issue", "li qian", items=["R00000010", "K00000011"], receiver="qian")
    s.handover(counted={"open": 2})


@good("numbers-of-a-seal-whose-keys-were-lost")
def _(s, c):
    s.close_seal()
    s.lost(signers="li feng", reporter="feng")
    c.flag("seal-broken")
    s.handover()


@good("handover-with-a-stand-in")
def _(s, c):
    s.suspend("zheng")
    s.handover(desk="plant", signers="zhou feng", outgoing="feng", incoming="zhou")
    c.flag("stand-in")
    s.handover(desk="plant", signers="zhou feng", outgoing="zhou", incoming="feng")
    c.flag("stand-in")


@bad("handover-stand-in-while-there-is-another", "seats", "K12", "role")
def _(s, c):
    s.handover(desk="plant", signers="zhou feng", outgoing="feng", incoming="zhou")


@bad("handover-of-two-strangers", "seats", "K12", "role")
def _(s, c):
    s.suspend("zheng")
    s.handover(desk="plant", signers="qian feng", outgoing="feng", incoming="qian")


@bad("handover-by-one", "seats", "K12")
def _(s, c):
    s.handover(signers="li")


@bad("handover-signed-by-others", "seats", "K12")
def _(s, c):
    s.handover(signers="hua li")


@bad("handover-to-himself", "K12", "seats")
def _(s, c):
    s.handover(signers="li", incoming="li")


@bad("handover-differs-without-a-reason", "K12")
def _(s, c):
    s.handover(counted={"board": 1})


@bad("handover-differs-for-an-unknown-reason", "K12")
def _(s, c):
    s.handover(counted={"board": 1}, reason="whatever")


@bad("handover-equal-with-a-reason", "K12")
def _(s, c):
    s.handover(reason="error")


@bad("handover-wrong-open", "K12")
def _(s, c):
    s.lend()
    s.handover()


@bad("handover-wrong-overdue", "K12")
def _(s, c):
    s.lend()
    s.sleep(9 * HOUR)
    s.handover(counted={"open": 1})


@bad("handover-wrong-sealed", "K12")
def _(s, c):
    s.close_seal()
    s.unseal()
    s.handover(counted={"sealed": 1})


@bad("handover-wrong-board", "K12")
def _(s, c):
    s.board(["K00000003"])
    s.lend()
    s.handover(counted={"board": 1, "open": 1})


@bad("handover-too-late-entered", "late")
def _(s, c):
    s.handover(event_at=when(s.t - 8 * DAY), late="outage")


# ---- closing and the daily check

@good("close")
def _(s, c):
    s.shut()
    s.shut(doors_locked=False, power_off=False, signers="hua zheng",
           counted={"open": 4}, reason="other")
    c.flag("count-differs")
    s.suspend("zheng")
    s.shut(signers="li feng", guard="feng")
    c.flag("stand-in")


@bad("close-by-staff", "seats", "role", "K12", "K2")
def _(s, c):
    s.shut(signers="feng zheng")


@bad("close-by-the-guard", "K12", "seats", "role")
def _(s, c):
    s.shut(signers="li zheng", by="zheng")


@bad("close-alone", "K12", "seats")
def _(s, c):
    s.shut(signers="li", guard="li")


@bad("close-alone-with-both-roles", "K12", "seats")
def _(s, c):
    s.grant("li", ["duty"])
    s.shut(signers="li", guard="li")


@bad("close-guard-does-not-sign", "seats", "K12")
def _(s, c):
    s.shut(signers="li feng")


@bad("close-stand-in-while-there-is-a-guard", "seats", "role", "K12")
def _(s, c):
    s.shut(signers="li feng", guard="feng")


@bad("close-too-late-entered", "late")
def _(s, c):
    s.shut(event_at=when(s.t - 8 * DAY), late="outage")


@bad("close-differs-without-a-reason", "K12")
def _(s, c):
    s.lend()
    s.shut()


@bad("close-equal-with-a-reason", "K12")
def _(s, c):
    s.shut(reason="other")


@good("check")
def _(s, c):
    s.check()
    s.check()
    s.check(result="remarks", reason="other", day="2026-02-28")
    # 17:00 in Greenwich is tomorrow here.
    s.sleep(15 * HOUR)
    s.check(day="2026-03-03")


@bad("check-by-custodian", "K12", "role")
def _(s, c):
    s.check(signers="li")


@bad("check-by-two", "seats", "K12")
def _(s, c):
    s.check(signers="sun li")


@bad("check-of-tomorrow", "K12")
def _(s, c):
    s.check(day="2026-03-03")


@bad("check-remarks-without-reason", "K12")
def _(s, c):
    s.check(result="remarks")


@bad("check-remarks-for-an-unknown-reason", "policy", "K12")
def _(s, c):
    s.check(result="remarks", reason="whatever")


@bad("check-ok-with-reason", "K12")
def _(s, c):
    s.check(reason="other")


@bad("check-unknown-desk", "policy")
def _(s, c):
    s.check(desk="moon")


# ---- stock-takes

FRONT = ["K00000001", "K00000002", "K00000003", "K00000004", "K00000011", "K00000012",
         "K00000013"]


@good("stocktake")
def _(s, c):
    """A sample of two, one key out, one on the board."""
    s.lend()
    s.board(["K00000004"])
    st = s.open_count()
    dice = sample(st, [n for n in FRONT if n not in ("K00000003", "K00000004")], 2)
    s.scan(st, "K00000004", dice[0], unknown=["?", "旧钥匙"])
    s.scan(st, dice[0], signers="feng")
    s.finish(st, found=2, missing=[dice[1]], out=1, repeated=1, unknown=2)


@good("stocktake-yearly")
def _(s, c):
    """By building; sealed, lent, lost and given away; seen elsewhere, and a ring's members."""
    s.close_seal("K00000011", "K00000012")
    s.lost("K00000013")
    s.opening(("K00000004", "owner"))
    e = s.emergency("K00000012", seal="F-1")
    c.flag("seal-broken")
    s.ratify(e, ("sun",))
    s.close_seal("K00000011", seal="F-2")
    st = s.yearly()
    # Lines: 1, 2, 3 at the desk, 11 sealed, 12 out.
    s.scan(st, "R00000010")
    s.scan(st, "K00000001", "K00000003", "R00000010")
    s.scan(st, "K00000011", "K00000013", signers="feng")
    s.finish(st, found=3, misplaced=2, out=1, repeated=2)


@good("stocktake-of-two-desks")
def _(s, c):
    st = s.yearly()
    other = s.yearly("PLANT", desk="plant", signers="sun")
    s.scan(other, "K00000005", desk="plant")
    s.finish(other, signers="zhou qian", found=1, missing=["K00000006"])
    # Seen at a desk where the register does not have it, and one that is no line.
    s.scan(st, "K00000003", "K00000006", desk="plant")
    s.finish(st, misplaced=2, missing=[n for n in FRONT if n != "K00000003"])
    s.yearly()


@good("stocktake-of-what-was-unsealed")
def _(s, c):
    """Broken seals are lines until a stock-take that opened after them is finished."""
    s.close_seal("K00000011", "K00000012")
    e = s.emergency("K00000011", seal="F-1")
    c.flag("seal-broken")
    s.ratify(e, ("sun",))
    s.back(["K00000011"], "qian")
    s.board(FRONT[:4])                            # the rest to choose from is K00000013
    st = s.open_count()
    s.scan(st, *FRONT)
    s.finish(st, found=7)
    s.no_sample()
    st = s.open_count()
    s.scan(st, *FRONT)
    s.finish(st, found=4, misplaced=3)


@good("stocktake-out-without-a-due-is-no-line")
def _(s, c):
    s.no_sample()
    s.opening(("K00000003", "lent", "feng"), ("K00000004", "lent", "P00000009"),
              ("K00000013", "lent", "feng"))
    s.board(["K00000003", "K00000004"])
    st = s.open_count()
    # Feng's is on the board, so it is a line; a party's without a due never is.
    s.finish(st, out=1)


@good("stocktake-of-what-is-out")
def _(s, c):
    """With parties, in trays, by emergency; not what another desk lent."""
    s.no_sample()
    s.lend(["K00000003"], "P0000001C", receipt=receipt("thumb"))
    s.put("tray.issue", "li qian", items=["K00000011"], receiver="qian")
    e = s.emergency("K00000012")
    s.ratify(e, ("sun",))
    s.lend(["K00000006"], "feng", "zhou", "plant")
    st = s.open_count()
    s.finish(st, out=3)
    st = s.yearly("PLANT")
    s.finish(st)


@good("stocktake-of-another-desk-does-not-settle-seals")
def _(s, c):
    s.no_sample()
    s.close_seal("K00000011", "K00000012")
    e = s.emergency("K00000011", seal="F-1")
    c.flag("seal-broken")
    s.ratify(e, ("sun",))
    s.finish(s.open_count(desk="plant", signers="zhou"), signers="zhou qian")
    st = s.open_count()
    s.scan(st, "K00000012")
    s.finish(st, found=1, out=1)
    st = s.open_count()
    s.finish(st, out=1)


@bad("stocktake-opened-by-duty", "seats")
def _(s, c):
    s.open_count(signers="zheng")


@bad("stocktake-opened-by-two", "seats")
def _(s, c):
    s.open_count(signers="li sun")


@bad("stocktake-opened-twice", "state")
def _(s, c):
    s.open_count()
    s.yearly()


@bad("stocktake-monthly-with-places", "K14")
def _(s, c):
    s.open_count(places=["3"])


@bad("stocktake-yearly-without-places", "K14")
def _(s, c):
    s.open_count(kind="yearly")


@bad("stocktake-unknown-place", "object")
def _(s, c):
    s.yearly("9")


@bad("scan-without-stocktake", "object", "state")
def _(s, c):
    s.scan("0" * 64, "K00000003")


@bad("scan-after-the-finish", "state")
def _(s, c):
    st = s.yearly()
    s.finish(st, missing=FRONT)
    s.scan(st, "K00000003")


@bad("scan-by-two", "seats")
def _(s, c):
    s.scan(s.yearly(), "K00000003", signers="qian feng")


@bad("scan-by-an-auditor", "role", "seats")
def _(s, c):
    s.scan(s.yearly(), "K00000003", signers="shen")


@bad("scan-unknown-key", "object")
def _(s, c):
    s.scan(s.yearly(), "K0000003Z")


@bad("scan-unknown-desk", "policy")
def _(s, c):
    s.scan(s.yearly(), "K00000003", desk="moon")


@bad("finish-by-one", "K14", "seats")
def _(s, c):
    st = s.yearly()
    s.finish(st, signers="li", missing=FRONT)


@bad("finish-without-custodian", "seats", "role", "K14")
def _(s, c):
    st = s.yearly()
    s.finish(st, signers="sun qian", missing=FRONT)


@bad("finish-by-another-desk", "seats", "role", "K14")
def _(s, c):
    st = s.yearly()
    s.finish(st, signers="zhou qian", missing=FRONT)


@bad("finish-twice", "state")
def _(s, c):
    st = s.yearly()
    s.finish(st, missing=FRONT)
    s.finish(st, missing=FRONT)


@bad("finish-unknown", "object", "state")
def _(s, c):
    s.finish("0" * 64)


@bad("finish-with-another-list", "count", "K14")
def _(s, c):
    st = s.yearly()
    s.scan(st, "K00000003")
    s.finish(st, found=1, missing=FRONT[1:])


def many_missing(s):
    """408 keys of which none is seen: their names in order, and the stock-take."""
    names = ["K0000%04d" % (n + 1000) for n in range(401)]
    s.keys("front", [(n, 9, ["3.D"], None) for n in names])
    return FRONT + names, s.yearly()


@good("finish-lists-the-first-400")
def _(s, c):
    names, st = many_missing(s)
    s.finish(st, missing=names[:400], counts={"missing": 408})


@bad("finish-lists-others-than-the-first-400", "count")
def _(s, c):
    names, st = many_missing(s)
    s.finish(st, missing=names[:399] + names[400:401], counts={"missing": 408})


@bad("finish-lists-401", "structure")
def _(s, c):
    names, st = many_missing(s)
    s.finish(st, missing=names[:401], counts={"missing": 408})


@good("finish-misses-a-key-unregistered-meanwhile")
def _(s, c):
    added = s.keys("front", [("K00000099", 9, ["3.D"], None)])
    st = s.yearly()
    s.correct(added)
    s.finish(st, missing=FRONT + ["K00000099"])


def miscounted(member):
    @bad("finish-miscounts-" + member, "count", "K14")
    def _(s, c):
        st = s.yearly()
        s.finish(st, missing=FRONT, counts={member: 8 if member == "missing" else 1})


for _member in ("found", "misplaced", "missing", "out", "repeated", "sealed", "unknown"):
    miscounted(_member)


@bad("finish-of-another-sample", "count", "K14")
def _(s, c):
    st = s.open_count()
    dice = sample(st, FRONT, 2)
    other = [n for n in FRONT if n not in dice][:2]
    s.finish(st, missing=other)


# ---- slips

@good("slips")
def _(s, c):
    s.issue(1, 1000)
    s.issue(1001, 1001, signers="sun")
    s.issue(1, 1, series="b", desk="plant", signers="zhou")
    a = s.lend(event_at=when(s.t), late="outage")
    c.flag("late")
    b = s.back(event_at=when(s.t), late="outage")
    c.flag("late")
    s.slips((1, "used", [a, b]), (2, "void", []), (10, "blank", []), (1001, "used", [b]))
    s.slips((3, "blank", []))
    s.slips((1, "void", []), series="b", desk="plant", signers="sun zhou")


@bad("slips-issued-by-duty", "seats")
def _(s, c):
    s.issue(signers="zheng")


@bad("slips-issued-by-two", "seats")
def _(s, c):
    s.issue(signers="li sun")


@bad("slips-last-before-first", "structure", "K20")
def _(s, c):
    s.issue(2, 1)


@bad("slips-too-many", "structure", "K20")
def _(s, c):
    s.issue(1, 1001)


@bad("slips-from-nought", "structure")
def _(s, c):
    s.issue(0, 1)


@bad("slips-beyond-the-last", "structure")
def _(s, c):
    s.issue(999999, 1000000)


@bad("slips-issued-twice", "exists")
def _(s, c):
    s.issue(1, 10)
    s.issue(10, 11)


@bad("slips-issued-to-another-desk-too", "exists")
def _(s, c):
    s.issue(1, 10)
    s.issue(5, 5, desk="plant", signers="zhou")


@bad("slips-closed-by-one", "seats")
def _(s, c):
    s.issue()
    s.slips((1, "void", []), signers="li")


@bad("slips-closed-without-supervisor", "seats", "role")
def _(s, c):
    s.issue()
    s.slips((1, "void", []), signers="li qian")


@bad("slips-never-issued", "K20")
def _(s, c):
    s.issue()
    s.slips((11, "void", []))


@bad("slips-of-another-series", "K20")
def _(s, c):
    s.issue()
    s.slips((1, "void", []), series="b")


@bad("slips-of-another-desk", "K20")
def _(s, c):
    s.issue()
    s.slips((1, "void", []), desk="plant", signers="sun zhou")


@bad("slips-closed-twice", "K20")
def _(s, c):
    s.issue()
    s.slips((1, "void", []))
    s.slips((1, "blank", []))


@bad("slips-used-for-nothing", "K20")
def _(s, c):
    s.issue()
    s.slips((1, "used", []))


@bad("slips-used-for-what-was-in-time", "K20")
def _(s, c):
    s.issue()
    a = s.lend()
    s.slips((1, "used", [a]))


@bad("slips-used-for-an-unknown-act", "K20", "object")
def _(s, c):
    s.issue()
    s.slips((1, "used", ["0" * 64]))


@bad("slips-void-with-acts", "K20")
def _(s, c):
    s.issue()
    a = s.lend(event_at=when(s.t), late="outage")
    s.slips((1, "void", [a]))


@bad("slips-unsorted", "structure")
def _(s, c):
    s.issue()
    s.slips((10, "void", []), (2, "void", []))


@bad("slips-twice-in-one", "structure")
def _(s, c):
    s.issue()
    s.slips((2, "void", []), (2, "blank", []))
