"""What random_desk.py draws: an office, and acts of FORMATS.md sections 10, 15, 17, 18 in it.

A Maker looks at verify.py's state only to draw members that often fit; whether they do, both
verifiers say.  With probability `noise`, drawn anew for each act, a member is any of its kind.
"""

from make_ledgers import DAY, ONE, SHIFTS, TWO, Seal, Site, home_class, receipt, when
from random_acts_authority import AuthorityActs
from random_acts_count import CountActs
from random_acts_folder import FolderActs, folder_members, found_archive
from random_acts_register import RegisterActs
from random_acts_risk import RiskActs
from random_acts_tags import TagActs

HOUR = 3600
EXTRA = (("tang", ["key_custodian"]), ("guo", ["archive_custodian"]),
         ("lin", ["engineering_supervisor"]), ("mei", ["key_custodian", "supervisor"]),
         ("hao", ["duty", "service_staff"]), ("jin", ["supervisor"]), ("lu", ["duty"]),
         ("an", ["archive_custodian", "key_custodian"]), ("xu", ["service_staff", "staff"]))
HOMES = ("3-2-12-1201", "3-2-12-1202")
OFFICE_WEIGHTS = {
    "key.lend/2": 14, "key.lend/1": 5, "key.return/1": 10, "key.escort/1": 5, "act.correct/1": 5,
    "act.ratify/1": 6, "request.open/1": 6, "request.approve/1": 10, "key.extend/1": 10,
    "stocktake.scan/1": 6, "stocktake.finish/1": 5, "key.copy/1": 9, "key.emergency/1": 4,
    "request.oral/1": 7, "party.authorise/1": 5, "party.consent/1": 4, "standing.grant/1": 4,
    "key.deposit/1": 6,
    "tray.settle/1": 5, "key.unseal/1": 4, "key.lost/1": 4, "unit.transfer/1": 5,
    "opening.balance/1": 4, "key.refuse/1": 1, "role.delegate/1": 2, "role.revoke/1": 1,
    "role.grant/1": 1, "person.suspend/1": 1, "person.reinstate/1": 2, "party.add/1": 1,
    "custodian.change/1": 4, "tag.print/1": 6, "tag.blank/1": 4, 
    "shift.handover/1": 4, "shift.close/1": 4, "key.add/1": 2,
    "request.things/1": 8, "folder.lend/1": 9, "folder.consult/1": 6, "folder.return/1": 8,
    "folder.file/1": 5, "destruction.propose/1": 6, "destruction.review/1": 8,
    "destruction.approve/1": 8, "destruction.execute/1": 12, "erase.intent/1": 6}


def found_office(r):
    """Three desks, two homes, a high-risk room, mostly an archive; who else works there is
    drawn."""
    archive = folder_members(r) if r.random() < .8 else {}
    front = ["home", "public"]
    s = Site().base(
        key_classes=home_class(lend_approval=r.choice(([], ["centre_manager", "supervisor"]))),
        shifts=r.choice(([], SHIFTS)), spare_min=r.randrange(3), ratify_h=r.choice((6, 24)),
        **archive, stocktake_sample=r.choice((0, 2, 5)), loan_max_days=r.choice((3, 30)),
        two_terminals=r.choice((["policy.set"], ["key.move", "policy.set", "tray.issue"])),
        desks=[{"classes": front, "code": "front", "custodian_role": "key_custodian",
                "label": "前台"},
               {"classes": ["public"] if r.random() < .5 else front, "code": "night",
                "custodian_role": "duty", "label": "岗亭"},
               {"classes": ["facility"], "code": "plant",
                "custodian_role": "engineering_custodian", "label": "工程部"}])
    s.enrolled = set()
    for handle, roles in EXTRA:
        if r.random() < .5:
            s.enrol(handle, roles)
            s.enrolled.add(handle)
    s.place([("3-2-12-1202", "home", "3栋-2单元-1202", "3-2")])
    s.lock([("3-2-12-1202.D", "home_door", "3-2-12-1202"), ("3-2.D", "home_door", "3-2")])
    s.keys("front", [("K00000011", 1, ["3-2-12-1202.D"], "R00000020"),
                     ("K00000012", 2, ["3-2-12-1202.D"], "R00000020"),
                     ("K00000013", 1, ["3-2-12-1202.D", "3.D"], None),
                     ("K00000014", 1, ["3-2.D"], None),
                     ("K00000015", 3, ["3.D"], "R00000030"),
                     ("K00000016", 4, ["3.D"], "R00000030")])
    for code, relation, unit in (("P0000001A", "tenant", HOMES[0]), ("P0000001B", "agent", None),
                                 ("P0000001C", "owner", HOMES[1]),
                                 ("P0000001D", "contractor", None),
                                 ("P0000001E", "relative", HOMES[1]),
                                 ("P0000001F", "owner", None)):
        s.act("party.add/1", {"name": Seal(code, "某人"), "party": code, "phone": None,
                              "relation": relation, "unit": unit}, ["qian"])
    if archive:
        found_archive(r, s)
    return s


class Maker(AuthorityActs, CountActs, FolderActs, RegisterActs, RiskActs, TagActs):
    """One random act."""

    nouns = ()                # when given, acts of these alone

    def __init__(self, r, site, state):
        self.r, self.s, self.st = r, site, state
        self.noise = r.choice((0, .02, .05, .15))
        unratified = any(a["awaits"] and not a["ratified"] for a in state.acts.values())
        self.step = r.choice((1, 60, 60, 600)) if unratified and r.random() < .97 \
            else r.choice((60, 60, 600, HOUR, 5 * HOUR, DAY))
        self.at = site.t + self.step

    # ---- drawing

    def odd(self):
        return self.r.random() < self.noise

    def one(self, good, other=None):
        """One of the good, at times of the others."""
        good = list(good)
        return self.r.choice(good if good and not (other and self.odd()) else list(other or good))

    def some(self, good, other=None, low=1, high=3):
        pool = list(good)
        if other and (self.odd() or not pool and low):
            pool = list(other)
        return sorted(self.r.sample(pool, min(len(pool), self.r.randint(low, high))))

    def people(self):
        return sorted(h for h in self.st.persons if self.st.live(h))

    def with_role(self, *roles):
        return [h for h in self.people() if self.st.may_sit(h) and self.st.holds(h, roles)]

    def who(self, *roles):
        return self.one(self.with_role(*roles), self.people())

    def keeper(self, desk, *more):
        return self.who(self.role(desk), *more)

    def role(self, desk):
        entry = self.st.entry_of("desks", desk)
        return entry["custodian_role"] if entry else "key_custodian"

    def desk(self):
        return self.one(["front"] * 5 + ["night"] * 2 + ["plant"] * 2, ["front", "night", "roof"])

    def party(self, *relations):
        fits = [p for p, v in self.st.parties.items() if not relations
                or v["relation"] in relations]
        return self.one(fits, list(self.st.parties) + ["P0000009Z"])

    def holder(self):
        return self.one(self.people() + list(self.st.parties), ["bai", "nobody", "P0000009Z"])

    def code(self, member):
        entries = self.st.policy.get(member, ())
        codes = [e["code"] for e in entries if not e.get("private")]
        return self.one(codes or ["mood"], [e["code"] for e in entries] + ["mood"])

    def refs(self, names):
        out = []
        for n in sorted(set(names)):
            label = self.st.items[n]["label"] if n in self.st.items else "x"
            out.append({"item": n, "label": label if not self.r.random() < self.noise / 4
                        else "y"})
        return out

    def names(self, fits=lambda it: True, low=1, high=3, kinds="KR"):
        """Items that fit; a ring hardly ever with one of its keys."""
        every = [i for i in self.st.items if i[0] in kinds]
        got = self.some([i for i in every if fits(self.st.items[i])], every + ["K0000009Z"],
                        low, high)
        if not self.odd():
            got = [i for i in got if i not in self.st.items
                   or self.st.items[i]["ring"] not in got]
        return got

    def items(self, *a, **k):
        return self.refs(self.names(*a, **k))

    def at_desk(self, desk):
        return lambda it: it["holder"] == ("desk", desk)

    def is_home(self, it):
        keys = [it["id"]] if it["id"][0] == "K" else self.st.members_of(it["id"])
        return bool(keys) and all(self.st.wants_consent(k) for k in keys)

    def past(self, body):
        body.update(event_at=None, late=None)
        if self.r.random() < .12:
            ago = self.one((0, 30, 600, 2 * HOUR), (-60, 8 * DAY))
            body.update(event_at=when(self.at - ago), late=self.code("late_reasons"))
        elif self.odd():
            body.update(late=self.code("late_reasons"))
        return body

    def reason(self):
        return self.code("reasons")

    def soon(self):
        return when(self.at + self.one((HOUR, 3 * HOUR, 8 * HOUR, DAY, 2 * DAY),
                                       (0, -60, 60, 40 * DAY)))

    def known(self, kinds, fits=lambda a: True):
        """Id of an approval of these kinds, or of no such thing."""
        ids = [i for i, a in self.st.approvals.items() if a["kind"] in kinds and fits(a)]
        return self.one(ids[-4:], list(self.st.approvals) + ["0" * 64]) if ids or self.odd() \
            else "0" * 64

    def send(self, name, body, signers, by=None):
        signers = sorted(set(signers))
        if self.odd() and len(signers) > 1 and self.r.random() < .5:
            signers = [by or signers[0]]
        elif self.odd() and self.r.random() < .5:
            signers = sorted(set(signers + [self.r.choice(self.people())]))
        by = by if by in signers else self.r.choice(signers)
        most = self.st.types.acts[name]
        if "terminals" in most:
            body = dict(TWO if len(signers) > 1 and not self.odd() else ONE, **body)
        else:
            signers = [by]
        self.s.act(name, body, signers, by=by, step=self.step)
        return name

    def any_act(self):
        makers = [m for m in dir(self) if m.startswith("do_")]
        names = [m[3:].replace("_", ".", 1) for m in makers]
        names = [n + ("/2" if n == "key.lend" and self.r.random() < .7 else "/1") for n in names]
        if self.st.policy["version"] < 2 and self.r.random() < .9:
            names = [n for n in names if n.split(".")[0] not in (
                "folder", "destruction", "erase", "incident", "privacy", "storage", "storeroom")]
        names = [n for n in names if not self.nouns or n.split(".")[0] in self.nouns]
        name = self.r.choices(names, [OFFICE_WEIGHTS.get(n, 3) for n in names])[0]
        maker = getattr(self, "do_" + name[:-2].replace(".", "_"))
        try:
            return maker(name) if name.startswith("key.lend") else maker()
        except IndexError:        # there is nothing to draw from
            return self.any_act()

    # ---- lending

    def receipt_of(self, to, clerk):
        """(receipt, who else signs)."""
        if to in self.st.persons and self.st.live(to):
            if self.r.random() < .7:
                return receipt(), [to]
            r = receipt(self.one(("paper", "screen", "thumb")), unsigned_reason=self.code(
                "unsigned_reasons") if not self.odd() else None)
            return dict(r, slip="7" if r["kind"] == "paper" and not self.odd() else None), \
                [self.one([h for h in self.people() if h not in (to, clerk)])]
        kind = self.one(("paper", "screen", "thumb"), ("credential",))
        return receipt(kind, slip="7" if kind == "paper" and not self.odd() else None,
                       unsigned_reason=self.code("unsigned_reasons") if self.odd() else None), []

    def loan(self):
        """The members of a loan: at times those of an approval."""
        desk = self.desk()
        to, purpose, approval = self.holder(), self.code("purposes"), None
        plain = self.r.random() < .75      # keys that need nobody's say
        names = self.names(lambda it: it["holder"] == ("desk", desk) and not (
            plain and any(self.st.wants_consent(k) or self.st.is_high_risk(k)
                          for k in self.st.keys_of([{"item": it["id"]}]))))
        live = [(i, a) for i, a in self.st.approvals.items() if a["left"] != 0]
        if live and self.r.random() < (.2 if plain else .9):
            approval, a = self.r.choice(live[-6:])
            if a["kind"] == "request" and not self.odd():
                names, to, purpose = self.some(a["req"]["items"]), a["req"]["receiver"], \
                    a["req"]["purpose"]
            elif a["kind"] == "consent" and not self.odd():
                names, to, purpose = self.some(a["items"]), a["receiver"], a["purpose"]
            elif "named" in a and not self.odd():
                to = self.one(a["named"]) if a["named"] else self.one(self.people())
                names = self.names(lambda it: it["holder"] == ("desk", desk) and (
                    a["kind"] != "authorise" or self.is_home(it)))
        elif self.odd():
            approval = "0" * 64
        if not self.odd():
            here = [n for n in names if n in self.st.items
                    and self.st.items[n]["holder"][0] == "desk"]
            if here:
                desk = self.st.items[here[0]]["holder"][1]
        by = self.keeper(desk)
        if to == by and not self.odd():
            to = self.holder()
        r, others = self.receipt_of(to, by)
        return self.past({
            "approval": approval, "desk": desk, "due": self.soon(), "items": self.refs(names),
            "on_behalf": "工单 1", "purpose": purpose, "receipt": r, "receiver": to}), \
            [by] + others, by

    def do_key_lend(self, name="key.lend/2"):
        body, signers, by = self.loan()
        if name == "key.lend/2":
            body["accepted"] = [{"reason": self.code("warning_reasons"), "warning": w}
                                for w in ("holder-overdue", "last-spare", "off-shift",
                                          "reserved") if self.r.random() < .85]
        return self.send(name, body, signers, by)

    def do_key_escort(self):
        body, signers, by = self.loan()
        to = self.who("service_staff", "duty", self.role(body["desk"]))
        if self.r.random() < .6:
            body["approval"] = None
        body["receipt"], others = self.receipt_of(to, by)
        body.update(receiver=to, escorted=self.r.choice((None, self.holder())),
                    due=when(self.at + self.one((600, HOUR, 4 * HOUR), (5 * HOUR, 0))))
        return self.send("key.escort/1", body, [by] + others, by)

    def out(self, it):
        return self.st.is_out(it)

    def do_key_extend(self):
        items = self.names(self.out, high=2)
        it = self.st.items.get(items[0]) if items else None
        last = self.st.last_move(it) if it else None
        loan = self.st.acts[last["act"]]["body"] if last and last["act"] in self.st.acts else {}
        desk = loan.get("desk", "front") if not self.odd() else self.desk()
        due = (it["due"] if it and it["due"] else self.at) + self.one(
            (60, HOUR, DAY, 2 * DAY), (0, -HOUR, 40 * DAY))
        return self.send("key.extend/1", {
            "approval": self.known(("request", "authorise", "consent", "standing"))
            if self.r.random() < .3 else None, "desk": desk, "due": when(due),
            "items": self.refs(items or ["K00000003"]), "reason": self.reason()},
            [self.keeper(desk)])

    def do_key_chase(self):
        result = self.one(("no_answer", "promised", "refused"))
        return self.send("key.chase/1", {
            "channel": self.code("channels"), "items": self.items(self.out),
            "promised": when(self.at + HOUR) if (result == "promised") != self.odd() else None,
            "result": result}, [self.who("key_custodian", "duty", "engineering_custodian")])

    def do_key_return(self):
        desk = self.desk()
        by = self.keeper(desk, "duty")
        items = self.names(lambda it: it["holder"][0] != "desk") if self.r.random() < .85 \
            else self.names()
        held = self.st.items[items[0]]["holder"] if items and items[0] in self.st.items \
            else (None, None)
        who = held[1] if held[0] in ("person", "party", "tray") and not self.odd() \
            else self.r.choice((None, self.holder()))
        r, others = None, []
        if who == by and not self.odd():
            r = receipt("screen")
        elif who is not None and not self.odd():
            if who in self.st.persons and self.st.live(who) and self.r.random() < .7:
                r, others = receipt(), [who]
            else:
                r = receipt("thumb")
        return self.send("key.return/1", self.past({
            "by_whom": who, "condition": self.one(("ok", "ok", "damaged")), "desk": desk,
            "items": self.refs(items or ["K00000003"]), "receipt": r}), [by] + others, by)

    def do_key_refuse(self):
        return self.send("key.refuse/1", {"asked": {
            "items": self.items(), "purpose": self.code("purposes"), "receiver": self.holder()},
            "rule": "K3"}, [self.who("key_custodian", "duty", "engineering_custodian")])

    def do_key_move(self):
        desk, to = self.desk(), self.desk()
        return self.send("key.move/1", self.past({
            "desk": desk, "items": self.items(self.at_desk(desk)), "reason": self.reason(),
            "rehome": self.r.random() < .3, "to": to}), [self.keeper(desk), self.keeper(to)])

    def do_tray_issue(self):
        desk, to = self.desk(), self.who("service_staff")
        by = self.keeper(desk)
        return self.send("tray.issue/1", self.past({
            "desk": desk, "receiver": to, "items": self.items(
                lambda it: it["holder"] == ("desk", desk) and self.is_home(it))}), [by, to], by)

    def do_tray_settle(self):
        trays = sorted({it["holder"][1] for it in self.st.items.values()
                        if it["holder"][0] == "tray"})
        desk, who = self.desk(), self.one(trays or self.people(), self.people())
        inside = [i for i, it in self.st.items.items() if it["holder"] == ("tray", who)]
        missing = self.some(inside, None, 0, 2) if self.r.random() < .5 else []
        names = [i for i in inside if i not in missing and (
            self.st.items[i]["ring"] not in inside or self.odd())]
        if self.odd():
            names += self.names()
        by = self.keeper(desk)
        return self.send("tray.settle/1", self.past({
            "desk": desk, "from": who, "items": self.refs(names),
            "missing": self.refs(missing)}), [by, who], by)

    # ---- keys of homes

    def owner_receipt(self):
        kind = self.one(("paper", "screen", "thumb"), ("credential",))
        return receipt(kind, slip="9" if kind == "paper" and not self.odd() else None)

    def of_home(self, place, holder):
        return lambda it: it["holder"] == holder and self.is_home(it) and all(
            self.st.belongs(k, place) for k in self.st.keys_of([{"item": it["id"]}]))

    def do_key_handover(self):
        desk, party = self.desk(), self.party("owner", "tenant", "relative", "agent")
        place = (self.st.parties.get(party) or {}).get("unit") or self.one(HOMES)
        by = self.who(self.role(desk), "service_staff")
        tray = any(it["holder"] == ("tray", by) for it in self.st.items.values())
        names = self.names(self.of_home(place, ("tray", by) if tray else ("desk", desk)))
        signers = [by] if tray or self.st.holds(by, (self.role(desk),)) \
            else [by, self.keeper(desk)]
        return self.send("key.handover/1", self.past({
            "desk": desk, "documents": self.some(("id_card", "lease"), ("id_card", "mood")),
            "items": self.refs(names), "letter": self.r.choice((None, "信 1")), "party": party,
            "place": place if not self.odd() else self.place(), "receipt": self.owner_receipt()}),
            signers, by)

    def place(self):
        return self.one(HOMES + ("3-2", "3", "PLANT", "PLANT-1", "PLANT-2"), ("NOWHERE",))

    def do_key_deposit(self):
        a = self.known(("authorise",), lambda a: not a["ended"] and any(
            it["holder"] in (("party", a["party"]), ("home", a["place"]))
            for it in self.st.items.values()))
        party = (self.st.approvals.get(a) or {}).get("party") or self.party("owner", "tenant")
        desk = self.desk()
        return self.send("key.deposit/1", self.past({
            "authorisation": a, "desk": desk, "party": party, "slip": None,
            "items": self.items(lambda it: it["holder"][0] == "home" or it["holder"] == (
                "party", party) and it["due"] is None)}), [self.keeper(desk)])

    def do_key_withdraw(self):
        desk, party = self.desk(), self.party("owner", "tenant", "relative")
        unit = (self.st.parties.get(party) or {}).get("unit") or HOMES[0]
        return self.send("key.withdraw/1", self.past({
            "desk": desk, "items": self.items(self.of_home(unit, ("desk", desk))),
            "party": party, "receipt": self.owner_receipt()}), [self.keeper(desk)])

    def do_unit_transfer(self):
        place = self.one(HOMES, ("3-2", "PLANT-1", "NOWHERE"))
        mine = [p for p, v in self.st.parties.items() if v["unit"] == place]
        gone = self.one(mine + [None], [self.party()])
        new = self.one(mine + ["P0000001F", None], [self.party()])
        rows = {}
        for name, it in self.st.items.items():
            if name[0] != "K" or not self.is_home(it) or not self.st.at_place(name, place):
                continue
            if it["holder"][0] in ("desk", "seal", "tray"):
                rows[name] = "stays"
            elif it["due"] is not None:
                rows[name] = "recalled"
            elif gone is not None and it["holder"] == ("party", gone):
                rows[name] = "passes"
        for name in list(rows) if self.odd() else ():
            rows[name] = self.r.choice(("stays", "recalled", "passes"))
        if rows and self.odd():
            rows.pop(self.r.choice(list(rows)))
        version, folders = "1", {}
        if self.st.policy["version"] == 2 and self.r.random() < .7:
            version, folders = "2", {"folders": [self.settled(f) for f in sorted(
                n for n, f in self.st.folders.items() if f["state"] == "open"
                and f["place"] == place) if not self.odd()]}
        return self.send("unit.transfer/" + version, self.past({
            **folders, "items": [dict(self.refs([n])[0], outcome=o) for n, o in sorted(rows.items())],
            "party_in": new, "party_out": gone, "place": place, "reason": self.reason()}),
            [self.who("archive_custodian"), self.who("key_custodian")])
