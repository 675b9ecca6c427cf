"""Ledgers of FORMATS.md sections 19.5 and 20: holds, appraisals, destruction (A10, A13 to A15)."""

from make_ledgers import DAY, when
from make_ledgers_folder_site import (F1, F2, F3, F4, F5, HOME1, bad, folder_policy, good)

F6 = "F0000F00A"


def later(s, **policy_over):
    """Another policy of version 2, a little later, loosening or not."""
    s.set_policy(folder_policy(**policy_over), start=s.t + 8 * DAY)
    s.sleep(8 * DAY + 1)


def closed(s, date, trigger="sold", cls="owner"):
    """A folder more, with one paper, closed on that day."""
    s.open((F6, cls, HOME1))
    s.file(F6, (1, "deed", 3, 2))
    s.shut_folders(F6, date=date, trigger=trigger)
    return F6


# ---- holds

@good("hold")
def _(s, c):
    one = s.hold(F2, F1 + ".1", until="2026-01-01")
    two = s.hold(F2, signers="sun")
    s.release(one, F2, signers="chen sun")
    s.release(one, F1 + ".1")
    s.release(two, F2, signers="guo sun")
    s.destroy(F2)


@bad("hold-by-service-staff", "seats", "role")
def _(s, c):
    s.hold(F1, signers="qian")


@bad("hold-destroyed", "state")
def _(s, c):
    s.destroy()
    s.hold(F2)


@bad("hold-unknown", "object")
def _(s, c):
    s.hold("F0000F00Z")


@bad("release-by-one", "A13", "seats")
def _(s, c):
    s.release(s.hold(F1), F1, signers="sun")


@bad("release-by-two-archivists", "A13", "seats")
def _(s, c):
    s.enrol("tao", ["archive_custodian"])
    s.release(s.hold(F1), F1, signers="guo tao")


@bad("release-by-another-hold", "state")
def _(s, c):
    s.hold(F1)
    s.release(s.hold(F2), F1)


@bad("release-twice", "state")
def _(s, c):
    one = s.hold(F1)
    s.release(one, F1)
    s.release(one, F1)


@bad("release-of-no-hold", "object")
def _(s, c):
    s.release(s.miss(F1 + ".1"), F1)


# ---- appraisals

@good("appraise")
def _(s, c):
    s.appraise((F2, "keep", None), (F3, "keep_until", "2026-03-01"))
    s.destroy(F3)
    s.appraise((F2, "without_value", None))
    s.destroy(F2, reason="without_value", number="销 2")


@bad("appraise-by-one", "A13", "seats")
def _(s, c):
    s.appraise((F2, "keep", None), signers="guo")


@bad("appraise-with-a-colleague", "A13", "seats")
def _(s, c):
    s.appraise((F2, "keep", None), signers="guo feng")


@bad("appraise-until-no-day", "A13")
def _(s, c):
    s.appraise((F2, "keep_until", None))


@bad("appraise-keep-with-a-day", "A13")
def _(s, c):
    s.appraise((F2, "keep", "2027-01-01"))


@bad("appraise-opinion", "structure")
def _(s, c):
    s.appraise((F2, "burn", None))


# ---- what stands in the way, at the proposal and at the execution

@good("destruction")
def _(s, c):
    """Folders, a paper of another, one line struck out, one deferred, one kept."""
    paper = F1 + ".1"
    s.appraise((paper, "without_value", None), (F5, "without_value", None))
    closed(s, "2024-02-29")
    lines = [s.ref(n, reason=r, **s.sums(n)) for n, r in (
        (F2, "expired"), (F3, "expired"), (F5, "without_value"), (F6, "expired"),
        (paper, "without_value"))]
    lines.sort(key=lambda x: x["item"])
    names = [x["item"] for x in lines]
    batch = s.propose(lines=lines)
    s.decide("review", batch, *names, **{F5: "defer"})
    s.decide("approve", batch, *names, **{F5: "keep", F3: "defer"})
    s.execute(batch, F2, paper, struck=[F6])
    c.flag("struck")
    s.bring(F1, 1, who=None)
    c.flag("written-off")
    s.file(F1, (4,))
    s.propose(F3, F6, number="销 2")


@good("destruction-cancelled")
def _(s, c):
    s.do("destruction.cancel/1", "guo", {"batch": s.propose(F2), "reason": "other"})
    s.do("destruction.cancel/1", "sun", {"batch": s.decided(F2, number="2"), "reason": "error"})
    s.destroy(F2, number="3")


@good("destruction-on-the-first-day")
def _(s, c):
    """Kept for 12 months from 28 February (a leap year's 29 February): over on 1 March."""
    closed(s, "2025-03-01")
    s.sleep(16 * 3600)
    s.destroy(F6)


@bad("destruction-on-the-last-day", "A13")
def _(s, c):
    closed(s, "2025-03-02")
    s.propose(F6)


def in_the_way(name, check, *also, names=(F2,), reason="expired"):
    """The obstacle at the proposal; where it may arise later, at the execution too."""
    def keep(build):
        @bad("propose-" + name, check, *also)
        def _(s, c):
            build(s)
            s.propose(*names, reason=reason)
        return build
    return keep


def since(name, names=(F2,), reason="expired", before=None):
    """The same after the approval: A13."""
    def keep(build):
        @bad("execute-" + name, "A13")
        def _(s, c):
            if before:
                before(s)
            numbers = [s.ref(n, **s.sums(n)) for n in names]
            batch = s.decided(*names, reason=reason)
            build(s)
            s.execute(batch, *names, lines=numbers)
        return build
    return keep


@in_the_way("destroyed", "state")
def _(s):
    s.destroy(F2, number="0")


@in_the_way("destroyed-paper", "state", names=(F2 + ".1",))
def _(s):
    s.destroy(F2, number="0")


@in_the_way("removed-paper", "state", names=(F2 + ".1",))
def _(s):
    s.remove(F2, 1)


@in_the_way("no-retention", "A13", "A10", names=(F4,), reason="without_value")
def _(s):
    s.shut_folders(F4)
    s.appraise((F4, "without_value", None))


@in_the_way("no-retention-of-a-papers-class", "A13", "A10", names=(F4 + ".1",),
            reason="without_value")
def _(s):
    s.appraise((F4 + ".1", "without_value", None))


@in_the_way("open", "state", names=(F1,), reason="without_value")
def _(s):
    s.appraise((F1, "without_value", None))


@in_the_way("open-and-expired", "state", "A13", names=(F1,))
def _(s):
    pass


@in_the_way("lent", "A13")
@since("lent")
def _(s):
    s.loan((F2, 1))


@in_the_way("missing", "A13")
@since("missing")
def _(s):
    s.miss(F2 + ".1")


@in_the_way("held", "A13")
@since("held")
def _(s):
    s.hold(F2)


@in_the_way("held-in-part", "A13")
@since("held-in-part")
def _(s):
    s.hold(F2 + ".2")


@in_the_way("paper-of-a-held-folder", "A13", names=(F2 + ".1",))
@since("paper-of-a-held-folder", names=(F2 + ".1",))
def _(s):
    s.hold(F2)


@in_the_way("appraised-to-keep", "A13")
@since("appraised-to-keep")
def _(s):
    s.appraise((F2, "keep", None))


@in_the_way("appraised-until-today", "A13")
def _(s):
    s.appraise((F2, "keep_until", "2026-03-02"))


@in_the_way("appraised-after-all", "A13", reason="without_value")
def _(s):
    s.appraise((F2, "without_value", None))
    s.appraise((F2, "keep_until", "2026-03-01"))


@in_the_way("never-appraised", "A13", reason="without_value")
def _(s):
    pass


@in_the_way("another-trigger", "A13", names=(F6,))
def _(s):
    closed(s, "2020-01-01", "lease_ended")


@in_the_way("for-ever", "A13", names=(F5,))
def _(s):
    pass


@in_the_way("elsewhere", "A13")
@since("elsewhere")
def _(s):
    s.shift(F2, at="3")


@since("closed-again-with-another-date")
def _(s):
    s.shut_folders(F2, date="2026-01-01")


@since("shrunk")
def _(s):
    s.remove(F2, 1)


@in_the_way("in-another-batch", "state")
def _(s):
    s.propose(F2, F3, number="0")


@in_the_way("deferred-in-another-batch", "state")
def _(s):
    batch = s.propose(F2, F3, number="0")
    s.decide("review", batch, F2, F3, **{F2: "defer"})


@bad("propose-numbers", "A13")
def _(s, c):
    s.propose(lines=[s.ref(F2, reason="expired", **dict(s.sums(F2), copies=2))])


@bad("execute-numbers", "A13")
def _(s, c):
    s.execute(s.decided(F2), lines=[s.ref(F2, **dict(s.sums(F2), pages=13))])


# ---- who proposes, reviews and approves (A14)

@bad("propose-by-supervisor", "A14", "seats")
def _(s, c):
    s.propose(F2, signers="sun")


@bad("propose-by-two", "seats", "A14")
def _(s, c):
    s.propose(F2, signers="guo sun")


@bad("propose-number-again", "exists")
def _(s, c):
    s.propose(F2)
    s.propose(F3)


@bad("propose-method", "policy")
def _(s, c):
    s.propose(F2, method="dump")


@bad("propose-place", "object")
def _(s, c):
    s.propose(F2, place="9")


@bad("propose-a-paper-beside-its-folder", "structure")
def _(s, c):
    s.propose(F2, F2 + ".1")


@bad("propose-unknown", "object")
def _(s, c):
    s.propose("F0000F00Z")


@bad("propose-label", "label")
def _(s, c):
    s.propose(lines=[dict(s.ref(F2, reason="expired", **s.sums(F2)), label="x")])


@bad("review-by-manager", "A14", "seats")
def _(s, c):
    s.decide("review", s.propose(F2), F2, signers="chen")


@bad("review-by-proposer", "A14", "seats")
def _(s, c):
    s.grant("guo", ["supervisor"])
    s.decide("review", s.propose(F2), F2, signers="guo")


@bad("review-by-proposers-delegate", "A14", "seats")
def _(s, c):
    s.grant("guo", ["supervisor"])
    batch = s.propose(F2)
    s.delegate("guo", "feng", ["supervisor"])
    s.decide("review", batch, F2, signers="feng")


@bad("review-by-who-gave-the-proposer-his-role", "A14", "seats")
def _(s, c):
    s.grant("guo", ["supervisor"])
    s.delegate("guo", "feng", ["archive_custodian"])
    s.decide("review", s.propose(F2, signers="feng"), F2, signers="guo")


@bad("review-by-a-witness-though-two-are-there", "A14", "seats")
def _(s, c):
    s.decide("review", s.propose(F2), F2, signers="hai")


@good("review-by-a-witness-in-a-small-office")
def _(s, c):
    s.grant("chen", ["supervisor"], ("he", "wang"))
    s.revoke_role("sun", ["supervisor"])
    s.enrol("ye", ["witness"])
    batch = s.propose(F2)
    s.decide("review", batch, F2, signers="hai")
    c.flag("outside-review")
    s.decide("approve", batch, F2)
    s.execute(batch, F2, witnesses="mo ye", recheck="chen")


@bad("review-twice", "state")
def _(s, c):
    batch = s.propose(F2)
    s.decide("review", batch, F2)
    s.decide("review", batch, F2)


@bad("review-of-no-batch", "object")
def _(s, c):
    s.decide("review", "0" * 64, F2)


@bad("review-line-left-out", "A14")
def _(s, c):
    s.decide("review", s.propose(F2, F3), F2)


@bad("review-line-more", "A14")
def _(s, c):
    s.decide("review", s.propose(F2), F2, F3)


@bad("review-deferred-without-a-reason", "A14")
def _(s, c):
    s.decide("review", s.propose(F2), lines=[s.ref(F2, decision="defer", reason=None)])


@bad("review-destroyed-with-a-reason", "A14")
def _(s, c):
    s.decide("review", s.propose(F2), lines=[s.ref(F2, decision="destroy", reason="other")])


@bad("review-reason", "policy")
def _(s, c):
    s.decide("review", s.propose(F2), lines=[s.ref(F2, decision="keep", reason="mood")])


@bad("approve-by-supervisor", "A14", "seats")
def _(s, c):
    batch = s.propose(F2)
    s.decide("review", batch, F2)
    s.decide("approve", batch, F2, signers="sun")


@bad("approve-by-reviewer", "A14", "seats")
def _(s, c):
    s.grant("chen", ["supervisor"], ("he", "wang"))
    batch = s.propose(F2)
    s.decide("review", batch, F2, signers="chen")
    s.decide("approve", batch, F2)


@bad("approve-by-proposer", "A14", "seats")
def _(s, c):
    s.grant("chen", ["archive_custodian"], ("he", "wang"))
    batch = s.propose(F2, signers="chen")
    s.decide("review", batch, F2)
    s.decide("approve", batch, F2)


@bad("approve-by-the-reviewers-delegate", "A14", "seats")
def _(s, c):
    s.grant("chen", ["supervisor"], ("he", "wang"))
    s.delegate("chen", "feng", ["centre_manager"])
    batch = s.propose(F2)
    s.decide("review", batch, F2, signers="chen")
    s.decide("approve", batch, F2, signers="feng")


@bad("approve-before-the-review", "state")
def _(s, c):
    s.decide("approve", s.propose(F2), F2)


@bad("approve-what-the-review-kept", "A14")
def _(s, c):
    batch = s.propose(F2, F3)
    s.decide("review", batch, F2, F3, **{F2: "keep"})
    s.decide("approve", batch, F2, F3)


@bad("approve-after-cancelling", "state")
def _(s, c):
    batch = s.propose(F2)
    s.decide("review", batch, F2)
    s.do("destruction.cancel/1", "chen", {"batch": batch, "reason": "other"})
    s.decide("approve", batch, F2)


@bad("cancel-executed", "state")
def _(s, c):
    batch = s.decided(F2)
    s.execute(batch, F2)
    s.do("destruction.cancel/1", "chen", {"batch": batch, "reason": "other"})


@bad("cancel-by-witness", "seats", "role")
def _(s, c):
    s.do("destruction.cancel/1", "hai", {"batch": s.propose(F2), "reason": "other"})


# ---- who is there (A15)

@good("execute-in-every-way")
def _(s, c):
    s.destroy(F2, destroyer=None, firm="碎纸公司", receipt="收 1")
    s.destroy(F3, witnesses="hai zheng mo", number="2", method="burn", place="3",
              firm="碎纸公司", receipt="收 2")
    s.appraise((F5, "without_value", None))
    s.destroy(F5, reason="without_value", number="3", destroyer="feng")


@good("execute-with-the-reviewer-as-policy-has-it")
def _(s, c):
    later(s, review_witness=True, recheck_witness=True)
    s.destroy(F2, witnesses="hai sun")


@good("execute-rechecked-by-the-sole-supervisor-who-approved")
def _(s, c):
    s.grant("chen", ["supervisor"], ("he", "wang"))
    batch = s.decided(F2)
    s.revoke_role("sun", ["supervisor"])
    s.execute(batch, F2, recheck="chen")


def present_case(name, check, *also, **over):
    @bad("execute-" + name, check, *also)
    def _(s, c):
        s.destroy(F2, **over)


present_case("one-witness", "structure", "A15", witnesses="hai")
present_case("witness-of-no-role", "A15", witnesses="hai qian")
present_case("reviewer-as-witness", "A15", witnesses="hai sun")
present_case("approver-as-witness", "A15", witnesses="chen hai")
present_case("proposer-as-witness", "A15", witnesses="guo hai", destroyer=None, firm="x",
             receipt="1")
present_case("destroyer-as-witness", "A15", destroyer="hai")
present_case("nobody-destroys", "A15", destroyer=None)
present_case("firm-without-a-receipt", "A15", firm="碎纸公司")
present_case("rechecked-by-no-supervisor", "A15", recheck="qian")
present_case("rechecked-by-a-witness", "A15", recheck="hai")
present_case("destroyer-does-not-sign", "seats", signers=["hai", "mo", "sun"])
present_case("recheck-does-not-sign", "seats", signers=["guo", "hai", "mo"])
present_case("another-signs-too", "seats", signers=["feng", "guo", "hai", "mo", "sun"])
present_case("method", "policy", method="dump")
present_case("place", "object", place="9")
present_case("too-early", "A14", step=DAY - 1)
present_case("destroyed-by-an-auditor", "seats", "role", destroyer="shen")


@good("execute-after-just-the-days")
def _(s, c):
    s.destroy(F2, step=DAY)


@bad("execute-three-witnesses-wanted", "A15")
def _(s, c):
    s.set_policy(folder_policy(destruction_witnesses=3))
    s.destroy(F2)


@bad("execute-witness-by-the-proposers-role", "A15")
def _(s, c):
    s.grant("guo", ["witness"])
    s.delegate("guo", "feng", ["witness"])
    s.destroy(F2, witnesses="feng hai")


@bad("execute-witnesses-of-one-giver", "A15")
def _(s, c):
    s.delegate("hai", "feng", ["witness"])
    s.destroy(F2, witnesses="feng hai")


@bad("execute-approver-rechecks-beside-a-supervisor", "A15")
def _(s, c):
    s.grant("chen", ["supervisor"], ("he", "wang"))
    s.destroy(F2, recheck="chen")


@bad("execute-proposer-rechecks", "A15")
def _(s, c):
    s.grant("guo", ["supervisor"])
    s.destroy(F2, recheck="guo", destroyer="feng")


@bad("execute-recheck-is-a-witness-too", "A15")
def _(s, c):
    s.grant("hai", ["supervisor"])
    s.destroy(F2, recheck="hai")


@bad("execute-not-approved", "state")
def _(s, c):
    batch = s.propose(F2)
    s.decide("review", batch, F2)
    s.execute(batch, F2)


@bad("execute-twice", "state")
def _(s, c):
    batch = s.decided(F2)
    s.execute(batch, F2)
    s.execute(batch, F2)


@bad("execute-line-left-out", "A15")
def _(s, c):
    s.execute(s.decided(F2, F3), F2)


@bad("execute-line-both-ways", "A15")
def _(s, c):
    s.execute(s.decided(F2, F3), F2, F3, struck=[F3])


@bad("execute-line-not-approved", "A15")
def _(s, c):
    batch = s.propose(F2, F3)
    s.decide("review", batch, F2, F3, **{F3: "defer"})
    s.decide("approve", batch, F2, F3, **{F3: "defer"})
    s.execute(batch, F2, F3)


@good("execute-with-a-held-line-struck-out")
def _(s, c):
    batch = s.decided(F2, F3)
    s.hold(F3)
    s.execute(batch, F2, struck=[F3])
    c.flag("struck")


@bad("execute-corrected", "state")
def _(s, c):
    s.correct(s.destroy(F2), ("guo", "sun"))


@bad("propose-corrected", "state")
def _(s, c):
    s.correct(s.propose(F2), ("guo", "sun"))


@bad("two-terminals", "terminals")
def _(s, c):
    s.set_policy(folder_policy(two_terminals=["destruction.execute", "policy.set"]))
    s.destroy(F2, terminals=1)
