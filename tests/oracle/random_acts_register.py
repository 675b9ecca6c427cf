"""What stands in the register, and the acts around it, for random_acts.Maker."""

import hashlib

from make_ledgers import DAY, Seal, when

HOUR = 3600


class RegisterActs:
    """do_<noun>_<verb> makes one act and gives its name."""

    # ---- the register

    def do_ring_make(self):
        desk = self.desk()
        ring = self.new_ring(desk) or {"item": self.new_item("R"), "label": "新环"}
        return self.send("ring.make/1", {
            "desk": desk, "items": self.items(
                lambda it: it["holder"] == ("desk", desk) == ("desk", it["desk"])
                and it["ring"] is None, kinds="K" if not self.odd() else "KR"), "ring": ring},
            [self.keeper(desk)])

    def do_ring_break(self):
        ring = self.one([i for i in self.st.items if i[0] == "R"], list(self.st.items))
        holder = self.st.items[ring]["holder"]
        desk = holder[1] if holder[0] == "desk" and not self.odd() else self.desk()
        return self.send("ring.break/1", {
            "desk": desk, "items": self.items(lambda it: it["ring"] == ring, high=2),
            "ring": self.refs([ring])[0]}, [self.keeper(desk)])

    def do_board_set(self):
        desk = self.desk()
        board = self.st.boards.get(desk) or set()
        add = self.names(lambda it: it["desk"] == desk and it["id"] not in board, 0, 2)
        off = self.some(sorted(board), list(self.st.items), 0, 2)
        return self.send("board.set/1", {"add": self.refs(add), "desk": desk,
                                         "remove": self.refs(off)}, [self.keeper(desk)])

    def do_person_tag(self):
        return self.send("person.tag/1", {
            "handle": self.one(list(self.st.persons), ["nobody"]),
            "tag": self.new_item(self.one("P", "KV"))},
            [self.who("key_custodian", "duty", "engineering_custodian", "administrator",
                      "centre_manager")])

    def do_roster_set(self):
        codes = [s["code"] for s in self.st.policy["shifts"]]
        desk = self.one(("front",), ("night", "roof"))
        rows = self.some(codes, codes + ["dawn"], 1, 2) or ["day"]
        return self.send("roster.set/1", {
            "day": "2026-03-0%d" % self.r.randint(1, 9), "desk": desk, "shifts": [
                {"code": c, "handles": self.some(self.st.persons, ["nobody"], 0, 2)}
                for c in rows]}, [self.who("supervisor")])

    def do_key_takeover(self):
        desk, scope = self.desk(), self.place()
        inside = [p for p in self.st.places if self.st.lies_in(p, scope)]
        kinds = sorted({self.code("lock_kinds") for _ in range(2)})
        return self.send("key.takeover/1", self.past({
            "counts": [{"kinds": [{"counted": self.r.choice((2, 2, 2, 3)), "kind": k,
                                   "listed": 2} for k in kinds], "place": p}
                       for p in self.some(inside or ["3"], list(self.st.places), 1, 3)],
            "desk": desk, "letter": "移交 1", "party": self.r.choice((None, self.party())),
            "scope": scope}), [self.keeper(desk), self.who("supervisor")])

    def do_opening_balance(self):
        desk, rows = self.desk(), []
        fresh = self.names(lambda it: it["desk"] == desk and len(it["moves"]) == 1, 1, 3, "K")
        for ref in self.refs(fresh):
            state = self.one(("at_desk", "lent", "lost", "owner", "sealed"))
            holder, seal = None, None
            if state == "lent" or self.odd():
                holder = self.holder()
            elif state == "owner":
                holder = self.r.choice((None, self.party("owner")))
            if (state == "sealed") != self.odd():
                seal = self.one(["B-1", "B-%d" % self.r.randrange(99)], list(self.st.seals))
            rows.append(dict(ref, holder=holder, page=None, seal=seal, state=state))
        if not rows:
            return self.do_key_seal()
        return self.send("opening.balance/1", {"desk": desk, "keys": rows, "place": self.place()},
                         [self.keeper(desk), self.who("supervisor")])

    def do_custodian_change(self):
        desk, gone = self.desk(), self.r.random() < .4
        mine = sorted(i for i, it in self.st.items.items() if it["desk"] == desk
                      and it["holder"][0] not in ("void", "retired"))
        text = "".join("%s\t%s\t%s\n" % ((i,) + self.st.items[i]["holder"]) for i in mine)
        out, new = self.keeper(desk), self.keeper(desk)
        signers = [self.who("supervisor"), self.one((new, self.one(self.people())))] if gone \
            else [out, new, self.who("supervisor")]
        return self.send("custodian.change/1", {
            "desk": desk, "gone": gone, "incoming": new,
            "list": {"count": len(mine) + self.odd(),
                     "digest": hashlib.sha256(text.encode()).hexdigest()},
            "outgoing": out if not gone or self.r.random() < .5
            else self.one(list(self.st.persons))}, signers)

    # ---- what goes on around

    def do_act_correct(self):
        names = ("key.add/1", "key.lend/1", "key.return/1", "key.lend/2", "key.escort/1",
                 "key.move/1", "tray.issue/1", "tray.settle/1", "key.handover/1",
                 "key.deposit/1", "key.withdraw/1", "party.add/1", "place.add/1", "lock.add/1")
        good = [i for i, a in self.st.acts.items() if a["name"] in names
                and not a["corrected"]][-5:]
        act = self.one(good, list(self.st.acts) + ["0" * 64])
        row = self.st.acts.get(act) or {"name": "", "body": {}}
        desk = row["body"].get("desk")
        signers = [self.keeper(desk), self.who("supervisor")] if desk else ["chen", "wang"]
        return self.send("act.correct/1", {"act": act, "note": None, "reason": self.reason()},
                         signers)

    def do_act_ratify(self):
        good = [i for i, a in self.st.acts.items() if a["awaits"] and not a["ratified"]]
        act = self.one(good or list(self.st.acts)[-5:], list(self.st.acts))
        row = self.st.acts[act]
        signers = [self.who("supervisor", "centre_manager")]
        if row["name"] == "request.oral/1" and not self.odd():
            signers = [row["body"]["approver"]]
        return self.send("act.ratify/1", {"act": act}, signers)

    def do_role_delegate(self):
        giver, taker = self.one(self.people()), self.one(self.people())
        roles = self.some(sorted(self.st.persons[giver]["roles"]), ["supervisor"], 1, 2)
        if self.r.random() < .2:
            old = [d for d in self.st.delegations if d["end"] > self.at]
            if old:
                d = self.r.choice(old)
                giver, taker, roles = d["from"], d["to"], [d["role"]]
                return self.send("role.delegate/1", {
                    "end": when(self.at), "from": giver, "reason": self.reason(),
                    "roles": roles, "start": when(self.at), "to": taker}, [giver, taker])
        return self.send("role.delegate/1", {
            "end": when(self.at + 9 * DAY), "from": giver, "reason": self.reason(),
            "roles": roles, "start": when(self.at + self.one((0, HOUR))), "to": taker},
            [giver, taker])

    def do_role_grant(self):
        who = self.one(self.people())
        return self.send("role.grant/1", {"handle": who, "roles": self.some(
            ("duty", "key_custodian", "service_staff", "supervisor"), None, 1, 1)},
            ["chen", "wang"])

    def do_role_revoke(self):
        who = self.one([h for h in self.people() if h not in ("chen", "wang", "he", "shen")])
        return self.send("role.revoke/1", {"handle": who, "roles": self.some(
            sorted(self.st.persons[who]["roles"]), None, 1, 1)}, ["chen"])

    def do_person_suspend(self):
        return self.send("person.suspend/1", {"handle": self.one(self.people()),
                                              "reason": self.reason()}, ["chen"])

    def do_person_reinstate(self):
        away = [h for h, p in self.st.persons.items() if p["suspended"]]
        return self.send("person.reinstate/1", {"handle": self.one(away or ["li"])},
                         ["chen", "wang"])

    def do_party_add(self):
        code = self.new_item("P")
        return self.send("party.add/1", {
            "name": Seal(code, "某人"), "party": code, "phone": None,
            "relation": self.one(("owner", "tenant", "agent", "visitor")),
            "unit": self.r.choice((None, "3-2-12-1201", "3-2-12-1202"))}, [self.clerks_desk()])

    def do_key_add(self):
        desk = self.one(("front", "front", "plant"))
        item = self.new_item("K")
        locks = ["3.D", "3-2-12-1201.D", "3-2-12-1202.D", "3-2.D"] if desk == "front" \
            else ["PLANT-1.D", "PLANT-2.D"]
        return self.send("key.add/1", {"desk": desk, "keys": [
            {"copy": 9, "item": item, "label": "新 %s" % item, "locks": self.some(
                locks, ["9.D"], 1, 2), "ring": self.new_ring(desk)}]},
            [self.keeper(desk), self.who("supervisor")])
