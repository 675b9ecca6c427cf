"""Ledgers of FORMATS.md section 17.3: loss, seals, emergency, and K16 at the audit."""

from make_ledgers import DAY, when
from make_ledgers_desk_site import HOUR, bad, desk_policy, good

# ---- loss


@good("loss")
def _(s, c):
    """Lost, found, lost again on a loan, returned, damaged, rekeyed, accepted, retired."""
    s.lost(signers="li feng", reporter="feng")
    s.found_again(by_whom="P00000009", signers="zheng")
    s.lend(["K00000004"])
    s.lost("K00000004", signers="zheng", reporter="P00000009")
    s.back(["K00000004"], "feng")
    c.flag("not-holder", "lost-item")
    s.damage("K00000004")
    s.lost("R00000010", reporter="feng")
    s.rekey("3-2-12-1201.D", signers="zhou lin")
    c.flag("stale-keys")
    s.found_again("R00000010", condition="damaged")
    c.flag("damaged")
    s.lost("K00000003")
    s.owner_accepts()
    s.retire("K00000003")
    s.lost("K00000011", reporter="li")
    s.retire("K00000011")
    s.accept("K00000011")


@good("lost-one-of-a-ring")
def _(s, c):
    s.lost("K00000001")
    c.flag("from-ring")
    s.lost("R00000010")
    c.flag("ring-short")
    # Both come back as they went: the key by itself stands nowhere near a desk.
    s.found_again("K00000001")
    s.found_again("R00000010")
    c.flag("ring-short")


@good("lost-late")
def _(s, c):
    s.lost(event_at=when(s.t - 30), late="outage")
    c.flag("late")
    s.found_again(event_at=when(s.t), late="outage")
    c.flag("late")


@bad("lost-by-staff", "K13")
def _(s, c):
    s.lost(signers="feng")


@bad("lost-by-another-desk", "K13")
def _(s, c):
    s.lost(signers="zhou")


@bad("lost-signed-by-another-than-the-reporter", "seats", "K13", "person")
def _(s, c):
    s.lost(signers="li qian", reporter="feng")


@bad("lost-with-a-second-signer-and-no-reporter", "seats", "K13", "person")
def _(s, c):
    s.lost(signers="li qian")


@bad("lost-reporter-is-by-and-another-signs", "seats", "K13", "person")
def _(s, c):
    s.lost(signers="li qian", reporter="li")


@bad("lost-by-the-delegate-of-the-reporter", "seats", "K13")
def _(s, c):
    s.delegate("li", "qian", ["key_custodian"])
    s.lost(signers="qian li", by="qian", reporter="li")


@bad("lost-reporter-suspended", "suspended", "seats")
def _(s, c):
    s.suspend("feng")
    s.lost(signers="li feng", reporter="feng")


@bad("lost-reporter-unknown", "object")
def _(s, c):
    s.lost(reporter="P0000002Z")


@bad("lost-twice", "state")
def _(s, c):
    s.lost()
    s.lost()


@bad("lost-after-retirement", "state")
def _(s, c):
    s.retire()
    s.lost()


@bad("lost-unknown-key", "object")
def _(s, c):
    s.lost("K0000003Z")


@bad("lost-label", "label")
def _(s, c):
    s.put("key.lost", "li", items=[{"item": "K00000003", "label": "x"}], reason="lost",
          reporter=None)


@bad("lost-member-beside-its-ring", "K4")
def _(s, c):
    s.lost("K00000001", "R00000010")


@bad("lost-before-its-last-movement", "late")
def _(s, c):
    s.lend()
    s.lost(event_at=when(s.t - HOUR), late="outage")


@bad("lost-reason", "policy")
def _(s, c):
    s.lost(reason="whatever")


@bad("lost-then-lent", "K4")
def _(s, c):
    s.lost()
    s.lend()


@bad("lost-cannot-be-corrected", "state")
def _(s, c):
    s.correct(s.lost())


@bad("found-by-staff", "K2", "role")
def _(s, c):
    s.lost()
    s.found_again(signers="feng")


@bad("found-signed-by-two", "seats")
def _(s, c):
    s.lost()
    s.found_again(signers="li qian")


@bad("found-not-lost", "state")
def _(s, c):
    s.found_again()


@bad("found-by-nobody-known", "object")
def _(s, c):
    s.lost()
    s.found_again(by_whom="nobody")


@good("found-by-a-person")
def _(s, c):
    s.lost()
    s.found_again(by_whom="feng")


@bad("found-before-it-was-lost", "late")
def _(s, c):
    s.lost()
    s.found_again(event_at=when(s.t - HOUR), late="outage")


@good("found-at-another-desk")
def _(s, c):
    s.lost()
    s.found_again(signers="zhou", desk="plant")
    s.back(["K00000003"], None, "li")
    c.flag("not-out")


@bad("damage-by-staff", "K2", "role")
def _(s, c):
    s.damage(signers="feng")


@bad("damage-by-duty", "K2", "role")
def _(s, c):
    s.damage(signers="zheng")


@bad("damage-signed-by-two", "seats")
def _(s, c):
    s.damage(signers="li qian")


@bad("damage-retired", "state")
def _(s, c):
    s.retire()
    s.damage()


@good("damage-while-lent")
def _(s, c):
    s.lend()
    s.damage()


@bad("rekey-by-one", "seats")
def _(s, c):
    s.rekey(signers="li")


@bad("rekey-without-a-manager", "seats", "role")
def _(s, c):
    s.rekey(signers="li feng")


@bad("rekey-without-a-custodian", "seats", "role")
def _(s, c):
    s.rekey(signers="sun wu")


@bad("rekey-unknown-lock", "object")
def _(s, c):
    s.rekey("9.D")


@bad("rekey-label", "label")
def _(s, c):
    s.rekey(locks=[{"code": "3.D", "label": "x"}])


@bad("rekey-too-late-entered", "late")
def _(s, c):
    s.rekey(event_at=when(s.t - 8 * DAY), late="outage")


@good("rekey-of-a-lock-whose-keys-are-retired")
def _(s, c):
    """No key of it is left: no flag.  K00000013 opens 3.D too and goes as well."""
    s.retire("K00000003", "K00000004", "K00000013")
    s.rekey()


@good("rekey-before-the-loss-closes-nothing")
def _(s, c):
    s.rekey()
    c.flag("stale-keys")
    s.lost()
    s.accept()


@good("rekey-by-event-time")
def _(s, c):
    """Entered after the loss, done before it: the loss stays open."""
    done = s.t + 30
    s.lost(opts={"step": HOUR})
    s.rekey(event_at=when(done), late="outage")
    c.flag("late", "stale-keys")
    s.accept()


@good("rekey-of-one-of-two-locks-closes-nothing")
def _(s, c):
    s.lost("K00000013")
    s.rekey()
    c.flag("stale-keys")
    s.accept("K00000013")


@bad("accept-after-both-locks-were-rekeyed", "state")
def _(s, c):
    s.lost("K00000013")
    s.rekey()
    s.rekey("3-2-12-1202.D")
    s.accept("K00000013")


@bad("accept-after-rekey", "state")
def _(s, c):
    s.lost()
    s.rekey()
    s.accept()


@bad("accept-after-found", "state")
def _(s, c):
    s.lost()
    s.found_again()
    s.accept()


@bad("accept-after-return", "state")
def _(s, c):
    s.lost()
    s.back(who=None)
    s.accept()


@good("accept-after-the-return-was-corrected")
def _(s, c):
    """The correction takes the return back, and with it that the loss was closed."""
    s.lost()
    back = s.back(who=None)
    c.flag("lost-item")
    s.correct(back)
    s.accept()


@bad("accept-the-loss-of-another-key", "state")
def _(s, c):
    s.lost("K00000004")
    s.accept()


@bad("accept-after-a-rekey-in-the-same-second", "state")
def _(s, c):
    s.lost()
    s.rekey(event_at=when(s.t), late="outage")
    s.accept()


@bad("accept-twice", "state")
def _(s, c):
    s.lost()
    s.accept()
    s.accept()


@bad("accept-nothing-lost", "state")
def _(s, c):
    s.accept()


@bad("accept-by-custodian", "seats")
def _(s, c):
    s.lost()
    s.accept(signers="li")


@bad("accept-signed-by-two", "seats")
def _(s, c):
    s.lost()
    s.accept(signers="sun li")


@bad("accept-a-ring", "structure", "object", "state", "K13")
def _(s, c):
    s.lost("R00000010")
    s.accept("R00000010")


@bad("accept-by-owner-entered-by-supervisor", "K13", "role")
def _(s, c):
    s.lost()
    s.owner_accepts(signers="sun")


@bad("accept-by-owner-without-letter", "K13")
def _(s, c):
    s.lost()
    s.owner_accepts(letter=None)


@bad("accept-by-tenant", "K13")
def _(s, c):
    s.lost()
    s.owner_accepts(party="P0000001A")


@bad("accept-by-owner-of-another-home", "K13")
def _(s, c):
    s.lost("K00000001")
    s.owner_accepts("K00000001", party="P0000001D")


@bad("accept-by-owner-without-a-home", "K13")
def _(s, c):
    s.lost()
    s.owner_accepts(party="P0000001C")


@bad("accept-by-unknown-party", "object", "K13")
def _(s, c):
    s.lost()
    s.owner_accepts(party="P0000002Z")


@good("accept-by-owner-signed-by-custodian")
def _(s, c):
    s.lost("K00000001")
    c.flag("from-ring")
    s.owner_accepts("K00000001", signers="zhou")


def unknown_reason(name, build):
    """A reason that the policy does not have; `build` makes the act with it."""
    bad("reason-of-" + name, "policy")(lambda s, c: build(s))


unknown_reason("damage", lambda s: s.damage(reason="whatever"))
unknown_reason("rekey", lambda s: s.rekey(reason="whatever"))
unknown_reason("accept", lambda s: (s.lost(), s.accept(reason="whatever")))
unknown_reason("retire", lambda s: s.retire(reason="whatever"))
unknown_reason("unseal", lambda s: (s.close_seal(), s.unseal(reason="whatever")))
unknown_reason("transfer", lambda s: s.transfer(reason="whatever"))


def before_the_last_movement(name, build):
    """An event that lies before the item's last movement."""
    def run(s, c):
        s.lend()
        s.back()
        build(s, event_at=when(s.t - HOUR), late="outage")
    bad(name + "-before-the-last-movement", "late")(run)


before_the_last_movement("retire", lambda s, **late: s.retire(**late))
before_the_last_movement("seal", lambda s, **late: s.close_seal(**late))
before_the_last_movement("unseal", lambda s, **late: (s.close_seal(), s.unseal(**late)))


# ---- retirement

@good("retire-a-ring")
def _(s, c):
    s.retire("R00000010")
    s.retire("K00000011")


@good("retire-a-ring-after-one-of-its-keys")
def _(s, c):
    s.retire("K00000001")
    c.flag("from-ring")
    s.retire("R00000010")
    c.flag("ring-short")


@good("return-of-a-retired-key")
def _(s, c):
    s.retire()
    s.back(who=None)
    c.flag("retired")
    s.lend()


@bad("retire-by-one", "seats")
def _(s, c):
    s.retire(signers="li")


@bad("retire-without-supervisor", "seats", "role")
def _(s, c):
    s.retire(signers="li feng")


@bad("retire-by-another-desk", "seats", "role")
def _(s, c):
    s.retire(signers="sun zhou")


@bad("retire-lent", "state")
def _(s, c):
    s.lend()
    s.retire()


@bad("retire-sealed", "state")
def _(s, c):
    s.close_seal()
    s.retire()


@bad("retire-of-another-home-desk", "state")
def _(s, c):
    s.lend(["K00000006"], "feng", "zhou", "plant")
    s.back(["K00000006"], "feng")
    s.retire("K00000006")


@bad("retire-lost-of-another-home-desk", "state")
def _(s, c):
    s.lost("K00000006", signers="zhou", desk="plant")
    s.retire("K00000006")


@bad("retire-a-ring-with-a-key-lost", "K5")
def _(s, c):
    s.lost("K00000001")
    s.retire("R00000010")


@bad("retire-twice", "state")
def _(s, c):
    s.retire()
    s.retire()


@bad("retire-then-lend", "K4")
def _(s, c):
    s.retire()
    s.lend()


# ---- seals

@good("seal")
def _(s, c):
    s.close_seal("R00000010", "K00000003", seal="封 1")
    s.unseal("R00000010", "K00000003", seal="封 1", signers="zheng feng", by="zheng")
    s.close_seal("K00000001", seal="F-2")
    c.flag("from-ring")
    s.unseal("K00000001", seal="F-2", signers="feng li", by="feng")


@bad("seal-by-duty", "K15", "role")
def _(s, c):
    s.close_seal(signers="zheng")


@bad("seal-signed-by-two", "seats", "K15")
def _(s, c):
    s.close_seal(signers="li qian")


@bad("seal-number-used", "exists")
def _(s, c):
    s.close_seal()
    s.close_seal("K00000004")


@bad("seal-number-broken-before", "exists")
def _(s, c):
    s.close_seal()
    s.unseal()
    s.close_seal()


@bad("seal-number-of-another-desk", "exists")
def _(s, c):
    s.close_seal("K00000006", signers="zhou", desk="plant")
    s.close_seal()


@bad("seal-lent", "K15")
def _(s, c):
    s.lend()
    s.close_seal()


@bad("seal-at-another-desk", "K15")
def _(s, c):
    s.close_seal("K00000006")


@bad("seal-then-lend", "K4")
def _(s, c):
    s.close_seal()
    s.lend()


@bad("unseal-by-one", "K15", "seats")
def _(s, c):
    s.close_seal()
    s.unseal(signers="li")


@bad("unseal-without-custodian-or-duty", "seats", "role", "K15")
def _(s, c):
    s.close_seal()
    s.unseal(signers="feng qian")


@bad("unseal-by-a-delegate-and-his-giver", "seats", "K15")
def _(s, c):
    """qian sits for li, so li cannot be the colleague; nor the other way: qian is in li's
    fold only while he sits by the role, and li sits by his own."""
    s.close_seal()
    s.delegate("zheng", "qian", ["duty"])
    s.revoke_role("zheng", ["duty"])
    s.unseal(signers="qian zheng")


@bad("unseal-of-another-desk", "state", "K15")
def _(s, c):
    s.close_seal("K00000006", signers="zhou", desk="plant")
    s.unseal("K00000006")


@bad("unseal-twice", "state", "K15")
def _(s, c):
    s.close_seal()
    s.unseal()
    s.unseal()


@bad("unseal-unknown", "state", "object", "K15")
def _(s, c):
    s.unseal()


@bad("unseal-not-all", "K15")
def _(s, c):
    s.close_seal("K00000003", "K00000004")
    s.unseal("K00000003")


@bad("unseal-what-is-not-in-it", "K15")
def _(s, c):
    s.close_seal()
    s.unseal("K00000003", "K00000004")


@good("lost-from-a-seal")
def _(s, c):
    """Two sign, the seal is broken; of what else lay under it one tells."""
    s.close_seal("K00000003", "K00000004", "K00000011")
    s.lost("K00000004", signers="li feng", reporter="feng")
    c.flag("seal-broken")
    s.handover()
    s.lost("K00000003")
    s.back(["K00000011"], None)


@bad("lost-from-a-seal-by-one", "K15")
def _(s, c):
    s.close_seal("K00000003", "K00000004")
    s.lost("K00000004", reporter="feng")


@bad("ring-lost-from-a-seal-by-one", "K15")
def _(s, c):
    s.close_seal("R00000010")
    s.lost("R00000010")


@bad("unseal-after-one-was-lost-from-it", "state")
def _(s, c):
    s.close_seal("K00000003", "K00000004")
    s.lost("K00000004", signers="li feng", reporter="feng")
    s.unseal("K00000003")


@good("return-from-a-seal")
def _(s, c):
    """Never refused; the first one breaks the seal."""
    s.close_seal("K00000003", "R00000010")
    s.back(["R00000010"], None)
    c.flag("seal-broken")
    s.handover()
    s.back(["K00000003"], "feng")
    c.flag("not-holder")


@good("return-from-a-seal-corrected")
def _(s, c):
    s.close_seal("K00000003", "K00000004")
    back = s.back(who=None)
    c.flag("seal-broken")
    s.correct(back)
    s.handover(counted={"sealed": 1})
    s.unseal("K00000003", "K00000004")


@bad("return-corrected-of-a-seal-broken-before", "state")
def _(s, c):
    """The correction of the second return gives nothing back of the seal."""
    s.close_seal("K00000003", "K00000004")
    s.back(["K00000004"], None)
    back = s.back(who=None)
    s.correct(back)
    s.unseal("K00000003")


@good("return-from-a-tray-by-who-has-it")
def _(s, c):
    s.put("tray.issue", "li qian", items=["K00000011"], receiver="qian")
    s.back(["K00000011"], "qian")
    s.put("tray.issue", "li qian", items=["K00000011"], receiver="qian")
    s.back(["K00000011"], "feng")
    c.flag("not-holder")


# ---- emergency

@good("emergency")
def _(s, c):
    """From the desk and out of a seal, which gives back the rest; ratified by either role."""
    s.close_seal("K00000011", "K00000012", seal="F-9")
    e = s.emergency("K00000011", "K00000003", seal="F-9", cause="fire",
                    call={"party": "P0000001D", "result": "no_answer"})
    c.flag("seal-broken")
    s.ratify(e, ("sun",))
    s.close_seal("K00000012", seal="F-10")       # it stands at the desk again
    s.back(["K00000011"], "qian")
    e = s.emergency("K00000011", signers="li qian", by="li", receiver="li",
                    call={"at": None, "result": "no_number"})
    s.ratify(e, ("chen",))
    s.back(["K00000011"], "li", "hua")
    # Not ratified yet, and in time.
    s.emergency()
    c.flag("unratified")


@good("emergency-ratified-in-the-last-second")
def _(s, c):
    e = s.emergency()
    s.ratify(e, ("sun",), step=24 * HOUR)


@good("emergency-not-ratified-in-its-last-second")
def _(s, c):
    s.emergency()
    c.flag("unratified")
    s.sleep(24 * HOUR)


@good("emergency-extended")
def _(s, c):
    """It stands in the table of loans: its due can be put off."""
    e = s.emergency()
    s.ratify(e, ("sun",))
    s.put("key.extend", "li", approval=None, due=when(s.t + DAY), items=["K00000011"],
          reason="other")
    s.sleep(13 * HOUR)
    s.handover(counted={"open": 1})


@good("emergency-takes-a-ring-out-of-a-seal")
def _(s, c):
    s.close_seal("R00000010", "K00000003", seal="F-9")
    e = s.emergency("R00000010", seal="F-9")
    c.flag("seal-broken")
    s.ratify(e, ("sun",))
    s.lend()                                     # what else it held stands at the desk


def audit(name, check="K16"):
    """A case whose finding is at the emergency, not at the last entry."""
    def keep(build):
        @bad(name, check)
        def _(s, c):
            c.index = build(s, c)
        return build
    return keep


@audit("emergency-never-ratified")
def _(s, c):
    s.emergency()
    at = len(s.entries) - 1
    c.flag("unratified")
    s.sleep(24 * HOUR + 1)
    return at


@audit("emergency-ratified-late")
def _(s, c):
    e = s.emergency()
    at = len(s.entries) - 1
    s.ratify(e, ("sun",), step=24 * HOUR + 1)
    c.flag("late-ratified")
    return at


@audit("emergency-ratified-late-under-a-longer-policy")
def _(s, c):
    """The hours are those of the policy in force at the emergency."""
    s.set_policy(desk_policy(ratify_h=2))
    e = s.emergency(opts={"step": 120})
    at = len(s.entries) - 1
    s.set_policy(desk_policy(ratify_h=24), start=s.t + 8 * DAY)
    s.ratify(e, ("sun",), step=2 * HOUR)
    c.flag("late-ratified")
    return at


@bad("emergency-by-one", "K16", "seats")
def _(s, c):
    s.emergency(signers="zheng", receiver="zheng")


@bad("emergency-by-staff", "K16", "seats", "role")
def _(s, c):
    s.emergency(signers="feng qian")


@bad("emergency-by-the-colleague", "K16", "seats", "role")
def _(s, c):
    s.emergency(signers="li qian", by="qian")


@bad("emergency-signed-by-three", "K16", "seats")
def _(s, c):
    s.emergency(signers="li qian feng")


@bad("emergency-suspended-colleague", "K16")
def _(s, c):
    s.suspend("qian")
    s.emergency()


@bad("emergency-for-a-third", "K16")
def _(s, c):
    s.emergency(receiver="feng")


@bad("emergency-cause", "policy", "K16")
def _(s, c):
    s.emergency(cause="curiosity")


@bad("emergency-place", "object")
def _(s, c):
    s.emergency(place="9")


@bad("emergency-party", "object")
def _(s, c):
    s.emergency(call={"party": "P0000002Z"})


@bad("emergency-reached-without-time", "K16", "structure")
def _(s, c):
    s.emergency(call={"at": None})


@bad("emergency-no-answer-without-time", "K16", "structure")
def _(s, c):
    s.emergency(call={"at": None, "result": "no_answer"})


@bad("emergency-no-number-with-time", "K16", "structure")
def _(s, c):
    s.emergency(call={"result": "no_number"})


@bad("emergency-lent", "K16")
def _(s, c):
    s.lend()
    s.emergency("K00000003")


@bad("emergency-sealed-and-no-seal-named", "K16")
def _(s, c):
    s.close_seal("K00000011")
    s.emergency()


@bad("emergency-under-another-seal", "K16")
def _(s, c):
    s.close_seal("K00000011")
    s.close_seal("K00000012", seal="F-2")
    s.emergency(seal="F-2")


@bad("emergency-seal-broken-before", "K16", "state")
def _(s, c):
    s.close_seal("K00000011")
    s.unseal("K00000011")
    s.emergency(seal="F-1")


@bad("emergency-seal-of-another-desk", "K16", "state")
def _(s, c):
    s.close_seal("K00000006", signers="zhou", desk="plant")
    s.emergency("K00000006", seal="F-1")


@bad("emergency-before-the-last-movement", "late")
def _(s, c):
    s.lost("K00000011")
    s.found_again("K00000011")
    s.emergency(event_at=when(s.t - HOUR), late="outage")


@bad("unseal-after-an-emergency-broke-it", "state", "K15")
def _(s, c):
    s.close_seal("K00000011", "K00000012")
    s.emergency(seal="F-1")
    s.unseal("K00000012")


@bad("ratify-emergency-by-staff", "role", "seats")
def _(s, c):
    s.ratify(s.emergency(), ("feng",))


@bad("ratify-emergency-by-two", "seats")
def _(s, c):
    s.ratify(s.emergency(), ("chen", "sun"))


@bad("ratify-emergency-by-its-co-signer", "seats", "role")
def _(s, c):
    s.ratify(s.emergency(signers="zheng sun", receiver="zheng"), ("sun",))


@bad("ratify-emergency-by-its-receiver", "seats", "role")
def _(s, c):
    s.ratify(s.emergency(signers="zheng sun", receiver="sun"), ("sun",))


@bad("ratify-emergency-by-the-delegate-of-its-co-signer", "seats", "role")
def _(s, c):
    s.delegate("sun", "feng", ["supervisor"])
    s.ratify(s.emergency(signers="zheng sun", receiver="zheng"), ("feng",))


@bad("ratify-emergency-by-whom-by-acted-for", "seats", "role")
def _(s, c):
    s.grant("sun", ["duty"])
    s.delegate("sun", "feng", ["duty"])
    s.ratify(s.emergency(signers="feng qian"), ("sun",))


@bad("ratify-emergency-twice", "state")
def _(s, c):
    e = s.emergency()
    s.ratify(e, ("sun",))
    s.ratify(e, ("chen",))


@bad("emergency-keys-are-lent-to-nobody-else", "K4")
def _(s, c):
    s.emergency("K00000003")
    s.lend()


import make_ledgers_count  # noqa: E402,F401  their cases join the same list
import make_ledgers_register  # noqa: E402,F401
import make_ledgers_tags  # noqa: E402,F401
