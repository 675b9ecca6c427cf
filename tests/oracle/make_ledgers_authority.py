"""Standing authorisations, owners and their consent (FORMATS.md section 17.2).

Unless said a case begins with desk_site(): owners are asked, the front desk has shifts.
"""

from make_ledgers import DAY, SHIFTS, Seal, home_class, policy, when
from make_ledgers_lend_site import (AGENT, HOME, HOUR, K1, K2, K5, K6, OTHER, RING, TENANT,
                                    authorise, case, consent, end_authorise, end_standing, flag,
                                    good, lend, no_flags, standing)


# ---- standing authorisations

def strict_plant(s):
    """From now on a facility key wants an approval."""
    s.set_policy(policy(shifts=SHIFTS, key_classes=[
        dict(e, lend_approval=["engineering_manager"]) if e["code"] == "facility" else e
        for e in home_class()]), s.t + 60 + 604800)
    s.t += 8 * DAY


def lend_plant(s, approval, names=(K6,), to="feng", by="zhou", **over):
    return lend(s, names, to, by, "plant", accept=["last-spare"], approval=approval, **over)


@good("good-standing")
def _(s, c):
    strict_plant(s)
    a = standing(s)
    lend_plant(s, a)
    flag(s, c, "last-spare")
    s.back([K6], by="zhou", desk="plant")
    lend_plant(s, a, purpose="round")
    flag(s, c, "last-spare")
    end_standing(s, a)
    b = standing(s, end=when(s.t + 60 + 366 * DAY), start=when(s.t + 60))
    end_standing(s, b)


@good("good-standing-delegated")
def _(s, c):
    s.delegate("wu", "sun", ["engineering_manager"])
    lend(s, approval=standing(s, ["feng"], ["3"], "sun"))
    no_flags(c)


@case("standing-wanted", "K10")
def _(s, c):
    strict_plant(s)
    lend_plant(s, None)


@case("standing-high-risk", "K10")
def _(s, c):
    lend_plant(s, standing(s), [K5])


@case("standing-other-receiver", "approval")
def _(s, c):
    lend_plant(s, standing(s), to="qian")


@case("standing-other-purpose", "approval")
def _(s, c):
    lend_plant(s, standing(s, purposes=["round"]))


@case("standing-other-place", "approval")
def _(s, c):
    lend_plant(s, standing(s, places=["3"]))


@case("standing-one-lock-elsewhere", "approval")
def _(s, c):
    s.keys("front", [("K0000006%d" % n, n, ["3-2-12-1201.D", "3.D"], None) for n in (1, 2)])
    s.keys("front", [("K0000006%d" % n, n, ["3.D", "PLANT-2.D"], None) for n in (3, 4)])
    lend(s, ["K00000063"], approval=standing(s))


@case("standing-not-begun", "approval")
def _(s, c):
    lend_plant(s, standing(s, start=when(s.t + DAY)))


@case("standing-over-before-due", "approval")
def _(s, c):
    lend_plant(s, standing(s, end=when(s.t + HOUR)))


@case("standing-ended", "approval")
def _(s, c):
    a = standing(s)
    end_standing(s, a)
    lend_plant(s, a)


@case("standing-grantor-delegation-over", "approval")
def _(s, c):
    s.delegate("wu", "sun", ["engineering_manager"], days=1)
    a = standing(s, by="sun")
    s.t += 2 * DAY
    lend_plant(s, a)


@case("standing-grantor-suspended-since", "approval")
def _(s, c):
    a = standing(s)
    s.suspend("wu")
    s.two("person.reinstate/1", {"handle": "wu"})
    lend_plant(s, a)


@case("standing-by-the-clerk", "approval")
def _(s, c):
    s.grant("zhou", ["engineering_supervisor"])
    lend_plant(s, standing(s, by="zhou"))


@case("standing-for-a-home", "K10a", "approval")
def _(s, c):
    lend(s, [K1], approval=standing(s, places=["3"]))


@case("standing-without-the-role", "K10", "role", "seats")
def _(s, c):
    standing(s, by="sun")


@case("standing-by-one-named", "seats", "K10")
def _(s, c):
    standing(s, ["feng", "wu"])


@case("standing-for-the-giver", "seats", "K10")
def _(s, c):
    s.delegate("wu", "sun", ["engineering_manager"])
    standing(s, ["wu"], by="sun")


@case("standing-unknown-person", "object")
def _(s, c):
    standing(s, ["nobody"])


@case("standing-for-a-party", "structure", "object")
def _(s, c):
    standing(s, [OTHER])


@case("standing-for-nobody", "structure")
def _(s, c):
    standing(s, [])


@case("standing-unknown-place", "object")
def _(s, c):
    standing(s, places=["MOON"])


@case("standing-private", "K3")
def _(s, c):
    standing(s, purposes=["private"])


@case("standing-unknown-purpose", "policy")
def _(s, c):
    standing(s, purposes=["fishing"])


@case("standing-ends-before-start", "K10")
def _(s, c):
    standing(s, start=when(s.t + 2 * DAY), end=when(s.t + 2 * DAY))


@case("standing-over-already", "K10")
def _(s, c):
    standing(s, start=when(s.t - DAY), end=when(s.t + 60))


@case("standing-too-long", "K10")
def _(s, c):
    standing(s, end=when(s.t + 366 * DAY + 1))


@case("standing-end-twice", "state")
def _(s, c):
    a = standing(s)
    end_standing(s, a)
    end_standing(s, a)


@case("standing-end-after-its-end", "state")
def _(s, c):
    a = standing(s, days=1)
    s.t += DAY - 120                         # T is its end
    end_standing(s, a)


@case("standing-end-of-an-unknown-act", "object")
def _(s, c):
    end_standing(s, "0" * 64)


@case("standing-end-without-the-role", "seats")
def _(s, c):
    end_standing(s, standing(s), "sun")


@case("standing-end-of-nothing", "object")
def _(s, c):
    end_standing(s, authorise(s))


@case("standing-end-reason", "policy")
def _(s, c):
    end_standing(s, standing(s), reason="mood")


# ---- party.authorise, party.end, party.consent

@good("good-party-authority")
def _(s, c):
    no_flags(c)
    a = authorise(s, start=when(s.t + DAY), signers=("sun", "zhou"))
    end_authorise(s, a, "zhou")
    a = authorise(s, party=TENANT, named=[AGENT, "bai", "feng"], letter="口头")
    end_authorise(s, a, "sun")
    consent(s, [K1, K2, RING], party=TENANT, signers=("li", "sun"))


@case("authorise-other-home", "K10a")
def _(s, c):
    authorise(s, place="3-2")


@case("authorise-party-without-home", "K10a")
def _(s, c):
    authorise(s, party=AGENT)


@case("authorise-unknown-party", "K10a", "object")
def _(s, c):
    authorise(s, party="P0000000X")


@case("authorise-ends-before-start", "K10a")
def _(s, c):
    authorise(s, start=when(s.t + DAY), end=when(s.t + DAY))


@case("authorise-over", "K10a")
def _(s, c):
    authorise(s, start=when(s.t - DAY), end=when(s.t + 60))


@case("authorise-unknown-named", "object")
def _(s, c):
    authorise(s, named=["nobody"])


@case("authorise-scope-unknown", "structure", "policy")
def _(s, c):
    authorise(s, scope=["sell"])


@case("authorise-scope-empty", "structure")
def _(s, c):
    authorise(s, scope=[])


@case("authorise-one-signer", "seats", "role")
def _(s, c):
    authorise(s, signers=["sun"])


@case("authorise-no-supervisor", "seats", "role")
def _(s, c):
    authorise(s, signers=("li", "qian"))


@case("authorise-no-staff", "seats", "role")
def _(s, c):
    authorise(s, signers=("feng", "sun"))


@case("authorise-one-person-folded", "seats")
def _(s, c):
    s.delegate("sun", "zheng", ["supervisor"])
    s.delegate("qian", "sun", ["service_staff"])
    s.revoke_role("sun", ["supervisor"])
    s.grant("sun", ["supervisor"])
    s.delegate("sun", "feng", ["supervisor"])
    authorise(s, signers=("feng", "sun"))


@case("party-end-twice", "state")
def _(s, c):
    a = authorise(s)
    end_authorise(s, a)
    end_authorise(s, a)


@case("party-end-over", "state")
def _(s, c):
    a = authorise(s, days=1)
    s.t += DAY - 120                         # T is its end
    end_authorise(s, a)


@case("party-end-of-nothing", "object")
def _(s, c):
    end_authorise(s, consent(s))


@case("party-end-by-staff", "seats")
def _(s, c):
    end_authorise(s, authorise(s), "feng")


@case("party-end-reason", "policy")
def _(s, c):
    end_authorise(s, authorise(s), reason="mood")


@case("consent-of-an-agent", "K10a")
def _(s, c):
    consent(s, party=AGENT)


@case("consent-of-a-contractor-with-the-home", "K10a")
def _(s, c):
    s.act("party.add/1", {"name": Seal("p", "某人"), "party": "P00000049", "phone": None,
                          "relation": "relative", "unit": HOME}, ["qian"])
    consent(s, party="P00000049")


@case("consent-for-a-key-elsewhere", "K10a")
def _(s, c):
    consent(s, [K1, K6])


@case("consent-private", "K3")
def _(s, c):
    consent(s, purpose="private")


@case("consent-unknown-purpose", "policy")
def _(s, c):
    consent(s, purpose="fishing")


@case("consent-unknown-channel", "policy")
def _(s, c):
    consent(s, channel="dream")


@case("consent-window-backwards", "K10a")
def _(s, c):
    consent(s, window={"start": when(s.t + DAY), "end": when(s.t + DAY)})


@case("consent-window-over", "K10a")
def _(s, c):
    consent(s, window={"start": when(s.t - DAY), "end": when(s.t + 60)})


@case("consent-supervisor-receives", "seats")
def _(s, c):
    consent(s, to="sun")


@case("consent-supervisor-for-the-receiver", "seats")
def _(s, c):
    s.delegate("sun", "wang", ["supervisor"])
    consent(s, to="sun", signers=("qian", "wang"))


@case("consent-unknown-receiver", "object")
def _(s, c):
    consent(s, to="nobody")


@case("consent-label", "label")
def _(s, c):
    consent(s, items=[{"item": K1, "label": "大门"}])
