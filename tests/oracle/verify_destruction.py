"""Keeping and destroying: FORMATS.md sections 19.5 and 20.  A mixin of verify_folder.FolderActs.

A batch: {by, fold, lines {thing: reason or None}, numbers {thing: (papers, copies, pages)},
status proposed, reviewed, approved, executed or cancelled, reviewer, review {thing: decision},
approver, approver_fold, decided {thing: decision}, approved_t, witnesses, folders (destroyed as
lines of their own)}.
"""

from verify_common import months_later, parse_date

AC = frozenset(("archive_custodian",))
SUPERVISOR = frozenset(("supervisor",))
MANAGER = frozenset(("centre_manager",))
WITNESS = frozenset(("witness",))
LIFTERS = frozenset(("centre_manager", "supervisor"))
PROPOSED_STATE = ("destroyed", "in_batch", "open")


class Destruction:
    """Holds, appraisals, batches."""

    def start_keeping(self):
        self.under_hold = {}         # thing -> ids of the holds it is under
        self.hold_acts = set()
        self.appraised = {}       # thing -> (opinion, day or None) of the newest appraisal
        self.batches = {}

    # ---- holds and appraisals

    def held(self, name):
        """A hold on the thing, on its folder, or - of a folder - on one of its papers."""
        return any(holds and (x in (name, name.partition(".")[0])
                              or x.startswith(name + "."))
                   for x, holds in self.under_hold.items())

    def do_folder_hold(self, act):
        b = act.body
        self.one_signer(act, AC | LIFTERS, "seats")
        self.need_code("reasons", b["reason"])
        self.hold_acts.add(act.id)
        for x in self.live_things(b["items"]):
            self.under_hold.setdefault(x["id"], set()).add(act.id)

    def do_folder_release(self, act):
        b = act.body
        self.seats_or(act, "A13", (self.seat(LIFTERS), self.seat(AC | LIFTERS)))
        self.need_code("reasons", b["reason"])
        self.need(b["hold"] in self.hold_acts, "object", "there is no such hold")
        for x in self.things(b["items"]):
            holds = self.under_hold.get(x["id"], set())
            self.need(b["hold"] in holds, "state", "%s is not held by it" % x["id"])
            holds.discard(b["hold"])

    def do_folder_appraise(self, act):
        self.seats_or(act, "A13", (self.seat(AC), self.seat(SUPERVISOR)))
        for line in act.body["lines"]:
            self.need((line["until"] is not None) == (line["opinion"] == "keep_until"), "A13",
                      "a day goes with keep_until alone")
            # Ruling: `why` is one of the policy's reasons.
            self.need_code("reasons", line["why"])
            for x in self.live_things([line]):
                day = None if line["until"] is None else parse_date(line["until"])
                self.appraised[x["id"]] = (line["opinion"], day)

    # ---- when a folder may go

    def due_day(self, folder):
        """The day until which it is kept, or None."""
        cls = self.entry_of("folder_classes", folder["class"])
        keep = cls["retention"] if cls else None
        if not keep or keep["months"] is None or folder["state"] == "open" \
                or folder["trigger"] not in keep["triggers"]:
            return None
        day = months_later(folder["date"], keep["months"])
        opinion, until = self.appraised.get(folder["id"], (None, None))
        return max(day, until) if opinion == "keep_until" and until is not None else day

    def is_early(self, x, folder, reason):
        opinion = self.appraised.get(x["id"], (None, None))
        if reason == "without_value":
            return opinion[0] != "without_value"
        if x is not folder and x["id"] not in self.appraised:
            opinion = self.appraised.get(folder["id"], (None, None))
        due, today = self.due_day(folder), self.day_of(self.t)
        return due is None or today <= due or opinion[0] == "keep" \
            or (opinion[0] == "keep_until" and (opinion[1] is None or today <= opinion[1]))

    @staticmethod
    def numbers(x):
        """(papers, copies, pages) of a line."""
        own = [x] if "folder" in x else [p for p in x["papers"].values()
                                         if p["state"] == "filed"]
        return (len(own), sum(p["copies"] for p in own),
                sum(p["copies"] * p["pages"] for p in own))

    def obstacles(self, x, reason, said, batch=None):
        """What keeps this thing from being destroyed; `said`: numbers that must be its own."""
        folder = x.get("folder", x)
        own = list(x["papers"].values()) if x is folder else [x]
        cls = self.entry_of("folder_classes", folder["class"])
        gone = folder["state"] == "destroyed" or (
            x is not folder and x["state"] not in ("filed", "lent", "missing"))
        checks = (
            ("destroyed", gone),
            ("no_retention", cls is None or cls["retention"] is None),
            ("open", x is folder and x["state"] == "open"),
            ("lent", any(p["state"] == "lent" for p in own)),
            ("missing", any(p["state"] == "missing" for p in own)),
            ("held", self.held(x["id"])),
            ("early", self.is_early(x, folder, reason)),
            ("not_in_place", folder["at"] is not None),
            ("inventory", any(numbers != self.numbers(x) for numbers in said)),
            # Ruling: the very thing; a paper beside its folder's batch shows as inventory.
            ("in_batch", any(x["id"] in b["lines"] for i, b in self.batches.items()
                             if i != batch and b["status"] not in ("executed", "cancelled"))))
        return [name for name, there in checks if there]

    # ---- batches

    def do_destruction_propose(self, act):
        b = act.body
        self.asked("destruction_methods")
        folds = self.one_signer(act, AC, "A14")
        self.need(all(x["number"] != b["number"] for x in self.batches.values()), "exists",
                  "the number was used before")
        self.need_code("destruction_methods", b["method"])
        self.need(b["place"] in self.places, "object", "the place is not known")
        names = {line["item"] for line in b["lines"]}
        self.need(all("." not in x or x.partition(".")[0] not in names for x in names),
                  "structure", "a paper stands beside its own folder")
        lines, numbers = {}, {}
        for line in b["lines"]:
            said = (line["papers"], line["copies"], line["pages"])
            lines[line["item"]], numbers[line["item"]] = line["reason"], said
            x = self.thing(line)
            for name in self.obstacles(x, line["reason"], [said]) if x else ():
                self.bad("state" if name in PROPOSED_STATE else "A13",
                         "%s cannot be destroyed: %s" % (x["id"], name))
        self.batches[act.id] = {
            "by": act.by, "fold": folds[0] if folds else frozenset((act.by,)),
            "lines": lines, "numbers": numbers, "number": b["number"], "status": "proposed",
            "decided": {}, "reviewer": None, "reviewer_fold": frozenset(), "approver": None,
            "approver_fold": frozenset(), "approved_t": None}

    def batch(self, act, *status):
        """The batch of a body, in one of these states."""
        batch = self.batches.get(act.body["batch"])
        if batch is None:
            self.bad("object", "there is no such batch")
            return None
        self.need(batch["status"] in status, "state", "the batch is %s" % batch["status"])
        return batch

    def decisions(self, act, batch):
        """The lines of a review or approval as {thing: decision}."""
        out = {}
        for line in act.body["lines"]:
            self.thing(line)
            out[line["item"]] = line["decision"]
            self.need((line["reason"] is None) == (line["decision"] == "destroy"), "A14",
                      "what is deferred or kept has a reason, nothing else")
            if line["reason"] is not None:
                self.need_code("reasons", line["reason"])
        self.need(set(out) == set(batch["lines"]), "A14", "the lines are not the batch's")
        return out

    def has_two(self, apart):
        """Whether a supervisor and a centre manager, two persons, are there beside these."""
        return any(self.able(a, SUPERVISOR) and self.able(b, MANAGER)
                   for a in self.persons for b in self.persons
                   if a != b and not {a, b} & apart)

    def do_destruction_review(self, act):
        batch = self.batch(act, "proposed")
        if batch is None:
            return
        clear = [f for f in self.folds(act.by, SUPERVISOR) if not f & batch["fold"]]
        if not clear:
            clear = [f for f in self.folds(act.by, WITNESS) if not f & batch["fold"]]
            if clear:
                act.flags.add("outside-review")
                self.need(not self.has_two(batch["fold"]), "A14",
                          "a supervisor could review and another approve")
        if not clear or len(act.signers) != 1:
            self.seats_or(act, "A14", (lambda _: clear,))
        batch["decided"] = self.decisions(act, batch)
        batch.update(status="reviewed", reviewer=act.by,
                     reviewer_fold=clear[0] if clear else frozenset((act.by,)))

    def do_destruction_approve(self, act):
        batch = self.batch(act, "reviewed")
        if batch is None:
            return
        apart = batch["fold"] | batch["reviewer_fold"]
        clear = [f for f in self.folds(act.by, MANAGER) if not f & apart]
        if not clear or len(act.signers) != 1:
            self.seats_or(act, "A14", (lambda _: clear,))
        new = self.decisions(act, batch)
        self.need(all(d != "destroy" or batch["decided"].get(x) == "destroy"
                      for x, d in new.items()), "A14",
                  "a line is to be destroyed that the review did not destroy")
        batch.update(status="approved", approver=act.by, decided=new, approved_t=self.t,
                     approver_fold=clear[0] if clear else frozenset((act.by,)))

    def do_destruction_execute(self, act):
        b = act.body
        batch = self.batch(act, "approved")
        if batch is None:
            return
        if batch["approved_t"] is not None:
            self.need(self.t >= batch["approved_t"] + self.policy["destruction_wait_days"]
                      * 86400, "A14", "the days between approval and destruction are not over")
        self.need_code("destruction_methods", b["method"])
        self.need(b["place"] in self.places, "object", "the place is not known")
        self.need(b["destroyer"] is not None or b["firm"] is not None, "A15",
                  "nobody is named who destroys")
        self.need(b["firm"] is None or b["receipt"] is not None, "A15", "a firm gives a receipt")
        self.check_presence(act, batch)
        going = {line["item"] for line in b["lines"]}
        struck = {line["item"] for line in b["struck"]}
        want = {x for x, d in batch["decided"].items() if d == "destroy"}
        self.need(not going & struck and going | struck == want, "A15",
                  "the lines are not those approved")
        for line in b["struck"]:
            self.need_code("reasons", line["reason"])
            self.thing(line)
        if struck:
            act.flags.add("struck")
        found = [(line, self.thing(line)) for line in b["lines"]]
        for line, x in found:
            said = [(line["papers"], line["copies"], line["pages"])]
            # Ruling: the register must still be what was proposed and approved, too.
            said += [batch["numbers"][line["item"]]] if line["item"] in batch["numbers"] else []
            for name in self.obstacles(x, batch["lines"].get(line["item"]), said,
                                       b["batch"]) if x else ():
                if name != "in_batch":
                    self.bad("A13", "%s cannot be destroyed: %s" % (x["id"], name))
        for folder in {x.get("folder", x)["id"]: x.get("folder", x)
                       for _, x in found if x}.values():
            folder["version"] += 1
        for _, x in found:
            if x is not None:
                self.destroy(act, x)
        batch.update(status="executed", witnesses=set(b["witnesses"]),
                     act=act.id, folders={x["id"] for _, x in found if x and "papers" in x})

    def destroy(self, act, x):
        for p in [x] if "folder" in x else x["papers"].values():
            if p["state"] == "filed":
                self.change(act, p, None, state="destroyed")
        if "papers" in x:
            self.change(act, x, None, state="destroyed", destroyed_t=self.t)

    def check_presence(self, act, batch):
        """Who witnesses, re-checks and destroys (A15)."""
        b = act.body
        present = set(b["witnesses"]) | {b["recheck"]}
        if b["destroyer"] is not None:
            present.add(b["destroyer"])
        for h in sorted(present):
            self.need(h in self.persons, "object", "%s is no enrolled person" % h)
        self.need(set(act.signers) == present, "seats", "the signers are not those present")
        self.need(len(b["witnesses"]) >= self.policy["destruction_witnesses"], "A15",
                  "fewer witnesses than the policy wants")
        if b["destroyer"] in self.persons:
            self.need(self.may_sit(b["destroyer"]), "seats",
                      "an auditor, or a suspended person, destroys nothing")
        roles = WITNESS | frozenset(self.policy["destruction_witness_roles"])
        apart = batch["fold"] | batch["approver_fold"] | {b["destroyer"]}

        def fits(handle):
            folds = self.folds(handle, roles)
            if not folds and handle == batch["reviewer"] and self.policy["review_witness"] \
                    and self.may_sit(handle):
                folds = [frozenset((handle,))]
            return [f for f in folds if not f & apart]
        row = [self.only(h, fits) for h in b["witnesses"]]
        filled = self.fill_who(b["witnesses"], row)
        self.need(filled is not None, "A15", "a witness may not be one")
        self.check_recheck(b, batch, frozenset().union(*(f for _, f in filled or ())))

    def check_recheck(self, b, batch, witnesses):
        who = b["recheck"]

        def clear(fold):
            if fold & batch["fold"]:
                return False
            if fold & (witnesses | set(b["witnesses"])) and not self.policy["recheck_witness"]:
                return False
            return not fold & batch["approver_fold"] or not any(
                self.able(h, SUPERVISOR) for h in self.persons
                if h not in batch["fold"] | batch["approver_fold"])
        self.need(any(clear(f) for f in self.folds(who, SUPERVISOR)), "A15",
                  "%s may not re-check" % who)

    def do_destruction_cancel(self, act):
        self.one_signer(act, AC | LIFTERS, "seats")
        self.need_code("reasons", act.body["reason"])
        batch = self.batch(act, "proposed", "reviewed", "approved")
        if batch is not None and batch["status"] != "executed":
            batch["status"] = "cancelled"
