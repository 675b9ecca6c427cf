"""Erasure, incidents, reads: FORMATS.md section 21.  A mixin of verify_folder.FolderActs."""

from verify_common import months_later, parse_time

AC = frozenset(("archive_custodian",))
MANAGER = frozenset(("centre_manager",))
CLOSERS = frozenset(("centre_manager", "supervisor"))
SECOND = frozenset(("administrator", "archive_custodian", "supervisor"))
READERS = frozenset("""key_custodian engineering_custodian duty archive_custodian service_staff
supervisor centre_manager engineering_manager engineering_supervisor administrator""".split())


class Erasure:
    """Subject keys, what becomes of them, incidents and reads of personal data."""

    def start_erasure(self):
        self.subjects = {}        # k -> {count, owners (folders and parties)}
        self.erased = {}          # k -> act id of its intent
        self.party_since = {}     # party -> T of its party.add
        self.erase_requests = {}  # act id -> {party, open}
        self.intents = {}         # act id -> {fields, subjects, execute, done}
        self.incidents = {}       # act id -> {open, by}

    def note_commitments(self, act):
        """Every {c,k} of an entry, before the act itself is judged."""
        fields = self.types.acts.get(act.name)
        name, body = act.name, act.body
        if name == "import.line/1":
            name, body = body["act"], body["body"]
        for pointer, field in self.types.sealed(fields, act.body, ""):
            k = field["k"]
            if k in self.erased:
                self.bad("openings", "a personal field lies under an erased key")
            subject = self.subjects.setdefault(k, {"count": 0, "owners": set()})
            subject["count"] += 1
            if name in ("folder.open/1", "folder.file/1"):
                at = pointer.split("/").index("folders") + 1
                subject["owners"].add(body["folders"][int(pointer.split("/")[at])]["item"])
            elif name == "folder.produce/1" and pointer == "/receiver":
                subject["owners"] |= {f["item"] for f in body["folders"]}
            elif name == "party.add/1":
                subject["owners"].add(body["party"])

    # ---- erasure

    def do_erase_request(self, act):
        b = act.body
        self.one_signer(act, AC | {"service_staff"}, "seats")
        self.need_code("channels", b["channel"])
        self.need_code("reasons", b["reason"])
        self.need(b["party"] in self.parties, "object", "the party is not known")
        self.need(not any(r["open"] and r["party"] == b["party"]
                          for r in self.erase_requests.values()), "state",
                  "the party has asked already")
        self.erase_requests[act.id] = {"party": b["party"], "open": True}

    def do_erase_refuse(self, act):
        self.one_signer(act, MANAGER, "seats")
        request = self.erase_requests.get(act.body["request"])
        if self.need(request is not None, "object", "there is no such request"):
            self.need(request["open"], "state", "the request is closed")
            request["open"] = False

    def party_is_done(self, party):
        """Whether nothing of the party's is open."""
        return not any(
            f["party"] == party and f["state"] != "destroyed"
            or any(p["state"] == "lent" and p["holder"] == party
                   for p in f["papers"].values())
            for f in self.folders.values()) and not any(
                it["holder"] == ("party", party) for it in self.items.values())

    def last_day(self, party):
        """The local day of the last that happened with the party."""
        times = [self.party_since.get(party, self.t)]
        for it in self.items.values():
            for m in it["moves"]:
                # Ruling: a movement that was corrected did not happen.
                if m["void"]:
                    continue
                if ("party", party) in (m["before"], self.after(it, m)):
                    times.append(self.acts[m["act"]]["t"])
        times += [f["destroyed_t"] for f in self.folders.values()
                  if f["party"] == party and f["destroyed_t"] is not None]
        return self.day_of(max(times))

    @staticmethod
    def after(it, move):
        """Where a movement led: where the next one not void left from, or where it is now."""
        later = it["moves"][it["moves"].index(move) + 1:]
        return next((m["before"] for m in later if not m["void"]), it["holder"])

    def destroyed(self, owner):
        folder = self.folders.get(owner)
        return folder is not None and folder["state"] == "destroyed"

    def owners_fit(self, subjects, fits, rule):
        """Ruling: of a key that belongs to several, all of them must fit."""
        for k in subjects:
            owners = self.subjects.get(k, {"owners": ()})["owners"]
            self.need(owners and all(fits(x) for x in owners), rule,
                      "a subject key may not be erased on this ground")

    def do_erase_intent(self, act):
        b, ground = act.body, act.body["ground"]
        for k in b["subjects"]:
            if self.need(k in self.subjects, "object", "nothing is under a subject key"):
                self.need(k not in self.erased, "state", "a subject key is erased already")
        count = sum(self.subjects[k]["count"] for k in b["subjects"] if k in self.subjects)
        self.need(count == b["count"], "count", "%d commitments are under these keys" % count)
        execute = None
        if ground["kind"] == "destruction":
            execute = self.erase_destroyed(act)
        elif ground["kind"] == "request":
            self.seats_or(act, "P2", (self.seat(MANAGER), self.seat(SECOND)))
            self.erase_requested(act)
        else:
            self.seats_or(act, "P2", (self.seat(MANAGER), self.seat(SECOND)))
            self.erase_expired(act)
        for k in b["subjects"]:
            self.erased.setdefault(k, act.id)
        self.intents[act.id] = {"fields": b["count"], "subjects": len(b["subjects"]),
                                "execute": execute, "done": False}

    def erase_destroyed(self, act):
        batch = next((x for x in self.batches.values()
                      if x.get("act") == act.body["ground"]["act"] and x.get("act")), None)
        if not self.need(batch is not None, "object", "there is no such destruction"):
            return None
        self.owners_fit(act.body["subjects"], lambda x: x in batch["folders"], "A15")
        self.need(len(act.signers) >= 2 and set(act.signers) <= batch["witnesses"]
                  and all(self.may_sit(h) for h in act.signers), "A15",
                  "two or more of the destruction's witnesses sign, nobody else")
        return batch

    def erase_requested(self, act):
        request = self.erase_requests.get(act.body["ground"]["act"])
        if not self.need(request is not None and request["open"], "object",
                         "there is no such open request"):
            return
        request["open"] = False
        party = request["party"]
        self.owners_fit(act.body["subjects"], lambda x: x == party or (
            self.destroyed(x) and self.folders[x]["party"] == party), "P2")
        self.need(self.party_is_done(party), "P2", "the party still has something open")

    def erase_expired(self, act):
        months = self.asked("party_retention_months")
        self.need(act.body["ground"]["act"] is None, "structure", "expiry names no act")

        def fits(x):
            if x[0] == "F":
                return self.destroyed(x)
            return self.party_is_done(x) and months_later(
                self.last_day(x), months) <= self.day_of(self.t)
        self.owners_fit(act.body["subjects"], fits, "P2")

    def do_erase_done(self, act):
        b = act.body
        self.need({"backup", "temp", "vault"}.issuperset(b["media"]), "structure",
                  "a medium is not known")
        intent = self.intents.get(b["intent"])
        if not self.need(intent is not None, "object", "there is no such intent"):
            return
        self.need(not intent["done"], "state", "it is done already")
        intent["done"] = True
        self.need(b["counts"] == {"fields": intent["fields"], "subjects": intent["subjects"]},
                  "count", "the counts are not the intent's")
        # Ruling: the witnesses only where the ground was a destruction; the two may be mixed.
        present = intent["execute"]["witnesses"] if intent["execute"] else ()

        def fits(handle):
            own = [frozenset((handle,))] if handle in present and self.may_sit(handle) else []
            return own or self.folds(handle, SECOND | MANAGER)
        self.judge_seats(act, (fits, fits))

    # ---- incidents and reads

    def open_incident(self, act):
        self.incidents[act.id] = {"open": True, "by": act.by}

    def do_incident_report(self, act):
        b = act.body
        self.asked("incident_kinds")
        self.judge_seats(act, (self.seat_any(),))
        self.need_code("incident_kinds", b["kind"])
        self.need(parse_time(b["noticed_at"]) <= act.at, "P3", "it was noticed later than now")
        self.things(b["items"])
        self.need(b["party"] is None or b["party"] in self.parties, "object",
                  "the party is not known")
        self.open_incident(act)

    def incident(self, act):
        incident = self.incidents.get(act.body["incident"])
        if self.need(incident is not None, "object", "there is no such incident"):
            self.need(incident["open"], "state", "the incident is closed")
        return incident

    def do_incident_update(self, act):
        self.judge_seats(act, (self.seat_any(),))
        self.incident(act)

    def do_incident_close(self, act):
        incident = self.incident(act)
        apart = {incident["by"]} if incident else ()
        folds = self.one_signer(act, CLOSERS, "P3", apart)
        self.need(folds, "P3", "who reported it does not close it")
        if incident:
            incident["open"] = False

    def do_privacy_read(self, act):
        b = act.body
        self.one_signer(act, READERS, "P1")
        if self.need_code("purposes", b["purpose"]):
            self.need(not self.entry_of("purposes", b["purpose"])["private"], "P1",
                      "nobody reads of others for a private purpose")
        for ref in b["items"]:
            if ref["item"][0] == "P":
                # Ruling: a party, not a person's tag.
                self.need(ref["item"] in self.parties, "object", "the party is not known")
                self.need(ref["item"] == ref["label"], "label", "a party's label is its id")
            else:
                self.thing(ref, ("folder",))
