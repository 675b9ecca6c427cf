"""Keeping, destruction, erasure, incidents for random_acts.Maker (FORMATS.md 19.5 to 21)."""

from make_ledgers import DAY, Seal, when

HOUR = 3600


class KeepingActs:
    """do_<noun>_<verb> makes one act and gives its name."""

    # ---- holds and appraisals

    def do_folder_hold(self):
        return self.send("folder.hold/1", {
            "items": self.things_some(), "number": "1", "reason": self.reason(), "until": None},
            [self.who("archive_custodian", "supervisor", "centre_manager")])

    def do_folder_release(self):
        held = {}
        for x, holds in self.st.under_hold.items():
            for h in holds:
                held.setdefault(h, []).append(x)
        hold = self.one(held or ["0" * 64], list(self.st.acts))
        names = self.some(held.get(hold, ["F0000F001"]), list(self.st.folders))
        return self.send("folder.release/1", {
            "hold": hold, "items": self.thing_refs(names), "reason": self.reason()},
            [self.who("supervisor", "centre_manager"),
             self.who("archive_custodian", "supervisor", "centre_manager")])

    def do_folder_appraise(self):
        rows = []
        for ref in self.things_some():
            opinion = self.one(("keep", "keep_until", "without_value", "without_value"))
            rows.append(dict(ref, opinion=opinion, why=self.reason(), until=self.day(
                -DAY, 0, DAY) if (opinion == "keep_until") != self.odd() else None))
        return self.send("folder.appraise/1", {"lines": rows},
                         [self.archivist(), self.who("supervisor")])

    def seldom(self, nothing):
        """Most acts on what is not there are not worth making."""
        if nothing and self.r.random() < .9:
            raise IndexError

    # ---- destruction

    def line(self, name, reason):
        x = self.record(name)
        papers, copies, pages = self.st.numbers(x) if x else (1, 1, 1)
        out = dict(self.thing_refs([name])[0], copies=copies, pages=pages + (
            1 if self.odd() else 0), papers=papers)
        return dict(out, reason=reason) if reason else out

    def do_destruction_propose(self):
        ready = {}
        for reason in ("expired", "without_value"):
            for f in self.st.folders.values():
                for x in [f] + list(f["papers"].values()):
                    if not self.st.obstacles(x, reason, []):
                        ready[x["id"]] = reason
        names = self.some(ready, list(self.st.folders), 1, 3)
        names = [n for n in names if "." not in n or n.partition(".")[0] not in names]
        return self.send("destruction.propose/1", {
            "lines": [self.line(n, ready.get(n) or self.one(("expired", "without_value")))
                      for n in names],
            "method": self.code("destruction_methods"), "number": self.one(
                (str(len(self.st.batches)),), ("0",)), "place": self.place()},
            [self.archivist()])

    def batch_in(self, *status):
        good = [i for i, b in self.st.batches.items() if b["status"] in status]
        self.seldom(not good)
        return self.one(good or ["0" * 64], list(self.st.batches) or ["0" * 64])

    def decide(self, verb, status, roles):
        batch = self.batch_in(status)
        b = self.st.batches.get(batch) or {"lines": {"F0000F001": None}, "decided": {}}
        rows = []
        for ref in self.thing_refs(b["lines"]):
            before = b["decided"].get(ref["item"], "destroy")
            d = before if before != "destroy" and not self.odd() else self.one(
                ("destroy",) * 6 + ("keep", "defer"))
            rows.append(dict(ref, decision=d, reason=self.reason()
                             if (d != "destroy") != self.odd() else None))
        return self.send("destruction.%s/1" % verb, {"batch": batch, "lines": rows},
                         [self.who(*roles)])

    def do_destruction_review(self):
        return self.decide("review", "proposed", ("supervisor", "supervisor", "witness")
                           if self.r.random() < .2 else ("supervisor",))

    def do_destruction_approve(self):
        return self.decide("approve", "reviewed", ("centre_manager",))

    def do_destruction_execute(self):
        i = self.batch_in("approved")
        b = self.st.batches.get(i) or {"lines": {}, "decided": {"F0000F001": "destroy"}}
        names = sorted(x for x, d in b["decided"].items() if d == "destroy") or ["F0000F001"]
        struck = [n for n in names if self.r.random() < .15]
        going = [n for n in names if n not in struck] or names
        struck = [n for n in struck if n not in going or self.odd()]
        roles = ["witness"] + list(self.st.policy.get("destruction_witness_roles", ()))
        witnesses = self.some(self.with_role(*roles), self.people(), 2, 3)
        if self.r.random() < .1:
            witnesses = sorted(set(witnesses) | {self.one(self.people())})
        recheck = self.who("supervisor")
        destroyer = self.one((None, self.one(self.people())))
        firm = "x" if destroyer is None or self.r.random() < .2 else None
        return self.send("destruction.execute/1", {
            "batch": i, "destroyer": destroyer, "firm": firm,
            "lines": [self.line(n, None) for n in going],
            "method": self.code("destruction_methods"), "place": self.place(),
            "recheck": recheck, "receipt": "1" if firm and not self.odd() else None,
            "struck": [dict(x, reason=self.reason()) for x in self.thing_refs(struck)],
            "witnesses": witnesses},
            witnesses + [recheck] + ([destroyer] if destroyer else []))

    def do_destruction_cancel(self):
        return self.send("destruction.cancel/1", {
            "batch": self.batch_in("proposed", "reviewed", "approved"),
            "reason": self.reason()},
            [self.who("archive_custodian", "supervisor", "centre_manager")])

    # ---- erasure

    def do_erase_request(self):
        return self.send("erase.request/1", {
            "channel": self.code("channels"), "party": self.party(), "reason": self.reason()},
            [self.who("service_staff", "archive_custodian")])

    def open_request(self):
        good = [i for i, x in self.st.erase_requests.items() if x["open"]]
        self.seldom(not good)
        return self.one(good or ["0" * 64], list(self.st.erase_requests) or ["0" * 64])

    def do_erase_refuse(self):
        return self.send("erase.refuse/1", {"ground": "held", "request": self.open_request()},
                         [self.who("centre_manager")])

    def do_erase_intent(self):
        kind = self.one(("destruction", "expiry", "request"))
        act, signers = None, [self.who("centre_manager"), self.who(
            "supervisor", "archive_custodian", "administrator")]
        done = [x for x in self.st.batches.values() if x["status"] == "executed"]
        if kind == "destruction":
            batch = self.r.choice(done) if done else {"act": "0" * 64, "folders": set(),
                                                      "witnesses": set()}
            act, owners = batch["act"], batch["folders"]
            signers = sorted(batch["witnesses"])[:2] or signers
        elif kind == "request":
            act = self.open_request()
            request = self.st.erase_requests.get(act) or {"party": "P00000009"}
            owners = {request["party"]} | {f["id"] for f in self.st.folders.values()
                                           if f["party"] == request["party"]
                                           and f["state"] == "destroyed"}
        else:
            owners = {p for p in self.st.parties if self.st.party_is_done(p)} | {
                f["id"] for f in self.st.folders.values() if f["state"] == "destroyed"}
        fits = [k for k, x in self.st.subjects.items() if x["owners"] and x["owners"] <= owners
                and k not in self.st.erased]
        if not fits and self.r.random() < .8:
            raise IndexError
        subjects = self.some(fits, self.st.subjects)
        count = sum(self.st.subjects[k]["count"] for k in subjects) + (1 if self.odd() else 0)
        return self.send("erase.intent/1", {
            "count": count, "ground": {"act": act, "kind": kind}, "subjects": subjects},
            signers)

    def do_erase_done(self):
        good = [i for i, x in self.st.intents.items() if not x["done"]]
        self.seldom(not good)
        i = self.one(good or ["0" * 64],
                     list(self.st.intents) or ["0" * 64])
        x = self.st.intents.get(i) or {"fields": 1, "subjects": 1, "execute": None}
        roles = ("centre_manager", "supervisor", "archive_custodian", "administrator")
        signers = [self.who(*roles), self.who(*roles)]
        if x["execute"] and self.r.random() < .5:
            signers = sorted(x["execute"]["witnesses"])[:2]
        return self.send("erase.done/1", {
            "counts": {"fields": x["fields"], "subjects": x["subjects"] + (
                1 if self.odd() else 0)}, "intent": i, "media": self.some(
                    ("backup", "temp", "vault"), ("paper",), 0)}, signers)

    # ---- incidents and reads

    def do_incident_report(self):
        erased = self.odd() and self.st.erased
        return self.send("incident.report/1", {
            "items": self.things_some(0), "kind": self.code("incident_kinds"),
            "noticed_at": when(self.at - self.one((0, HOUR), (-60,))),
            "party": self.one((None, self.party())),
            "text": Seal("F0000F001", "x") if erased else None}, [self.one(self.people())])

    def incident_open(self):
        return self.one([i for i, x in self.st.incidents.items() if x["open"]] or ["0" * 64],
                        list(self.st.incidents) or ["0" * 64])

    def do_incident_update(self):
        return self.send("incident.update/1", {
            "incident": self.incident_open(), "note": None, "step": "informed"},
            [self.one(self.people())])

    def do_incident_close(self):
        return self.send("incident.close/1", {
            "incident": self.incident_open(), "lesson": None, "result": "confirmed"},
            [self.who("supervisor", "centre_manager")])

    def do_privacy_read(self):
        rows = self.thing_refs(self.folders_some(lambda f: True)) + [
            {"item": p, "label": p} for p in self.some(self.st.parties, None, 0, 1)]
        return self.send("privacy.read/1", {"items": sorted(rows, key=lambda x: x["item"]),
                                            "purpose": self.code("purposes")},
                         [self.one(self.people())])
