"""How the cases of FORMATS.md sections 17.1 and 17.2 make their acts; knows no rules."""

from make_ledgers import DAY, ONE, START, TWO, items, receipt, when
from make_ledgers import case as plain_case

HOUR = 3600
HOME, OWNER, TENANT, AGENT, OTHER = ("3-2-12-1201", "P00000009", "P00000019", "P00000029",
                                     "P00000039")
K1, K2, K3, K4, K5, K6, RING = ("K00000001", "K00000002", "K00000003", "K00000004",
                                "K00000005", "K00000006", "R00000010")


def case(name, check, *also, start="desk"):
    return plain_case(name, "failed", check, *also, start=start)


def good(name, start="desk"):
    return plain_case(name, "verified", start=start)


def local(day, hour, minute=0):
    """A local time of the day that many days after the founding (a Monday)."""
    return START - 9 * HOUR + day * DAY + hour * HOUR + minute * 60


def flag(s, c, *checks, at=None):
    """Expects these flags at the newest entry; the first call expects no others."""
    c.flags = (c.flags or []) + [[len(s.entries) - 1 if at is None else at, x]
                                 for x in checks]


def no_flags(c):
    c.flags = c.flags or []


def do(s, name, body, signers, over=None, by=None, two=True, **opts):
    """An act whose members sheet and terminals follow from its signers."""
    body = dict(body, **(over or {}))
    if two and "terminals" not in body:
        body.update(TWO if len(signers) > 1 else ONE)
    return s.act(name, body, signers, by=by, **opts)


def signed(body, by, to, signers):
    if signers is not None:
        return signers
    return [by, to] if body["receipt"]["kind"] == "credential" else [by]


NOW = {"event_at": None, "late": None}


def lend(s, names=(K3,), to="feng", by="li", desk="front", signers=None, accept=(),
         act="key.lend/2", due=8 * HOUR, **over):
    body = {"approval": None, "desk": desk, "due": when(s.t + due), **NOW,
            "items": items(*names), "on_behalf": "工程部 工单 118", "purpose": "repair",
            "receipt": receipt(), "receiver": to}
    if act == "key.lend/2":
        body["accepted"] = [{"reason": "only_one", "warning": w} for w in sorted(accept)]
    body.update(over)
    return do(s, act, body, signed(body, by, to, signers), by=by)


def escort(s, names=(K1,), to="qian", by="li", desk="front", due=2 * HOUR, **over):
    return lend(s, names, to, by, desk, over.pop("signers", None), act="key.escort/1", due=due,
                **dict({"escorted": OTHER}, **over))


def authorise(s, named=(), scope=("copy", "lend"), signers=("qian", "sun"), days=30, **over):
    return do(s, "party.authorise/1", {
        "end": when(s.t + days * DAY), "letter": "托管委托书 12",
        "named": [{"holder": h} for h in sorted(named)], "party": OWNER, "place": HOME,
        "scope": sorted(scope), "start": when(s.t)}, signers, over)


def consent(s, names=(K1,), to="feng", scope="lend", signers=("qian", "sun"), **over):
    return do(s, "party.consent/1", {
        "channel": "phone", "items": items(*names), "party": OWNER, "purpose": "repair",
        "receiver": to, "scope": scope,
        "window": {"end": when(s.t + DAY), "start": when(s.t)}}, signers, over)


def standing(s, named=("feng",), places=("PLANT",), by="wu", signers=None, days=90, **over):
    return do(s, "standing.grant/1", {
        "end": when(s.t + days * DAY), "named": [{"holder": h} for h in sorted(named)],
        "places": sorted(places), "post": "巡检岗", "purposes": ["repair", "round"],
        "start": when(s.t)}, signers or [by], over, by, two=False)


def end_standing(s, act, by="wu", **over):
    return do(s, "standing.end/1", {"reason": "other", "standing": act}, [by], over, two=False)


def end_authorise(s, act, by="qian", **over):
    return do(s, "party.end/1", {"authorisation": act, "reason": "other"}, [by], over,
              two=False)


def extend(s, names=(K3,), by="li", desk="front", due=2 * DAY, **over):
    return do(s, "key.extend/1", {"approval": None, "desk": desk, "due": when(s.t + due),
                                  "items": items(*names), "reason": "other"}, [by], over,
              two=False)


def chase(s, names=(K3,), by="zheng", **over):
    return do(s, "key.chase/1", {"channel": "phone", "items": items(*names), "promised": None,
                                 "result": "no_answer"}, [by], over, two=False)


def move(s, names=(K3,), desk="front", to="plant", signers=("li", "zhou"), **over):
    return do(s, "key.move/1", {"desk": desk, **NOW, "items": items(*names), "reason": "other",
                                "rehome": False, "to": to}, signers, over)


def issue(s, names=(RING,), to="qian", by="li", signers=None, **over):
    return do(s, "tray.issue/1", {"desk": "front", **NOW, "items": items(*names),
                                  "receiver": to}, signers or (by, to), over, by)


def settle(s, names=(RING,), missing=(), who="qian", by="li", signers=None, **over):
    return do(s, "tray.settle/1", {"desk": "front", **NOW, "from": who, "items": items(*names),
                                   "missing": items(*missing)}, signers or (by, who), over, by)


def hand(s, names=(RING,), by="li", signers=None, party=OWNER, **over):
    return do(s, "key.handover/1", {
        "desk": "front", "documents": ["id_card"], **NOW, "items": items(*names),
        "letter": None, "party": party, "place": HOME,
        "receipt": receipt("paper", slip="0001")}, signers or [by], over, by)


def deposit(s, act, names=(RING,), by="li", **over):
    return do(s, "key.deposit/1", {"authorisation": act, "desk": "front", **NOW,
                                   "items": items(*names), "party": OWNER, "slip": "0002"},
              [by], over, two=False)


def withdraw(s, names=(RING,), by="li", **over):
    return do(s, "key.withdraw/1", {"desk": "front", **NOW, "items": items(*names),
                                    "party": OWNER, "receipt": receipt("thumb")},
              [by], over, two=False)


def oral(s, request, approver="sun", by="zheng", signers=None, count=1, **over):
    return do(s, "request.oral/1", {
        "approver": approver, "channel": "phone", "heard_at": when(s.t),
        "limits": {"count": count, "until": when(s.t + DAY)}, "request": request},
        signers or (by, "tang"), over, by)


def ask_copy(s, names=(K3,), by="feng", **over):
    return s.ask(names, by, **dict({"for": "key.copy"}, **over))


def make_copies(s, approval, n=1, of=K3, by="li", desk="front", first=1, **over):
    return do(s, "key.copy/1", {
        "approval": approval, "copies": [
            {"copy": 2 + k, "item": "K0000020%d" % (first + k), "label": "配 %d" % (first + k),
             "ring": None} for k in range(n)],
        "desk": desk, **NOW, "of": items(of)[0]}, [by], over, two=False)


def close_copies(s, approval, by="li", **over):
    return do(s, "copy.close/1", {"approval": approval, "reason": "other"}, [by], over,
              two=False)


def ok_to_copy(s, names=(K3,), by="wu", count=1):
    return s.approve(ask_copy(s, names), by, count=count)
