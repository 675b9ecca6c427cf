"""Loans, warnings, the owner's say, escorts, extensions (FORMATS.md section 17.1).

Unless said a case begins with desk_site(): owners are asked, the front desk has shifts.
"""

from make_ledgers import DAY, SHIFTS, home_class, policy, receipt, when
from make_ledgers_lend_site import (HOME, HOUR, K1, K2, K3, K4, K5, K6, OTHER, OWNER, RING,
                                    authorise, case, chase, consent, end_authorise, escort,
                                    extend, flag, good, hand, issue, lend, local, no_flags,
                                    oral, standing)


# ---- key.lend/2: the same loan, with warnings

@good("good-lend-2")
def _(s, c):
    no_flags(c)
    lend(s)
    s.back()
    lend(s, accept=("holder-overdue", "last-spare", "off-shift", "reserved"))
    s.back()
    lend(s, [K4], "bai", receipt=receipt("paper", slip="7"))


@good("good-lend-2-last-spare")
def _(s, c):
    lend(s, [K6], "wu", "zhou", "plant", accept=["last-spare"])
    flag(s, c, "last-spare")
    lend(s)
    lend(s, [K4], accept=["last-spare"])
    flag(s, c, "last-spare")


@good("good-lend-2-holder-overdue")
def _(s, c):
    lend(s, due=2 * HOUR)
    s.t += 2 * HOUR - 120
    lend(s, [K4], accept=["last-spare"])     # due is now T: not overdue
    flag(s, c, "last-spare")
    s.back([K4])
    lend(s, [K4], accept=["holder-overdue", "last-spare"])
    flag(s, c, "holder-overdue", "last-spare")


@good("good-lend-2-reserved")
def _(s, c):
    ok = s.approve(s.ask([K3], "qian"))
    s.approve(s.ask([K4], "qian", window={"start": when(s.t + 20 * HOUR),
                                          "end": when(s.t + DAY)}))
    lend(s, accept=["reserved"])
    flag(s, c, "reserved")
    s.back()
    lend(s, [K4])                            # its window begins after the keys are due
    s.back([K4])
    lend(s, to="qian", approval=ok)
    s.back(who="qian")
    lend(s)                                  # the approval is used


@good("good-lend-2-not-reserved-at-the-edges")
def _(s, c):
    no_flags(c)
    due = s.t + 10 * HOUR
    s.approve(s.ask([K3], "qian", window={"start": when(due), "end": when(due + DAY)}))
    lend(s, due=due - s.t)
    s.back()
    s.approve(s.ask([K4], "qian", window={"start": when(s.t), "end": when(s.t + 180)}))
    lend(s, [K4])                            # now the window ends
    s.back([K4])
    s.approve(s.ask([K3], "qian"), until=s.t + 120)
    lend(s)                                  # now the approval is over
    s.back()
    s.approve(s.ask([K4], "qian"))
    lend(s)                                  # another key


@good("good-lend-2-others-overdue")
def _(s, c):
    hand(s)
    lend(s, due=HOUR)
    s.t += DAY
    lend(s, [K4], OWNER, receipt=receipt("screen"), accept=["last-spare"])
    flag(s, c, "last-spare")


@good("good-lend-2-off-shift")
def _(s, c):
    s.set_policy(policy(key_classes=home_class(), shifts=SHIFTS[:1],
                        holidays=["2026-03-04"]))
    for day, hour, minute, off in ((0, 18, 0, False), (0, 18, 1, True), (1, 8, 0, False),
                                   (1, 7, 59, True), (2, 12, 0, True), (5, 12, 0, True),
                                   (3, 12, 0, False)):
        lend(s, due=local(day, hour, minute) - s.t, accept=["off-shift"] if off else [])
        if off:
            flag(s, c, "off-shift")
        s.back()
    lend(s, [K6], "wu", "zhou", "plant", due=local(5, 12) - s.t, accept=["last-spare"])
    flag(s, c, "last-spare")                 # the plant desk has no shifts


@good("good-lend-2-off-shift-over-midnight")
def _(s, c):
    night = dict(SHIFTS[1], days=["mon"], start_min=1439, end_min=2880)
    s.set_policy(policy(key_classes=home_class(), shifts=[night]))
    lend(s, due=local(2, 0) - s.t)
    s.back()
    lend(s, due=local(0, 23, 59) - s.t)
    s.back()
    lend(s, due=local(2, 0, 1) - s.t, accept=["off-shift"])
    flag(s, c, "off-shift")


@case("lend-2-last-spare-not-accepted", "warning")
def _(s, c):
    lend(s, [K6], "wu", "zhou", "plant", accept=["reserved"])


@case("lend-2-last-spare-of-a-ring", "warning")
def _(s, c):
    lend(s, [RING], approval=authorise(s))


@case("lend-2-overdue-not-accepted", "warning")
def _(s, c):
    lend(s, due=HOUR)
    s.t += HOUR
    lend(s, [K4], accept=["last-spare"])


@case("lend-2-reserved-not-accepted", "warning")
def _(s, c):
    s.approve(s.ask([K3], "qian"))
    lend(s)


@case("lend-2-reserved-orally", "warning")
def _(s, c):
    oral(s, s.ask([K3], "qian"))
    lend(s)


@case("lend-2-off-shift-not-accepted", "warning")
def _(s, c):
    lend(s, due=local(5, 12) - s.t)


@case("lend-2-unknown-warning-reason", "policy")
def _(s, c):
    lend(s, accepted=[{"reason": "mood", "warning": "last-spare"}])


@case("lend-2-unknown-warning", "structure")
def _(s, c):
    lend(s, accepted=[{"reason": "urgent", "warning": "bad-luck"}])


@case("lend-2-private", "K3")
def _(s, c):
    lend(s, purpose="private")


@case("lend-2-out-already", "K4")
def _(s, c):
    lend(s)
    lend(s, to="qian")


@case("lend-2-not-the-custodian", "K2", "seats")
def _(s, c):
    lend(s, by="qian")


@case("lend-2-receiver-does-not-sign", "seats")
def _(s, c):
    lend(s, signers=["li", "qian"])


# ---- the owner's say

@good("good-owner-authorises")
def _(s, c):
    no_flags(c)
    a = authorise(s)
    lend(s, [K1], approval=a)
    flag(s, c, "from-ring")
    lend(s, [K2], "qian", approval=a, act="key.lend/1")
    flag(s, c, "from-ring")
    s.back([K1])
    s.back([K2], "qian")
    lend(s, [RING], approval=s.approve(s.ask([RING])), accept=["last-spare"])
    flag(s, c, "last-spare")


@good("good-owner-authorises-a-party")
def _(s, c):
    a = authorise(s, named=[OTHER, "qian"])
    lend(s, [K1], OTHER, approval=a, receipt=receipt("thumb"))
    flag(s, c, "from-ring")


@good("good-owner-consents")
def _(s, c):
    lend(s, [K1], approval=consent(s))
    flag(s, c, "from-ring")
    s.back([K1])
    lend(s, [K1], OTHER, approval=consent(s, to=OTHER), receipt=receipt("screen"))
    flag(s, c, "from-ring")


@good("good-owner-oral-approval")
def _(s, c):
    authorise(s)
    a = oral(s, s.ask([K1]))
    lend(s, [K1], approval=a)
    flag(s, c, "from-ring")
    s.ratify(a, ("sun",))


@good("good-owner-place-above")
def _(s, c):
    """The door of the unit belongs to the home; that of another home does not."""
    s.place([("3-2-12-1201.A", "room", "阳台", HOME),
             ("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
    s.lock([("3-2-12-1201.A.D", "home_door", "3-2-12-1201.A"), ("3-2.D", "home_door", "3-2")])
    s.keys("front", [("K00000050", 1, ["3-2.D"], None),
                     ("K00000051", 1, ["3-2-12-1201.A.D"], None),
                     ("K00000052", 2, ["3-2.D"], None)])
    a = authorise(s)
    lend(s, ["K00000050"], approval=a)
    lend(s, ["K00000051"], approval=a, accept=["last-spare"])
    flag(s, c, "last-spare")


@good("good-owner-windows-to-the-second")
def _(s, c):
    end = s.t + 12 * HOUR
    for a in (authorise(s, end=when(end)), s.approve(s.ask([K1], window={
            "start": when(s.t), "end": when(end)}), until=s.t + HOUR),
            consent(s, window={"start": when(s.t), "end": when(end)})):
        lend(s, [K1], approval=a, due=end - s.t)
        s.back([K1])
    lend(s, approval=standing(s, places=["3"], end=when(end)), due=end - s.t)


@case("owner-authorised-copies-only-under-approval", "K10a", "approval")
def _(s, c):
    authorise(s, scope=["copy"])
    lend(s, [K1], approval=s.approve(s.ask([K1])))


@case("owner-authorised-others-under-approval", "K10a", "approval")
def _(s, c):
    authorise(s, named=["qian"])
    lend(s, [K1], approval=s.approve(s.ask([K1])))


@case("owner-authorised-other-home-under-approval", "K10a", "approval")
def _(s, c):
    s.place([("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
    s.lock([("3-2-12-1202.D", "home_door", "3-2-12-1202")])
    s.keys("front", [("K0000005%d" % n, n, ["3-2-12-1202.D"], None) for n in (1, 2)])
    authorise(s)
    lend(s, ["K00000051"], approval=s.approve(s.ask(["K00000051"])))


@case("owner-only-approved", "K10a", "approval")
def _(s, c):
    lend(s, [K1], approval=s.approve(s.ask([K1])))


@case("owner-only-approved-lend-1", "K10a", "approval")
def _(s, c):
    lend(s, [K1], approval=s.approve(s.ask([K1])), act="key.lend/1")


@case("owner-not-asked", "K10a")
def _(s, c):
    lend(s, [K1])


@case("owner-not-asked-lend-1", "K10a")
def _(s, c):
    lend(s, [K1], act="key.lend/1")


@case("owner-not-asked-though-no-approval-is-wanted", "K10a")
def _(s, c):
    s.set_policy(policy(key_classes=home_class(lend_approval=[])), s.t + 60 + 604800)
    s.t += 8 * DAY
    lend(s, [K1])


@case("owner-authorised-but-not-named", "K10a")
def _(s, c):
    authorise(s)
    lend(s, [K1])


@case("owner-authorised-other-home", "approval", "K10a")
def _(s, c):
    s.place([("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
    s.lock([("3-2-12-1202.D", "home_door", "3-2-12-1202")])
    s.keys("front", [("K0000005%d" % n, n, ["3-2-12-1202.D"], None) for n in (1, 2)])
    lend(s, ["K00000051"], approval=authorise(s))


@case("owner-authorised-others", "approval", "K10a")
def _(s, c):
    lend(s, [K1], approval=authorise(s, named=["qian"]))


@case("owner-authorised-others-for-a-key-that-needs-none", "approval")
def _(s, c):
    lend(s, [K3], approval=authorise(s, named=["qian"]))


@case("owner-authorised-no-party", "approval", "K10a")
def _(s, c):
    lend(s, [K1], OTHER, approval=authorise(s), receipt=receipt("thumb"))


@case("owner-authorised-copies-only", "approval", "K10a")
def _(s, c):
    lend(s, [K1], approval=authorise(s, scope=["copy"]))


@case("owner-authorised-till-before-due", "approval")
def _(s, c):
    lend(s, [K1], approval=authorise(s, end=when(s.t + 7 * HOUR)))


@case("owner-authorised-from-tomorrow", "approval", "K10a")
def _(s, c):
    lend(s, [K1], approval=authorise(s, start=when(s.t + DAY)))


@case("owner-authorisation-ended", "approval", "K10a")
def _(s, c):
    a = authorise(s)
    end_authorise(s, a)
    lend(s, [K1], approval=a)


@case("owner-authorisation-ended-under-approval", "K10a", "approval")
def _(s, c):
    a = authorise(s)
    ok = s.approve(s.ask([K1]))
    end_authorise(s, a, "sun")
    lend(s, [K1], approval=ok)


@case("owner-authorisation-dies-with-its-supervisor", "approval", "K10a")
def _(s, c):
    a = authorise(s)
    s.suspend("sun")
    s.two("person.reinstate/1", {"handle": "sun"})
    lend(s, [K1], approval=a)


@case("owner-authorisation-dies-with-the-role", "K10a", "approval")
def _(s, c):
    authorise(s)
    ok = s.approve(s.ask([K1]), "chen")
    s.revoke_role("sun", ["supervisor"])
    s.grant("sun", ["supervisor"])
    lend(s, [K1], approval=ok)


@case("owner-authorisation-dies-with-the-giver", "approval", "K10a")
def _(s, c):
    s.delegate("sun", "feng", ["supervisor"])
    a = authorise(s, signers=("feng", "qian"))
    s.suspend("sun")
    lend(s, [K1], "qian", approval=a)


@case("owner-authorised-by-the-clerk", "approval")
def _(s, c):
    s.grant("li", ["supervisor"])
    lend(s, [K1], approval=authorise(s, signers=("li", "qian")))


@case("owner-authorised-by-the-clerk-folded", "approval")
def _(s, c):
    s.grant("li", ["supervisor"])
    s.delegate("li", "tang", ["supervisor"])
    lend(s, [K1], approval=authorise(s, signers=("qian", "tang")))


@case("owner-authorised-for-high-risk", "K10")
def _(s, c):
    s.set_policy(policy(key_classes=home_class(), shifts=SHIFTS, high_risk=[HOME, "PLANT-1"]))
    lend(s, [K1], approval=authorise(s))


@case("owner-consent-used", "approval")
def _(s, c):
    a = consent(s)
    lend(s, [K1], approval=a)
    s.back([K1])
    lend(s, [K1], approval=a)


@case("owner-consent-other-item", "approval")
def _(s, c):
    lend(s, [K2], approval=consent(s))


@case("owner-consent-other-receiver", "approval")
def _(s, c):
    lend(s, [K1], "qian", approval=consent(s))


@case("owner-consent-other-purpose", "approval")
def _(s, c):
    lend(s, [K1], approval=consent(s), purpose="round")


@case("owner-consent-before-its-window", "approval")
def _(s, c):
    lend(s, [K1], approval=consent(s, window={"start": when(s.t + HOUR),
                                             "end": when(s.t + DAY)}))


@case("owner-consent-ends-before-due", "approval")
def _(s, c):
    lend(s, [K1], approval=consent(s), due=2 * DAY)


@case("owner-consent-for-a-copy", "approval", "K10a")
def _(s, c):
    lend(s, [K1], approval=consent(s, scope="copy"))


@case("owner-consent-by-the-clerk", "approval")
def _(s, c):
    s.grant("li", ["supervisor"])
    lend(s, [K1], approval=consent(s, signers=("li", "qian")))


@case("owner-consent-for-high-risk", "K10")
def _(s, c):
    s.set_policy(policy(key_classes=home_class(), shifts=SHIFTS, high_risk=["3", "PLANT-1"]))
    lend(s, [K1], approval=consent(s))


@case("owner-authorisation-for-another-class", "K10")
def _(s, c):
    """What an owner grants is no approval of a public key."""
    s.set_policy(policy(shifts=SHIFTS, key_classes=[
        dict(e, lend_approval=["engineering_manager"]) if e["code"] == "public" else e
        for e in home_class()]), s.t + 60 + 604800)
    s.t += 8 * DAY
    lend(s, [K3], approval=authorise(s))


# ---- key.escort

@good("good-escort")
def _(s, c):
    escort(s)
    flag(s, c, "from-ring")
    s.back([K1], "qian")
    escort(s, [RING], "zheng", escorted=None, due=60 + 240 * 60)
    s.back([RING], "zheng")
    escort(s, to="tang", escorted="feng")
    flag(s, c, "from-ring")
    s.back([K1], "tang")
    escort(s, [K5], "zheng", "zhou", "plant",
           approval=s.approve(s.ask([K5], "zheng"), "wu"))
    s.back([K5], "zheng", "zhou", "plant")
    escort(s, approval=consent(s, to="qian"))
    flag(s, c, "from-ring")


@good("good-escort-stand-in")
def _(s, c):
    escort(s, [K6], "zhou", "sun", "plant")
    flag(s, c, "stand-in")


@case("escort-by-anybody", "K10a")
def _(s, c):
    escort(s, to="feng")


@case("escort-by-another-desk", "K10a")
def _(s, c):
    escort(s, to="zhou")


@case("escort-by-a-party", "structure")
def _(s, c):
    escort(s, to=OTHER, receipt=receipt("thumb"))


@case("escort-too-long", "K10a", "K4")
def _(s, c):
    escort(s, due=60 + 240 * 60 + 1)


@case("escort-due-before", "K4", "K10a")
def _(s, c):
    escort(s, due=60)


@case("escort-high-risk", "K10")
def _(s, c):
    escort(s, [K5], "zheng", "zhou", "plant")


@case("escort-high-risk-by-the-owner", "K10")
def _(s, c):
    s.set_policy(policy(key_classes=home_class(), shifts=SHIFTS, high_risk=["3", "PLANT-1"]))
    escort(s, approval=authorise(s))


@case("escort-approval-for-another", "approval")
def _(s, c):
    authorise(s)
    escort(s, approval=s.approve(s.ask([K1])))


@case("escort-approval-used", "approval")
def _(s, c):
    ok = s.approve(s.ask([K1], "qian"))
    escort(s, approval=ok)
    s.back([K1], "qian")
    escort(s, approval=ok)


@case("escort-unknown-visitor", "object")
def _(s, c):
    escort(s, escorted="P0000000X")


@case("escort-private", "K3")
def _(s, c):
    escort(s, purpose="private")


@case("escort-clerk", "K2", "seats")
def _(s, c):
    escort(s, by="sun")


@case("escort-not-at-the-desk", "K4")
def _(s, c):
    escort(s)
    escort(s, to="zheng")


@case("escort-receiver-does-not-sign", "seats")
def _(s, c):
    escort(s, signers=["li"])


@case("escort-of-himself", "seats")
def _(s, c):
    escort(s, to="li", by="li", signers=["li"], receipt=receipt("screen"))


# ---- key.extend, key.chase

@good("good-extend")
def _(s, c):
    no_flags(c)
    lend(s, due=HOUR)
    lent = s.t
    extend(s, due=30 * DAY)
    assert s.t == lent + 60
    s.t += 5 * HOUR
    lend(s, [K4], accept=["last-spare"])     # not overdue
    flag(s, c, "last-spare")
    escort(s, to="zheng")
    flag(s, c, "from-ring")
    extend(s, [K1], due=4 * HOUR)            # the escort's last second
    extend(s, [K4], due=DAY)
    s.back([K1], "zheng")
    s.back([K4])


@case("extend-an-escort-past-its-minutes", "K11")
def _(s, c):
    escort(s, to="zheng")
    extend(s, [K1], due=4 * HOUR + 1)


@good("good-extend-under-a-new-authority")
def _(s, c):
    ok = s.approve(s.ask([K3]))
    lend(s, approval=ok)
    extend(s, due=12 * HOUR)
    extend(s, due=2 * DAY, approval=s.approve(s.ask([K3], window={
        "start": when(s.t), "end": when(s.t + 4 * DAY)})))
    a = authorise(s, days=3)
    lend(s, [K1], approval=a)
    flag(s, c, "from-ring")
    extend(s, [K1], due=5 * DAY, approval=authorise(s, days=9))
    lend(s, [K4], accept=["last-spare", "holder-overdue"],
         approval=standing(s, places=["3"], days=1))
    flag(s, c, "last-spare")
    extend(s, [K4], due=3 * DAY, approval=standing(s, places=["3"], days=9))


@good("good-extend-to-the-end-of-the-approval")
def _(s, c):
    end = s.t + DAY
    lend(s, approval=s.approve(s.ask([K3], window={"start": when(s.t), "end": when(end)})))
    extend(s, due=end - s.t)
    no_flags(c)


@good("good-extend-corrected")
def _(s, c):
    """The correction of the loan takes the extension with it."""
    no_flags(c)
    a = lend(s, due=HOUR)
    extend(s)
    s.correct(a)
    lend(s, to="qian")


@case("extend-at-the-desk", "state")
def _(s, c):
    extend(s)


@case("extend-without-a-due", "state")
def _(s, c):
    hand(s)
    extend(s, [RING])


@case("extend-out-of-a-tray", "state")
def _(s, c):
    issue(s)
    extend(s, [RING])


@case("extend-of-another-desk", "K2")
def _(s, c):
    lend(s, [K6], "feng", "zhou", "plant", accept=["last-spare"])
    extend(s, [K6])


@case("extend-not-the-custodian", "K2", "role", "seats")
def _(s, c):
    lend(s)
    extend(s, by="sun")


@case("extend-not-later", "K11")
def _(s, c):
    lend(s)
    extend(s, due=8 * HOUR - 60)


@case("extend-into-the-past", "K11")
def _(s, c):
    lend(s, due=HOUR)
    s.t += DAY
    extend(s, due=60)


@case("extend-too-long", "K11")
def _(s, c):
    lend(s)
    extend(s, due=30 * DAY + 1)


@case("extend-past-the-approval", "K11", "approval")
def _(s, c):
    lend(s, approval=s.approve(s.ask([K3])))
    extend(s)


@case("extend-past-the-authorisation", "K11", "approval")
def _(s, c):
    lend(s, [K1], approval=authorise(s, days=1))
    extend(s, [K1])


@case("extend-past-the-consent", "K11", "approval")
def _(s, c):
    lend(s, [K1], approval=consent(s))
    extend(s, [K1])


@case("extend-past-the-standing", "K11", "approval")
def _(s, c):
    lend(s, approval=standing(s, places=["3"], days=1))
    extend(s)


@case("extend-new-approval-for-another", "K11", "approval")
def _(s, c):
    lend(s, approval=s.approve(s.ask([K3])))
    extend(s, approval=s.approve(s.ask([K3], "qian", window={
        "start": when(s.t), "end": when(s.t + 4 * DAY)})))


@case("extend-new-authorisation-for-others", "K11", "approval")
def _(s, c):
    lend(s)
    extend(s, approval=authorise(s, named=["qian"]))


@case("extend-new-approval-too-short", "K11", "approval")
def _(s, c):
    lend(s, approval=s.approve(s.ask([K3])))
    extend(s, approval=s.approve(s.ask([K3])))


@case("extend-approval-of-another-key", "K11", "approval")
def _(s, c):
    lend(s)
    extend(s, approval=s.approve(s.ask([K4], window={
        "start": when(s.t), "end": when(s.t + 4 * DAY)})))


@case("extend-approval-used", "K11", "approval")
def _(s, c):
    lend(s)
    ok = s.approve(s.ask([K3], window={"start": when(s.t), "end": when(s.t + 9 * DAY)}))
    extend(s, approval=ok)
    extend(s, due=3 * DAY, approval=ok)


@case("extend-approval-unknown", "K11", "approval", "object")
def _(s, c):
    lend(s)
    extend(s, approval="0" * 64)


@case("extend-ones-own", "K11", "seats")
def _(s, c):
    lend(s, to="li", by="tang")
    extend(s)


@case("extend-for-the-giver", "K11", "seats")
def _(s, c):
    s.delegate("tang", "sun", ["key_custodian"])
    lend(s, to="tang")
    extend(s, by="sun")


@case("extend-reason", "policy")
def _(s, c):
    lend(s)
    extend(s, reason="mood")


@good("good-chase")
def _(s, c):
    no_flags(c)
    lend(s)
    chase(s)
    chase(s, by="zhou", result="refused")
    chase(s, by="li", channel="wechat", result="promised", promised=when(s.t + HOUR))


@case("chase-at-the-desk", "state")
def _(s, c):
    chase(s)


@case("chase-without-a-due", "state")
def _(s, c):
    hand(s)
    chase(s, [RING])


@case("chase-promise-without-a-time", "K11")
def _(s, c):
    lend(s)
    chase(s, result="promised")


@case("chase-time-without-a-promise", "K11")
def _(s, c):
    lend(s)
    chase(s, promised=when(s.t + HOUR))


@case("chase-channel", "policy")
def _(s, c):
    lend(s)
    chase(s, channel="dream")


@case("chase-by-anybody", "seats")
def _(s, c):
    lend(s)
    chase(s, by="feng")


import make_ledgers_authority  # noqa: E402,F401  their cases join the same list
import make_ledgers_copy  # noqa: E402,F401
import make_ledgers_tray  # noqa: E402,F401
