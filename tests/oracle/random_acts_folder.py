"""Acts of FORMATS.md section 19 for random_acts.Maker: an archive, and its use by chance.

random_acts_folder_keep.py has the acts of keeping, destruction, erasure, incidents.
"""

from make_ledgers import DAY, Seal, when
from make_ledgers_folder_site import folder_policy
from random_acts_folder_keep import KeepingActs

HOUR = 3600
CLASSES = ("forever", "owner", "tenant")
KINDS = ("contract", "deed", "id_card", "lease")
TRIGGERS = ("lease_ended", "moved_out", "other", "sold")
MEMBERS = ("authorities", "destruction_methods", "destruction_wait_days",
           "destruction_witness_roles", "destruction_witnesses", "folder_classes",
           "folder_extensions", "folder_inventory_days", "folder_loan_max_days",
           "incident_kinds", "original_keepers", "paper_kinds", "party_retention_months",
           "recheck_witness", "review_witness", "version")


def folder_members(r):
    """What version 2 adds to the policy of an office."""
    new = folder_policy()
    out = {name: new[name] for name in MEMBERS}
    out.update(destruction_wait_days=r.choice((0, 0, 1)), recheck_witness=r.random() < .3,
               folder_extensions=r.choice((0, 1, 2)), review_witness=r.random() < .4,
               party_retention_months=r.choice((0, 0, 1, 6)), folder_loan_max_days=r.choice(
                   (3, 14)), destruction_witness_roles=r.choice((["duty"], ["staff", "witness"])))
    return out


def found_archive(r, s):
    """Who keeps it, two boxes, some folders with papers, most of them closed long ago."""
    names = [("guo", "archive_custodian"), ("hai", "witness"), ("mo", "witness")]
    for handle, role in names[:2 if r.random() < .2 else 3]:
        if handle not in s.seq and not any(handle == h for h in s.enrolled):
            s.enrol(handle, [role])
    s.act("storage.add/1", {"nodes": [
        {"item": n, "label": n, "place": p, "within": w} for n, p, w in (
            ("B0000B001", None, "S0000S001"), ("B0000B002", "PLANT-2", None),
            ("S0000S001", "PLANT-2", None))]}, ["guo"])
    folders, filed, closed = [], [], []
    for n in range(1, 8):
        name = "F0000F00%d" % n
        folders.append({
            "box": {"item": "B0000B001", "label": "B0000B001"} if n < 6 else None,
            "class": r.choice(CLASSES + ("owner",) * 3), "item": name, "label": "袋 %d" % n,
            "name": Seal(name, "某某"), "place": r.choice(("3-2-12-1201", "3-2-12-1202", "3")),
            "party": r.choice((None, "P00000009", "P0000001C"))})
        filed.append({"item": name, "label": "袋 %d" % n, "version": 1, "papers": [
            paper(r, name, k) for k in range(1, r.randint(2, 4))]})
        if r.random() < .7:
            closed.append({"item": name, "label": "袋 %d" % n, "date": r.choice(
                ("2024-02-29", "2025-01-31", "2025-03-03", "2025-09-01")),
                "trigger": r.choice(TRIGGERS + ("sold",) * 3)})
    s.act("folder.open/1", {"folders": folders}, ["guo"])
    s.act("folder.file/1", {"folders": filed, "received": None}, ["guo"])
    if closed:
        s.act("folder.close/1", {"folders": closed, "reason": "other"}, ["guo"])


def paper(r, folder, n):
    return {"copies": r.choice((1, 1, 2)), "from": None, "kind": r.choice(KINDS), "n": n,
            "original": "original", "original_with": None, "pages": r.randint(1, 9),
            "remark": None, "title": Seal(folder, "题名") if r.random() < .5 else None, "to": None}


class FolderActs(KeepingActs):
    """do_<noun>_<what> makes one act and gives its name."""

    # ---- drawing

    def folder_ref(self, name, **more):
        f = self.st.folders.get(name)
        label = f["label"] if f and not self.r.random() < self.noise / 4 else "y"
        return dict({"item": name, "label": label}, **more)

    def record(self, name):
        folder, _, n = name.partition(".")
        f = self.st.folders.get(folder)
        return f["papers"].get(int(n)) if f and n else f

    def thing_refs(self, names):
        out = []
        for n in sorted(set(names)):
            x = self.record(n)
            out.append({"item": n, "label": x["label"] if x and not
                        self.r.random() < self.noise / 4 else "y"})
        return out

    def folder(self, fits=lambda f: f["state"] != "destroyed"):
        return self.one([f["id"] for f in self.st.folders.values() if fits(f)],
                        list(self.st.folders) + ["F0000F00Z"])

    def folders_some(self, fits=lambda f: f["state"] != "destroyed", low=1, high=2):
        return self.some([f["id"] for f in self.st.folders.values() if fits(f)],
                         list(self.st.folders) + ["F0000F00Z"], low, high)

    def papers_of(self, fits):
        return [p["id"] for f in self.st.folders.values() for p in f["papers"].values()
                if fits(p)]

    def papers_some(self, fits, high=3):
        every = self.papers_of(lambda p: True)
        return self.some(self.papers_of(fits), every + ["F0000F001.99"], 1, high)

    def things_some(self, low=1):
        pool = self.papers_of(lambda p: p["state"] in ("filed", "lent", "missing")) + [
            f["id"] for f in self.st.folders.values() if f["state"] != "destroyed"]
        return self.thing_refs(self.some(pool, self.papers_of(lambda p: True) + list(
            self.st.folders) + ["F0000F00Z"], low, 3))

    def version(self, name):
        f = self.st.folders.get(name)
        return (f["version"] + 1 if f else 1) + (self.one((0,), (1, -1)) if self.odd() else 0) or 1

    def grouped(self, papers, **more):
        """{folder: [{label, n}]} of papers named by id."""
        out = {}
        for name in sorted(papers):
            p = self.record(name)
            out.setdefault(name.partition(".")[0], {})[int(name.partition(".")[2])] = dict(
                more, label=p["label"] if p else "x", n=int(name.partition(".")[2]))
        return {f: [rows[n] for n in sorted(rows)] for f, rows in sorted(out.items())}

    def archivist(self):
        return self.who("archive_custodian")

    def day(self, *days):
        return when(self.at + 8 * HOUR + self.one(days or (0, -DAY, -400 * DAY),
                                                  (DAY, 2 * DAY)))[:10]

    def new_thing(self, letter):
        return letter + "".join(self.r.choice("ABCDEFGH") for _ in range(8))

    # ---- storage and filing

    def nodes(self):
        box = self.one(("B0000B001", "B0000B002", self.new_thing("B"), "S0000S001"),
                       ("K0000000B",))
        inside = box[0] == "B" and self.r.random() < .6
        label = self.st.nodes[box]["label"] if box in self.st.nodes else box
        return box, [{"item": box, "label": label, "place": None if inside else self.place(),
                      "within": self.one(("S0000S001",), ("B0000B001",)) if inside else None}]

    def do_storage_add(self):
        box, rows = self.nodes()
        if box in self.st.nodes and not self.odd():
            rows[0].update(item=self.new_thing(box[0]), label=self.new_thing("x"))
        return self.send("storage.add/1", {"nodes": rows}, [self.archivist()])

    def do_storage_move(self):
        return self.send("storage.move/1", {"nodes": self.nodes()[1], "reason": self.reason()},
                         [self.archivist()])

    def box(self):
        name = self.one(("B0000B001", "B0000B002", None), ("S0000S001", "B0000B009"))
        return {"item": name, "label": name} if name else None

    def do_folder_open(self):
        name = self.new_thing("F")
        if self.odd():
            name = self.one(list(self.st.folders))
        gone = [f["label"] for f in self.st.folders.values() if f["state"] == "destroyed"]
        return self.send("folder.open/1", {"folders": [{
            "box": self.box(), "class": self.one(CLASSES, ("guest",)), "item": name,
            "label": self.one([name] + gone, [f["label"] for f in self.st.folders.values()]),
            "name": None, "party": self.one((None, self.party())), "place": self.place()}]},
            [self.archivist()])

    def do_folder_file(self):
        name = self.folder(lambda f: f["state"] == "open")
        f = self.st.folders.get(name) or {"top": 0}
        first = f["top"] + self.one((1, 1, 3), (0,)) or 1
        rows = [paper(self.r, name, first + k) for k in range(self.r.randint(1, 2))]
        if self.r.random() < .2:
            rows[0].update({"from": self.day(), "to": self.day()})
        return self.send("folder.file/1", {"folders": [self.folder_ref(
            name, papers=rows, version=self.version(name))], "received": self.one(
                (None, self.day(0, -7 * DAY, -8 * DAY)))}, [self.archivist()])

    def do_folder_amend(self):
        papers = self.papers_some(lambda p: p["state"] == "filed", 2)
        rows, freed = [], False
        name = papers[0].partition(".")[0]
        for x in papers:
            p = self.record(x)
            if p is None or not x.startswith(name + "."):
                continue
            kind = self.one((p["kind"], p["kind"], self.r.choice(KINDS)))
            freed |= p["kind"] == "id_card" != kind
            rows.append({"copies": p["copies"], "from": p["from"], "kind": kind, "n": p["n"],
                         "original": p["original"], "original_with": p["original_with"],
                         "pages": self.r.randint(1, 9), "to": p["to"]})
        by = self.archivist()
        return self.send("folder.amend/1", {"folders": [self.folder_ref(
            name, papers=sorted(rows, key=lambda p: p["n"]), version=self.version(name))],
            "reason": self.reason()},
            [by] + ([self.who("supervisor")] if freed != self.odd() else []), by)

    def do_folder_remove(self):
        rows = self.grouped(self.papers_some(lambda p: p["state"] == "filed", 2))
        name = next(iter(rows))
        target = None
        if self.r.random() < .5:
            to = self.folder(lambda f: f["state"] == "open" and f["id"] != name)
            first = (self.st.folders.get(to) or {"top": 0})["top"] + self.one((1, 3), (0,)) or 1
            target = self.folder_ref(to, first=first, version=self.version(to))
        out = (target is None) != self.odd()
        return self.send("folder.remove/1", self.folder_ref(
            name, papers=rows[name], party=self.party() if out else None, target=target,
            reason=self.reason(), slip="1" if out else None, version=self.version(name)),
            [self.archivist(), self.who("supervisor")])

    def do_folder_move(self):
        return self.send("folder.move/1", self.past({"folders": [self.folder_ref(
            n, at=self.one((None, None, self.place())), box=self.box())
            for n in self.folders_some()], "reason": self.reason()}), [self.archivist()])

    def do_folder_walk(self):
        from verify_folder import shelf_order
        box = self.one(("B0000B001", "B0000B002"), ("S0000S001",))
        inside = sorted((f["id"] for f in self.st.folders.values() if f["box"] == box
                         and f["at"] is None and f["state"] != "destroyed"),
                        key=lambda x: shelf_order(self.st.folders[x]["place"],
                                                  self.st.folders[x]["label"]))
        seen, out, lost = list(inside), 0, 0
        if len(seen) > 1 and self.r.random() < .3:
            seen.pop(self.r.randrange(len(seen)))
            lost = 1
        if len(seen) > 1 and self.r.random() < .3:
            seen[0], seen[1], out = seen[1], seen[0], 1
        texts = self.some("abc", None, 0, 2)
        counts = {"misfiled": 0, "missing": lost, "out_of_order": out, "unknown": len(texts)}
        if self.odd():
            counts[self.r.choice(sorted(counts))] += 1
        return self.send("folder.walk/1", {
            "counts": counts, "item": box, "label": box,
            "seen": [{"item": x, "n": n + 1} for n, x in enumerate(seen)],
            "unknown": [{"text": t} for t in texts]}, [self.archivist()])

    def do_folder_close(self):
        return self.send("folder.close/1", {"folders": [self.folder_ref(
            n, date=self.day(), trigger=self.one(TRIGGERS)) for n in self.folders_some()],
            "reason": self.reason()}, [self.archivist()])

    def settled(self, name):
        """A folder of a home that changes hands."""
        closes = self.r.random() < .5
        told = closes != self.odd()
        return self.folder_ref(name, date=self.day() if told else None, outcome="closes" if
                               closes else "stays", trigger=self.one(TRIGGERS) if told else None)

    def do_storeroom_check(self):
        result = self.one(("ok", "remarks"))
        return self.send("storeroom.check/1", {
            "humidity_pct": self.one((None, 50), (101,)), "place": self.place(),
            "reason": self.reason() if (result == "remarks") != self.odd() else None,
            "result": result, "temperature_c": self.one((None, -3))},
            [self.who("archive_custodian", "supervisor")])

    def do_tag_archive(self):
        from verify_tags import GENERATIONS
        names = self.some([f["id"] for f in self.st.folders.values()
                           if f["state"] != "destroyed"] + list(self.st.nodes),
                          ["K00000003", "F0000F00Z"] + list(self.st.folders))
        rows = []
        for n in names:
            at = GENERATIONS.find(self.st.printed.get(n, " ")) + 1
            x = self.st.folders.get(n) or self.st.nodes.get(n) or {"label": "x"}
            rows.append({"generation": self.one(GENERATIONS[at:at + 1] or "1", "12Z"),
                         "item": n, "label": x["label"]})
        return self.send("tag.print/2", {"items": rows, "profile": "blind", "stock": "40x30"},
                         [self.who("archive_custodian", "administrator", "centre_manager")])

    # ---- use

    def do_request_things(self):
        noun = self.one(("folder.consult", "folder.lend", "folder.lend"), ("key.lend",))
        purpose = "private" if noun == "folder.consult" and self.r.random() < .3 \
            else self.code("purposes")
        start = self.at - self.one((0, HOUR), (-DAY,))
        return self.send("request.open/2", {
            "for": noun, "items": self.things_some(), "party": self.one((None, self.holder())),
            "purpose": purpose, "window": {"end": when(start + self.one((DAY, 9 * DAY), (0,))),
                                           "start": when(start)}}, [self.one(self.people())])

    def folder_approval(self, noun):
        ids = [i for i, a in self.st.approvals.items() if a["kind"] == "request"
               and a["req"]["for"] == noun and a["left"] != 0]
        return self.one(ids[-5:], list(self.st.approvals) + ["0" * 64]) if ids else None

    def do_folder_consult(self):
        approval, who, purpose = None, self.holder(), self.code("purposes")
        names = [x["item"] for x in self.things_some()]
        a = self.st.approvals.get(self.folder_approval("folder.consult") or "")
        if a and a["kind"] == "request" and self.r.random() < .7:
            approval = next(i for i, x in self.st.approvals.items() if x is a)
            if not self.odd():
                who, purpose = a["req"]["receiver"], a["req"]["purpose"]
                names = self.some(a["req"]["items"])
        elif not self.odd():
            who = self.one([h for h in self.people() if not self.st.holds(
                h, ("archive_custodian",))])
        by = self.archivist() if who != "guo" or self.odd() else self.one(self.people())
        r, others = self.receipt_of(who, by)
        return self.send("folder.consult/1", self.past({
            "approval": approval, "items": self.thing_refs(names), "on_behalf": "x",
            "purpose": purpose, "reader": who, "receipt": r}), [by] + others, by)

    def do_folder_lend(self):
        approval = self.folder_approval("folder.lend")
        self.seldom(approval is None)
        approval = approval or "0" * 64
        a = self.st.approvals.get(approval)
        req = a["req"] if a and a["kind"] == "request" else None
        who = req["receiver"] if req and not self.odd() else self.holder()
        fits = self.papers_of(lambda p: p["state"] == "filed" and (
            p["kind"] != "id_card" or self.odd()) and (
            req is None or p["id"] in req["items"] or p["folder"]["id"] in req["items"]))
        rows = self.grouped(self.some(fits, self.papers_of(lambda p: True), 1, 3))
        folders = []
        for name, lent in rows.items():
            f = self.st.folders[name]
            kept = sorted(n for n, p in f["papers"].items() if p["state"] == "filed"
                          and (p["kind"] == "id_card") != self.odd())
            folders.append(self.folder_ref(name, lent=[dict(
                x, condition="good", pages=f["papers"][x["n"]]["pages"] + (
                    1 if self.odd() else 0)) for x in lent],
                withheld=[{"label": f["papers"][n]["label"], "n": n} for n in kept]))
        by = self.archivist()
        r, others = self.receipt_of(who, by)
        due = when(min(self.at + 2 * DAY, req["end"])) if req and not self.odd() else self.soon()
        return self.send("folder.lend/1", self.past({
            "approval": approval, "due": due, "folders": folders, "on_behalf": "x",
            "purpose": req["purpose"] if req and not self.odd() else self.code("purposes"),
            "receipt": r, "receiver": who}), [by] + others, by)

    def do_folder_return(self):
        lent = self.papers_of(lambda p: p["state"] in ("lent", "missing"))
        names = self.some(lent or self.papers_of(lambda p: True),
                          self.papers_of(lambda p: True), 1, 2)
        p = self.record(names[0])
        by = self.who("archive_custodian", "service_staff")
        who = p["holder"] if p and p["state"] == "lent" and not self.odd() \
            and ":" not in p["holder"] else self.one((None, self.holder()))
        r, others = (None, []) if who is None else self.receipt_of(who, by)
        if who == by:
            r, others = dict(r, kind="screen", slip=None, unsigned_reason=None), []
        if r and r["kind"] != "credential":
            others = []
        return self.send("folder.return/1", self.past({
            "by_whom": who, "folders": [self.folder_ref(f, papers=[dict(
                x, condition=self.one(("good", "good", "worn", "damaged")),
                pages=max(0, self.record("%s.%d" % (f, x["n"]))["pages"] - self.one((0, 0, 1))))
                for x in rows]) for f, rows in self.grouped(names).items()],
            "receipt": r}), [by] + others, by)

    def do_folder_refuse(self):
        return self.send("folder.refuse/1", {"asked": {
            "items": self.things_some(), "kind": "copy", "purpose": "private",
            "receiver": self.one((None, "nobody"))}, "rule": "A7"},
            [self.who("archive_custodian", "service_staff")])

    def do_folder_produce(self):
        kind = self.one(("copy", "original", "view"))
        rows = self.grouped(self.papers_some(lambda p: p["state"] == "filed", 2))
        return self.send("folder.produce/1", self.past({
            "authority": self.code("authorities"), "document": "1", "due": self.soon() if (
                kind == "original") != self.odd() else None, "folders": [self.folder_ref(
                    f, papers=[dict(x, pages=(self.record("%s.%d" % (f, x["n"])) or {
                        "pages": 1})["pages"]) for x in own]) for f, own in rows.items()],
            "kind": kind, "receiver": None, "slip": "1"}),
            [self.archivist(), self.who("centre_manager")])

    def do_folder_extend(self):
        self.seldom(not self.papers_of(lambda p: p["state"] == "lent"))
        names = self.papers_some(lambda p: p["state"] == "lent", 2)
        p = self.record(names[0]) or {"due": None}
        return self.send("folder.extend/1", {
            "due": when((p["due"] or self.at) + self.one((60, HOUR), (0, 20 * DAY))),
            "items": self.thing_refs(names), "reason": self.reason()}, [self.archivist()])

    def do_folder_recall(self):
        names = self.papers_some(lambda p: p["state"] == "lent", 2)
        return self.send("folder.recall/1", {
            "channel": self.code("channels"), "due": self.one((None, when(self.at + HOUR))),
            "items": self.thing_refs(names), "reason": self.reason(), "result": "promised"},
            [self.who("archive_custodian", "service_staff")])

    def do_folder_missing(self):
        found = self.r.random() < .4
        return self.send("folder.missing/1", {
            "found": found, "items": self.thing_refs(self.papers_some(
                lambda p: p["state"] == ("missing" if found else "filed"), 2)),
            "reason": self.reason()}, [self.archivist()])

    def do_folder_writeoff(self):
        rows = self.grouped(self.papers_some(lambda p: p["state"] == "missing", 2))
        return self.send("folder.writeoff/1", {"folders": [self.folder_ref(
            f, papers=own, version=self.version(f)) for f, own in rows.items()],
            "reason": self.reason()}, [self.archivist(), self.who("supervisor")])
