"""Who allows what (FORMATS.md section 17.2), and the copies that need it, for random_acts.Maker."""

from make_ledgers import DAY, when

HOUR = 3600


class AuthorityActs:
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
        blanks = sorted(self.st.blanks.values())
        if blanks and self.r.random() < .5:          # claimed, or of another class
            return self.one([b for b in blanks if b[0] == letter] or blanks, blanks)
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
