"""The acts of FORMATS.md sections 17.2 to 17.5 for random_acts.Maker, and those around them."""

import hashlib

from make_ledgers import DAY, Seal, when

HOUR = 3600


class MoreActs:
    """do_<noun>_<verb> makes one act and gives its name."""

    # ---- requests and approvals

    def do_request_open(self):
        is_copy = self.r.random() < .4
        names = self.names(kinds="K" if is_copy and not self.odd() else "KR", high=2)
        start = self.at + self.one((0, -60, -60), (2 * DAY, HOUR))
        return self.send("request.open/1", {
            "for": "key.copy" if is_copy else "key.lend", "items": self.refs(names),
            "party": None if is_copy != self.odd() else self.r.choice((None, self.holder())),
            "purpose": self.code("purposes"), "window": {
                "end": when(start + self.one((3 * DAY, 9 * DAY), (0, -60))),
                "start": when(start)}}, [self.one(self.people())])

    def waiting(self):
        ids = [i for i, q in self.st.requests.items() if not q["decided"]]
        return self.one(ids or ["0" * 64], list(self.st.requests) or ["0" * 64])

    def limits(self, request):
        is_copy = (self.st.requests.get(request) or {}).get("for") == "key.copy"
        return {"count": self.one((1, 2, 3) if is_copy else (1,), (2, 101)),
                "until": when(self.at + self.one((HOUR, DAY, 2 * DAY), (0, 3 * DAY)))}

    def approvers(self, request):
        q = self.st.requests.get(request)
        return [h for h in self.people() if q and self.st.uses(
            h, q["items"], (q["by"], q["receiver"]), q["for"]) is not None]

    def do_request_approve(self):
        q = self.waiting()
        return self.send("request.approve/1", {"limits": self.limits(q), "request": q},
                         [self.one(self.approvers(q), self.people())])

    def do_request_reject(self):
        q = self.waiting()
        return self.send("request.reject/1", {"reason": self.reason(), "request": q},
                         [self.one(self.approvers(q), self.people())])

    def do_request_cancel(self):
        q = self.waiting()
        by = (self.st.requests.get(q) or {}).get("by")
        return self.send("request.cancel/1", {"reason": self.reason(), "request": q},
                         [self.one([by] if by else [], self.people())])

    def do_request_oral(self):
        q = self.waiting()
        by = self.who("key_custodian", "duty", "engineering_custodian")
        return self.send("request.oral/1", {
            "approver": self.one(self.approvers(q), self.people()),
            "channel": self.code("channels"),
            "heard_at": when(self.at - self.one((0, 60, HOUR), (-60, 2 * DAY))),
            "limits": self.limits(q), "request": q},
            [by, self.one([h for h in self.people() if h != by])], by)

    def clerks_desk(self):
        return self.who("service_staff", "key_custodian", "duty", "engineering_custodian")

    def do_party_authorise(self):
        party = self.party("owner", "tenant")
        unit = (self.st.parties.get(party) or {}).get("unit") or "3-2-12-1201"
        start = self.at + self.one((0, -DAY, HOUR))
        return self.send("party.authorise/1", {
            "end": when(start + self.one((30 * DAY, 2 * DAY), (0, HOUR))), "letter": "托管 1",
            "named": [{"holder": h} for h in sorted({self.holder() for _ in range(
                self.r.choice((0, 0, 1, 3)))})],
            "party": party, "place": unit if not self.odd() else self.place(),
            "scope": self.some(("copy", "lend"), ("copy", "keep", "lend"), 1, 2),
            "start": when(start)}, [self.clerks_desk(), self.who("supervisor")])

    def do_party_end(self):
        return self.send("party.end/1", {"authorisation": self.known(
            ("authorise",), lambda a: not a["ended"]), "reason": self.reason()},
            [self.one((self.clerks_desk(), self.who("supervisor")))])

    def do_party_consent(self):
        party = self.party("owner", "tenant")
        unit = (self.st.parties.get(party) or {}).get("unit") or "3-2-12-1201"
        start = self.at + self.one((0, -60, HOUR))
        names = self.names(lambda it: all(self.st.belongs(k, unit) for k in self.st.keys_of(
            [{"item": it["id"]}])) and self.is_home(it))
        return self.send("party.consent/1", {
            "channel": self.code("channels"), "items": self.refs(names), "party": party,
            "purpose": self.code("purposes"), "receiver": self.holder(),
            "scope": self.one(("lend", "lend", "copy")), "window": {
                "end": when(start + self.one((DAY, 3 * DAY), (0, 60))), "start": when(start)}},
            [self.clerks_desk(), self.who("supervisor")])

    def do_standing_grant(self):
        start = self.at + self.one((0, -60, HOUR))
        named = sorted({self.one(self.people(), ["nobody", "bai"]) for _ in range(2)})
        by = self.who("engineering_manager", "engineering_supervisor")
        return self.send("standing.grant/1", {
            "end": when(start + self.one((DAY, 90 * DAY), (0, 367 * DAY))),
            "named": [{"holder": h} for h in named if h != by or self.odd()]
            or [{"holder": "feng"}],
            "places": sorted({self.place() for _ in range(2)}), "post": "巡检岗",
            "purposes": sorted({self.code("purposes") for _ in range(2)}),
            "start": when(start)}, [by])

    def do_standing_end(self):
        return self.send("standing.end/1", {"reason": self.reason(), "standing": self.known(
            ("standing",), lambda a: not a["ended"])},
            [self.who("engineering_manager", "engineering_supervisor")])

    # ---- copies

    def new_item(self, letter):
        if self.odd():
            return self.r.choice(("K00000003", "R00000003", letter + "00000009"))
        return letter + "".join(self.r.choice("456789ABCDEF") for _ in range(8))

    def new_ring(self, desk):
        kind = self.r.random()
        if kind < .7:
            return None
        if kind < .8:
            return {"item": self.new_item("R"), "label": "新环"}
        return self.refs([self.one([i for i, it in self.st.items.items() if i[0] == "R"
                                    and it["desk"] == desk] or ["R00000010"],
                                   [i for i in self.st.items if i[0] == "R"])])[0]

    def do_key_copy(self):
        a = self.known(("request", "consent"), lambda a: a["left"] != 0 and (
            a["req"]["for"] == "key.copy" if a["kind"] == "request" else a["scope"] == "copy"))
        row = self.st.approvals.get(a) or {}
        items = row.get("req", row).get("items") or ()
        of = self.one([i for i in items if i[0] == "K"] or ["K00000003"],
                      [i for i in self.st.items])
        desk = self.st.items[of]["desk"] if of in self.st.items and not self.odd() \
            else self.desk()
        many = self.one((1, 1, 2), (3,))
        copies = {}
        for n in range(many):
            item = self.new_item("K")
            copies[item] = {"copy": 2 + n, "item": item, "label": "配 %s" % item,
                            "ring": self.new_ring(desk)}
        return self.send("key.copy/1", self.past({
            "approval": a, "copies": [copies[i] for i in sorted(copies)], "desk": desk,
            "of": self.refs([of])[0]}), [self.keeper(desk)])

    def do_copy_close(self):
        return self.send("copy.close/1", {"approval": self.known(
            ("request",), lambda a: a["req"]["for"] == "key.copy" and a["left"]),
            "reason": self.reason()}, [self.who("key_custodian", "engineering_custodian")])

    # ---- loss, seals, emergency

    def do_key_lost(self):
        desk = self.desk()
        by = self.keeper(desk, "duty")
        reporter = self.r.choice((None, self.holder(), self.one(self.people())))
        signers = [by, reporter] if reporter in self.people() and self.r.random() < .6 else [by]
        return self.send("key.lost/1", self.past({
            "desk": desk, "items": self.items(lambda it: it["holder"][0] not in (
                "lost", "retired"), high=2), "reason": self.reason(), "reporter": reporter}),
            signers, by)

    def lost(self, it):
        return it["holder"][0] == "lost"

    def do_key_found(self):
        desk = self.desk()
        return self.send("key.found/1", self.past({
            "by_whom": self.r.choice((None, self.holder())),
            "condition": self.one(("ok", "damaged")), "desk": desk,
            "items": self.items(self.lost)}), [self.keeper(desk, "duty")])

    def do_key_damage(self):
        desk = self.desk()
        return self.send("key.damage/1", {"desk": desk, "items": self.items(),
                                          "reason": self.reason()}, [self.keeper(desk)])

    def do_lock_rekey(self):
        codes = self.some(self.st.locks, list(self.st.locks) + ["9.D"], 1, 3)
        return self.send("lock.rekey/1", self.past({
            "locks": [{"code": c, "label": c if not self.r.random() < self.noise / 4 else "z"}
                      for c in codes], "reason": self.reason()}),
            [self.who("key_custodian", "duty", "engineering_custodian"),
             self.who("supervisor", "engineering_manager", "engineering_supervisor")])

    def do_risk_accept(self):
        party = self.r.choice((None, self.party("owner")))
        return self.send("risk.accept/1", {
            "items": self.items(self.lost, kinds="K" if not self.odd() else "KR"),
            "letter": "信" if party or self.odd() else None, "party": party,
            "reason": self.reason()},
            [self.who("supervisor") if party is None else self.clerks_desk()])

    def do_key_retire(self):
        desk = self.desk()
        return self.send("key.retire/1", self.past({
            "desk": desk, "items": self.items(lambda it: it["desk"] == desk and (
                it["holder"] == ("desk", desk) or self.lost(it)), high=2),
            "reason": self.reason()}), [self.keeper(desk), self.who("supervisor")])

    def do_key_seal(self):
        desk = self.desk()
        return self.send("key.seal/1", self.past({
            "desk": desk, "items": self.items(self.at_desk(desk)),
            "seal": self.one(["F-%d" % self.r.randrange(10**6)], list(self.st.seals))
            if self.r.random() < .95 else "feng"}), [self.keeper(desk)])

    def whole_seal(self, desk=None):
        good = [n for n, x in self.st.seals.items() if not x["broken"]
                and desk in (None, x["desk"])]
        return self.one(good or ["F-0"], list(self.st.seals) + ["F-0"])

    def do_key_unseal(self):
        seal = self.whole_seal()
        desk = (self.st.seals.get(seal) or {}).get("desk") or "front"
        inside = sorted(self.st.held_by(("seal", seal)))
        names = [i for i in inside if self.st.items[i]["ring"] not in inside or self.odd()]
        if self.odd():
            names = self.names(lambda it: it["holder"][0] == "seal")
        by = self.keeper(desk, "duty")
        return self.send("key.unseal/1", self.past({
            "desk": desk if not self.odd() else self.desk(), "items": self.refs(
                names or self.names()), "reason": self.reason(), "seal": seal}),
            [by, self.one([h for h in self.people() if h != by])], by)

    def do_key_emergency(self):
        seal = self.whole_seal() if self.st.seals and self.r.random() < .6 else None
        desk = (self.st.seals.get(seal) or {}).get("desk") or self.desk()
        by = self.keeper(desk, "duty")
        other = self.one([h for h in self.people() if h != by])
        result = self.one(("no_answer", "no_number", "reached"))
        return self.send("key.emergency/1", self.past({
            "called": {"at": when(self.at) if (result != "no_number") != self.odd() else None,
                       "party": self.r.choice((None, self.party())), "result": result},
            "cause": self.code("causes"), "desk": desk, "items": self.items(
                lambda it: it["holder"] in (("desk", desk), ("seal", seal))),
            "place": self.place(), "receiver": self.one((by, other), self.people()),
            "seal": seal}), [by, other], by)

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

    # ---- counting

    def counted(self, desk):
        numbers = self.st.desk_numbers(desk)
        if self.r.random() < .2:
            numbers[self.r.choice(sorted(numbers))] += 1
        differs = numbers != self.st.desk_numbers(desk)
        return numbers, self.reason() if differs != self.odd() else None

    def do_shift_handover(self):
        desk = self.desk()
        numbers, reason = self.counted(desk)
        out, new = self.keeper(desk, "duty"), self.keeper(desk, "duty")
        if self.r.random() < .15:
            new = self.one(self.people())
        return self.send("shift.handover/1", self.past({
            "counted": numbers, "desk": desk, "incoming": new, "outgoing": out,
            "reason": reason}), [out, new])

    def do_shift_close(self):
        desk = self.desk()
        numbers, reason = self.counted(desk)
        by, guard = self.keeper(desk), self.who("duty")
        if self.r.random() < .15:
            guard = self.one(self.people())
        return self.send("shift.close/1", self.past({
            "counted": numbers, "desk": desk, "doors_locked": True, "guard": guard,
            "power_off": False, "reason": reason}), [by, guard], by)

    def do_shift_check(self):
        result = self.one(("ok", "remarks"))
        day = when(self.at + 8 * HOUR + self.one((0, -DAY), (DAY, HOUR)))[:10]
        return self.send("shift.check/1", {
            "day": day, "desk": self.desk(), "result": result,
            "reason": self.reason() if (result == "remarks") != self.odd() else None},
            [self.who("supervisor")])

    def do_stocktake_open(self):
        desk, kind = self.desk(), self.one(("monthly", "yearly"))
        return self.send("stocktake.open/1", {
            "desk": desk, "kind": kind, "places": sorted({self.place() for _ in range(2)})
            if (kind == "yearly") != self.odd() else []}, [self.keeper(desk, "supervisor")])

    def counting(self):
        good = [i for i, x in self.st.stocktakes.items() if x["open"]]
        return self.one(good or ["0" * 64], list(self.st.stocktakes) or ["0" * 64])

    def do_stocktake_scan(self):
        s = self.counting()
        lines = (self.st.stocktakes.get(s) or {}).get("lines", {})
        desk = (self.st.stocktakes.get(s) or {}).get("desk", "front")
        names = self.some(lines, list(self.st.items), 0, 4) if self.r.random() < .6 \
            else self.some(self.st.items, None, 0, 4)
        return self.send("stocktake.scan/1", {
            "desk": desk if self.r.random() < .8 else self.desk(), "items": self.refs(names),
            "stocktake": s, "unknown": [{"text": t} for t in self.some("abcd", None, 0, 2)]},
            [self.one(self.people())])

    def do_stocktake_finish(self):
        i = self.counting()
        s = self.st.stocktakes.get(i) or {"lines": {}, "found": set(), "misplaced": set(),
                                          "repeated": set(), "unknown": set(), "desk": "front"}
        seen = s["found"] | s["misplaced"]
        left = {e: sorted(k for k, x in s["lines"].items() if x == e and k not in seen)
                for e in ("desk", "out", "seal")}
        counts = {"found": len(s["found"]), "misplaced": len(s["misplaced"]),
                  "missing": len(left["desk"]), "out": len(left["out"]),
                  "repeated": len(s["repeated"]), "sealed": len(left["seal"]),
                  "unknown": len(s["unknown"])}
        if self.odd():
            counts[self.r.choice(sorted(counts))] += 1
        missing = left["desk"][:-1] if self.odd() else left["desk"]
        by = self.keeper(s["desk"])
        return self.send("stocktake.finish/1", {
            "counts": counts, "missing": self.refs(missing), "stocktake": i},
            [by, self.one([h for h in self.people() if h != by])], by)

    def do_slip_issue(self):
        first = self.r.randint(1, 60)
        desk = self.desk()
        return self.send("slip.issue/1", {
            "desk": desk, "first": first, "last": first + self.one((0, 4, 9), (-1, 1000)),
            "series": self.one("ab")}, [self.keeper(desk, "supervisor")])

    def do_slip_close(self):
        series = self.one("ab")
        rows = self.st.slips.get(series) or {}
        numbers = [n for n, x in rows.items() if not x["closed"]]
        numbers = self.some(numbers, list(rows) + [70], 1, 3) or [70]
        desk = rows[numbers[0]]["desk"] if numbers[0] in rows and not self.odd() else self.desk()
        late = [i for i, a in self.st.acts.items() if "late" in a["flags"]]
        out = []
        for n in numbers:
            use = self.one(("blank", "used", "void")) if late or self.odd() else "blank"
            acts = self.some(late, list(self.st.acts), 1, 2) \
                if (use == "used") != self.odd() else []
            out.append({"acts": acts, "number": n, "use": use})
        return self.send("slip.close/1", {"desk": desk, "series": series, "slips": out},
                         [self.keeper(desk), self.who("supervisor")])

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
