"""What every act of the key desk needs: who sits, which items move, where they stand.

A mixin of verify.State; verify_lend.py tells what is here.
"""

from verify_common import Skip


class Moving:
    """Seats, desks and movements (FORMATS.md section 17, first paragraphs)."""

    # ---- desks and seats

    def desk_or_skip(self, code):
        """The policy's desk of this code; without it the act cannot be judged."""
        desk = self.entry_of("desks", code)
        if desk is None:
            self.bad("policy", "%s is no desk" % code)
            raise Skip
        return desk

    @staticmethod
    def roles_of(desk, *more):
        return frozenset((desk["custodian_role"],) + more)

    def seat_desk(self, desk, *more, apart=()):
        """Custodian(desk), or one of the further roles."""
        return self.seat(self.roles_of(desk, *more), apart)

    @staticmethod
    def only(handle, fits):
        """That seat, when this person is to sit in it."""
        return lambda who: fits(who) if who == handle else []

    def one_signer(self, act, roles, rule, apart=()):
        """The folds of `by`, who alone signs and holds one of the roles, else the rule."""
        self.need(act.signers == [act.by], "seats", "one person signs %s" % act.name)
        folds = self.folds(act.by, roles)
        if not folds:
            if act.by in self.persons and self.persons[act.by]["suspended"]:
                self.bad("suspended", "%s is suspended" % act.by)
            self.bad(rule, "%s has not the role that %s wants" % (act.by, act.name))
        clear = [f for f in folds if not f.intersection(apart)]
        self.need(clear or not folds, "seats", "%s acts for himself or for whom he must not"
                  % act.by)
        return clear

    def judge_stand_in(self, act, *seats):
        """Seats (fits, roles, colleague): of one of those with a colleague, a colleague may
        take it when no second person holds its roles.  colleague is None, or a seat."""
        row = [fits for fits, _, _ in seats]
        if self.fill(act.signers, row) is not None:
            return
        for n, (_, roles, colleague) in enumerate(seats):
            if colleague is None:
                continue
            got = self.fill_who(act.signers, row[:n] + [colleague] + row[n + 1:])
            if got is None:
                continue
            sitting = {who for k, (who, _) in enumerate(got) if k != n}
            if not any(self.able(h, roles) for h in self.persons if h not in sitting):
                act.flags.add("stand-in")
                return
        self.judge_seats(act, row)

    def able(self, handle, roles):
        """A person with a live credential, not suspended, no auditor, who holds the role."""
        return self.may_sit(handle) and self.live(handle) and self.holds(handle, roles)

    # ---- places and keys

    def lies_in(self, place, above):
        """Whether the place is that place or lies beneath it."""
        steps = 0
        while place is not None and steps <= len(self.places):
            if place == above:
                return True
            place = self.places[place]["parent"] if place in self.places else None
            steps += 1
        return False

    def belongs(self, key, place):
        """Some lock of the key lies at the place, beneath it, or directly at one above it."""
        return any(self.lies_in(at, place) or self.lies_in(place, at)
                   for at in self.lock_places(key))

    def lock_places(self, key):
        return [self.locks[c]["place"] for c in self.items[key]["locks"] if c in self.locks]

    def keys_of(self, refs):
        """The keys that {item,label}s name: keys as such, rings by all their members."""
        out = []
        for ref in refs:
            if ref["item"] in self.items:
                out += self.members_of(ref["item"]) if ref["item"][0] == "R" \
                    else [ref["item"]]
        return out

    def wants_consent(self, key):
        cls = self.class_of(key)
        return cls is not None and cls["consent"]

    def sisters(self, key):
        """Other keys not void, lost or retired that have the same first lock."""
        first = self.items[key]["locks"][0] if self.items[key]["locks"] else None
        return [k for k in self.first_lock.get(first, ()) if k != key and k[0] == "K"
                and self.items[k]["holder"][0] not in ("void", "lost", "retired")]

    def sort_out(self, refs):
        """The known items of a list, after `object` and `label`."""
        return [(ref["item"], it) for ref in refs for it in (self.item(ref),) if it]

    def live_party(self, code, rule):
        party = self.parties.get(code)
        if party is None:
            self.bad("object", "the party %s is not known" % code)
            self.bad(rule, "the party %s is not live" % code)
            raise Skip
        return party

    def known_holder(self, name):
        return self.need(name in self.persons or name in self.parties, "object",
                         "%s is not known" % name)

    # ---- moving

    def taken(self, act, refs, stands=None, rule="K4", stay=()):
        """The items that the act moves, rings first, as their records.

        stands: where each named item must stand, (kind, holder), or a function of the record;
        stay: ids of members that do not come along although they stand with their ring."""
        named = {ref["item"] for ref in refs}
        rings, keys = [], []
        for name, it in self.sort_out(refs):
            here = stands(it) if callable(stands) else stands is None \
                or it["holder"] == stands
            self.need(here, rule, "%s does not stand where the act says" % name)
            if name[0] == "R":
                rings.append(it)
                for key in self.members_of(name):
                    member = self.items[key]
                    if key in named:
                        self.bad("K4", "%s is named beside its ring" % key)
                    elif member["holder"] != it["holder"] or key in stay:
                        act.flags.add("ring-short")
                    else:
                        keys.append(member)
            else:
                keys.append(it)
                if it["ring"] is not None and it["ring"] not in named \
                        and it["holder"][0] == "desk":
                    act.flags.add("from-ring")
        return rings + keys

    def move_all(self, act, records, holder, event, kind, due=None):
        """Moves them; holder may be a function of the record."""
        for it in records:
            to = holder(it) if callable(holder) else holder
            self.move(act, it, to, event, kind, due)

    def is_out(self, it):
        """Held by a person or party with a due."""
        return it["holder"][0] in ("person", "party") and it["due"] is not None

    # ---- what the parts may react to

    def moved(self, act, it, before):
        """After a movement; `before` is the holder left."""

    def unmoved(self, act, it, move):
        """After a correction took a movement back."""
