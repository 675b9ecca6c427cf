"""Loss, seals, emergency: FORMATS.md section 17.3; with the parts for 17.4 and 17.5.

A mixin of verify.State: it uses what State and verify_lend.LendActs bring and shares no line
with the C program.  What the text leaves open is ruled in comments that begin with "Ruling:".
"""

from verify_count import CountActs
from verify_register import RegisterActs
from verify_tags import TagActs

REKEYERS = frozenset(("supervisor", "engineering_manager", "engineering_supervisor"))
SUPERVISOR = frozenset(("supervisor",))
RATIFIERS = frozenset(("supervisor", "centre_manager"))


class DeskActs(RegisterActs, CountActs, TagActs):
    """Handlers do_<noun>_<verb>; the rest are helpers of these acts alone."""

    def start_part(self):
        self.start_tags()
        self.losses = []          # {item, holder, time, move, how: None or how it was closed}
        self.rekeyed = {}         # lock -> event times
        self.seals = {}           # number -> {desk, act, broken}
        self.unsealed = {}        # item -> order at which an emergency last took it from a seal
        self.boards = {}          # desk -> items on its daily board
        self.tags = {}            # person tag -> handle
        self.stocktakes = {}      # act id of the opening -> record
        self.slips = {}           # series -> number -> {desk, closed}

    def two_signers(self, act, roles, others, rule):
        """by in a seat for these roles, one more person in a seat of `others`."""
        mine = self.only(act.by, self.seat(roles))
        if self.fill(act.signers, (mine, others)) is None:
            self.bad(rule, "the signers do not fill the seats of %s" % act.name)

    def keeper(self, code, *more):
        """The roles of a desk's custodian, and others that will do."""
        return self.roles_of(self.desk_or_skip(code), *more)

    def at_place(self, item_id, top):
        return any(self.lies_in(p, top) for p in self.lock_places(item_id))

    def element_of(self, table, code):
        """How place.add or lock.add described this place or lock."""
        act = self.acts[getattr(self, table)[code]["by_act"]]
        bodies = [self.lines[i]["body"] for i in act["body"]["lines"]] \
            if "lines" in act["body"] else [act["body"]]
        return next(e for b in bodies for e in b[table] if e["code"] == code)

    # ---- loss (K13)

    def open_loss(self, it, event):
        if it["id"][0] == "K":
            self.losses.append({"item": it["id"], "time": event, "how": None,
                                "move": len(it["moves"]) - 1})

    def open_losses(self, item_id=None):
        """The losses not closed.  A later movement from `lost` to a desk closed them: found
        or returned; where that movement was corrected they are open again."""
        for loss in self.losses:
            if loss["how"] or loss["item"] not in self.items \
                    or item_id not in (None, loss["item"]):
                continue
            moves = self.items[loss["item"]]["moves"]
            if any(m["before"] and m["before"][0] == "lost" and not m["void"]
                   and m["kind"] in ("found", "return") for m in moves[loss["move"] + 1:]):
                continue
            yield loss

    def moved(self, act, it, before):
        """key.return never refuses: what comes back from a loss or retirement is flagged."""
        super().moved(act, it, before)
        if act.name != "key.return/1":
            return
        if before[0] in ("lost", "retired"):
            act.flags.add("lost-item" if before[0] == "lost" else "retired")
        self.leave_seal(act, before)

    def unmoved(self, act, it, move):
        """A corrected return gives the seal back that it broke."""
        super().unmoved(act, it, move)
        if move["kind"] == "return" and move["before"][0] == "seal":
            seal = self.seals[move["before"][1]]
            if seal["broken"] == move["act"]:
                seal["broken"] = None

    def leave_seal(self, act, holder):
        """Whether the act breaks a seal by taking something from it: flag `seal-broken`."""
        seal = self.seals[holder[1]] if holder[0] == "seal" else None
        if seal is None or seal["broken"]:
            return False
        seal["broken"] = act.id
        act.flags.add("seal-broken")
        return True

    def do_key_lost(self, act):
        b = act.body
        roles = self.keeper(b["desk"], "duty")
        self.need_code("reasons", b["reason"])
        who = b["reporter"]
        if who is not None:
            self.need(who in self.persons or who in self.parties, "object",
                      "%s is not known" % who)
        if len(act.signers) == 1 or not self.folds(act.by, roles):
            self.one_signer(act, roles, "K13")
        elif who == act.by or who not in act.signers:
            self.bad("seats", "beside the custodian only the reporter signs")
        else:
            self.judge_seats(act, (self.only(act.by, self.seat(roles)),
                                   self.seat_person(who, self.may_sit)))
        event = self.event_time(act)
        items = self.taken(act, b["items"],
                           lambda it: it["holder"][0] not in ("lost", "retired"), "state")
        for holder in {it["holder"] for it in items}:
            if self.leave_seal(act, holder):
                self.need(len(act.signers) == 2, "K15", "it lies under a seal: two sign")
        self.move_all(act, items, lambda it: ("lost", it["holder"][1]), event, "lost")
        for it in items:
            self.open_loss(it, event)

    def do_key_found(self, act):
        b = act.body
        self.one_signer(act, self.keeper(b["desk"], "duty"), "K2")
        if b["by_whom"] is not None:
            self.need(b["by_whom"] in self.persons or b["by_whom"] in self.parties, "object",
                      "%s is not known" % b["by_whom"])
        if b["condition"] == "damaged":
            act.flags.add("damaged")   # Ruling: as in key.return
        event = self.event_time(act)
        self.move_all(act, self.taken(act, b["items"], lambda it: it["holder"][0] == "lost",
                                      "state"), ("desk", b["desk"]), event, "found")

    def do_key_damage(self, act):
        b = act.body
        self.one_signer(act, self.keeper(b["desk"]), "K2")
        self.need_code("reasons", b["reason"])
        # Ruling: no flag, nothing moves, the item may stand anywhere.
        for ref in b["items"]:
            it = self.item(ref)
            if it is not None:
                self.need(it["holder"][0] != "retired", "state",
                          "%s is retired" % ref["item"])

    def do_lock_rekey(self, act):
        b = act.body
        self.judge_seats(act, (self.seat(self.custodians()), self.seat(REKEYERS)))
        self.need_code("reasons", b["reason"])
        event, codes = self.event_time(act), set()
        for ref in b["locks"]:
            lock = self.locks.get(ref["code"])
            if not self.need(lock is not None, "object", "there is no lock %s" % ref["code"]):
                continue
            self.need(self.element_of("locks", ref["code"])["label"] == ref["label"], "label",
                      "lock %s is not labelled so" % ref["code"])
            codes.add(ref["code"])
            self.rekeyed.setdefault(ref["code"], []).append(event)
        if any(it["holder"][0] != "retired" and codes.intersection(it["locks"])
               for it in self.items.values()):
            act.flags.add("stale-keys")
        # Ruling: "at or after the loss" compares event times.
        for loss in list(self.open_losses()):
            locks = self.items[loss["item"]]["locks"]
            if codes.intersection(locks) and all(
                    any(t >= loss["time"] for t in self.rekeyed.get(k, ())) for k in locks):
                loss["how"] = "rekeyed"

    def do_risk_accept(self, act):
        b = act.body
        party = b["party"]
        self.need_code("reasons", b["reason"])
        if party is None:
            self.one_signer(act, SUPERVISOR, "seats")
        else:
            # Ruling: K13 stands for all that this sentence wants, the signer included.
            self.one_signer(act, self.custodians() | {"service_staff"}, "K13")
            self.need(b["letter"] is not None, "K13", "the owner's letter is not named")
            if not self.need(party in self.parties, "object", "%s is not known" % party):
                party = None
        for ref in b["items"]:
            if not self.need(ref["item"][0] == "K", "structure", "%s is no key" % ref["item"]):
                continue
            it = self.item(ref)
            if it is None:
                continue
            if party is not None:
                p = self.parties[party]
                self.need(p["relation"] == "owner" and p["unit"] is not None
                          and self.belongs(ref["item"], p["unit"]), "K13",
                          "%s is not the owner of what %s opens" % (party, ref["item"]))
            mine = list(self.open_losses(ref["item"]))
            self.need(mine, "state", "%s has no open loss" % ref["item"])
            for loss in mine:
                loss["how"] = "accepted"

    def do_key_retire(self, act):
        b, code = act.body, act.body["desk"]
        self.judge_seats(act, (self.seat(self.keeper(code)), self.seat(SUPERVISOR)))
        self.need_code("reasons", b["reason"])

        def where(it):
            return it["desk"] == code and (it["holder"] == ("desk", code)
                                           or it["holder"][0] == "lost")
        rings = {r["item"]: self.items[r["item"]]["holder"] for r in b["items"]
                 if r["item"][0] == "R" and r["item"] in self.items}
        named = {r["item"] for r in b["items"]}
        for ring, holder in rings.items():
            self.need(all(k in named or self.items[k]["holder"] == holder
                          or self.items[k]["holder"][0] == "retired"
                          for k in self.members_of(ring)), "K5",
                      "a key of ring %s would be left" % ring)
        event = self.event_time(act)
        self.move_all(act, self.taken(act, b["items"], where, "state"), ("retired", code),
                      event, "retire")

    # ---- seals (K15)

    def new_seal(self, act, number, desk, same_act=False):
        old = self.seals.get(number)
        self.need(old is None or (same_act and old["act"] == act.id and old["desk"] == desk),
                  "exists", "the seal number was used before")
        self.seals.setdefault(number, {"desk": desk, "act": act.id, "broken": None})

    def seal_of(self, number, desk):
        """The unbroken seal of this desk with this number, or None."""
        seal = self.seals.get(number)
        return seal if seal and seal["desk"] == desk and not seal["broken"] else None

    def held_by(self, holder):
        return {i for i, it in self.items.items() if it["holder"] == holder}

    def do_key_seal(self, act):
        b = act.body
        self.one_signer(act, self.keeper(b["desk"]), "K15")
        self.new_seal(act, b["seal"], b["desk"])
        event = self.event_time(act)
        self.move_all(act, self.taken(act, b["items"], ("desk", b["desk"]), "K15"),
                      ("seal", b["seal"]), event, "seal")

    def do_key_unseal(self, act):
        b = act.body
        roles = self.keeper(b["desk"], "duty")
        self.need_code("reasons", b["reason"])
        if self.need(len(act.signers) > 1, "K15", "a seal is opened by two"):
            self.judge_seats(act, (self.seat(roles), self.seat_any()))
        seal = self.seal_of(b["seal"], b["desk"])
        self.need(seal is not None, "state", "this desk has no such unbroken seal")
        here = ("seal", b["seal"])
        inside = self.held_by(here)
        event = self.event_time(act)
        items = self.taken(act, b["items"], here, "K15")
        self.move_all(act, items, ("desk", b["desk"]), event, "unseal")
        self.need(inside <= {it["id"] for it in items}, "K15", "the seal holds more than is named")
        if seal:
            seal["broken"] = act.id

    # ---- emergency (K16)

    def do_key_emergency(self, act):
        b, called = act.body, act.body["called"]
        roles = self.keeper(b["desk"], "duty")
        self.two_signers(act, roles, self.seat_any(), "K16")
        self.need(b["receiver"] in act.signers, "K16", "the receiver is not one of the two")
        self.need_code("causes", b["cause"])
        self.need(b["place"] in self.places, "object", "the place is not known")
        # Ruling: K16, as the sentences around it.
        self.need((called["at"] is not None) == (called["result"] != "no_number"), "K16",
                  "the time of the call goes with reached and no_answer")
        if called["party"] is not None:
            self.need(called["party"] in self.parties, "object", "the party is not known")
        event = self.event_time(act)
        places, inside = [("desk", b["desk"])], set()
        if b["seal"] is not None:
            seal = self.seal_of(b["seal"], b["desk"])
            if self.need(seal is not None, "K16", "this desk has no such unbroken seal"):
                places.append(("seal", b["seal"]))
                inside = self.held_by(places[1])
                seal["broken"] = act.id
                # Ruling: a seal that is named is broken, whatever it held.
                act.flags.add("seal-broken")
        self.person(b["receiver"])
        items = self.taken(act, b["items"], lambda it: it["holder"] in places, "K16")
        self.move_all(act, items, ("person", b["receiver"]), event, "emergency",
                      event + self.policy["emergency_due_h"] * 3600)
        for item_id in sorted(inside - {it["id"] for it in items}):
            self.move(act, self.items[item_id], places[0], event, "unseal")
        for item_id in inside:
            self.unsealed[item_id] = self.order
        act.awaits = True
        act.keep["until"] = self.t + self.policy["ratify_h"] * 3600
        act.keep["apart"] = set(act.signers) | {b["receiver"]} | set().union(
            *self.folds(act.by, roles))

    def ratify_key_emergency(self, act, old):
        self.judge_seats(act, (self.seat(RATIFIERS, old["keep"]["apart"]),))
        if not old["ratified"]:
            old["keep"]["ratified_t"] = self.t
            if self.t > old["keep"]["until"]:
                act.flags.add("late-ratified")

    def audit_end(self):
        """Emergencies ratified too late, or not while the time for it has run out."""
        for rec in self.acts.values():
            if rec["name"] == "key.emergency/1" and "until" in rec["keep"] \
                    and rec["keep"].get("ratified_t", self.t) > rec["keep"]["until"]:
                yield rec, "K16", "the emergency was not ratified within the policy's hours"
