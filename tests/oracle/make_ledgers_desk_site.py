"""The site of the ledgers of FORMATS.md sections 17.3 to 17.5, and how they are named.

make_ledgers_desk.py, make_ledgers_register.py and make_ledgers_count.py have the cases.  Every
bad one is signed perfectly and breaks one sentence.  `also` names the checks that a reader may
give instead where the text names none.
"""

import copy
import functools
import hashlib

from make_ledgers import (CASES, DAY, ONE, POLICY, TWO, Seal, Site, items, policy, receipt, when)

HOUR = 3600
WITH_TWO = frozenset("""key.lost key.retire key.unseal key.emergency lock.rekey key.takeover
opening.balance custodian.change unit.transfer shift.handover shift.close stocktake.finish
slip.close party.authorise tray.issue""".split())
WITH_EVENT = frozenset("""key.lost key.found lock.rekey key.retire key.seal key.unseal
key.emergency key.takeover unit.transfer shift.handover shift.close tray.issue""".split())
NO_DESK = frozenset("""lock.rekey risk.accept person.tag unit.transfer stocktake.finish
party.authorise""".split())


def desk_policy(**over):
    classes = [dict(c, consent=c["code"] == "home",
                    copy_approval=["supervisor"] if c["code"] == "home"
                    else ["engineering_manager"]) for c in POLICY["key_classes"]]
    every = ["fri", "mon", "sat", "sun", "thu", "tue", "wed"]
    new = {
        "key_classes": classes,
        "causes": [{"code": "fire", "label": "火警"}, {"code": "leak", "label": "漏水"}],
        "channels": [{"code": "phone", "label": "电话"}],
        "documents": [{"code": "deed", "label": "房产证"}],
        "emergency_due_h": 12, "escort_max_min": 120, "holidays": [], "ratify_h": 24,
        "shifts": [{"code": "day", "days": every, "desks": ["front"], "end_min": 1080,
                    "label": "白班", "start_min": 480}],
        "spare_min": 0, "standing_approval": ["engineering_manager"], "stocktake_sample": 2,
        "warning_reasons": [{"code": "told", "label": "已告知"}]}
    return policy(**dict(new, **over))


class DeskSite(Site):
    """The small estate with a second home, two desks' worth of people and consent."""

    def found(self, **over):
        return super().found(**dict({"policy": desk_policy()}, **over))

    def start(self):
        self.base()
        self.enrol("hua", ["key_custodian"])
        self.enrol("guo", ["archive_custodian"])
        self.enrol("lin", ["engineering_supervisor"])
        self.place([("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
        self.lock([("3-2-12-1202.D", "home_door", "3-2-12-1202")])
        self.keys("front", [("K00000011", 1, ["3-2-12-1202.D"], None),
                            ("K00000012", 2, ["3-2-12-1202.D"], None),
                            ("K00000013", 1, ["3-2-12-1202.D", "3.D"], None)])
        for code, relation, unit in (("P0000001A", "tenant", "3-2-12-1201"),
                                     ("P0000001B", "owner", "3-2-12-1201"),
                                     ("P0000001C", "owner", None),
                                     ("P0000001D", "owner", "3-2-12-1202")):
            self.act("party.add/1", {"name": Seal(code, "某某"), "party": code,
                                     "phone": None, "relation": relation, "unit": unit},
                     ["qian"])
        return self

    def put(self, name, signers, by=None, opts=None, **body):
        """An act of section 17 with the usual members; names of items become items."""
        signers = signers.split() if isinstance(signers, str) else signers
        if name not in NO_DESK:
            body.setdefault("desk", "front")
        if name in WITH_EVENT:
            body = dict({"event_at": None, "late": None}, **body)
        if name in WITH_TWO:
            body = dict(TWO if len(signers) > 1 else ONE, **body)
        for member in ("items", "add", "remove", "missing"):
            if member in body and all(isinstance(i, str) for i in body[member]):
                body[member] = items(*body[member])
        return self.act(name + "/1", body, signers, by=by or signers[0], **(opts or {}))

    def lost(self, *names, signers="li", **over):
        return self.put("key.lost", signers, items=names or ["K00000003"],
                        **dict({"reason": "lost", "reporter": None}, **over))

    def found_again(self, *names, signers="li", **over):
        return self.put("key.found", signers, items=names or ["K00000003"],
                        **dict({"by_whom": None, "condition": "ok"}, **over))

    def rekey(self, *codes, signers="li sun", **over):
        locks = [{"code": c, "label": c} for c in sorted(codes or ["3.D"])]
        return self.put("lock.rekey", signers, **dict({"locks": locks, "reason": "lost"},
                                                      **over))

    def accept(self, *names, signers="sun", **over):
        return self.put("risk.accept", signers, items=names or ["K00000003"],
                        **dict({"letter": None, "party": None, "reason": "other"}, **over))

    def owner_accepts(self, *names, signers="qian", **over):
        return self.accept(*names, signers=signers,
                           **dict({"letter": "承诺书 3", "party": "P00000009"}, **over))

    def damage(self, *names, signers="li", **over):
        return self.put("key.damage", signers, items=names or ["K00000003"],
                        **dict({"reason": "other"}, **over))

    def retire(self, *names, signers="li sun", **over):
        return self.put("key.retire", signers, items=names or ["K00000003"],
                        **dict({"reason": "other"}, **over))

    def close_seal(self, *names, signers="li", seal="F-1", **over):
        return self.put("key.seal", signers, items=names or ["K00000003"], seal=seal, **over)

    def unseal(self, *names, signers="li qian", seal="F-1", **over):
        return self.put("key.unseal", signers, items=names or ["K00000003"], seal=seal,
                        **dict({"reason": "other"}, **over))

    def emergency(self, *names, signers="zheng qian", call=None, **over):
        called = dict({"at": when(self.t), "party": None, "result": "reached"}, **(call or {}))
        return self.put("key.emergency", signers, items=names or ["K00000011"],
                        **dict({"called": called, "cause": "leak", "place": "3-2-12-1202",
                                "receiver": "qian", "seal": None}, **over))

    def ring(self, verb, *names, ring="R00000020", label=None, signers="li", **over):
        body = {"item": ring, "label": label or items(ring)[0]["label"]}
        return self.put("ring." + verb, signers, items=names or ["K00000011", "K00000012"],
                        ring=body, **over)

    def board(self, add=(), remove=(), signers="li", **over):
        return self.put("board.set", signers, add=list(add), remove=list(remove), **over)

    def tag(self, tag="P00000030", handle="feng", signers="li", **over):
        return self.put("person.tag", signers, handle=handle, tag=tag, **over)

    def roster(self, signers="sun", code="day", handles=("li", "zheng"), **over):
        return self.put("roster.set", signers, **dict({"day": "2026-03-03", "shifts": [
            {"code": code, "handles": list(handles)}]}, **over))

    def takeover(self, signers="li sun", place="3-2-12-1201", kind="home_door", counted=2,
                 listed=2, **over):
        return self.put("key.takeover", signers, **dict({
            "counts": [{"kinds": [{"counted": counted, "kind": kind, "listed": listed}],
                        "place": place}],
            "letter": "移交单 1", "party": None, "scope": "3-2"}, **over))

    @staticmethod
    def opened(item="K00000003", state="at_desk", holder=None, seal=None, page=None):
        return dict(items(item)[0], holder=holder, page=page, seal=seal, state=state)

    def opening(self, *keys, signers="li sun", **over):
        rows = [self.opened(*k) if isinstance(k, tuple) else k for k in keys]
        return self.put("opening.balance", signers,
                        **dict({"keys": rows, "place": "3-2-12-1201"}, **over))

    def change(self, signers="hua li sun", rows=None, **over):
        rows = self.front() if rows is None else rows
        text = "".join("%s\t%s\t%s\n" % r for r in sorted(rows))
        body = {"gone": False, "incoming": "hua", "outgoing": "li", "list": {
            "count": len(rows), "digest": hashlib.sha256(text.encode()).hexdigest()}}
        return self.put("custodian.change", signers, **dict(body, **over))

    @staticmethod
    def front(**other):
        """The rows of desk front with all at home but what is given as item=(kind, holder)."""
        names = ["K00000001", "K00000002", "K00000003", "K00000004", "K00000011",
                 "K00000012", "K00000013", "R00000010"]
        return [(n,) + other.get(n, ("desk", "front")) for n in names]

    def transfer(self, signers="guo li", outcomes=None, **over):
        rows = {"K00000001": "stays", "K00000002": "stays"} if outcomes is None else outcomes
        listed = [dict(items(n)[0], outcome=o) for n, o in sorted(rows.items())]
        return self.put("unit.transfer", signers, **dict({
            "items": listed, "party_in": "P0000001B", "party_out": "P00000009",
            "place": "3-2-12-1201", "reason": "other"}, **over))

    def with_owner(self):
        """K00000001 is with the owner, who never gave it back."""
        self.opening(("K00000001", "owner", "P00000009"))

    def numbers(self, board=0, open=0, overdue=0, sealed=0):
        return {"board": board, "open": open, "overdue": overdue, "sealed": sealed}

    def handover(self, signers="li zheng", reason=None, counted=None, **over):
        return self.put("shift.handover", signers, **dict({
            "counted": self.numbers(**(counted or {})), "outgoing": "li", "incoming": "zheng",
            "reason": reason}, **over))

    def shut(self, signers="li zheng", reason=None, counted=None, **over):
        return self.put("shift.close", signers, **dict({
            "counted": self.numbers(**(counted or {})), "doors_locked": True, "guard": "zheng",
            "power_off": True, "reason": reason}, **over))

    def check(self, signers="sun", **over):
        return self.put("shift.check", signers, **dict({
            "day": "2026-03-02", "reason": None, "result": "ok"}, **over))

    def open_count(self, signers="li", **over):
        return self.put("stocktake.open", signers, **dict({"kind": "monthly", "places": []},
                                                          **over))

    def yearly(self, place="3", **over):
        return self.open_count(kind="yearly", places=[place], **over)

    def scan(self, stocktake, *names, signers="qian", unknown=(), **over):
        return self.put("stocktake.scan", signers, items=list(names), stocktake=stocktake,
                        unknown=[{"text": t} for t in unknown], **over)

    def finish(self, stocktake, signers="li qian", missing=(), counts=None, **numbers):
        """numbers: the counts that are not 0; `missing` are names, counted here."""
        numbers = dict(numbers, missing=len(missing))
        numbers.update(counts or {})
        every = dict.fromkeys(("found", "misplaced", "missing", "out", "repeated", "sealed",
                               "unknown"), 0)
        return self.put("stocktake.finish", signers, counts=dict(every, **numbers),
                        missing=list(missing), stocktake=stocktake)

    def no_sample(self):
        """No dice from now on: what a monthly stock-take lists is given by the rest."""
        self.set_policy(desk_policy(stocktake_sample=0), start=self.t + 8 * DAY)
        self.sleep(8 * DAY + 1)

    def issue(self, first=1, last=10, series="a", signers="li", **over):
        return self.put("slip.issue", signers, first=first, last=last, series=series, **over)

    def slips(self, *rows, signers="li sun", series="a", **over):
        return self.put("slip.close", signers, series=series, slips=[
            {"acts": sorted(acts), "number": n, "use": use} for n, use, acts in rows], **over)

    def authorise(self, **over):
        return self.put("party.authorise", "qian sun", **dict({
            "end": when(self.t + 30 * DAY), "letter": "委托书 1", "named": [],
            "party": "P00000009", "place": "3-2-12-1201", "scope": ["lend"],
            "start": when(self.t)}, **over))

    def sleep(self, seconds):
        """Lets time pass: an act that matters to nothing here."""
        self.refuse(step=seconds)


def sample(stocktake, names, count):
    """The lines that the dice of a monthly stock-take choose."""
    return sorted(names, key=lambda n: hashlib.sha256(
        bytes.fromhex(stocktake) + n.encode()).hexdigest())[:count]


@functools.lru_cache(None)
def start_site():
    return DeskSite().start()


def desk_case(name, verdict, check, *also):
    def keep(build):
        def run(_, c):
            site = copy.deepcopy(start_site())
            c.flag = lambda *flags: c.flags.extend([len(site.entries) - 1, f] for f in flags)
            c.flags = []
            made = build(site, c)
            if verdict != "verified" and not c.flags:
                c.flags = None    # a bad one's flags are judged only where it names some
            return made if isinstance(made, Site) else site   # a successor, of one it made
        CASES.append((name, verdict, check, also, "none", run))
        return build
    return keep


def good(name):
    return desk_case("good-desk-" + name, "verified", None)


def bad(name, check, *also):
    return desk_case("desk-" + name, "failed", check, *also)
