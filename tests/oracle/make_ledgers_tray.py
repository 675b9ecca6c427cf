"""Desks, trays, hand-overs, deposits, corrections (FORMATS.md section 17.1).

Unless said a case begins with desk_site(): owners are asked, the front desk has shifts.
"""

from make_ledgers import DAY, Seal, Site, desk_site, home_class, items, receipt, when
from make_ledgers_lend_site import (AGENT, HOME, K1, K2, K3, K6, OTHER, OWNER, RING, TENANT,
                                    authorise, case, consent, deposit, do, end_authorise, escort,
                                    extend, flag, good, hand, issue, lend, make_copies, move,
                                    no_flags, ok_to_copy, settle, standing, withdraw)


# ---- key.move

def three_desks():
    """A third desk, of the night guard, keeps public keys too."""
    s = Site().base(key_classes=home_class(), desks=[
        {"classes": ["home", "public"], "code": "front", "custodian_role": "key_custodian",
         "label": "前台"},
        {"classes": ["public"], "code": "night", "custodian_role": "duty", "label": "岗亭"},
        {"classes": ["facility"], "code": "plant", "custodian_role": "engineering_custodian",
         "label": "工程部"}])
    s.enrol("tang", ["key_custodian"])
    return s


@good("good-move")
def _(s, c):
    no_flags(c)
    a = move(s)
    s.correct(a)
    lend(s)
    s.back()
    move(s, [RING])
    move(s, [K2], "plant", "front", ("li", "zhou"))
    flag(s, c, "from-ring")


@good("good-move-rehome")
def _(s, c):
    s.__dict__.update(three_desks().__dict__)
    no_flags(c)
    move(s, to="night", signers=("li", "zheng"), rehome=True)
    s.back([K3], None, by="zheng", desk="night")
    flag(s, c, "not-out")
    lend(s, by="zheng", desk="night")


@good("good-move-stand-in")
def _(s, c):
    s.suspend("zhou")
    move(s, signers=("feng", "li"))
    flag(s, c, "stand-in")


@good("good-move-stand-in-for-the-giver")
def _(s, c):
    s.grant("li", ["engineering_custodian"])
    s.suspend("zhou")
    move(s, signers=("li", "sun"))
    flag(s, c, "stand-in")


@case("move-not-at-the-desk", "K8", "K4")
def _(s, c):
    lend(s)
    move(s)


@case("move-member-beside-its-ring", "K4")
def _(s, c):
    move(s, [K1, RING])


@case("move-rehome-class", "K8")
def _(s, c):
    move(s, rehome=True)


@case("move-rehome-class-of-a-member", "K8")
def _(s, c):
    s.__dict__.update(three_desks().__dict__)
    move(s, [RING], to="night", signers=("li", "zheng"), rehome=True)


@case("move-nowhere", "K8", "state", "structure", "seats")
def _(s, c):
    move(s, to="front", signers=("li", "tang"))


@case("move-one-signer", "seats")
def _(s, c):
    move(s, signers=["li"])


@case("move-colleague-though-another-could", "seats")
def _(s, c):
    move(s, signers=("feng", "li"))


@case("move-two-colleagues", "seats")
def _(s, c):
    s.suspend("zhou")
    move(s, signers=("feng", "sun"))


@case("move-unknown-desk", "policy")
def _(s, c):
    move(s, to="moon")


@case("move-reason", "policy")
def _(s, c):
    move(s, reason="mood")


@case("move-late-without-reason", "late")
def _(s, c):
    move(s, event_at=when(s.t))


@case("move-before-the-last-movement", "late")
def _(s, c):
    lend(s)
    s.back()
    move(s, event_at=when(s.t - 30), late="outage")


# ---- trays

@good("good-tray")
def _(s, c):
    issue(s)
    settle(s)
    issue(s, [K1, K2])
    flag(s, c, "from-ring")
    settle(s, [K1], [K2])
    flag(s, c, "tray-short")
    settle(s, [K2, K3])
    flag(s, c, "not-holder")
    a = issue(s)
    s.correct(a)
    b = issue(s)
    s.correct(settle(s))
    settle(s, [], [RING, K1, K2])
    flag(s, c, "tray-short")
    settle(s, [K1, K2], [RING])
    flag(s, c, "tray-short")
    settle(s)
    flag(s, c, "ring-short")
    settle(s, [], [])
    assert a != b


@good("good-tray-ring-without-a-key")
def _(s, c):
    issue(s)
    settle(s, [RING], [K2])
    flag(s, c, "ring-short", "tray-short")
    settle(s, [K2])


@case("tray-for-anybody", "K7", "seats")
def _(s, c):
    issue(s, to="feng")


@case("tray-public-key", "K7")
def _(s, c):
    issue(s, [K3])


@case("tray-public-key-on-a-ring", "K7")
def _(s, c):
    s.keys("front", [("K00000070", 1, ["3.D"], RING)])
    issue(s)


@case("tray-not-at-the-desk", "K7", "K4")
def _(s, c):
    hand(s)
    issue(s)


@case("tray-clerk", "seats", "K2")
def _(s, c):
    issue(s, by="zhou")


@case("tray-receiver-does-not-sign", "seats")
def _(s, c):
    issue(s, signers=("li", "sun"))


@case("tray-custodian-is-not-by", "seats", "K2")
def _(s, c):
    issue(s, by="qian", signers=("li", "qian"))


@case("tray-settle-unaccounted", "K7")
def _(s, c):
    issue(s)
    settle(s, [K1])


@case("tray-settle-in-both-lists", "structure", "K7")
def _(s, c):
    issue(s, [K1])
    settle(s, [K1], [K1])


@case("tray-settle-missing-elsewhere", "K7")
def _(s, c):
    issue(s, [K1])
    settle(s, [K1], [K2])


@case("tray-settle-without-the-holder", "seats")
def _(s, c):
    issue(s)
    settle(s, signers=("li", "sun"))


@case("tray-settle-clerk", "seats", "K2")
def _(s, c):
    issue(s)
    settle(s, by="zheng")


# ---- key.handover

@good("good-handover")
def _(s, c):
    no_flags(c)
    hand(s)
    s.__dict__.update(desk_site().__dict__)
    issue(s)
    hand(s, by="qian", party=TENANT, receipt=receipt("thumb", image=Seal("t", "thumb")))
    s.back([RING], TENANT, receipt=receipt("thumb"))
    hand(s, by="qian", signers=("li", "qian"), party=AGENT, letter="委托书",
         documents=["id_card", "lease"], receipt=receipt("screen"))
    s.correct(s.back([RING], None))
    s.back([RING], None)
    s.correct(hand(s))


@good("good-handover-custodian-with-a-tray")
def _(s, c):
    s.grant("li", ["service_staff"])
    issue(s, to="li", by="tang")
    hand(s, by="li")
    no_flags(c)


@case("handover-public-key", "K7")
def _(s, c):
    hand(s, [K3], place="3")


@case("handover-other-home", "K7")
def _(s, c):
    s.place([("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
    hand(s, party=AGENT, letter="委托书", place="3-2-12-1202")


@case("handover-key-of-a-member-elsewhere", "K7")
def _(s, c):
    s.place([("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
    s.lock([("3-2-12-1202.D", "home_door", "3-2-12-1202")])
    s.keys("front", [("K00000071", 1, ["3-2-12-1202.D"], RING)])
    hand(s)


@case("handover-by-staff-alone-from-the-desk", "K7", "seats")
def _(s, c):
    hand(s, by="qian")


@case("handover-by-another-desk", "K7", "seats")
def _(s, c):
    hand(s, by="zhou")


@case("handover-out-of-anothers-tray", "K7", "seats")
def _(s, c):
    issue(s)
    hand(s, by="li")


@case("handover-from-tray-and-desk", "K7", "seats")
def _(s, c):
    issue(s, [K1])
    hand(s, [K1, K2], by="qian", signers=("li", "qian"))


@case("handover-of-lent-keys", "K7", "seats")
def _(s, c):
    lend(s, [RING], approval=authorise(s), accept=["last-spare"])
    hand(s)


@case("handover-two-signers-for-a-tray", "K7", "seats")
def _(s, c):
    issue(s)
    hand(s, by="qian", signers=("li", "qian"))


@case("handover-to-a-contractor", "K7")
def _(s, c):
    hand(s, party=OTHER)


@case("handover-agent-without-letter", "K7")
def _(s, c):
    hand(s, party=AGENT)


@case("handover-owner-of-another-home", "K7")
def _(s, c):
    hand(s, place="3-2")


@case("handover-unknown-party", "K7", "object")
def _(s, c):
    hand(s, party="P0000000X")


@case("handover-credential", "K7", "seats", "K4")
def _(s, c):
    hand(s, receipt=receipt())


@case("handover-unsigned", "K7", "K4")
def _(s, c):
    hand(s, receipt=receipt("paper", slip="1", unsigned_reason="device"))


@case("handover-paper-without-slip", "K7", "K4")
def _(s, c):
    hand(s, receipt=receipt("paper"))


@case("handover-unknown-document", "policy")
def _(s, c):
    hand(s, documents=["dream"])


@case("handover-no-document", "structure")
def _(s, c):
    hand(s, documents=[])


# ---- key.deposit, key.withdraw

@good("good-deposit-and-withdraw")
def _(s, c):
    no_flags(c)
    a = authorise(s, scope=["lend"])
    withdraw(s)
    s.correct(deposit(s, a))
    deposit(s, a)
    withdraw(s, [K1], receipt=receipt("paper", slip="3"))
    flag(s, c, "from-ring")
    s.correct(withdraw(s, [K2], "tang", party=TENANT))
    flag(s, c, "from-ring", at=len(s.entries) - 2)
    deposit(s, a, [K1])


@case("deposit-without-authorisation", "K10a", "approval")
def _(s, c):
    withdraw(s)
    deposit(s, consent(s))


@case("deposit-authorisation-of-another", "K10a")
def _(s, c):
    a = authorise(s, party=TENANT)
    withdraw(s)
    deposit(s, a)


@case("deposit-authorisation-ended", "K10a")
def _(s, c):
    a = authorise(s)
    end_authorise(s, a)
    withdraw(s)
    deposit(s, a)


@case("deposit-authorisation-over", "K10a")
def _(s, c):
    a = authorise(s, days=1)
    withdraw(s)
    s.t += DAY
    deposit(s, a)


@case("deposit-of-what-another-holds", "K10a")
def _(s, c):
    a = authorise(s)
    withdraw(s, party=TENANT)
    deposit(s, a)


@case("deposit-of-what-is-here", "K10a")
def _(s, c):
    deposit(s, authorise(s))


@case("deposit-key-elsewhere", "K10a")
def _(s, c):
    a = authorise(s)
    s.place([("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
    s.lock([("3-2-12-1202.D", "home_door", "3-2-12-1202")])
    s.keys("front", [("K00000071", 1, ["3-2-12-1202.D"], None)])
    do(s, "opening.balance/1", {"desk": "front", "keys": [dict(
        items("K00000071")[0], holder=OWNER, page=None, seal=None, state="owner")],
        "place": "3-2-12-1202"}, ["li", "sun"])
    deposit(s, a, ["K00000071"])


@case("deposit-class-of-the-desk", "K8")
def _(s, c):
    a = authorise(s)
    withdraw(s)
    deposit(s, a, by="zhou", desk="plant")


@case("deposit-clerk", "K2", "role", "seats")
def _(s, c):
    a = authorise(s)
    withdraw(s)
    deposit(s, a, by="zheng")


@case("withdraw-not-at-the-desk", "K10a")
def _(s, c):
    issue(s)
    withdraw(s)


@case("withdraw-public-key", "K10a")
def _(s, c):
    withdraw(s, [K3])


@case("withdraw-party-without-home", "K10a")
def _(s, c):
    withdraw(s, party=AGENT)


@case("withdraw-party-of-another-home", "K10a")
def _(s, c):
    s.place([("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
    s.act("party.add/1", {"name": Seal("p", "某人"), "party": "P00000049", "phone": None,
                          "relation": "owner", "unit": "3-2-12-1202"}, ["qian"])
    withdraw(s, party="P00000049")


@case("withdraw-unknown-party", "K10a", "object")
def _(s, c):
    withdraw(s, party="P0000000X")


@case("withdraw-credential", "K7", "K10a", "seats", "K4")
def _(s, c):
    withdraw(s, receipt=receipt())


@case("withdraw-paper-without-slip", "K7", "K10a", "K4")
def _(s, c):
    withdraw(s, receipt=receipt("paper"))


@case("withdraw-clerk", "K2", "role", "seats")
def _(s, c):
    withdraw(s, by="qian")


# ---- corrections

@good("good-correct-section-17")
def _(s, c):
    s.correct(lend(s))
    s.correct(escort(s))
    flag(s, c, "from-ring", at=len(s.entries) - 2)
    s.correct(lend(s, [K6], "wu", "zhou", "plant", accept=["last-spare"]), ("sun", "zhou"))
    flag(s, c, "last-spare", at=len(s.entries) - 2)
    lend(s)


@case("correct-lend-2-moved-since", "state")
def _(s, c):
    a = lend(s)
    s.back()
    s.correct(a)


@case("correct-lend-2-twice", "state")
def _(s, c):
    a = lend(s)
    s.correct(a)
    s.correct(a)


@case("correct-lend-2-other-desk", "seats", "role")
def _(s, c):
    s.correct(lend(s), ("sun", "zhou"))


@case("correct-move-with-rehome", "state")
def _(s, c):
    s.__dict__.update(three_desks().__dict__)
    s.correct(move(s, to="night", signers=("li", "zheng"), rehome=True))


@case("correct-extend", "state")
def _(s, c):
    lend(s)
    s.correct(extend(s))


@case("correct-authorise", "state")
def _(s, c):
    s.correct(authorise(s))


@case("correct-copy", "state")
def _(s, c):
    s.correct(make_copies(s, ok_to_copy(s)))


@case("correct-party-that-authorised", "state")
def _(s, c):
    p = s.act("party.add/1", {"name": Seal("p", "某人"), "party": "P00000049", "phone": None,
                              "relation": "owner", "unit": HOME}, ["qian"])
    authorise(s, party="P00000049")
    s.correct(p, ("chen", "wang"))


@case("correct-place-of-a-standing", "state")
def _(s, c):
    p = s.place([("9", "building", "9栋", None)])
    standing(s, places=["9"])
    s.correct(p, ("chen", "wang"))


@case("correct-spends-the-consent", "approval")
def _(s, c):
    a = consent(s)
    s.correct(lend(s, [K1], approval=a))
    lend(s, [K1], approval=a)
