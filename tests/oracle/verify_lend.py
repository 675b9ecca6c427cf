"""Lending, moving and authority: FORMATS.md sections 17.1 and 17.2.

A mixin of verify.State.  What the parts of section 17 share:

From verify.State: need(good, check, text) and bad(check, text) record a violation and go on;
`raise Skip` when an object is missing.  seat(roles, apart), seat_any(apart),
seat_person(handle, check) make seats, judge_seats(act, row, ...) fills them,
fill_who(signers, row) says who sits where and in which fold.  need_code(member, code) asks the
policy, entry_of(member, code) gives its element.  event_time(act) judges event_at and late.
check_receipt_codes(r), folds(handle, roles), holds(handle, roles), live(handle),
may_sit(handle), custodians() (roles), person(handle), item(ref), members_of(ring),
class_of(key), holder_of(name) -> ("person"|"party", name), new_symbols(item),
add_item(act, item, label, ("desk", code), locks, ring, event), last_move(record),
self.utc_offset_min, self.t.

From verify_move.Moving: desk_or_skip(code), roles_of(desk, ...),
seat_desk(desk, role ..., apart=), only(handle, seat) (that seat for that person),
one_signer(act, roles, rule, apart),
judge_stand_in(act, (seat, roles, colleague seat or None), ...), able(handle, roles),
sort_out(items) -> [(id, record)], keys_of(items) (rings by their members), live_party(code,
rule), known_holder(name), belongs(key, place), lies_in(place, above), sisters(key),
taken(act, items, stands, rule) -> records with members, rings first, with the flags;
move_all(act, records, holder, event, kind, due), is_out(record).

A record of an item: id, label, desk (home), holder (kind, name), due (now; None when it has
none), locks, ring, moves [{act, time, before, was_due, kind, due, void}].
Holder kinds: desk person party tray seal lost retired home void.

A record of an act, self.acts[id]: index, name, body, by, signers, at, t (its T), flags,
corrected, ratified, awaits, keep.  A handler sets act.awaits = True where the act is to be
ratified (flag `unratified` follows) and gives ratify_<noun>_<verb>(act, record), which
judges the seats; act.keep is a place for what a later act asks.

A part may have start_part(self) (called by State.__init__), moved(act, record, before) (after
each movement), unmoved(act, record, move) (a correction took it back) and audit_end(self) ->
[(record of an act, check, sentence)] (what only the end of the ledger shows).  Authorisations
in force or to come at a place are ended by end_authorisations(place).
"""

import time

from verify_authority import AuthorityActs
from verify_common import Skip, parse_date, parse_time

ENGINEERS = frozenset(("engineering_manager", "engineering_supervisor"))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOANS = ("lend", "escort", "emergency")


class LendActs(AuthorityActs):
    """The acts of 17.1, key.lend/1 among them; 17.2 is verify_authority.py."""

    # ---- lending

    def do_key_lend(self, act):
        self.lend(act, "lend")

    def do_key_escort(self, act):
        if act.body["escorted"] is not None:
            self.known_holder(act.body["escorted"])
        self.lend(act, "escort")

    def lend(self, act, kind):
        b, to = act.body, act.body["receiver"]
        desk = self.desk_or_skip(b["desk"])
        self.check_purpose(b["purpose"])
        role = self.roles_of(desk)
        is_person = to in self.persons
        if is_person:
            self.need(not self.persons[to]["suspended"], "suspended", "%s is suspended" % to)
            self.need("auditor" not in self.persons[to]["roles"], "role",
                      "an auditor borrows no key")
        elif not self.need(to in self.parties, "object", "%s is not known" % to):
            raise Skip
        if kind == "escort":
            self.need(self.holds(to, role | {"service_staff", "duty"}), "K10a",
                      "%s has no role by which he escorts" % to)
        clerk = self.clerk_who_lends(act, role, to)
        self.check_lend_receipt(act, clerk, to)

        event = self.event_time(act)
        due = parse_time(b["due"])
        if kind == "escort":
            self.need(event < due <= event + self.policy["escort_max_min"] * 60, "K10a",
                      "an escort's due time is outside the policy")
        self.need(event < due <= event + self.policy["loan_max_days"] * 86400, "K4",
                  "the due time is outside the policy")
        names = [ref["item"] for ref in b["items"]]
        records = self.taken(act, b["items"], ("desk", b["desk"]))
        if act.name == "key.lend/2":
            self.check_warnings(act, records, event, due)
        self.use_approval(act, clerk, names, to, due, kind == "escort")
        self.move_all(act, records, self.holder_of(to), event, kind, due)

    def clerk_who_lends(self, act, role, to, rule="K2"):
        """The folds in which `by` may lend to this receiver."""
        clerk = self.folds(act.by, role)
        if not clerk:
            alone = to in self.persons and self.holds(to, role) and not any(
                h != to and self.live(h) and self.holds(h, role) for h in self.persons)
            if alone and self.may_sit(act.by) and act.by != to:
                clerk = [frozenset((act.by,))]
                act.flags.add("stand-in")
            elif act.by in self.persons and self.persons[act.by]["suspended"]:
                self.bad("suspended", "the clerk is suspended")
            else:
                self.bad(rule, "%s is not the custodian" % act.by)
        apart = [f for f in clerk if to not in f]
        if clerk and not apart:
            self.bad("seats", "nobody lends to himself, nor to whom he acts for")
        return apart

    def check_lend_receipt(self, act, clerk, to, rule="K4"):
        """The receipt, and who signs beside the clerk."""
        r, is_person = act.body["receipt"], to in self.persons
        others = [s for s in act.signers if s != act.by]
        if r["kind"] == "credential":
            self.need(is_person and others == [to], "seats", "the receiver does not sign")
            self.need(r["unsigned_reason"] is None and r["image"] is None
                      and r["slip"] is None, rule, "a signed receipt has no substitute")
            return
        self.need(to not in act.signers, "seats",
                  "the receiver signs, yet the receipt is of another kind")
        self.need(r["kind"] != "paper" or r["slip"] is not None, rule,
                  "a receipt on paper names its slip")
        self.check_receipt_codes(r)
        if is_person and self.live(to):
            self.need(r["unsigned_reason"] is not None, rule,
                      "the receiver could have signed and no reason is given")
            good = len(others) == 1 and self.seat_any((to,))(others[0]) and (
                not clerk or any(others[0] not in f for f in clerk))
            self.need(good, "seats", "a colleague must countersign")
            act.flags.add("unsigned-receipt")
        else:
            self.need(r["unsigned_reason"] is None, rule,
                      "this receiver has no credential to miss")
            self.need(not others, "seats", "nobody countersigns this receipt")

    # ---- warnings

    def check_warnings(self, act, records, event, due):
        """Each warning that arises is a flag and stands in `accepted`."""
        accepted = {}
        for entry in act.body["accepted"]:
            self.need_code("warning_reasons", entry["reason"])
            accepted[entry["warning"]] = entry["reason"]
        for name, arises in (
                ("last-spare", self.leaves_too_few(records)),
                ("holder-overdue", self.holds_overdue(act.body["receiver"])),
                ("reserved", self.is_reserved(act.body, event, due)),
                ("off-shift", self.is_off_shift(act.body["desk"], due))):
            if arises:
                act.flags.add(name)
                self.need(name in accepted, "warning", "the warning %s is not accepted" % name)

    def leaves_too_few(self, records):
        gone = {it["id"] for it in records}
        for key in gone:
            if key[0] == "K" and sum(
                    k not in gone and self.items[k]["holder"][0] in ("desk", "seal")
                    for k in self.sisters(key)) < self.policy["spare_min"]:
                return True
        return False

    def holds_overdue(self, receiver):
        holder = self.holder_of(receiver)
        return any(it["holder"] == holder and it["due"] is not None and it["due"] < self.t
                   for it in self.items.values())

    def is_reserved(self, body, event, due):
        named = {ref["item"] for ref in body["items"]}
        for act_id, a in self.approvals.items():
            if a["kind"] == "request" and act_id != body["approval"] \
                    and a["req"]["for"] == "key.lend" and not a["ended"] and a["left"] \
                    and self.t < a["until"] and a["req"]["receiver"] != body["receiver"] \
                    and a["req"]["start"] < due and event < a["req"]["end"] \
                    and named & a["req"]["items"]:
                return True
        return False

    def is_off_shift(self, desk, due):
        mine = [s for s in self.policy["shifts"] if desk in s["desks"]]
        holidays = {parse_date(d) for d in self.policy["holidays"]}
        local = due + self.utc_offset_min * 60
        for day in range(local // 86400 - 2, local // 86400 + 1):
            if day in holidays:
                continue
            weekday = WEEKDAYS[time.gmtime(day * 86400).tm_wday]
            for s in mine:
                if weekday in s["days"] and s["start_min"] * 60 <= local - day * 86400 \
                        <= s["end_min"] * 60:
                    return False
        return bool(mine)

    # ---- after the loan

    def do_key_extend(self, act):
        b = act.body
        desk = self.desk_or_skip(b["desk"])
        self.need_code("reasons", b["reason"])
        clerk = self.one_signer(act, self.roles_of(desk), "K2")
        due, loans, records = parse_time(b["due"]), {}, []
        self.need(self.t < due, "K11", "the new due time is over")
        for name, it in self.sort_out(b["items"]):
            last = self.last_move(it)
            if not self.need(self.is_out(it) and last["kind"] in LOANS, "state",
                             "%s is not on loan" % name):
                continue
            loan, loan_name = (self.acts[last["act"]][x] for x in ("body", "name"))
            self.need(loan["desk"] == b["desk"], "K2", "%s was lent by another desk" % name)
            self.need(due > it["due"], "K11", "%s would be due no later" % name)
            self.need(due <= last["time"] + self.policy["loan_max_days"] * 86400, "K11",
                      "%s would be away longer than the policy allows" % name)
            if loan_name == "key.escort/1":
                self.need(due <= last["time"] + self.policy["escort_max_min"] * 60, "K11",
                          "%s is escorted and would be away too long" % name)
            self.need(any(it["holder"][1] not in f for f in clerk) or not clerk, "K11",
                      "nobody extends his own loan")
            loans.setdefault(last["act"], []).append(name)
            records.append(it)
        self.check_extension(act, loans, due, clerk)
        for it in records:
            it["due"] = due

    def check_extension(self, act, loans, due, clerk):
        """A loan past the end of its approval needs a new one."""
        approval = act.body["approval"]
        a = self.approvals.get(approval)
        self.need(approval is None or a is not None, "K11", "there is no such approval")
        for act_id, names in loans.items():
            loan = self.acts[act_id]
            used = self.approvals.get(loan["body"].get("approval"))
            past = used is not None and due > (
                used["req"]["end"] if used["kind"] == "request" else used["end"])
            if approval is None:
                self.need(not past, "K11", "the loan's approval ends before the new due time")
            elif a is not None:
                said = self.faults(a, "key.lend", names, loan["body"]["receiver"],
                                   loan["body"].get("purpose", "emergency"), due, clerk)
                for text in said:
                    self.bad("K11", "the approval %s" % text)
                if self.unmet(a, names, loan["body"]["receiver"],
                              loan["name"] in ("key.escort/1", "key.emergency/1")):
                    self.bad("K11", "the approval does not reach so far")
        if a is not None:
            self.need(len({(self.acts[i]["body"]["receiver"],
                            self.acts[i]["body"].get("purpose", "emergency"))
                           for i in loans}) < 2, "K11",
                      "one approval extends loans to one receiver for one purpose")
            self.use_up(a, 1)

    def do_key_chase(self, act):
        b = act.body
        self.judge_seats(act, (self.seat(self.custodians() | {"duty"}),))
        self.need_code("channels", b["channel"])
        self.need((b["promised"] is not None) == (b["result"] == "promised"), "K11",
                  "a promised time goes with the result promised alone")
        for name, it in self.sort_out(b["items"]):
            self.need(self.is_out(it), "state", "%s is not out" % name)

    # ---- between desks and trays

    def do_key_move(self, act):
        b = act.body
        desk, to = self.desk_or_skip(b["desk"]), self.desk_or_skip(b["to"])
        self.need(b["desk"] != b["to"], "K8", "the keys would go where they are")
        self.need_code("reasons", b["reason"])
        self.judge_stand_in(
            act, (self.seat_desk(desk), self.roles_of(desk), self.seat_any()),
            (self.seat_desk(to), self.roles_of(to), self.seat_any()))
        records = self.taken(act, b["items"], ("desk", b["desk"]), "K8")
        if b["rehome"]:
            self.check_desk_classes(records, to)
        self.move_all(act, records, ("desk", b["to"]), self.event_time(act), "move")
        if b["rehome"]:
            for it in records:
                it["desk"] = b["to"]

    def check_desk_classes(self, records, desk):
        for it in records:
            cls = self.class_of(it["id"]) if it["id"][0] == "K" else None
            self.need(it["id"][0] == "R" or cls is not None and cls["code"] in desk["classes"],
                      "K8", "%s is of a class that the desk does not keep" % it["id"])

    def do_tray_issue(self, act):
        b = act.body
        desk = self.desk_or_skip(b["desk"])
        self.person(b["receiver"])
        self.judge_seats(act, (self.only(act.by, self.seat_desk(desk)),
                               self.seat_person(b["receiver"], self.may_sit)))
        self.need(self.holds(b["receiver"], ("service_staff",)), "K7",
                  "%s is no service staff" % b["receiver"])
        records = self.taken(act, b["items"], ("desk", b["desk"]), "K7")
        self.need_home_keys(b["items"], None, "K7")
        self.move_all(act, records, ("tray", b["receiver"]), self.event_time(act), "tray")

    def do_tray_settle(self, act):
        b = act.body
        desk = self.desk_or_skip(b["desk"])
        self.person(b["from"])
        self.judge_seats(act, (self.only(act.by, self.seat_desk(desk)),
                               self.seat_person(b["from"], self.may_sit)))
        tray = ("tray", b["from"])
        missing = {ref["item"] for ref in b["missing"]}
        self.need(not missing & {ref["item"] for ref in b["items"]}, "structure",
                  "an item is both brought back and missing")
        records = self.taken(act, b["items"], stay=missing)
        if any(self.items[ref["item"]]["holder"] != tray for ref in b["items"]
               if ref["item"] in self.items):
            act.flags.add("not-holder")
        for name, it in self.sort_out(b["missing"]):
            self.need(it["holder"] == tray, "K7", "%s is missing, yet not in the tray" % name)
        told = missing | {it["id"] for it in records}
        for name, it in self.items.items():
            self.need(it["holder"] != tray or name in told, "K7",
                      "%s is in the tray and not accounted for" % name)
        if missing:
            act.flags.add("tray-short")
        self.move_all(act, records, ("desk", b["desk"]), self.event_time(act), "settle")

    # ---- keys of homes

    def need_home_keys(self, refs, place, rule):
        """Each item is a key of that home (None: of a home), or a ring that has only such."""
        for ref in refs:
            keys = self.keys_of([ref])
            self.need(keys and all(self.wants_consent(k) and (
                place is None or self.belongs(k, place)) for k in keys), rule,
                      "%s is no key of this home" % ref["item"])

    def check_owner_receipt(self, receipt):
        self.need(receipt["kind"] != "credential" and receipt["unsigned_reason"] is None
                  and (receipt["kind"] != "paper" or receipt["slip"] is not None), "K7",
                  "the party's receipt is of the wrong kind, or has no slip")

    def do_key_handover(self, act):
        b = act.body
        desk = self.desk_or_skip(b["desk"])
        for code in b["documents"]:
            self.need_code("documents", code)
        party = self.live_party(b["party"], "K7")
        self.need(b["place"] in self.places, "object", "the home is not known")
        if party["relation"] == "agent":
            self.need(b["letter"] is not None, "K7", "an agent shows a letter")
        else:
            self.need(party["relation"] in ("owner", "tenant", "relative")
                      and party["unit"] == b["place"], "K7", "the home is not the party's")
        self.check_owner_receipt(b["receipt"])
        staff, keeper = self.seat(frozenset(("service_staff",))), self.seat_desk(desk)
        here = [self.items[ref["item"]]["holder"] for ref in b["items"]
                if ref["item"] in self.items]
        if here and all(h == ("tray", act.by) for h in here):
            rows = [(self.seat(self.custodians() | {"service_staff"}),)]
        else:
            self.need(all(h == ("desk", b["desk"]) for h in here), "K7",
                      "the keys stand neither all in the tray nor all at the desk")
            rows = [(self.only(act.by, keeper),), (self.only(act.by, staff), keeper)]
        self.need(any(self.fill(act.signers, row) is not None for row in rows), "K7",
                  "the signers are not those who hand keys over")
        records = self.taken(act, b["items"])
        self.need_home_keys(b["items"], b["place"], "K7")
        self.move_all(act, records, ("party", b["party"]), self.event_time(act), "handover")

    def do_key_deposit(self, act):
        b = act.body
        desk = self.desk_or_skip(b["desk"])
        self.one_signer(act, self.roles_of(desk), "K2")
        self.live_party(b["party"], "K10a")
        records = self.taken(act, b["items"], lambda it: it["holder"][0] == "home"
                             or it["holder"] == ("party", b["party"]), "K10a")
        a = self.approvals.get(b["authorisation"])
        good = a is not None and a["kind"] == "authorise" and self.in_force(a) \
            and a["party"] == b["party"]
        if self.need(good, "K10a", "no authorisation of the party is in force"):
            self.need(all(self.belongs(k, a["place"]) for k in self.keys_of(b["items"])),
                      "K10a", "the authorisation does not cover the keys")
        self.check_desk_classes(records, desk)
        self.move_all(act, records, ("desk", b["desk"]), self.event_time(act), "deposit")

    def do_key_withdraw(self, act):
        b = act.body
        desk = self.desk_or_skip(b["desk"])
        self.one_signer(act, self.roles_of(desk), "K2")
        party = self.live_party(b["party"], "K10a")
        self.check_owner_receipt(b["receipt"])
        records = self.taken(act, b["items"], ("desk", b["desk"]), "K10a")
        self.need(party["unit"] is not None, "K10a", "the party is of no home")
        self.need_home_keys(b["items"], party["unit"], "K10a")
        self.move_all(act, records, ("party", b["party"]), self.event_time(act), "withdraw")
