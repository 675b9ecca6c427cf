"""The use of folders: FORMATS.md section 19.4.  A mixin of verify_folder.FolderActs."""

from verify_common import Skip, parse_time

AC = frozenset(("archive_custodian",))
DESK = frozenset(("archive_custodian", "service_staff"))
SUPERVISOR = frozenset(("supervisor",))
MANAGER = frozenset(("centre_manager",))


class FolderUse:
    """Requests, consulting, lending, giving back."""

    # ---- requests and their approvals

    def ask_for_folders(self, act):
        """request.open/2."""
        b = act.body
        self.live_things(b["items"])
        self.need(b["for"] in ("folder.consult", "folder.lend"), "request",
                  "only folder.lend and folder.consult can be asked for")
        if self.is_private(b["purpose"]):
            self.need(b["for"] == "folder.consult", "A5",
                      "no folder is lent for a private purpose")
        self.keep_request(act)

    def is_private(self, code):
        return self.need_code("purposes", code) and self.entry_of("purposes", code)["private"]

    def use_folder_approval(self, act, noun, clerk, names, receiver, due=None):
        """body.approval: checked and used up; True when one is named."""
        b = act.body
        if b["approval"] is None:
            return False
        a = self.approvals.get(b["approval"])
        if a is None or a["kind"] != "request":
            self.bad("approval", "there is no such approval of a request")
            return True
        req, mine = a["req"], {a["by"]} | {g for _, g in a["uses"] if g}
        checks = [
            (not a["ended"], "has ended"), (a["left"] != 0, "is used already"),
            (not clerk or any(not f & mine for f in clerk), "is by the clerk himself"),
            (req["for"] == noun, "is for another act"),
            (self.t < min(a["until"], a["t"] + self.policy["approval_life"]), "is over"),
            (req["start"] <= self.t < req["end"], "is outside its window"),
            (due is None or due <= req["end"], "ends before the papers are due"),
            (all(n in req["items"] or n.partition(".")[0] in req["items"] for n in names),
             "does not cover the papers"),
            (receiver == req["receiver"], "is for another receiver"),
            (b["purpose"] == req["purpose"], "is for another purpose"),
            (self.uses(a["by"], (), (), noun) is not None,
             "is of a person who has lost the role")]
        for good, text in checks:
            self.need(good, "approval", "the approval %s" % text)
        self.use_up(a, 1)
        return True

    # ---- consulting and lending

    def check_receiver(self, who, rule):
        """An enrolled person, not suspended, no auditor, or a live party."""
        person = self.persons.get(who)
        if person is None:
            if not self.need(who in self.parties, rule, "%s is not known" % who):
                self.bad("object", "%s is not known" % who)
                raise Skip
        elif person["suspended"]:
            self.bad(rule, "%s is suspended" % who)
            self.bad("suspended", "%s is suspended" % who)
        elif "auditor" in person["roles"]:
            self.bad(rule, "%s is an auditor" % who)
            self.bad("role", "%s is an auditor" % who)

    def do_folder_consult(self, act):
        b, who = act.body, act.body["reader"]
        private = self.is_private(b["purpose"])
        self.check_receiver(who, "A6")
        clerk = self.clerk_who_lends(act, AC, who, "A5")
        self.check_lend_receipt(act, clerk, who, "A8")
        self.event_time(act)
        for x in self.things(b["items"]):
            self.need(x["state"] == "filed" if "folder" in x else x["state"] != "destroyed",
                      "state", "%s is %s" % (x["id"], x["state"]))
        if not self.use_folder_approval(act, "folder.consult", clerk,
                                        [ref["item"] for ref in b["items"]], who):
            self.need(not private and who not in self.parties, "A6",
                      "an outsider, or a private purpose, wants an approval")
            self.need(who in self.parties or not self.holds(who, AC), "A5",
                      "who keeps the folders asks a superior for his own use")

    def do_folder_lend(self, act):
        b, who = act.body, act.body["receiver"]
        limit = self.asked("folder_loan_max_days")
        self.need(not self.is_private(b["purpose"]), "A5",
                  "no folder is lent for a private purpose")
        self.check_receiver(who, "A8")
        clerk = self.clerk_who_lends(act, AC, who, "A8")
        self.check_lend_receipt(act, clerk, who, "A8")
        event, due = self.event_time(act), parse_time(b["due"])
        self.need(event < due <= event + limit * 86400, "A8",
                  "the due time is outside the policy")
        lent = []
        for f in b["folders"]:
            folder = self.live_folder(f)
            if folder is None:
                continue
            kept = {n for n, p in folder["papers"].items() if p["state"] == "filed"
                    and self.secrecy(p["kind"]) == "personal"}
            self.need({x["n"] for x in f["withheld"]} == kept, "A7",
                      "what is withheld of %s is not what is personal" % folder["id"])
            for x in f["withheld"]:
                self.paper(folder, x)
            for x in f["lent"]:
                p = self.paper(folder, x, "filed")
                if p is None:
                    continue
                self.need(self.secrecy(p["kind"]) != "personal", "A7",
                          "%s is personal and not lent" % p["id"])
                self.need(x["pages"] == p["pages"], "count",
                          "%s has %d pages" % (p["id"], p["pages"]))
                lent.append(p)
        self.use_folder_approval(act, "folder.lend", clerk, [p["id"] for p in lent], who, due)
        for p in lent:
            self.change(act, p, event, state="lent", holder=who, due=due, loan=act.id,
                        extended=0)

    def do_folder_return(self, act):
        b, who = act.body, act.body["by_whom"]
        clerk = self.folds(act.by, DESK)
        if not clerk:
            if act.by in self.persons and self.persons[act.by]["suspended"]:
                self.bad("suspended", "the clerk is suspended")
            self.bad("A8", "%s neither keeps the folders nor is service staff" % act.by)
        self.check_return_receipt(act, clerk, "A8")
        event = self.event_time(act)
        for f in b["folders"]:
            folder = self.thing(f, ("folder",))
            if folder is None:
                continue
            # Ruling: a return makes a version of each folder named, whatever came back.
            folder["version"] += 1
            for x in f["papers"]:
                p = self.paper(folder, x)
                if p is not None:
                    self.take_back(act, p, x, who, event)
        if act.flags & {"pages-missing", "damaged"}:
            self.open_incident(act)

    def take_back(self, act, p, given, who, event):
        """One paper that somebody brings."""
        if p["state"] in ("removed", "written_off", "destroyed"):
            act.flags.add("written-off")
        elif p["state"] == "filed":
            act.flags.add("not-out")
        else:
            # Ruling: as with keys, nobody named differs from nobody.
            if p["state"] == "lent" and who is not None and p["holder"] != who:
                act.flags.add("not-holder")
            self.change(act, p, event, state="filed", holder=None, due=None, loan=None)
        if given["pages"] < p["pages"]:
            act.flags.add("pages-missing")
        if given["condition"] == "damaged":
            act.flags.add("damaged")

    def do_folder_refuse(self, act):
        self.one_signer(act, DESK, "seats")
        self.things(act.body["asked"]["items"])

    def do_folder_produce(self, act):
        b = act.body
        self.asked("authorities")
        self.seats_or(act, "A7", (self.seat(AC), self.seat(MANAGER)))
        self.need_code("authorities", b["authority"])
        event = self.event_time(act)
        due = None if b["due"] is None else parse_time(b["due"])
        goes = b["kind"] == "original"
        self.need((due is not None) == goes and (due is None or due > event), "A7",
                  "an original, and nothing else, has a due time after the event")
        for f in b["folders"]:
            folder = self.live_folder(f)
            for x in f["papers"] if folder else ():
                p = self.paper(folder, x, "filed")
                if p is None:
                    continue
                self.need(x["pages"] == p["pages"], "count",
                          "%s has %d pages" % (p["id"], p["pages"]))
                if goes:
                    self.change(act, p, event, state="lent", due=due, loan=act.id, extended=0,
                                holder="authority:" + b["authority"])

    # ---- after the loan

    def do_folder_extend(self, act):
        b, due = act.body, parse_time(act.body["due"])
        most, days = self.asked("folder_extensions"), self.policy["folder_loan_max_days"]
        clerk = self.one_signer(act, AC, "A8")
        self.need_code("reasons", b["reason"])
        self.need(self.t < due, "A8", "the new due time is over")
        for p in self.things(b["items"], ("paper",)):
            loan = self.acts.get(p["loan"])
            if not self.need(p["state"] == "lent" and loan is not None
                             and loan["name"] == "folder.lend/1", "state",
                             "%s is not on loan" % p["id"]):
                continue
            start = parse_time(loan["body"]["event_at"] or "") or loan["at"]
            a = self.approvals.get(loan["body"]["approval"])
            self.need(due > p["due"], "A8", "%s would be due no later" % p["id"])
            self.need(due <= start + days * 86400, "A8",
                      "%s would be away longer than the policy allows" % p["id"])
            self.need(a is None or a["kind"] != "request" or due <= a["req"]["end"], "A8",
                      "the window of the request ends before")
            self.need(p["extended"] < most, "A8", "%s was extended often enough" % p["id"])
            self.need(not clerk or any(p["holder"] not in f for f in clerk), "A8",
                      "nobody extends his own loan")
            p["due"], p["extended"] = due, p["extended"] + 1

    def do_folder_recall(self, act):
        b = act.body
        self.one_signer(act, DESK, "seats")
        self.need_code("channels", b["channel"])
        self.need_code("reasons", b["reason"])
        due = None if b["due"] is None else parse_time(b["due"])
        for p in self.things(b["items"], ("paper",)):
            if not self.need(p["state"] == "lent", "state", "%s is not lent" % p["id"]):
                continue
            if due is not None:
                self.need(self.t < due < p["due"], "A8",
                          "a recall brings the due time forward, not into the past")
                p["due"] = due

    # ---- missing papers

    def do_folder_missing(self, act):
        b = act.body
        self.one_signer(act, AC, "seats")
        self.need_code("reasons", b["reason"])
        old, new = ("missing", "filed") if b["found"] else ("filed", "missing")
        for p in self.things(b["items"], ("paper",)):
            if self.need(p["state"] == old, "state", "%s is %s" % (p["id"], p["state"])):
                self.change(act, p, None, state=new)

    def do_folder_writeoff(self, act):
        b = act.body
        self.seats_or(act, "A9", (self.seat(AC), self.seat(SUPERVISOR)))
        self.need_code("reasons", b["reason"])
        for f in b["folders"]:
            folder = self.live_folder(f)
            if folder is None:
                continue
            self.next_version(folder, f["version"])
            for x in f["papers"]:
                p = self.paper(folder, x, "missing")
                if p is not None:
                    self.change(act, p, None, state="written_off")
