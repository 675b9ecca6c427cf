"""The register: FORMATS.md section 17.4.  A mixin of verify_desk.DeskActs."""

import hashlib

from verify_common import OFFICER, Skip

SUPERVISOR = frozenset(("supervisor",))


class RegisterActs:
    """Rings, boards, tags, rosters, hand-overs of buildings, desks and homes."""

    # ---- the register

    def do_ring_make(self, act):
        b, code, ring = act.body, act.body["desk"], act.body["ring"]
        self.one_signer(act, self.keeper(code), "K2")
        here = ("desk", code)
        if not self.need(ring["item"][0] == "R", "structure", "the ring is no ring"):
            raise Skip
        keys = self.plain_keys(b["items"])
        for item_id in keys:
            it = self.items[item_id]
            self.need(it["holder"] == here and it["desk"] == code and it["ring"] is None, "K5",
                      "%s does not stand loose at its desk" % item_id)
        old = self.items.get(ring["item"])
        if old is None:
            self.claim_symbols(ring["item"])
            self.add_item(act, ring["item"], ring["label"], here, [], None)
        else:
            self.item(ring)
            self.need(old["desk"] == code and old["holder"] == here, "K5",
                      "the ring does not stand at its desk")
        for item_id in keys:
            self.hang(item_id, ring["item"])

    def plain_keys(self, refs):
        """Ids of refs that must be registered keys."""
        out = []
        for ref in refs:
            if self.need(ref["item"][0] == "K", "structure", "%s is no key" % ref["item"]) \
                    and self.item(ref) is not None:
                out.append(ref["item"])
        return out

    def do_ring_break(self, act):
        b, here = act.body, ("desk", act.body["desk"])
        self.one_signer(act, self.keeper(b["desk"]), "seats")
        if not self.need(b["ring"]["item"][0] == "R", "structure", "the ring is no ring"):
            raise Skip
        ring = self.item(b["ring"], "R")
        if ring is not None:
            self.need(ring["holder"] == here, "K5", "the ring does not stand at the desk")
        for item_id in self.plain_keys(b["items"]):
            it = self.items[item_id]
            self.need(it["ring"] == b["ring"]["item"], "K5", "%s hangs not on it" % item_id)
            self.need(it["holder"] == here, "K5", "%s does not stand at the desk" % item_id)
            if it["ring"] == b["ring"]["item"]:
                self.hang(item_id, None)

    def do_board_set(self, act):
        b, code = act.body, act.body["desk"]
        self.one_signer(act, self.keeper(code), "seats")
        self.need(b["add"] or b["remove"], "structure", "nothing is put on nor taken off")
        board = self.boards.setdefault(code, set())
        # Ruling: an item in both lists breaks one of the two by itself; `state`.
        for refs, there in ((b["add"], False), (b["remove"], True)):
            for ref in refs:
                it = self.item(ref)
                if it is None:
                    continue
                self.need(it["desk"] == code, "K12", "%s is of another desk" % ref["item"])
                self.need((ref["item"] in board) == there, "state",
                          "%s is %s the board" % (ref["item"], "not on" if there else "on"))
        new = {r["item"] for r in b["add"] if r["item"] in self.items}
        for other in self.boards.values():
            other -= new
        board |= new
        board -= {r["item"] for r in b["remove"]}

    def do_person_tag(self, act):
        b = act.body
        self.one_signer(act, self.custodians() | OFFICER, "seats")
        self.need(b["handle"] in self.persons, "object", "%s is not enrolled" % b["handle"])
        if self.need(b["tag"][0] == "P", "structure", "the tag is no person's"):
            self.new_symbols(b["tag"])
            self.tags.setdefault(b["tag"], b["handle"])

    def do_roster_set(self, act):
        b = act.body
        self.desk_or_skip(b["desk"])
        self.one_signer(act, SUPERVISOR, "K11")
        for shift in b["shifts"]:
            entry = self.entry_of("shifts", shift["code"])
            self.need(entry is not None and b["desk"] in entry["desks"], "policy",
                      "%s is no shift of the desk" % shift["code"])
            for h in shift["handles"]:
                self.need(h in self.persons, "object", "%s is not enrolled" % h)

    def do_key_takeover(self, act):
        b = act.body
        self.judge_seats(act, (self.seat(self.keeper(b["desk"])), self.seat(SUPERVISOR)))
        self.event_time(act)
        if b["party"] is not None:
            self.need(b["party"] in self.parties, "object", "the party is not known")
        self.need(b["scope"] in self.places, "object", "the scope is no known place")
        for row in b["counts"]:
            if self.need(row["place"] in self.places, "object",
                         "%s is no known place" % row["place"]):
                self.need(self.lies_in(row["place"], b["scope"]), "K2",
                          "%s lies outside the scope" % row["place"])
            for kind in row["kinds"]:
                self.need_code("lock_kinds", kind["kind"])
                if kind["counted"] != kind["listed"]:
                    act.flags.add("takeover-differs")

    def do_opening_balance(self, act):
        b, code = act.body, act.body["desk"]
        self.judge_seats(act, (self.seat(self.keeper(code)), self.seat(SUPERVISOR)))
        self.need(b["place"] in self.places, "object", "the place is not known")
        for k in b["keys"]:
            if not self.need(k["item"][0] == "K", "K19", "%s is no key" % k["item"]):
                continue
            it = self.item({"item": k["item"], "label": k["label"]}, "K")
            if it is None:
                continue
            self.need(it["desk"] == code, "K19", "%s is of another desk" % k["item"])
            self.need(sum(not m["void"] for m in it["moves"]) == 1, "K19",
                      "%s has moved before" % k["item"])
            who, state = k["holder"], k["state"]
            if who is not None:
                self.need(who in self.persons or who in self.parties, "object",
                          "%s is not known" % who)
            good = (k["seal"] is not None) == (state == "sealed")
            if state == "lent":
                good = good and who is not None
                to = self.holder_of(who)
            elif state == "owner":
                good = good and who not in self.persons
                to = ("home", b["place"]) if who is None else ("party", who)
            else:
                good = good and who is None
                to = {"at_desk": ("desk", code), "lost": ("lost", code),
                      "sealed": ("seal", k["seal"])}[state]
            self.need(good, "K19", "holder and seal of %s do not go with its state"
                      % k["item"])
            if to[1] is None:
                continue
            if state == "sealed":
                self.new_seal(act, k["seal"], code, same_act=True)
            self.move(act, it, to, act.at, "opening")
            if state == "lost":
                self.open_loss(it, act.at)

    def do_custodian_change(self, act):
        b, out, new = act.body, act.body["outgoing"], act.body["incoming"]
        role = self.keeper(b["desk"])
        self.person(out)
        self.person(new)
        self.need(out != new, "K18", "nobody takes over from himself")
        self.need(self.holds(new, role), "K18", "%s is no custodian of the desk" % new)
        if b["gone"]:
            self.judge_seats(act, (self.seat(SUPERVISOR, (out,)), self.seat_any((out,))))
        else:
            self.need(self.holds(out, role), "K18", "%s is no custodian of the desk" % out)
            self.judge_seats(act, (self.seat_person(out, self.may_sit),
                                   self.seat_person(new, self.may_sit),
                                   self.seat(SUPERVISOR)))
        mine = sorted(i for i, it in self.items.items() if it["desk"] == b["desk"]
                      and it["holder"][0] not in ("void", "retired"))
        text = "".join("%s\t%s\t%s\n" % ((i,) + self.items[i]["holder"]) for i in mine)
        self.need(b["list"] == {"count": len(mine),
                                "digest": hashlib.sha256(text.encode()).hexdigest()},
                  "count", "the list is not that of the register")

    def do_unit_transfer(self, act):
        b, place = act.body, act.body["place"]
        archive, keys = frozenset(("archive_custodian",)), frozenset(("key_custodian",))
        self.judge_stand_in(act, (self.seat(archive), archive, self.seat_any()),
                            (self.seat(keys), keys, self.seat_any()))
        self.need_code("reasons", b["reason"])
        if not self.need(place in self.places, "object", "the place is not known"):
            raise Skip
        self.need(self.element_of("places", place)["kind"] in ("home", "room"), "structure",
                  "the place is no home and no room")
        gone, new = b["party_out"], b["party_in"]
        # Ruling: party_out's unit is the place, party_in's the place or none; else K10a.
        for party, units in ((gone, (place,)), (new, (place, None))):
            if party is not None and self.need(party in self.parties, "object",
                                               "%s is not known" % party):
                self.need(self.parties[party]["unit"] in units, "K10a",
                          "%s belongs to another place" % party)
        if act.name == "unit.transfer/2":
            self.settle_folders(act)
        event = self.event_time(act)
        listed = {ref["item"] for ref in b["items"]}
        for item_id, it in self.items.items():
            cls = self.class_of(item_id) if item_id[0] == "K" else None
            if cls is None or not cls["consent"] or not self.at_place(item_id, place):
                want = False
            else:
                want = it["holder"][0] in ("desk", "seal", "tray") or it["due"] is not None \
                    or (gone is not None and it["holder"] == ("party", gone))
            self.need(want == (item_id in listed), "K10a",
                      "%s %s listed" % (item_id, "is not" if want else "must not be"))
        for ref in b["items"]:
            it = self.item(ref)
            if it is None:
                continue
            if ref["outcome"] == "stays":
                self.need(it["holder"][0] in ("desk", "seal", "tray"), "K10a",
                          "%s is not here" % ref["item"])
            elif ref["outcome"] == "recalled":
                if self.need(it["due"] is not None, "K10a", "%s is not lent" % ref["item"]):
                    it["due"] = min(it["due"], self.t)
            else:
                self.need(gone is not None and it["holder"] == ("party", gone), "K10a",
                          "%s is not with party_out" % ref["item"])
                if self.need(new is not None, "K10a", "nobody takes %s" % ref["item"]):
                    self.move(act, it, ("party", new), event, "transfer")
        self.end_authorisations(place)
