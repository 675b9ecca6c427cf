"""Ledgers of FORMATS.md section 21: erasure, incidents, reads (P1 to P3)."""

import base64
import json

from make_ledgers import DAY, Seal, receipt, succeed
from make_ledgers_folder_site import (F1, F2, F3, HOME2, OWNER, OWNER2, TENANT, bad, good)

CLEAN = "P0000009A"      # a party with nothing open
SLIP = "0" * 64


def visitor(s, code=CLEAN):
    return s.act("party.add/1", {"name": Seal(code, "某人"), "party": code,
                                 "phone": Seal(code, "1380000"), "relation": "owner",
                                 "unit": HOME2}, ["qian"])


def gone(s):
    """F2 (3 fields under one key) and F3 (2) destroyed; gives the act."""
    return s.destroy()


# ---- with a destruction

@good("erase-with-a-destruction")
def _(s, c):
    act = gone(s)
    s.done(s.intend("destruction", act, F2, F3, count=5), 5, 2, signers="hai mo")
    s.file(F1, (4,))


def key_of(s, opening):
    """The k of the commitment that an opening is of."""
    value = json.loads(base64.b64decode(json.loads(s.entries[opening["entry"]])["payload"]))
    for part in opening["pointer"].split("/")[1:]:
        value = value[int(part) if isinstance(value, list) else part]
    return value["k"]


@good("erase-openings")
def _(s, c):
    """What is erased need not be opened; what is left must be."""
    s.intend("destruction", gone(s), F2, count=3)
    c.openings = [o for o in s.openings if key_of(s, o) not in s.subject(F2)]
    c.openings_verdict = "verified"


@good("erase-openings-of-another-missing")
def _(s, c):
    s.intend("destruction", gone(s), F2, count=3)
    c.openings = [o for o in s.openings if key_of(s, o) not in s.subject(F3)]
    c.openings_verdict = "failed"


@bad("commit-under-an-erased-key", "openings")
def _(s, c):
    s.intend("destruction", gone(s), F2, count=3)
    s.file(F1, s.filed(F1, 4, title=Seal(F2, "再来")))


@bad("commit-under-an-erased-key-in-a-line", "openings")
def _(s, c):
    s.intend("destruction", gone(s), F2, count=3)
    s.line("folder.file/1", s.file_body(F1, s.filed(F1, 4, title=Seal(F2, "再来"))), by="guo")


@bad("commit-under-an-erased-key-in-a-note", "openings")
def _(s, c):
    s.intend("destruction", gone(s), F2, count=3)
    s.report(text=Seal(F2, "再来"))


def ruin_case(name, check, *also, subjects=(F2,), count=3, **over):
    @bad("erase-" + name, check, *also)
    def _(s, c):
        s.intend("destruction", gone(s), *subjects, count=count, **over)


ruin_case("count", "count", count=2)
ruin_case("nothing-under-it", "object", subjects=("nowhere",), count=0)
ruin_case("a-living-folder", "A15", subjects=(F1,), count=4)
ruin_case("a-partys-key-with-a-destruction", "A15", subjects=(OWNER2,), count=1)
ruin_case("by-one-witness", "A15", "seats", signers="hai")
ruin_case("by-others-with-a-witness", "A15", "seats", signers="chen hai mo")
ruin_case("by-managers", "A15", "seats", signers="chen wang")


@bad("erase-twice", "state")
def _(s, c):
    act = gone(s)
    s.intend("destruction", act, F2, count=3)
    s.intend("destruction", act, F2, count=3)


@bad("erase-with-no-destruction", "object")
def _(s, c):
    s.intend("destruction", s.decided(F2), F2, count=3)


@bad("erase-with-anothers-destruction", "A15")
def _(s, c):
    s.destroy(F2, number="0")
    s.intend("destruction", s.destroy(F3), F2, count=3)


@bad("erase-with-a-destroyed-paper", "A15")
def _(s, c):
    s.appraise((F1 + ".1", "without_value", None))
    act = s.destroy(F1 + ".1", reason="without_value")
    s.intend("destruction", act, F1, count=4)


@good("erase-counts-every-commitment")
def _(s, c):
    """Those of lines never closed, and what another act put under the key."""
    s.line("folder.file/1", s.file_body(F2, s.filed(F2, 7, title=Seal(F2, "一"), there=False)),
           by="guo")
    c.flag("open-lines")
    s.report(text=Seal(F2, "二"))
    s.intend("destruction", gone(s), F2, count=5)


@bad("erase-a-key-of-two-folders", "A15")
def _(s, c):
    s.file(F1, s.filed(F1, 4, title=Seal(F2, "一")))
    s.intend("destruction", gone(s), F2, count=4)


@bad("erase-what-was-handed-out-of-a-living-folder-too", "A15")
def _(s, c):
    s.do("folder.produce/1", "guo chen", {
        "authority": "police", "document": "7", "due": None, "folders": [
            s.ref(F1, papers=s.counted(F1, 1)), s.ref(F2, papers=s.counted(F2, 1))],
        "kind": "view", "receiver": Seal("officer", "张"), "slip": "7"})
    s.intend("destruction", gone(s), "officer", count=1)


@good("erase-what-was-handed-out")
def _(s, c):
    s.produce(F2, 1)
    s.intend("destruction", gone(s), F2, "officer", count=4)


# ---- at a party's own request

@good("erase-on-request")
def _(s, c):
    visitor(s)
    s.do("erase.refuse/1", "chen", {"ground": "retention_runs", "request": s.forget_me(CLEAN)})
    request = s.forget_me(CLEAN, signers="guo")
    s.forget_me(OWNER)
    s.done(s.intend("request", request, CLEAN, count=2), 2, signers="sun wang")
    gone(s)
    request = s.forget_me(OWNER2)
    s.intend("request", request, F2, OWNER2, count=4, signers="chen guo")


def wish_case(name, check, *also, party=CLEAN, subjects=(CLEAN,), count=2, **over):
    @bad("erase-request-" + name, check, *also)
    def _(s, c):
        visitor(s)
        s.intend("request", s.forget_me(party), *subjects, count=count, **over)


wish_case("with-an-open-folder", "P2", party=OWNER, subjects=("p9",))
wish_case("of-anothers-key", "P2", subjects=(TENANT,), count=1)
wish_case("of-nobodys-key", "P2", subjects=("li",), count=1)
wish_case("by-one", "P2", "seats", signers="chen")
wish_case("without-the-manager", "P2", "seats", signers="guo wang")
wish_case("with-service-staff", "P2", "seats", signers="chen qian")
wish_case("count", "count", count=3)


@bad("erase-request-with-a-key", "P2")
def _(s, c):
    visitor(s)
    s.opening(("K00000003", "owner", CLEAN))
    s.intend("request", s.forget_me(CLEAN), CLEAN, count=2)


@bad("erase-request-with-a-paper-lent", "P2")
def _(s, c):
    visitor(s)
    s.loan((F1, 1), to=CLEAN, receipt=receipt("thumb"))
    s.intend("request", s.forget_me(CLEAN), CLEAN, count=2)


@bad("erase-request-refused-before", "object", "state")
def _(s, c):
    visitor(s)
    request = s.forget_me(CLEAN)
    s.do("erase.refuse/1", "chen", {"ground": "held", "request": request})
    s.intend("request", request, CLEAN, count=2)


@bad("erase-request-met-before", "object", "state")
def _(s, c):
    gone(s)
    request = s.forget_me(OWNER2)
    s.intend("request", request, OWNER2, count=1)
    s.intend("request", request, F2, count=3)


@bad("erase-request-of-no-request", "object")
def _(s, c):
    visitor(s)
    s.intend("request", None, CLEAN, count=2)


@bad("ask-to-be-erased-by-a-key-custodian", "seats", "role")
def _(s, c):
    s.forget_me(signers="li")


@bad("ask-to-be-erased-twice", "state")
def _(s, c):
    s.forget_me()
    s.forget_me()


@bad("ask-to-erase-nobody", "object")
def _(s, c):
    s.forget_me("P0000009Z")


@bad("refuse-erasure-by-the-supervisor", "seats", "role")
def _(s, c):
    s.do("erase.refuse/1", "sun", {"ground": "held", "request": s.forget_me()})


@bad("refuse-erasure-twice", "state")
def _(s, c):
    request = s.forget_me()
    for _ in range(2):
        s.do("erase.refuse/1", "chen", {"ground": "held", "request": request})


@bad("refuse-erasure-of-nobody", "object")
def _(s, c):
    s.do("erase.refuse/1", "chen", {"ground": "held", "request": SLIP})


# ---- when the time is over

MONTHS_6 = 184      # from 2 March to 2 September


@good("erase-expired")
def _(s, c):
    visitor(s)
    gone(s)
    s.intend("expiry", None, F2, count=3)
    s.intend("expiry", None, CLEAN, OWNER2, F3, count=5, step=MONTHS_6 * DAY)


def over_case(name, check, *also, subjects=(CLEAN,), count=2, **over):
    @bad("erase-expired-" + name, check, *also)
    def _(s, c):
        visitor(s)
        s.intend("expiry", None, *subjects, count=count,
                 **dict({"step": MONTHS_6 * DAY}, **over))


over_case("a-day-early", "P2", step=(MONTHS_6 - 1) * DAY)
over_case("with-an-open-folder", "P2", subjects=("p9",))
over_case("a-living-folder", "P2", subjects=(F1,), count=4)
over_case("nobodys", "P2", subjects=("li",), count=1)
over_case("by-one", "P2", "seats", signers="chen")
over_case("by-two-managers-of-nothing", "P2", "seats", signers="chen zheng")
over_case("with-an-act", "structure", "object", ground={"act": SLIP, "kind": "expiry"})


@bad("erase-expired-counted-from-the-last-key", "P2")
def _(s, c):
    visitor(s)
    s.opening(("K00000003", "owner", CLEAN))
    s.back(["K00000003"], None, opts={"step": 20 * DAY})
    s.intend("expiry", None, CLEAN, count=2, step=(MONTHS_6 - 1) * DAY)


@bad("erase-expired-counted-from-the-destruction", "P2")
def _(s, c):
    s.sleep(30 * DAY)
    gone(s)
    s.intend("expiry", None, OWNER2, count=1, step=(MONTHS_6 - 10) * DAY)


# ---- done

@bad("done-twice", "state")
def _(s, c):
    intent = s.intend("destruction", gone(s), F2, count=3)
    s.done(intent, 3)
    s.done(intent, 3)


def done_case(name, check, *also, fields=3, **over):
    @bad("done-" + name, check, *also)
    def _(s, c):
        s.done(s.intend("destruction", gone(s), F2, count=3), fields, **over)


done_case("fields", "count", fields=2)
done_case("subjects", "count", subjects=2)
done_case("by-one", "seats", signers="chen")
done_case("by-staff", "seats", "role", signers="feng qian")
done_case("medium", "structure", "policy", media=["paper"])


@bad("done-of-nothing", "object")
def _(s, c):
    s.done(SLIP, 3)


@bad("done-by-witnesses-of-no-destruction", "seats", "role")
def _(s, c):
    visitor(s)
    s.done(s.intend("request", s.forget_me(CLEAN), CLEAN, count=2), 2, signers="hai mo")


@bad("erasure-corrected", "state")
def _(s, c):
    s.correct(s.intend("destruction", gone(s), F2, count=3), ("guo", "sun"))


@good("erasure-over-a-succession")
def _(s, c):
    """Keys that were erased stay so; those of the predecessor still count."""
    act = gone(s)
    n = succeed(s)
    body = {"count": 3, "ground": {"act": act, "kind": "destruction"},
            "subjects": s.subject(F2), "sheet": None, "terminals": 2}
    n.act("erase.intent/1", body, ["hai", "mo"])
    return n


# ---- incidents (P3) and reads (P1)

@good("incidents-and-reads")
def _(s, c):
    one = s.report(F1, F1 + ".3", party=OWNER)
    s.follow(one, note=Seal("note", "已通知"))
    s.follow(one, signers="zheng", step="contained")
    s.end(one, lesson=Seal("note", "上锁"))
    s.end(s.report(signers="sun"), signers="chen", result="unfounded")
    s.read(F1, OWNER)
    s.read(F2, signers="li")


def leak_case(name, check, *also, **over):
    @bad("incident-" + name, check, *also)
    def _(s, c):
        s.report(F1, **over)


leak_case("kind", "policy", kind="gossip")
leak_case("noticed-tomorrow", "P3", noticed_at="2026-03-04T00:00:00Z")
leak_case("party", "object", party="P0000009Z")
leak_case("by-an-auditor", "role", "seats", signers="shen")
leak_case("by-two", "seats", signers="feng qian")


@bad("incident-of-an-unknown-folder", "object")
def _(s, c):
    s.report("F0000F00Z")


@bad("incident-closed-by-who-reported-it", "P3", "seats")
def _(s, c):
    s.end(s.report(signers="sun"))


@bad("incident-closed-by-his-delegate", "P3", "seats")
def _(s, c):
    s.delegate("sun", "feng", ["supervisor"])
    s.end(s.report(signers="sun"), signers="feng")


@bad("incident-closed-by-staff", "P3", "seats")
def _(s, c):
    s.end(s.report(), signers="qian")


@bad("incident-of-a-return-closed-by-its-clerk", "P3", "seats")
def _(s, c):
    s.grant("guo", ["supervisor"])
    s.loan()
    s.end(s.bring(F1, 1, condition="damaged"), signers="guo")


@bad("incident-of-a-good-return", "object")
def _(s, c):
    s.loan()
    s.end(s.bring(F1, 1))


@bad("incident-followed-after-its-end", "state")
def _(s, c):
    one = s.report()
    s.end(one)
    s.follow(one)


@bad("incident-closed-twice", "state")
def _(s, c):
    one = s.report()
    s.end(one)
    s.end(one)


@bad("incident-followed-from-nowhere", "object")
def _(s, c):
    s.follow(SLIP)


@bad("incident-corrected", "state")
def _(s, c):
    s.correct(s.report(), ("guo", "sun"))


def look_case(name, check, *also, names=(F1,), **over):
    @bad("read-" + name, check, *also)
    def _(s, c):
        s.read(*names, **over)


look_case("by-staff", "P1", "seats", signers="feng")
look_case("by-a-witness", "P1", "seats", signers="hai")
look_case("by-an-auditor", "P1", "role", "seats", signers="shen")
look_case("privately", "P1", purpose="private")
look_case("purpose", "policy", purpose="mood")
look_case("unknown", "object", names=("F0000F00Z",))
look_case("unknown-party", "object", names=("P0000009Z",))
look_case("a-key", "structure", "object", names=("K00000003",))
look_case("by-name", "label", names=(), items=[{"item": OWNER, "label": "王建国"}])
