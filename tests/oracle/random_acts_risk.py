"""Loss, seals and emergencies (FORMATS.md section 17.3) for random_acts.Maker."""

from make_ledgers import when


class RiskActs:
    """do_<noun>_<verb> makes one act and gives its name."""

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
