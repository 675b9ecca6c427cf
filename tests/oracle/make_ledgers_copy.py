"""Requests, oral approvals and copies (FORMATS.md section 17.2).

Unless said a case begins with desk_site(): owners are asked, the front desk has shifts.
"""

from make_ledgers import DAY, items, when
from make_ledgers_lend_site import (HOUR, K1, K2, K3, K4, K5, NOW, RING, ask_copy, authorise,
                                    case, close_copies, consent, do, flag, good, lend,
                                    make_copies, no_flags, ok_to_copy, oral)


# ---- requests and oral approvals

@good("good-request-copy")
def _(s, c):
    no_flags(c)
    s.approve(ask_copy(s, [K3, K4]), "wu", count=100)
    s.act("request.reject/1", {"reason": "other", "request": ask_copy(s)}, ["wu"])
    s.act("request.cancel/1", {"reason": "error", "request": ask_copy(s)}, ["feng"])
    s.approve(ask_copy(s, [K1]), "sun")
    s.approve(ask_copy(s, [K5]), "wu")


@case("request-copy-of-a-ring", "request", "structure", "object")
def _(s, c):
    ask_copy(s, [RING])


@case("request-copy-for-a-party", "request", "structure")
def _(s, c):
    ask_copy(s, party="qian")


@case("request-copy-of-nothing", "request", "structure")
def _(s, c):
    ask_copy(s, [])


@case("request-for-an-escort", "request", "structure")
def _(s, c):
    s.ask([K3], **{"for": "key.escort"})


@case("request-copy-approved-by-a-supervisor", "role", "seats")
def _(s, c):
    s.approve(ask_copy(s), "sun")


@case("request-copy-of-a-home-by-engineering", "role", "seats")
def _(s, c):
    s.approve(ask_copy(s, [K1]), "wu")


@case("request-copy-of-both-by-one", "role", "seats")
def _(s, c):
    s.approve(ask_copy(s, [K1, K3]), "wu")


@case("request-copy-rejected-by-a-supervisor", "role", "seats")
def _(s, c):
    s.act("request.reject/1", {"reason": "other", "request": ask_copy(s)}, ["sun"])


@case("request-copy-approved-by-the-requester", "seats")
def _(s, c):
    s.approve(ask_copy(s, by="wu"), "wu")


@case("request-copy-101", "approval")
def _(s, c):
    s.approve(ask_copy(s), "wu", count=101)


@case("request-copy-100-of-a-loan", "approval")
def _(s, c):
    s.approve(s.ask([K3]), count=2)


@good("good-oral")
def _(s, c):
    a = oral(s, s.ask([K3]))
    flag(s, c, "unratified")
    lend(s, approval=a)
    b = oral(s, ask_copy(s, [K4]), "wu", "li", ("li", "qian"), 3,
             heard_at=when(s.t + 60 - DAY))
    s.t += 20 * DAY
    s.ratify(b, ("wu",))
    # He does not ask about what others do with it.
    oral(s, s.ask([K4], "wu"), by="li", signers=("li", "qian"))
    flag(s, c, "unratified")


@good("good-oral-delegated-approver")
def _(s, c):
    s.delegate("sun", "wang", ["supervisor"])
    authorise(s)
    a = oral(s, s.ask([K1]), "wang")
    s.ratify(a, ("wang",))
    lend(s, [K1], approval=a)
    flag(s, c, "from-ring")


@case("oral-approver-without-the-role", "K17")
def _(s, c):
    oral(s, s.ask([K1]), "wu")


@case("oral-approver-is-the-requester", "K17")
def _(s, c):
    oral(s, s.ask([K3], "sun"), "sun")


@case("oral-approver-is-the-receiver", "K17", "seats")
def _(s, c):
    oral(s, s.ask([K3], party="sun"), "sun")


@case("oral-approver-stands-for-the-requester", "K17")
def _(s, c):
    s.delegate("sun", "wang", ["supervisor"])
    oral(s, s.ask([K1], "sun"), "wang")


@case("oral-approver-suspended", "K17", "suspended")
def _(s, c):
    r = s.ask([K3])
    s.suspend("sun")
    oral(s, r)


@case("oral-unknown-approver", "object", "K17")
def _(s, c):
    oral(s, s.ask([K3]), "nobody")


@case("oral-heard-too-long-ago", "K17")
def _(s, c):
    oral(s, s.ask([K3]), heard_at=when(s.t + 60 - DAY - 1))


@case("oral-heard-later", "K17")
def _(s, c):
    oral(s, s.ask([K3]), heard_at=when(s.t + 61))


@case("oral-until-too-late", "approval")
def _(s, c):
    oral(s, s.ask([K3]), limits={"count": 1, "until": when(s.t + 60 + 172801)})


@case("oral-count-of-a-loan", "approval")
def _(s, c):
    oral(s, s.ask([K3]), count=2)


@case("oral-decided-already", "request")
def _(s, c):
    r = s.ask([K3])
    s.approve(r)
    oral(s, r)


@case("oral-approve-after", "request")
def _(s, c):
    r = s.ask([K3])
    oral(s, r)
    s.approve(r)


@case("oral-window-over", "request", "approval")
def _(s, c):
    r = s.ask([K3])
    s.t += 2 * DAY
    oral(s, r)


@case("oral-unknown-request", "object", "request")
def _(s, c):
    oral(s, "0" * 64)


@case("oral-unknown-channel", "policy")
def _(s, c):
    oral(s, s.ask([K3]), channel="dream")


@case("oral-not-by-a-custodian", "seats", "role")
def _(s, c):
    oral(s, s.ask([K3]), by="qian")


@case("oral-alone", "seats", "K17")
def _(s, c):
    oral(s, s.ask([K3]), signers=["zheng"])


@case("oral-the-approver-witnesses", "seats")
def _(s, c):
    oral(s, s.ask([K3]), signers=("sun", "zheng"))


@case("oral-the-receiver-hears", "seats")
def _(s, c):
    oral(s, s.ask([K3], party="zheng"))


@case("oral-the-receiver-witnesses", "seats")
def _(s, c):
    oral(s, s.ask([K3]), signers=("feng", "zheng"))


@case("oral-by-who-acts-for-the-approver", "seats")
def _(s, c):
    s.grant("sun", ["duty"])
    s.delegate("sun", "qian", ["duty"])
    oral(s, s.ask([K3]), by="qian")


@case("oral-approval-used", "approval")
def _(s, c):
    a = oral(s, s.ask([K3]))
    lend(s, approval=a)
    s.back()
    lend(s, approval=a)


@case("oral-approval-dies-with-its-approver", "approval")
def _(s, c):
    a = oral(s, s.ask([K3]))
    s.revoke("sun", reason="lost")
    lend(s, approval=a)


@case("oral-approver-is-the-clerk", "approval")
def _(s, c):
    s.grant("li", ["supervisor"])
    a = oral(s, s.ask([K3]), "li")
    lend(s, approval=a)


@case("oral-ratified-by-another", "role", "seats")
def _(s, c):
    s.ratify(oral(s, s.ask([K3])), ("chen",))


@case("oral-ratified-by-two", "seats")
def _(s, c):
    s.ratify(oral(s, s.ask([K3])), ("chen", "sun"))


@case("oral-ratified-twice", "state")
def _(s, c):
    a = oral(s, s.ask([K3]))
    s.ratify(a, ("sun",))
    s.ratify(a, ("sun",))


@case("ratify-of-an-approval", "state")
def _(s, c):
    s.ratify(s.approve(s.ask([K3])), ("sun",))


# ---- copies

@good("good-copy")
def _(s, c):
    no_flags(c)
    ok = ok_to_copy(s, count=3)
    make_copies(s, ok, 2)
    close_copies(s, ok, "zhou")
    lend(s)
    lend(s, [K4])                            # the copies are spares of the same door
    lend(s, items=[{"item": "K00000201", "label": "配 1"}])
    lend(s, items=[{"item": "K00000202", "label": "配 2"}], accept=["last-spare"])
    flag(s, c, "last-spare")


@good("good-copy-of-a-lent-key")
def _(s, c):
    no_flags(c)
    lend(s)
    ok = oral(s, ask_copy(s), "wu")
    flag(s, c, "unratified")
    make_copies(s, ok, copies=[{"copy": 3, "item": "K00000201", "label": "配 1",
                                "ring": {"item": "R00000200", "label": "大门"}}])


@good("good-copy-for-the-owner")
def _(s, c):
    no_flags(c)
    authorise(s, scope=["copy"])
    make_copies(s, ok_to_copy(s, [K1], "sun", 2), 2, K1, copies=[
        {"copy": 2 + k, "item": "K0000020%d" % k, "label": "配 %d" % k,
         "ring": items(RING)[0]} for k in (1, 2)])
    make_copies(s, consent(s, scope="copy"), 1, K1, "tang", first=5)


@case("copy-more-than-approved", "approval")
def _(s, c):
    make_copies(s, ok_to_copy(s, count=2), 3)


@case("copy-more-than-left", "approval")
def _(s, c):
    ok = ok_to_copy(s, count=2)
    make_copies(s, ok)
    make_copies(s, ok, 2, first=3)


@case("copy-after-the-close", "approval")
def _(s, c):
    ok = ok_to_copy(s, count=2)
    close_copies(s, ok)
    make_copies(s, ok)


@case("copy-without-approval", "approval", "object")
def _(s, c):
    make_copies(s, "0" * 64)


@case("copy-null-approval", "structure", "K9")
def _(s, c):
    make_copies(s, None)


@case("copy-approval-of-a-loan", "approval")
def _(s, c):
    make_copies(s, s.approve(s.ask([K3])))


@case("copy-approval-of-another-key", "approval")
def _(s, c):
    make_copies(s, ok_to_copy(s, [K4]))


@case("copy-approval-over", "approval")
def _(s, c):
    ok = ok_to_copy(s)
    s.t += DAY
    make_copies(s, ok)


@case("copy-before-the-window", "approval")
def _(s, c):
    make_copies(s, s.approve(ask_copy(s, window={
        "start": when(s.t + HOUR), "end": when(s.t + DAY)}), "wu"))


@case("copy-approver-without-the-role-since", "approval")
def _(s, c):
    ok = ok_to_copy(s)
    s.revoke_role("wu", ["engineering_manager"])
    make_copies(s, ok)


@case("copy-approver-delegation-over", "approval")
def _(s, c):
    s.delegate("wu", "wang", ["engineering_manager"], end=when(s.t + 2 * HOUR))
    ok = ok_to_copy(s, by="wang")
    s.t += 3 * HOUR
    make_copies(s, ok)


@case("copy-approver-suspended-since", "approval")
def _(s, c):
    ok = ok_to_copy(s)
    s.suspend("wu")
    s.two("person.reinstate/1", {"handle": "wu"})
    make_copies(s, ok)


@case("copy-approver-is-the-clerk", "approval")
def _(s, c):
    s.grant("li", ["engineering_supervisor"])
    make_copies(s, ok_to_copy(s, by="li"))


@case("copy-for-lending-approval-in-lend", "approval", "K10a")
def _(s, c):
    lend(s, approval=ok_to_copy(s))


@case("copy-of-a-home-without-the-owner", "K9")
def _(s, c):
    make_copies(s, ok_to_copy(s, [K1], "sun"), of=K1)


@case("copy-of-a-home-authorised-for-lending", "K9")
def _(s, c):
    authorise(s, scope=["lend"])
    make_copies(s, ok_to_copy(s, [K1], "sun"), of=K1)


@case("copy-of-a-home-authorisation-over", "K9")
def _(s, c):
    authorise(s, end=when(s.t + HOUR))
    s.t += HOUR
    make_copies(s, ok_to_copy(s, [K1], "sun"), of=K1)


@case("copy-by-authorisation-alone", "approval", "K9")
def _(s, c):
    make_copies(s, authorise(s), of=K1)


@case("copy-consent-for-lending", "approval", "K9")
def _(s, c):
    make_copies(s, consent(s), of=K1)


@case("copy-consent-two-copies", "approval", "K9")
def _(s, c):
    make_copies(s, consent(s, scope="copy"), 2, K1)


@case("copy-consent-used", "approval", "K9")
def _(s, c):
    a = consent(s, scope="copy")
    make_copies(s, a, 1, K1)
    make_copies(s, a, 1, K1, first=2)


@case("copy-consent-of-another-key", "approval", "K9")
def _(s, c):
    make_copies(s, consent(s, [K2], scope="copy"), 1, K1)


@case("copy-consent-by-the-clerk", "approval", "K9")
def _(s, c):
    s.grant("li", ["supervisor"])
    make_copies(s, consent(s, scope="copy", signers=("li", "qian")), 1, K1)


@case("copy-consent-over", "approval", "K9")
def _(s, c):
    a = consent(s, scope="copy")
    s.t += DAY
    make_copies(s, a, 1, K1)


@case("copy-at-another-desk", "K2")
def _(s, c):
    make_copies(s, ok_to_copy(s), by="zhou", desk="plant")


@case("copy-clerk", "K2", "role", "seats")
def _(s, c):
    make_copies(s, ok_to_copy(s), by="zheng")


@case("copy-exists", "exists")
def _(s, c):
    ok = ok_to_copy(s, count=2)
    make_copies(s, ok)
    make_copies(s, ok)


@case("copy-is-no-key", "structure", "exists")
def _(s, c):
    make_copies(s, ok_to_copy(s), copies=[{"copy": 2, "item": "R00000201", "label": "x",
                                           "ring": None}])


@case("copy-of-a-ring", "structure")
def _(s, c):
    make_copies(s, ok_to_copy(s), of=RING)


@case("copy-label", "label")
def _(s, c):
    ok = ok_to_copy(s)
    do(s, "key.copy/1", {"approval": ok, "copies": [
        {"copy": 2, "item": "K00000201", "label": "配", "ring": None}], "desk": "front", **NOW,
        "of": {"item": K3, "label": "x"}}, ["li"], two=False)


@case("copy-ring-of-another-desk", "state")
def _(s, c):
    s.keys("plant", [("K0000000A", 1, ["PLANT-2.D"], "R0000000B")], ("sun", "zhou"))
    make_copies(s, ok_to_copy(s), copies=[{"copy": 2, "item": "K00000201", "label": "x",
                                           "ring": items("R0000000B")[0]}])


@case("copy-ring-label", "label")
def _(s, c):
    make_copies(s, ok_to_copy(s), copies=[{"copy": 2, "item": "K00000201", "label": "x",
                                           "ring": {"item": RING, "label": "x"}}])


@case("copy-close-used-up", "state")
def _(s, c):
    ok = ok_to_copy(s)
    make_copies(s, ok)
    close_copies(s, ok)


@case("copy-close-twice", "state")
def _(s, c):
    ok = ok_to_copy(s)
    close_copies(s, ok)
    close_copies(s, ok)


@case("copy-close-of-a-loan", "state")
def _(s, c):
    close_copies(s, s.approve(s.ask([K3])))


@case("copy-close-of-nothing", "object", "state")
def _(s, c):
    close_copies(s, "0" * 64)


@case("copy-close-by-duty", "seats")
def _(s, c):
    close_copies(s, ok_to_copy(s), "zheng")


@case("copy-close-reason", "policy")
def _(s, c):
    close_copies(s, ok_to_copy(s), reason="mood")
