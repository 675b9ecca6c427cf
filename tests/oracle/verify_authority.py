"""What allows an act of the key desk: FORMATS.md section 17.2, and approvals of every kind.

An approval is a record in self.approvals under the id of its act: kind (request authorise
consent standing), by, uses [(role, giver or None)], left (acts it still serves, None without
end), ended; of a request req, until, t; of the others start, end and what they bind.
"""

from verify_common import Skip, parse_time
from verify_move import Moving


class AuthorityActs(Moving):
    """Authorisations, consents, oral approvals and copies."""

    # ---- approvals of every kind

    def uses_by(self, who, giver, roles):
        """[(role, giver)] of the first of these roles that he holds himself, or by him."""
        return [(r, giver) for r in sorted(roles)
                if (self.own(who, r) if giver is None else giver in self.givers(who, r))][:1]

    def keep_approval(self, act, kind, who, fold, roles, start, end, uses=None, **more):
        """An approval that is no answer to a request; uses: how many acts, None unlimited."""
        giver = next(iter(fold - {who}), None)
        self.approvals[act.id] = dict(
            more, kind=kind, by=who, uses=self.uses_by(who, giver, roles), start=start,
            end=end, left=uses, ended=False)

    def in_force(self, a):
        return a["start"] <= self.t < a["end"] and not a["ended"]

    def end_authorisations(self, place):
        """Ends every party.authorise of the place in force or to come."""
        for a in self.approvals.values():
            if a["kind"] == "authorise" and a["place"] == place:
                a["ended"] = True

    def covers_receiver(self, a, receiver):
        return receiver in (a["named"] or self.persons)

    def covers(self, a, key, receiver):
        """Whether an authorisation covers this key and this receiver."""
        return self.covers_receiver(a, receiver) and self.belongs(key, a["place"])

    def faults(self, a, noun, names, receiver, purpose, due, clerk):
        """What keeps this approval from serving such an act, one sentence each."""
        keys = self.keys_of([{"item": n} for n in names])
        mine = {a["by"]} | {g for _, g in a["uses"] if g}
        checks = [(not a["ended"], "has ended"), (a["left"] != 0, "is used already"),
                  (any(not f & mine for f in clerk), "is by the clerk himself")]
        if a["kind"] == "request":
            req = a["req"]
            checks += [
                (req["for"] == noun, "is for another act"),
                (self.t < min(a["until"], a["t"] + self.policy["approval_life"]), "is over"),
                (req["start"] <= self.t < req["end"], "is outside its window"),
                (due <= req["end"], "ends before the keys are due"),
                (set(names) <= req["items"], "does not cover the items"),
                (receiver == req["receiver"], "is for another receiver"),
                (purpose == req["purpose"], "is for another purpose"),
                (self.uses(a["by"], names, (), noun) is not None,
                 "is of a person who has lost the role")]
            return [text for good, text in checks if not good]
        checks += [(a["start"] <= self.t < a["end"], "is not in force"),
                   (due <= a["end"], "ends before the keys are due")]
        if a["kind"] == "authorise":
            # The receiver is asked for whatever the keys are: there may be none of consent.
            checks += [("lend" in a["scope"], "is not for lending"),
                       (self.covers_receiver(a, receiver), "is for other persons"),
                       (all(self.belongs(k, a["place"]) for k in keys
                            if self.wants_consent(k)), "covers not these keys")]
        elif a["kind"] == "consent":
            checks += [(a["scope"] == "lend", "is not for lending"),
                       (set(names) <= a["items"], "does not cover the items"),
                       (receiver == a["receiver"], "is for another receiver"),
                       (purpose == a["purpose"], "is for another purpose")]
        else:
            checks += [(receiver in a["named"], "is for other persons"),
                       (purpose in a["purposes"], "is for other purposes"),
                       (all(any(self.lies_in(at, p) for p in a["places"])
                            for k in keys for at in self.lock_places(k)),
                        "is for other places"),
                       (self.holds(a["by"], frozenset(self.policy["standing_approval"])),
                        "is of a person who has lost the role")]
        return [text for good, text in checks if not good]

    def unmet(self, a, names, receiver, escort=False):
        """The rules of what an approval (or none) leaves unsatisfied of these items."""
        kind = a["kind"] if a else None
        out = set()
        for key in self.keys_of([{"item": n} for n in names]):
            cls = self.class_of(key)
            if self.is_high_risk(key) and kind != "request":
                out.add("K10")
            if cls is None or escort:
                continue
            if cls["lend_approval"] and kind != "request" and not (
                    kind in ("authorise", "consent") if cls["consent"]
                    else kind == "standing"):
                out.add(cls["rule"])
            if cls["consent"] and not self.owner_agrees(a, key, receiver):
                out.add(cls["rule"])
        return out

    def owner_agrees(self, a, key, receiver):
        """The owner's say: his authorisation, his consent, or approval under the former."""
        if a is None or a["kind"] == "standing":
            return False
        if a["kind"] != "request":
            return a["kind"] == "consent" or self.covers(a, key, receiver)
        return any(x["kind"] == "authorise" and "lend" in x["scope"] and self.in_force(x)
                   and self.covers(x, key, receiver) for x in self.approvals.values())

    def use_approval(self, act, clerk, names, receiver, due, escort=False):
        """body.approval of a loan: checked and used up whether needed or not."""
        a = None
        if act.body["approval"] is not None:
            a = self.approvals.get(act.body["approval"])
            if a is None:
                self.bad("approval", "there is no such approval")
                return
            for text in self.faults(a, "key.lend", names, receiver, act.body["purpose"], due,
                                    clerk):
                self.bad("approval", "the approval %s" % text)
            self.use_up(a, 1)
        for rule in sorted(self.unmet(a, names, receiver, escort)):
            self.bad(rule, "an item needs an approval that is not there")

    @staticmethod
    def use_up(a, count):
        if a["left"] is not None:
            a["left"] = max(0, a["left"] - count)

    # ---- authority

    def keeper_and_supervisor(self, act, apart=()):
        """(handle, fold) of who sits as supervisor; None with a violation."""
        row = (self.seat(self.custodians() | {"service_staff"}),
               self.seat(frozenset(("supervisor",)), apart))
        if self.judge_seats(act, row) is None:
            return None
        return self.fill_who(act.signers, row)[1]

    def span(self, start, end, rule):
        start, end = parse_time(start), parse_time(end)
        self.need(start < end and end > self.t, rule, "it ends before it starts, or is over")
        return start, end

    def do_party_authorise(self, act):
        b = act.body
        who = self.keeper_and_supervisor(act)
        party = self.live_party(b["party"], "K10a")
        self.need(b["place"] in self.places, "object", "the home is not known")
        self.need(party["unit"] == b["place"], "K10a", "the home is not the party's")
        for entry in b["named"]:
            self.known_holder(entry["holder"])
        self.need(set(b["scope"]) <= {"copy", "lend"}, "structure", "the scope is unknown")
        start, end = self.span(b["start"], b["end"], "K10a")
        who = who or (act.by, frozenset((act.by,)))
        self.keep_approval(act, "authorise", *who, ("supervisor",), start, end, place=b["place"],
                   party=b["party"], scope=set(b["scope"]),
                   named={e["holder"] for e in b["named"]})

    def end_early(self, code, kind):
        a = self.approvals.get(code)
        if a is None or a["kind"] != kind:
            self.bad("object", "there is no such act to end")
            raise Skip
        self.need(not a["ended"] and self.t < a["end"], "state", "it has ended already")
        a["ended"] = True

    def do_party_end(self, act):
        self.judge_seats(act, (self.seat(self.custodians() | {"service_staff",
                                                              "supervisor"}),))
        self.need_code("reasons", act.body["reason"])
        self.end_early(act.body["authorisation"], "authorise")

    def do_party_consent(self, act):
        b = act.body
        who = self.keeper_and_supervisor(act, (b["receiver"],))
        self.need_code("channels", b["channel"])
        self.known_holder(b["receiver"])
        party = self.live_party(b["party"], "K10a")
        self.need(party["relation"] in ("owner", "tenant"), "K10a",
                  "only an owner or a tenant consents")
        self.sort_out(b["items"])
        self.need(party["unit"] is not None and all(
            self.belongs(k, party["unit"]) for k in self.keys_of(b["items"])), "K10a",
                  "a key is not of the party's home")
        self.check_purpose(b["purpose"])
        start, end = self.span(b["window"]["start"], b["window"]["end"], "K10a")
        who = who or (act.by, frozenset((act.by,)))
        self.keep_approval(act, "consent", *who, ("supervisor",), start, end, 1, scope=b["scope"],
                   items={ref["item"] for ref in b["items"]}, receiver=b["receiver"],
                   purpose=b["purpose"], party=b["party"])

    def do_standing_grant(self, act):
        b = act.body
        roles = frozenset(self.policy["standing_approval"])
        named = {e["holder"] for e in b["named"]}
        folds = self.one_signer(act, roles, "K10", named)
        for handle in sorted(named):
            self.need(handle in self.persons, "object", "%s is no person" % handle)
        for place in b["places"]:
            self.need(place in self.places, "object", "place %s is not known" % place)
        for code in b["purposes"]:
            self.check_purpose(code)
        start, end = self.span(b["start"], b["end"], "K10")
        self.need(end <= start + 366 * 86400, "K10", "it lasts longer than 366 days")
        fold = folds[0] if folds else frozenset((act.by,))
        self.keep_approval(act, "standing", act.by, fold, roles, start, end, named=named,
                   places=b["places"], purposes=set(b["purposes"]))

    def do_standing_end(self, act):
        self.judge_seats(act, (self.seat(frozenset(self.policy["standing_approval"])),))
        self.need_code("reasons", act.body["reason"])
        self.end_early(act.body["standing"], "standing")

    def do_request_oral(self, act):
        b = act.body
        req = self.requests.get(b["request"])
        if req is None:
            self.bad("object", "there is no such request")
            raise Skip
        who = b["approver"]
        self.person(who)
        away = (req["receiver"], who)
        self.judge_seats(act, (self.only(act.by, self.seat(self.custodians() | {"duty"},
                                                           away)), self.seat_any(away)))
        self.need_code("channels", b["channel"])
        uses = self.uses(who, req["items"], (req["by"], req["receiver"]), req["for"])
        self.need(uses is not None, "K17", "%s could not approve this request" % who)
        heard = parse_time(b["heard_at"])
        self.need(act.at - 86400 <= heard <= act.at, "K17",
                  "it was heard later than now, or more than a day ago")
        self.approve(act, req, who, uses or [])
        act.awaits = True

    def ratify_request_oral(self, act, old):
        self.judge_seats(act, (self.seat_person(old["body"]["approver"], self.may_sit),))

    # ---- copies

    def do_key_copy(self, act):
        b = act.body
        desk = self.desk_or_skip(b["desk"])
        clerk = self.one_signer(act, self.roles_of(desk), "K2")
        if not self.need(b["of"]["item"][0] == "K", "structure", "keys are copied"):
            raise Skip
        model = self.item(b["of"], "K")
        if model is None:
            raise Skip
        of = b["of"]["item"]
        self.need(model["desk"] == b["desk"], "K2", "%s belongs to another desk" % of)
        self.need(model["holder"][0] not in ("void", "retired"), "state",
                  "%s is retired" % of)
        self.check_copy_approval(act, of, clerk)
        event = self.event_time(act)
        for new in b["copies"]:
            if not self.need(new["item"][0] == "K", "structure", "%s is no key" % new["item"]):
                continue
            self.claim_symbols(new["item"])
            ring = self.ring_of(act, new["ring"], b["desk"], event)
            if new["item"] not in self.items:
                self.add_item(act, new["item"], new["label"], ("desk", b["desk"]),
                              model["locks"], ring, event)

    def check_copy_approval(self, act, of, clerk):
        a, count = self.approvals.get(act.body["approval"]), len(act.body["copies"])
        if a is None:
            self.bad("approval", "there is no such approval")
            return
        mine = {a["by"]} | {g for _, g in a["uses"] if g}
        checks = [(not a["ended"], "has ended"),
                  (a["left"] is not None and a["left"] >= count, "has not so many uses left"),
                  (any(not f & mine for f in clerk) or not clerk, "is by the clerk himself")]
        consent = self.wants_consent(of)
        if a["kind"] == "request":
            req = a["req"]
            checks += [
                (req["for"] == "key.copy", "is for another act"),
                (self.t < min(a["until"], a["t"] + self.policy["approval_life"]), "is over"),
                (req["start"] <= self.t < req["end"], "is outside its window"),
                (of in req["items"], "does not cover the key"),
                (self.uses(a["by"], [of], (), "key.copy") is not None,
                 "is of a person who has lost the role")]
            self.need(not consent or any(
                x["kind"] == "authorise" and "copy" in x["scope"] and self.in_force(x)
                and self.belongs(of, x["place"]) for x in self.approvals.values()), "K9",
                      "the owner has not authorised a copy")
        elif a["kind"] == "consent":
            checks += [(a["scope"] == "copy", "is for lending"),
                       (a["start"] <= self.t < a["end"], "is not in force"),
                       (of in a["items"], "does not cover the key")]
            self.need(consent, "K9", "this key is not the owner's to have copied")
        else:
            checks.append((False, "is not for copies"))
        for good, text in checks:
            self.need(good, "approval", "the approval %s" % text)
        self.use_up(a, count)

    def do_copy_close(self, act):
        self.judge_seats(act, (self.seat(self.custodians()),))
        self.need_code("reasons", act.body["reason"])
        a = self.approvals.get(act.body["approval"])
        if a is None or a["kind"] != "request":
            self.bad("object", "there is no such approval")
            raise Skip
        self.need(a["req"]["for"] == "key.copy"
                  and a["left"] and not a["ended"], "state",
                  "this approval has no copies left")
        a["left"] = 0
