"""Folders, storage and filing: FORMATS.md sections 19.2 and 19.3.  A mixin of verify.State.

Records: self.nodes[B or S], self.folders[F] {id, label, class, place, party, box, at, version,
state, date, trigger, papers {n: paper}, top (greatest n ever), time (last event), moves}; a paper
{id, n, folder, kind, label, copies, pages, from, to, original, original_with, state, holder, due,
loan (act id), extended, time, moves}.  A move {act, before {member: value}, time, void} is what a
correction takes back.

thing(ref) gives the record behind {item,label}; paper(folder, {label,n}) that of one of its
papers; change(act, record, event or None, **members) moves it.  What the text leaves open is
ruled in comments that begin with "Ruling:".
"""

from verify_common import Skip, local_day, parse_date
from verify_destruction import Destruction
from verify_erasure import Erasure
from verify_folder_use import FolderUse

AC = frozenset(("archive_custodian",))
SUPERVISOR = frozenset(("supervisor",))
FOLDERS_BACK = frozenset(("folder.move/1", "folder.lend/1", "folder.return/1"))


def shelf_order(place, label):
    """Where a folder stands in its box: by place code part by part, then by label."""
    parts = [(0, int(p), b"") if p.isdecimal() and len(p) <= 18 else (1, 0, p.encode())
             for p in place.split("-")]
    return parts, label.encode()


class FolderActs(FolderUse, Destruction, Erasure):
    """The register of folders; its parts are lending, destruction and erasure."""

    def start_folders(self):
        self.nodes, self.folders = {}, {}
        self.start_keeping()
        self.start_erasure()

    # ---- what is asked for again and again

    def asked(self, member):
        """A member that only policies of version 2 have; without it an act is not applied."""
        if self.policy["version"] < 2:
            self.bad("policy", "the policy has no %s: it is of version 1" % member)
            raise Skip
        return self.policy[member]

    def need_code_2(self, member, code):
        self.asked(member)
        return self.need_code(member, code)

    def day_of(self, t):
        return local_day(t, self.utc_offset_min)

    def seats_or(self, act, rule, *rows):
        """Fills one of the rows, or breaks the rule that the text names for the signers."""
        if any(self.fill(act.signers, row) is not None for row in rows):
            return True
        for h in act.signers:
            person = self.persons.get(h, {"suspended": False, "roles": ()})
            if person["suspended"]:
                self.bad("suspended", "%s is suspended" % h)
            if "auditor" in person["roles"]:
                self.bad("role", "%s is an auditor" % h)
        self.bad(rule, "the signers do not fill the seats of %s" % act.name)
        return False

    def thing(self, ref, kinds=("folder", "paper")):
        """The record of a folder or paper; None with a violation."""
        name, _, n = ref["item"].partition(".")
        if ("paper" if n else "folder") not in kinds:
            self.bad("structure", "%s is no %s" % (ref["item"], kinds[0]))
            return None
        if name[0] != "F":
            self.bad("structure", "%s is no folder" % name)
            return None
        folder = self.folders.get(name)
        record = folder["papers"].get(int(n)) if folder and n else folder
        if not self.need(record is not None, "object", "there is no %s" % ref["item"]):
            return None
        self.need(record["label"] == ref["label"], "label",
                  "%s is not labelled so" % ref["item"])
        return record

    def things(self, refs, kinds=("folder", "paper")):
        return [x for x in (self.thing(ref, kinds) for ref in refs) if x is not None]

    def live_folder(self, ref):
        """A folder that is not destroyed (a violation, but the record all the same)."""
        folder = self.thing(ref, ("folder",))
        if folder is not None:
            self.need(folder["state"] != "destroyed", "state", "%s is destroyed"
                      % folder["id"])
        return folder

    def live_things(self, refs):
        """Folders not destroyed, papers filed, lent or missing."""
        out = self.things(refs)
        for x in out:
            good = x["state"] in ("filed", "lent", "missing") if "folder" in x \
                else x["state"] != "destroyed"
            self.need(good, "state", "%s is %s" % (x["id"], x["state"]))
        return out

    def paper(self, folder, element, *states):
        """One of a folder's papers by {label,n} or {n}; in one of these states."""
        p = folder["papers"].get(element["n"])
        if not self.need(p is not None, "object", "%s has no paper %d"
                         % (folder["id"], element["n"])):
            return None
        if "label" in element:
            self.need(p["label"] == element["label"], "label",
                      "%s is not labelled so" % p["id"])
        self.need(not states or p["state"] in states, "state",
                  "%s is %s" % (p["id"], p["state"]))
        return p

    def secrecy(self, kind):
        entry = self.entry_of("paper_kinds", kind) if self.policy["version"] > 1 else None
        return entry["secrecy"] if entry else "personal"

    def next_version(self, folder, version):
        self.need(version == folder["version"] + 1, "version",
                  "the inventory of %s becomes version %d" % (folder["id"],
                                                              folder["version"] + 1))
        folder["version"] = version

    def change(self, act, record, event, **members):
        """Moves a folder or paper; event None: the move has no event time of its own."""
        before = {k: record[k] for k in members}
        record["moves"].append({"act": act.id, "before": before, "time": record["time"],
                                "void": False})
        if event is not None:
            self.need(event >= record["time"], "late",
                      "the event lies before the last one of %s" % record["id"])
            record["time"] = event
        record.update(members)

    def every_record(self):
        for folder in self.folders.values():
            yield folder
            yield from folder["papers"].values()

    def undo_folders(self, act_id):
        for record in self.every_record():
            live = [m for m in record["moves"] if not m["void"]]
            mine = [m for m in live if m["act"] == act_id]
            if mine and self.need(live[-1] is mine[-1], "state",
                                  "%s has moved since" % record["id"]):
                mine[-1]["void"] = True
                record.update(mine[-1]["before"])
                record["time"] = mine[-1]["time"]
        if act_id in self.incidents:
            self.incidents[act_id]["open"] = False

    def folders_name(self, name):
        """Whether storage or a folder refers to this place or party."""
        return any(name in (n["place"], n["within"]) for n in self.nodes.values()) or any(
            name in (f["place"], f["at"], f["party"]) for f in self.folders.values())

    # ---- storage

    def node(self, ref):
        node = self.nodes.get(ref["item"])
        if self.need(node is not None, "object", "there is no %s" % ref["item"]):
            self.need(node["label"] == ref["label"], "label",
                      "%s is not labelled so" % ref["item"])
        return node

    def known_box(self, ref):
        """box of a body: null, or a box under its label; gives its id."""
        if ref is None:
            return None
        if ref["item"][0] != "B":
            self.bad("object", "%s is no box" % ref["item"])
            return None
        return ref["item"] if self.node(ref) else None

    def check_node(self, n, shelves):
        """What storage.add and storage.move want alike; False: it cannot be applied."""
        good = n["item"][0] in "BS" and (n["place"] is None) != (n["within"] is None) \
            and (n["item"][0] == "B" or n["place"] is not None)
        if not self.need(good, "structure", "%s is no box or shelf, or stands nowhere"
                         % n["item"]):
            return False
        if n["place"] is not None:
            self.need(n["place"] in self.places, "object", "the place is not known")
        else:
            self.need(n["within"] in shelves, "object", "the shelf is not known")
        return True

    def do_storage_add(self, act):
        self.one_signer(act, AC, "seats")
        new = act.body["nodes"]
        shelves = {x for x in set(self.nodes) | {n["item"] for n in new} if x[0] == "S"}
        for n in new:
            if not self.check_node(n, shelves):
                continue
            self.need(all(x["label"] != n["label"] for x in self.nodes.values()), "exists",
                      "a shelf or box is labelled %s already" % n["label"])
            self.new_symbols(n["item"])
            self.nodes.setdefault(n["item"], dict(n))

    def do_storage_move(self, act):
        self.one_signer(act, AC, "seats")
        self.need_code("reasons", act.body["reason"])
        shelves = {x for x in self.nodes if x[0] == "S"}
        for n in act.body["nodes"]:
            if self.check_node(n, shelves) and self.node(n):
                self.nodes[n["item"]].update(place=n["place"], within=n["within"])

    # ---- folders and their papers

    def do_folder_open(self, act):
        self.asked("folder_classes")
        self.one_signer(act, AC, "seats")
        for f in act.body["folders"]:
            name = f["item"]
            if not self.need(name[0] == "F", "structure", "%s is no folder" % name):
                continue
            self.need_code("folder_classes", f["class"])
            self.need(f["place"] in self.places, "object", "the place is not known")
            self.need(f["party"] is None or f["party"] in self.parties, "object",
                      "the party is not known")
            box = self.known_box(f["box"])
            self.need(all(x["label"] != f["label"] or x["state"] == "destroyed"
                          for x in self.folders.values()), "exists",
                      "a folder is labelled %s already" % f["label"])
            self.new_symbols(name)
            self.folders.setdefault(name, {
                "id": name, "label": f["label"], "class": f["class"], "place": f["place"],
                "party": f["party"], "box": box, "at": None, "version": 0, "state": "open",
                "date": None, "trigger": None, "papers": {}, "top": 0, "time": act.at,
                "moves": [], "destroyed_t": None})

    def check_paper(self, p):
        """What folder.file and folder.amend say of a paper."""
        self.need_code_2("paper_kinds", p["kind"])
        if p["from"] is not None and p["to"] is not None:
            self.need(parse_date(p["from"]) <= parse_date(p["to"]), "structure",
                      "a paper ends before it begins")
        if p["original_with"] is not None:
            self.need(p["original"] == "copy", "structure", "an original is with nobody else")
            self.need_code_2("original_keepers", p["original_with"])

    def label_of_kind(self, kind):
        entry = self.entry_of("paper_kinds", kind)
        return entry["label"] if entry else kind

    def put_paper(self, folder, n, at, data):
        """A paper that is new in this folder."""
        folder["top"] = max(folder["top"], n)
        folder["papers"].setdefault(n, dict(
            data, id="%s.%d" % (folder["id"], n), n=n, folder=folder, state="filed",
            holder=None, due=None, loan=None, extended=0, time=at, moves=[]))

    def do_folder_file(self, act):
        b = act.body
        self.asked("paper_kinds")
        self.one_signer(act, AC, "seats")
        if b["received"] is not None:
            day = parse_date(b["received"])
            self.need(day <= self.day_of(act.at), "A9", "it was received later than today")
            if self.day_of(self.t) - day > self.policy["folder_inventory_days"]:
                act.flags.add("late-filed")
        for f in b["folders"]:
            folder = self.thing(f, ("folder",))
            if folder is None:
                continue
            self.need(folder["state"] == "open", "state", "%s is not open" % folder["id"])
            self.next_version(folder, f["version"])
            top = folder["top"]
            for p in f["papers"]:
                self.check_paper(p)
                self.need(p["n"] > top, "exists", "number %d was given before" % p["n"])
                data = {k: p[k] for k in ("copies", "from", "kind", "original",
                                          "original_with", "pages", "to")}
                self.put_paper(folder, p["n"], act.at,
                               dict(data, label=self.label_of_kind(p["kind"])))

    def do_folder_amend(self, act):
        self.asked("paper_kinds")
        freed = False
        self.need_code("reasons", act.body["reason"])
        for f in act.body["folders"]:
            folder = self.live_folder(f)
            if folder is None:
                continue
            self.next_version(folder, f["version"])
            for new in f["papers"]:
                self.check_paper(new)
                p = self.paper(folder, {"n": new["n"]}, "filed")
                if p is None:
                    continue
                freed |= self.secrecy(p["kind"]) == "personal" \
                    and self.secrecy(new["kind"]) != "personal"
                p.update(new, label=self.label_of_kind(new["kind"]))
        if not freed:
            self.one_signer(act, AC, "seats")
        elif len(act.signers) == 1:
            self.one_signer(act, AC, "seats")
            self.bad("A7", "one person alone lifts what is personal")
        else:
            self.judge_seats(act, (self.seat(AC), self.seat(SUPERVISOR)))

    def do_folder_remove(self, act):
        b, target = act.body, act.body["target"]
        self.judge_seats(act, (self.seat(AC), self.seat(SUPERVISOR)))
        self.need_code("reasons", b["reason"])
        folder, other = self.live_folder(b), None
        if target is None:
            self.need(b["party"] is not None and b["slip"] is not None, "A9",
                      "papers go to a party with a slip, or to another folder")
            self.need(b["party"] is None or b["party"] in self.parties, "object",
                      "the party is not known")
        else:
            self.need(b["party"] is None and b["slip"] is None, "A9",
                      "papers go to a party or to another folder")
            other = self.thing({k: target[k] for k in ("item", "label")}, ("folder",))
            if other is not None:
                self.need(other is not folder and other["state"] == "open", "A9",
                          "the papers go to another, open folder")
                self.need(target["first"] > other["top"], "exists",
                          "number %d was given before" % target["first"])
                # Ruling: the last of the new numbers is a number too.
                self.need(target["first"] + len(b["papers"]) - 1 <= 9999, "structure",
                          "a paper's number is at most 9,999")
                if other is not folder:
                    self.next_version(other, target["version"])
        if folder is None:
            return
        self.next_version(folder, b["version"])
        for k, ref in enumerate(b["papers"]):
            p = self.paper(folder, ref, "filed")
            if p is None:
                continue
            self.need(not self.held(p["id"]), "A13", "%s is held" % p["id"])
            if other is not None:
                self.put_paper(other, target["first"] + k, act.at, {
                    m: p[m] for m in ("copies", "from", "kind", "label", "original",
                                      "original_with", "pages", "to")})
            self.change(act, p, None, state="removed")

    def do_folder_move(self, act):
        self.one_signer(act, AC, "seats")
        self.need_code("reasons", act.body["reason"])
        event = self.event_time(act)
        for f in act.body["folders"]:
            folder = self.live_folder(f)
            box = self.known_box(f["box"])
            self.need(f["at"] is None or f["at"] in self.places, "object",
                      "the place is not known")
            if folder is not None:
                self.change(act, folder, event, at=f["at"], box=box)

    def do_folder_walk(self, act):
        b = act.body
        self.one_signer(act, AC, "seats")
        if not self.need(b["item"][0] == "B", "object", "a walk goes along a box"):
            raise Skip
        self.node(b)
        names = [s["item"] for s in b["seen"]]
        self.need([s["n"] for s in b["seen"]] == list(range(1, len(names) + 1))
                  and len(set(names)) == len(names) and all(x[0] == "F" for x in names),
                  "structure", "what was seen is not numbered from 1, each folder once")
        for name in names:
            self.need(name in self.folders, "object", "there is no folder %s" % name)
        inside = {f["id"]: shelf_order(f["place"], f["label"]) for f in self.folders.values()
                  if f["state"] != "destroyed" and f["box"] == b["item"] and f["at"] is None}
        greatest, out = None, 0
        for name in names:
            if name not in inside:
                continue
            if greatest is not None and inside[name] < greatest:
                out += 1
            greatest = inside[name] if greatest is None else max(greatest, inside[name])
        counts = {"misfiled": len(set(names) - set(inside)), "out_of_order": out,
                  "missing": len(set(inside) - set(names)), "unknown": len(b["unknown"])}
        self.need(counts == b["counts"], "count", "the walk gives %s" % counts)
        if any(counts.values()):
            act.flags.add("walk-differs")

    def do_folder_close(self, act):
        self.one_signer(act, AC, "seats")
        self.need_code("reasons", act.body["reason"])
        for f in act.body["folders"]:
            folder = self.live_folder(f)
            if folder is not None:
                self.close_folder(act, folder, f["date"], f["trigger"])

    def close_folder(self, act, folder, date, trigger):
        day = parse_date(date)
        self.need(day <= self.day_of(act.at), "A12", "a folder is closed by what has happened")
        folder.update(state="closed", date=day, trigger=trigger)

    def settle_folders(self, act):
        """The folders of unit.transfer/2."""
        b = act.body
        listed = {f["item"] for f in b["folders"]}
        for f in self.folders.values():
            want = f["state"] == "open" and f["place"] == b["place"]
            self.need(want == (f["id"] in listed), "A12", "%s %s listed"
                      % (f["id"], "is not" if want else "must not be"))
        for ref in b["folders"]:
            folder = self.thing(ref, ("folder",))
            given = (ref["date"] is not None, ref["trigger"] is not None)
            closes = ref["outcome"] == "closes"
            if self.need(given == (closes, closes), "A12",
                         "date and trigger go with a folder that closes") \
                    and folder is not None and closes:
                self.close_folder(act, folder, ref["date"], ref["trigger"])

    def do_storeroom_check(self, act):
        b = act.body
        self.one_signer(act, AC | SUPERVISOR, "seats")
        self.need(b["place"] in self.places, "object", "the place is not known")
        self.need((b["reason"] is not None) == (b["result"] == "remarks"), "A11",
                  "remarks want a reason, ok none")
        if b["reason"] is not None:
            self.need_code("reasons", b["reason"])
