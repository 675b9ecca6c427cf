"""Ledgers of FORMATS.md section 19.4: requests, consulting, lending, giving back (A5 to A9)."""

from make_ledgers import DAY, receipt, when
from make_ledgers_folder_site import (F1, F2, F4, HOUR, OWNER, TENANT, bad, folder_policy, good)

P1, P2, P3, P4 = F1 + ".1", F1 + ".2", F1 + ".3", F4 + ".1"
NOBODY = "P0000009Z"


# ---- requests

@good("request")
def _(s, c):
    s.want(F1, P1, F2 + ".1")
    s.want(F1, noun="folder.consult", purpose="private", party=OWNER)
    s.act("request.reject/1", {"reason": "other", "request": s.want(F1)}, ["chen"])
    s.act("request.cancel/1", {"reason": "error", "request": s.want(F1)}, ["feng"])
    s.miss(P1)
    s.want(P1)
    oral = s.two("request.oral/1", {
        "approver": "chen", "channel": "phone", "heard_at": when(s.t),
        "limits": {"count": 1, "until": when(s.t + DAY)}, "request": s.want(P2)},
        ["li", "qian"], by="li")
    c.flag("unratified")
    s.loan((F1, 2), approval=oral)


def ask_case(name, check, *also, names=(F1,), **over):
    @bad("request-" + name, check, *also)
    def _(s, c):
        s.want(*names, **over)


ask_case("for-keys", "request", noun="key.lend")
ask_case("to-lend-privately", "A5", purpose="private")
ask_case("of-nothing", "structure", names=())
ask_case("of-an-unknown-folder", "object", names=("F0000F00Z",))
ask_case("of-an-unknown-paper", "object", names=(F1 + ".9",))
ask_case("of-a-key", "structure", names=("K00000003",))
ask_case("of-paper-0", "structure", names=(F1 + ".0",))
ask_case("label", "label", names=(), items=[{"item": F1, "label": "x"}])
ask_case("purpose", "policy", purpose="mood")
ask_case("party", "object", party=NOBODY)


@bad("request-window", "request")
def _(s, c):
    s.want(F1, window={"end": when(s.t), "start": when(s.t)})


@bad("request-of-a-destroyed-folder", "state")
def _(s, c):
    s.destroy()
    s.want(F2)


@bad("request-of-a-removed-paper", "state")
def _(s, c):
    s.remove(F1, 1)
    s.want(P1)


@bad("request-for-folders-in-the-first-version", "request", "object", "structure")
def _(s, c):
    s.ask(["K00000003"], **{"for": "folder.lend"})


@bad("approved-by-the-supervisor", "role", "seats")
def _(s, c):
    s.approve(s.want(F1), "sun")


@bad("approved-twice-over", "approval")
def _(s, c):
    s.approve(s.want(F1), "chen", count=2)


@bad("approved-by-the-receiver", "seats")
def _(s, c):
    s.approve(s.want(F1, party="chen"), "chen")


@bad("rejected-by-the-supervisor", "role", "seats")
def _(s, c):
    s.act("request.reject/1", {"reason": "other", "request": s.want(F1)}, ["sun"])


@bad("oral-of-the-supervisor", "K17")
def _(s, c):
    s.two("request.oral/1", {
        "approver": "sun", "channel": "phone", "heard_at": when(s.t),
        "limits": {"count": 1, "until": when(s.t + DAY)}, "request": s.want(P2)},
        ["li", "qian"], by="li")


# ---- consulting (A5, A6)

@good("consult")
def _(s, c):
    s.consult(F1, P4)
    s.consult(P3)
    s.consult(F1, reader=TENANT, receipt=receipt("paper", slip="4"), approval=s.allowed(
        F1, noun="folder.consult", party=TENANT))
    s.consult(F1, purpose="private", approval=s.allowed(
        F1, noun="folder.consult", purpose="private"))
    s.consult(P1, P2, approval=s.allowed(F1, noun="folder.consult"))
    s.consult(F1, receipt=receipt("screen", unsigned_reason="device"), signers=["guo", "qian"])
    c.flag("unsigned-receipt")
    s.consult(F1, reader="bai", receipt=receipt("screen"))
    s.consult(F2, event_at=when(s.t - HOUR), late="outage")
    c.flag("late")
    own = s.approve(s.want(F1, by="guo", noun="folder.consult"), "chen")
    s.consult(F1, reader="guo", approval=own, signers=["guo", "qian"], opts={"by": "qian"})
    c.flag("stand-in")


def read_case(name, check, *also, names=(F1,), **over):
    @bad("consult-" + name, check, *also)
    def _(s, c):
        s.consult(*names, **over)


read_case("by-a-key-custodian", "A5", "seats", signers=["feng", "li"], opts={"by": "li"})
read_case("by-a-party-unasked", "A6", reader=OWNER, receipt=receipt("screen"))
read_case("private-unasked", "A6", purpose="private")
read_case("by-nobody-known", "A6", "object", reader=NOBODY, receipt=receipt("screen"))
read_case("purpose", "policy", purpose="mood")
read_case("unknown-paper", "object", names=(F1 + ".9",))
read_case("unsigned-by-the-reader", "seats", signers=["guo"])
read_case("paper-without-a-slip", "A8", reader="bai", receipt=receipt("paper"))
read_case("reason-for-who-cannot-sign", "A8", reader="bai",
          receipt=receipt("screen", unsigned_reason="device"))
read_case("credential-with-a-slip", "A8", receipt=receipt(slip="3"))
read_case("no-reason-for-not-signing", "A8", receipt=receipt("screen"), signers=["guo", "qian"])
read_case("by-himself-unasked", "A5", reader="guo", signers=["guo", "qian"],
          opts={"by": "qian"})
read_case("by-an-auditor", "A6", "role", reader="shen")
read_case("approval-of-nothing", "approval", approval="0" * 64)


@bad("consult-by-one-suspended", "A6", "suspended")
def _(s, c):
    s.suspend("feng")
    s.consult(F1)


@bad("consult-missing-paper", "state")
def _(s, c):
    s.miss(P1)
    s.consult(P1)


@bad("consult-destroyed-folder", "state")
def _(s, c):
    s.destroy()
    s.consult(F2)


@bad("consult-on-an-approval-to-lend", "approval")
def _(s, c):
    s.consult(F1, approval=s.allowed(F1))


@bad("consult-beyond-what-was-asked", "approval")
def _(s, c):
    s.consult(F1, approval=s.allowed(P1, noun="folder.consult"))


@bad("consult-for-another-purpose", "approval")
def _(s, c):
    s.consult(F1, approval=s.allowed(F1, noun="folder.consult", purpose="round"))


@bad("consult-on-one-approval-twice", "approval")
def _(s, c):
    a = s.allowed(F1, noun="folder.consult")
    s.consult(F1, approval=a)
    s.consult(F1, approval=a)


@bad("consult-stand-in-though-another-keeps-folders", "A5", "seats")
def _(s, c):
    s.enrol("tao", ["archive_custodian"])
    own = s.approve(s.want(F1, by="guo", noun="folder.consult"), "chen")
    s.consult(F1, reader="guo", approval=own, signers=["guo", "qian"], opts={"by": "qian"})


# ---- lending (A7, A8)

@good("lend")
def _(s, c):
    s.loan((F1, 1, 2), (F4, 1), approval=s.allowed(F1, F4))
    s.bring(F1, 1)
    s.bring(F1, 2, by="qian")
    s.bring(F4, 1, who=None)
    s.loan((F1, 1), to=OWNER, receipt=receipt("thumb"))
    s.bring(F1, 1, who=OWNER, receipt=receipt("thumb"))
    s.loan((F2, 1), receipt=receipt("screen", unsigned_reason="device"),
           signers=["guo", "qian"])
    c.flag("unsigned-receipt")
    s.bring(F2, 1, event_at=when(s.t), late="outage")
    c.flag("late")
    s.loan(due=when(s.t + 14 * DAY + 180))
    s.correct(s.bring(F1, 1), ("guo", "sun"))
    s.correct(s.bring(F1, 1), ("guo", "sun"))
    s.bring(F1, 1)
    s.correct(s.loan(), ("guo", "sun"))
    s.consult(P1)


def lend_case(name, check, *also, rows=None, **over):
    @bad("lend-" + name, check, *also)
    def _(s, c):
        made = [(r if isinstance(r, tuple) else r(s)) for r in rows or [(F1, 1)]]
        if "approval" not in over:
            over["approval"] = s.allowed(F1, F4)
        s.loan(*made, **over)
        over.pop("approval")


lend_case("personal", "A7", rows=[lambda s: s.lent(F1, 1, 3, withheld=[])])
lend_case("personal-and-withheld", "A7", rows=[lambda s: s.lent(F1, 1, 3)])
lend_case("withheld-left-out", "A7", rows=[lambda s: s.lent(F1, 1, withheld=[])])
lend_case("withheld-too-much", "A7", rows=[lambda s: s.lent(F1, 1, withheld=[2, 3])])
lend_case("withheld-label", "label", rows=[lambda s: s.ref(
    F1, lent=s.counted(F1, 1, condition="good"), withheld=[{"label": "x", "n": 3}])])
lend_case("pages", "count", rows=[lambda s: s.ref(
    F1, lent=s.of(F1, 1, condition="good", pages=9), withheld=s.of(F1, 3))])
lend_case("paper-label", "label", rows=[lambda s: s.ref(
    F1, lent=[{"condition": "good", "label": "x", "n": 1, "pages": 10}],
    withheld=s.of(F1, 3))])
lend_case("privately", "A5", "approval", purpose="private")
lend_case("by-a-key-custodian", "A8", "seats", signers=["feng", "li"], opts={"by": "li"})
lend_case("unsigned-by-the-receiver", "seats", signers=["guo"])
lend_case("to-another", "approval", to="qian")
lend_case("to-nobody-known", "A8", "object", to=NOBODY, receipt=receipt("screen"))
lend_case("to-an-auditor", "A8", "role", "approval", to="shen")
lend_case("on-no-approval", "approval", approval="0" * 64)
lend_case("approval-null", "structure", approval=None)
lend_case("for-another-purpose", "approval", purpose="round")
lend_case("receipt-without-slip", "A8", "approval", to="bai", receipt=receipt("paper"))


@bad("lend-due-too-late", "A8")
def _(s, c):
    s.loan(due=when(s.t + 14 * DAY + 181))


@bad("lend-due-now", "A8")
def _(s, c):
    s.loan(due=when(s.t + 180))


@bad("lend-due-after-the-window", "approval")
def _(s, c):
    a = s.allowed(F1, window={"end": when(s.t + DAY), "start": when(s.t)})
    s.loan(approval=a, due=when(s.t + DAY + 1))


@bad("lend-what-was-not-asked", "approval")
def _(s, c):
    s.loan((F1, 2), approval=s.allowed(P1))


@bad("lend-on-an-approval-to-consult", "approval")
def _(s, c):
    s.loan(approval=s.allowed(F1, noun="folder.consult"))


@bad("lend-on-one-approval-twice", "approval")
def _(s, c):
    a = s.allowed(F1)
    s.loan((F1, 1), approval=a)
    s.loan((F1, 2), approval=a)


@bad("lend-on-a-corrected-loans-approval", "approval")
def _(s, c):
    a = s.allowed(F1)
    s.correct(s.loan((F1, 1), approval=a), ("guo", "sun"))
    s.loan((F1, 1), approval=a)


@bad("lend-after-the-approver-lost-the-role", "approval")
def _(s, c):
    s.grant("wang", ["centre_manager"], ("chen", "he"))
    a = s.allowed(F1, approver="wang")
    s.revoke_role("wang", ["centre_manager"])
    s.loan(approval=a)


@bad("lend-by-who-approved", "approval", "seats")
def _(s, c):
    s.grant("chen", ["archive_custodian"], ("he", "wang"))
    s.loan(approval=s.allowed(F1), signers=["chen", "feng"], opts={"by": "chen"})


@bad("lend-outside-the-window", "approval")
def _(s, c):
    a = s.allowed(F1, window={"end": when(s.t + 9 * DAY), "start": when(s.t + DAY)})
    s.loan(approval=a)


@bad("lend-lent", "state")
def _(s, c):
    s.loan()
    s.loan(approval=s.allowed(F1))


@bad("lend-missing", "state")
def _(s, c):
    s.miss(P1)
    s.loan()


@bad("lend-destroyed", "state", "approval")
def _(s, c):
    a = s.allowed(F2)
    s.destroy()
    s.loan((F2, 1), approval=a)


@bad("lend-to-himself", "seats")
def _(s, c):
    s.loan(to="guo", approval=s.approve(s.want(P1, by="guo"), "chen"), signers=["guo"])


@bad("lend-kind-made-personal-since", "A7")
def _(s, c):
    kinds = [dict(k, secrecy="personal") if k["code"] == "contract" else k
             for k in folder_policy()["paper_kinds"]]
    s.set_policy(folder_policy(paper_kinds=kinds), start=s.t + 8 * DAY)
    s.sleep(9 * DAY)
    s.loan(approval=s.allowed(F1))


@bad("lend-kind-gone-since", "A7")
def _(s, c):
    s.set_policy(folder_policy(paper_kinds=[k for k in folder_policy()["paper_kinds"]
                                            if k["code"] != "deed"]), start=s.t + 8 * DAY)
    s.sleep(9 * DAY)
    s.loan((F1, 2), approval=s.allowed(F1))


@bad("lend-before-it-came-back", "late")
def _(s, c):
    s.loan()
    s.bring(F1, 1)
    s.loan(event_at=when(s.t - 60), late="outage")


@bad("lend-corrected-after-the-return", "state")
def _(s, c):
    loan = s.loan()
    s.bring(F1, 1)
    s.correct(loan, ("guo", "sun"))


@bad("lend-corrected-by-a-key-custodian", "seats", "role")
def _(s, c):
    s.correct(s.loan(), ("li", "sun"))


# ---- giving back

@good("return")
def _(s, c):
    s.bring(F1, 1)
    c.flag("not-out")
    s.loan((F1, 1, 2))
    s.bring(F1, 1, who="qian")
    c.flag("not-holder")
    one = s.bring(F1, 2, pages=4)
    c.flag("pages-missing")
    s.end(one)
    s.miss(P1)
    s.bring(F1, 1, who=None, condition="worn")
    s.remove(F1, 2)
    s.bring(F1, 2, condition="damaged")
    c.flag("damaged", "written-off")
    s.destroy()
    s.bring(F2, 1)
    c.flag("written-off")
    s.bring(F1, 1, who="guo", receipt=receipt("screen"))
    c.flag("not-out")
    s.file(F1, (4,))


@good("return-corrected-closes-its-incident")
def _(s, c):
    s.loan()
    back = s.bring(F1, 1, condition="damaged")
    c.flag("damaged")
    s.correct(back, ("guo", "sun"))
    s.bring(F1, 1)


@bad("incident-of-a-corrected-return-closed-again", "state")
def _(s, c):
    s.loan()
    back = s.bring(F1, 1, condition="damaged")
    s.correct(back, ("guo", "sun"))
    s.end(back)


@bad("return-corrected-after-another-loan", "state")
def _(s, c):
    s.loan()
    back = s.bring(F1, 1)
    s.loan()
    s.correct(back, ("guo", "sun"))


@bad("return-makes-a-version", "version")
def _(s, c):
    s.loan()
    s.bring(F1, 1)
    s.file(F1, (4,), version=2)


def back_case(name, check, *also, **over):
    @bad("return-" + name, check, *also)
    def _(s, c):
        s.loan()
        s.bring(F1, 1, **over)


back_case("by-a-key-custodian", "A8", "seats", by="li")
back_case("unsigned", "seats", signers=["guo"])
back_case("signed-by-another", "seats", signers=["guo", "qian"])
back_case("receipt-of-nobody", "A8", who=None, receipt=receipt("screen"), signers=["guo"])
back_case("no-receipt", "A8", receipt=None)
back_case("by-nobody-known", "object", who=NOBODY, receipt=receipt("screen"))
back_case("before-it-was-lent", "late", event_at="2026-03-02T01:30:00Z", late="outage")


@bad("return-of-an-unknown-paper", "object")
def _(s, c):
    s.do("folder.return/1", "guo", {"by_whom": None, "receipt": None, "folders": [
        s.ref(F1, papers=[{"condition": "good", "label": "x", "n": 9, "pages": 1}])]})


# ---- refusals, what the law demands

@good("refuse-and-produce")
def _(s, c):
    s.do("folder.refuse/1", "qian", {"asked": {
        "items": s.refs(F1, P3), "kind": "copy", "purpose": "private", "receiver": OWNER},
        "rule": "A7"})
    s.produce(F1, 1, 3)
    s.produce(F2, 2, kind="original", due=when(s.t + 20 * DAY))
    s.bring(F2, 2, who="feng")
    c.flag("not-holder")
    s.produce(F2, 2, kind="original", due=when(s.t + 20 * DAY))
    s.recall(F2 + ".2", hours=2)
    s.bring(F2, 2, who=None)


@bad("refuse-by-a-key-custodian", "seats", "role")
def _(s, c):
    s.do("folder.refuse/1", "li", {"asked": {"items": s.refs(F1), "kind": "copy",
                                             "purpose": "private", "receiver": None},
                                   "rule": "A7"})


@bad("refuse-unknown", "object")
def _(s, c):
    s.do("folder.refuse/1", "guo", {"asked": {
        "items": [{"item": F1 + ".9", "label": "x"}], "kind": "copy", "purpose": "private",
        "receiver": None}, "rule": "A7"})


def law_case(name, check, *also, numbers=(1,), **over):
    @bad("produce-" + name, check, *also)
    def _(s, c):
        s.produce(F1, *numbers, **over)


law_case("by-one", "A7", "seats", signers="guo")
law_case("with-the-supervisor", "A7", "seats", signers="guo sun")
law_case("authority", "policy", authority="bank")
law_case("original-for-ever", "A7", kind="original")
law_case("copy-with-a-due-time", "A7", due="2026-03-09T00:00:00Z")
law_case("original-due-before", "A7", kind="original", due="2026-03-01T00:00:00Z")


@bad("produce-pages", "count")
def _(s, c):
    s.produce(F1, 1, folders=[s.ref(F1, papers=s.of(F1, 1, pages=1))])


@bad("produce-lent", "state")
def _(s, c):
    s.loan()
    s.produce(F1, 1)


@bad("produce-original-then-lent", "state")
def _(s, c):
    s.produce(F1, 1, kind="original", due=when(s.t + DAY))
    s.loan(approval=s.allowed(F1))


# ---- extending and recalling

@good("extend")
def _(s, c):
    s.loan((F1, 1, 2), approval=s.allowed(F1))
    s.prolong(P1, days=9)
    s.prolong(P2)
    s.recall(P1, hours=30)
    s.recall(P1, signers="qian", result="no_answer")
    s.bring(F1, 1)
    s.loan()
    s.prolong(P1)


def longer_case(name, check, *also, names=(P1,), **over):
    @bad("extend-" + name, check, *also)
    def _(s, c):
        s.loan((F1, 1))
        s.prolong(*names, **over)


longer_case("by-service-staff", "A8", "role", signers="qian")
longer_case("to-the-same-day", "A8", days=4)
longer_case("over-the-limit", "A8", days=15)
longer_case("of-a-folder", "structure", names=(F1,))
longer_case("what-stands-here", "state", names=(P2,))


@bad("extend-twice", "A8")
def _(s, c):
    s.loan()
    s.prolong(P1, days=8)
    s.prolong(P1, days=9)


@bad("extend-past-the-window", "A8")
def _(s, c):
    s.loan(approval=s.allowed(F1, window={"end": when(s.t + 7 * DAY), "start": when(s.t)}))
    s.prolong(P1, days=8)


@bad("extend-his-own-loan", "A8")
def _(s, c):
    s.enrol("tao", ["archive_custodian"])
    a = s.approve(s.want(P1, by="tao"), "chen")
    s.loan(to="tao", approval=a)
    s.prolong(P1, signers="tao")


@bad("extend-for-the-authority", "state")
def _(s, c):
    s.produce(F1, 1, kind="original", due=when(s.t + DAY))
    s.prolong(P1)


@bad("recall-later", "A8")
def _(s, c):
    s.loan()
    s.recall(P1, hours=6 * 24)


@bad("recall-into-the-past", "A8")
def _(s, c):
    s.loan()
    s.recall(P1, hours=0)


@bad("recall-what-stands-here", "state")
def _(s, c):
    s.recall(P1)


@bad("recall-by-a-key-custodian", "seats", "role")
def _(s, c):
    s.loan()
    s.recall(P1, signers="li")


@bad("recall-channel", "policy")
def _(s, c):
    s.loan()
    s.recall(P1, channel="owl")


# ---- missing papers (A9)

@good("missing-and-written-off")
def _(s, c):
    s.miss(P1, P2)
    s.miss(P1, found=True)
    s.write_off(F1, 2)
    s.file(F1, (4,))
    s.bring(F1, 2)
    c.flag("written-off")


@bad("missing-folder", "structure")
def _(s, c):
    s.miss(F1)


@bad("missing-lent", "state")
def _(s, c):
    s.loan()
    s.miss(P1)


@bad("missing-by-supervisor", "seats", "role")
def _(s, c):
    s.miss(P1, signers="sun")


@bad("found-though-not-missing", "state")
def _(s, c):
    s.miss(P1, found=True)


@bad("written-off-by-one", "A9", "seats")
def _(s, c):
    s.miss(P1)
    s.write_off(F1, 1, signers="guo")


@bad("written-off-with-a-colleague", "A9", "seats", "role")
def _(s, c):
    s.miss(P1)
    s.write_off(F1, 1, signers="guo qian")


@bad("written-off-though-here", "state")
def _(s, c):
    s.write_off(F1, 1)


@bad("written-off-version", "version")
def _(s, c):
    s.miss(P1)
    s.versions[F1] = 5
    s.write_off(F1, 1)


@bad("found-though-written-off", "state")
def _(s, c):
    s.miss(P1)
    s.write_off(F1, 1)
    s.miss(P1, found=True)
