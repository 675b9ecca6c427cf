"""The site of the ledgers of FORMATS.md sections 19 to 21, and how they are named.

make_ledgers_folder.py (policy, filing), make_ledgers_folder_use.py (lending),
make_ledgers_folder_destroy.py and make_ledgers_folder_erase.py have the cases.  Every bad one is
signed perfectly and breaks one sentence; `also` names what a reader may give instead.  Policy and
acts are written down here from the text; nothing is read from schema/.
"""

import copy
import functools

from make_ledgers import CASES, DAY, ONE, TWO, Seal, Site, items, receipt, when
from make_ledgers_desk_site import HOUR, DeskSite, desk_policy

F1, F2, F3, F4, F5 = ("F0000F00%d" % n for n in range(1, 6))
B1, B2, S1 = "B0000B001", "B0000B002", "S0000S001"
HOME1, HOME2 = "3-2-12-1201", "3-2-12-1202"
OWNER, OWNER2, TENANT = "P00000009", "P0000001D", "P0000001A"
LABELS = {F1: "3-2-1201", F2: "3-2-1202", F3: "3-2-1202 旧", F4: "3-2-1201 租", F5: "3栋 公",
          B1: "盒 1", B2: "盒 2", S1: "架 1"}
KINDS = {"contract": ("物业服务合同", "internal"), "deed": ("房产证", "general"),
         "id_card": ("身份证复印件", "personal"), "lease": ("租赁合同", "internal")}
WITH_EVENT = frozenset(("folder.move/1", "folder.consult/1", "folder.lend/1", "folder.return/1",
                        "folder.produce/1", "unit.transfer/2"))
WITH_TWO = frozenset("""folder.amend/1 folder.remove/1 folder.consult/1 folder.lend/1
folder.return/1 folder.produce/1 folder.writeoff/1 unit.transfer/2 folder.release/1
folder.appraise/1 destruction.execute/1 erase.intent/1 erase.done/1""".split())


def codes(*names):
    return [{"code": c, "label": c.replace("_", " ")} for c in names]


def folder_class(code, retention, checklist=("contract", "id_card"), label=None):
    return {"checklist": [{"kind": k, "need": "always"} for k in checklist], "code": code,
            "label": label or code, "retention": retention}


def retention(months, *triggers):
    return {"mandate": "保管期限表 3.2", "months": months, "triggers": list(triggers)}


CLASSES = [folder_class("forever", retention(None, "other"), ()),
           folder_class("owner", retention(12, "moved_out", "sold")),
           folder_class("tenant", None, ("lease",))]


def paper_kinds(**secrecy):
    return [{"aliases": [], "code": c, "label": t, "secrecy": secrecy.get(c, s)}
            for c, (t, s) in sorted(KINDS.items()) if secrecy.get(c, s)]


def folder_policy(**over):
    return desk_policy(**dict({
        "authorities": codes("court", "police"), "destruction_methods": codes("burn", "shred"),
        "destruction_wait_days": 1, "destruction_witness_roles": ["duty"],
        "destruction_witnesses": 2, "folder_classes": CLASSES, "folder_extensions": 1,
        "folder_inventory_days": 7, "folder_loan_max_days": 14,
        "incident_kinds": codes("leak", "paper_damage"),
        "original_keepers": codes("head_office"), "paper_kinds": paper_kinds(),
        "party_retention_months": 6, "recheck_witness": False, "review_witness": False,
        "version": 2}, **over))


class FolderSite(DeskSite):
    """The estate of the key desk with an archive: five folders in one box."""

    def found(self, **over):
        return super().found(**dict({"policy": folder_policy()}, **over))

    def start(self):
        super().start()
        self.versions, self.papers = {}, {}    # folder -> number; thing -> paper
        for h in ("hai", "mo"):
            self.enrol(h, ["witness"])
        self.store((B1, None, S1), (S1, "PLANT-2", None))
        self.open((F1, "owner", HOME1, OWNER), (F2, "owner", HOME2, OWNER2),
                  (F3, "owner", HOME2, None), (F4, "tenant", HOME1, TENANT),
                  (F5, "forever", "3", None))
        self.file(F1, (1, "contract", 10, 1), (2, "deed", 5, 2), (3, "id_card", 2, 1))
        self.file(F2, (1, "contract", 10, 1), (2, "id_card", 2, 2))
        self.file(F3, (1, "contract", 8, 1))
        self.file(F4, (1, "lease", 6, 1))
        self.file(F5, (1, "deed", 3, 1))
        self.shut_folders(F2, F3)
        self.shut_folders(F5, date="2020-01-01", trigger="other")
        return self

    def do(self, name, signers, body, by=None, **opts):
        signers = signers.split() if isinstance(signers, str) else signers
        if name in WITH_EVENT:
            body = dict({"event_at": None, "late": None}, **body)
        if name in WITH_TWO:
            body = dict(TWO if len(signers) > 1 else ONE, **body)
        return self.act(name, body, signers, by=by or signers[0], **opts)

    # ---- naming

    def ref(self, name, **more):
        label = self.papers[name]["label"] if name in self.papers else LABELS.get(name, name)
        return dict({"item": name, "label": label}, **more)

    def refs(self, *names):
        return [self.ref(n) for n in sorted(names)]

    def of(self, folder, *numbers, **more):
        """Papers of a folder as they stand in its element."""
        return [dict({"label": self.papers["%s.%d" % (folder, n)]["label"]
                      if "%s.%d" % (folder, n) in self.papers else "x", "n": n}, **more)
                for n in numbers]

    def counted(self, folder, *numbers, **more):
        return [dict(p, pages=self.papers["%s.%d" % (folder, p["n"])]["pages"], **more)
                for p in self.of(folder, *numbers)]

    def next(self, folder):
        self.versions[folder] = self.versions.get(folder, 0) + 1
        return self.versions[folder]

    # ---- filing

    @staticmethod
    def node(name, place, within):
        return {"item": name, "label": LABELS.get(name, name), "place": place, "within": within}

    def store(self, *nodes, signers="guo", **opts):
        return self.do("storage.add/1", signers, {
            "nodes": [self.node(*n) if isinstance(n, tuple) else n for n in nodes]}, **opts)

    def bag(self, name, cls="owner", place=HOME1, party=None, **over):
        return dict({"box": self.ref(B1), "class": cls, "item": name,
                     "label": LABELS.get(name, name), "name": Seal(name, "某某"),
                     "party": party, "place": place}, **over)

    def open(self, *rows, signers="guo", **opts):
        return self.do("folder.open/1", signers, {"folders": [
            self.bag(*r) if isinstance(r, tuple) else r for r in rows]}, **opts)

    def filed(self, folder, n, kind="contract", pages=4, copies=1, there=True, **over):
        new = dict({"copies": copies, "from": "2024-05-01", "kind": kind, "n": n,
                    "original": "original", "original_with": None, "pages": pages,
                    "remark": None, "title": Seal(folder, "第 %d 件" % n), "to": None}, **over)
        self.papers["%s.%d" % (folder, n)] = dict(new, label=KINDS[new["kind"]][0]
                                                  if new["kind"] in KINDS else "x", there=there)
        return new

    def file_body(self, folder, *rows, received=None, version=None, label=None):
        papers = [self.filed(folder, *r) if isinstance(r, tuple) else r for r in rows]
        return {"folders": [{"item": folder, "label": label or LABELS.get(folder, folder),
                             "papers": papers, "version": version or self.next(folder)}],
                "received": received}

    def file(self, folder, *rows, signers="guo", opts=None, **over):
        return self.do("folder.file/1", signers, self.file_body(folder, *rows, **over),
                       **(opts or {}))

    def amend(self, folder, *rows, signers="guo", version=None, **over):
        papers = []
        for n, change in rows:
            p = dict(self.papers.get("%s.%d" % (folder, n)) or self.filed(folder, n), **change)
            papers.append({k: p[k] for k in ("copies", "from", "kind", "n", "original",
                                             "original_with", "pages", "to")})
        body = {"folders": [self.ref(folder, papers=papers,
                                     version=version or self.next(folder))], "reason": "error"}
        return self.do("folder.amend/1", signers, dict(body, **over))

    def remove(self, folder, *numbers, signers="guo sun", target=None, **over):
        if target:
            target = self.ref(target[0], first=target[1], version=self.next(target[0]))
        out = {"party": None, "slip": None} if target else {"party": OWNER, "slip": "领条 1"}
        body = self.ref(folder, papers=self.of(folder, *numbers), reason="other",
                        target=target, version=self.next(folder), **out)
        for n in numbers:
            self.papers.get("%s.%d" % (folder, n), {})["there"] = False
        return self.do("folder.remove/1", signers, dict(body, **over))

    def shift(self, *names, signers="guo", at=None, box=B1, opts=None, **over):
        rows = [self.ref(n, at=at, box=self.ref(box) if box else None) for n in sorted(names)]
        return self.do("folder.move/1", signers, dict({"folders": rows, "reason": "other"},
                                                      **over), **(opts or {}))

    def walk(self, *names, signers="guo", box=B1, unknown=(), **counts):
        every = dict.fromkeys(("misfiled", "missing", "out_of_order", "unknown"), 0)
        return self.do("folder.walk/1", signers, self.ref(box, counts=dict(
            every, unknown=len(unknown), **counts), seen=[
            {"item": x, "n": n + 1} for n, x in enumerate(names)],
            unknown=[{"text": t} for t in unknown]))

    def shut_folders(self, *names, signers="guo", date="2025-01-31", trigger="sold", **over):
        return self.do("folder.close/1", signers, dict({"folders": [
            self.ref(n, date=date, trigger=trigger) for n in sorted(names)],
            "reason": "other"}, **over))

    def climate(self, signers="guo", **over):
        return self.do("storeroom.check/1", signers, dict({
            "humidity_pct": 55, "place": "PLANT-2", "reason": None, "result": "ok",
            "temperature_c": None}, **over))

    # ---- use

    def want(self, *names, by="feng", noun="folder.lend", **over):
        return self.do("request.open/2", by, dict({
            "for": noun, "items": self.refs(*names), "party": None, "purpose": "repair",
            "window": {"end": when(self.t + 20 * DAY), "start": when(self.t)}}, **over))

    def allowed(self, *names, opts=None, approver="chen", **over):
        return self.approve(self.want(*names, **over), approver, **(opts or {}))

    def consult(self, *names, reader="feng", signers=None, opts=None, **over):
        body = dict({"approval": None, "items": self.refs(*names), "on_behalf": "客服部",
                     "purpose": "repair", "reader": reader, "receipt": receipt()}, **over)
        if signers is None:
            signers = ["guo", reader] if body["receipt"]["kind"] == "credential" else ["guo"]
        return self.do("folder.consult/1", signers, body, **(opts or {}))

    def lent(self, folder, *numbers, withheld=None, **over):
        kept = [p["n"] for x, p in sorted(self.papers.items()) if x.startswith(folder + ".")
                and p["there"] and KINDS.get(p["kind"], "xx")[1] == "personal"]
        return self.ref(folder, lent=self.counted(folder, *numbers, condition="good", **over),
                        withheld=self.of(folder, *(kept if withheld is None else withheld)))

    def loan(self, *rows, to="feng", signers=None, opts=None, **over):
        rows = [self.lent(*r) if isinstance(r, tuple) else r for r in rows or [(F1, 1)]]
        if "approval" not in over:
            names = ["%s.%d" % (r["item"], p["n"]) for r in rows for p in r["lent"]]
            over["approval"] = self.allowed(*names, by=to if to in self.seq or to in (
                "feng", "qian", "sun") else "feng", party=to)
        body = dict({"due": when(self.t + 5 * DAY), "folders": rows, "on_behalf": "客服部",
                     "purpose": "repair", "receipt": receipt(), "receiver": to}, **over)
        if signers is None:
            signers = ["guo", to] if body["receipt"]["kind"] == "credential" else ["guo"]
        return self.do("folder.lend/1", signers, body, **(opts or {}))

    def bring(self, folder, *numbers, who="feng", by="guo", signers=None, opts=None,
              condition="good", pages=None, **over):
        papers = self.counted(folder, *numbers, condition=condition)
        if pages is not None:
            papers = [dict(p, pages=pages) for p in papers]
        self.next(folder)
        body = dict({"by_whom": who, "folders": [self.ref(folder, papers=papers)],
                     "receipt": receipt() if who else None}, **over)
        if signers is None:
            signed = body["receipt"] and body["receipt"]["kind"] == "credential"
            signers = [by, who] if signed else [by]
        return self.do("folder.return/1", signers, body, by=by, **(opts or {}))

    def produce(self, folder, *numbers, signers="guo chen", kind="copy", due=None, **over):
        return self.do("folder.produce/1", signers, dict({
            "authority": "police", "document": "调证 7 号", "due": due, "folders": [
                self.ref(folder, papers=self.counted(folder, *numbers))], "kind": kind,
            "receiver": Seal("officer", "张警官"), "slip": "回执 7"}, **over))

    def prolong(self, *names, signers="guo", days=10, **over):
        return self.do("folder.extend/1", signers, dict({
            "due": when(self.t + days * DAY), "items": self.refs(*names),
            "reason": "other"}, **over))

    def recall(self, *names, signers="guo", hours=None, **over):
        return self.do("folder.recall/1", signers, dict({
            "channel": "phone", "due": None if hours is None else when(self.t + hours * HOUR),
            "items": self.refs(*names), "reason": "other", "result": "promised"}, **over))

    def miss(self, *names, signers="guo", found=False, **over):
        return self.do("folder.missing/1", signers, dict({
            "found": found, "items": self.refs(*names), "reason": "lost"}, **over))

    def write_off(self, folder, *numbers, signers="guo sun", **over):
        return self.do("folder.writeoff/1", signers, dict({"folders": [
            self.ref(folder, papers=self.of(folder, *numbers), version=self.next(folder))],
            "reason": "lost"}, **over))

    def transfer_2(self, rows=None, signers="guo li", keys=True, **over):
        rows = {F1: ("sold", "2026-03-01"), F4: None} if rows is None else rows
        folders = [self.ref(n, date=r[1] if r else None, trigger=r[0] if r else None,
                            outcome="closes" if r else "stays")
                   for n, r in sorted(rows.items())]
        return self.do("unit.transfer/2", signers, dict({
            "folders": folders, "items": [dict(x, outcome="stays") for x in items(
                "K00000001", "K00000002")] if keys else [], "party_in": "P0000001B",
            "party_out": OWNER, "place": HOME1, "reason": "other"}, **over))

    # ---- keeping and destroying

    def hold(self, *names, signers="guo", **over):
        return self.do("folder.hold/1", signers, dict({
            "items": self.refs(*names), "number": "诉讼 3", "reason": "other",
            "until": None}, **over))

    def release(self, hold, *names, signers="chen guo", **over):
        return self.do("folder.release/1", signers, dict({
            "hold": hold, "items": self.refs(*names), "reason": "other"}, **over))

    def appraise(self, *rows, signers="guo sun", **over):
        return self.do("folder.appraise/1", signers, dict({"lines": [
            self.ref(n, opinion=o, until=u, why="other")
            for n, o, u in sorted(rows)]}, **over))

    def sums(self, name):
        own = [p for x, p in self.papers.items() if p["there"]
               and (x == name or x.startswith(name + "."))]
        return {"copies": sum(p["copies"] for p in own), "papers": len(own),
                "pages": sum(p["copies"] * p["pages"] for p in own)}

    def propose(self, *names, signers="guo", reason="expired", number="销 1", opts=None, **over):
        return self.do("destruction.propose/1", signers, dict({
            "lines": [self.ref(n, reason=reason, **self.sums(n)) for n in sorted(names)],
            "method": "shred", "number": number, "place": "PLANT-2"}, **over), **(opts or {}))

    def decide(self, verb, batch, *names, signers=None, lines=None, step=60, **other):
        """All lines are to be destroyed but what `other` has: thing (dots as _) -> decision."""
        rows = [self.ref(n, decision=other.get(n, "destroy"),
                         reason="other" if n in other else None) for n in sorted(names)]
        return self.do("destruction." + verb + "/1", signers or {
            "review": "sun", "approve": "chen"}[verb], {"batch": batch, "lines": lines or rows},
            step=step)

    def decided(self, *names, **opts):
        batch = self.propose(*names, **opts)
        self.decide("review", batch, *names)
        self.decide("approve", batch, *names)
        return batch

    def execute(self, batch, *names, struck=(), witnesses="hai mo", recheck="sun",
                destroyer="guo", signers=None, step=DAY, lines=None, **over):
        for folder in {n.partition(".")[0] for n in names}:
            self.next(folder)
        present = set(witnesses.split()) | {recheck} | ({destroyer} if destroyer else set())
        body = dict({
            "batch": batch, "destroyer": destroyer, "firm": None, "method": "shred",
            "lines": lines or [self.ref(n, **self.sums(n)) for n in sorted(names)],
            "place": "PLANT-2", "receipt": None, "recheck": recheck,
            "struck": [self.ref(n, reason="other") for n in sorted(struck)],
            "witnesses": sorted(witnesses.split())}, **over)
        return self.do("destruction.execute/1", signers or sorted(present), body, step=step)

    def destroy(self, *names, reason="expired", number="销 1", **over):
        names = names or (F2, F3)
        batch = self.decided(*names, reason=reason, number=number)
        return self.execute(batch, *names, **over)

    # ---- erasure, incidents

    @staticmethod
    def subject(*names):
        return sorted(Site().seal(Seal(n, ""), "00" * 16, "")["k"] for n in names)

    def forget_me(self, party=OWNER, signers="qian", **over):
        return self.do("erase.request/1", signers, dict({
            "channel": "phone", "party": party, "reason": "other"}, **over))

    def intend(self, kind, act, *subjects, count, signers=None, step=60, **over):
        signers = signers or ("hai mo" if kind == "destruction" else "chen wang")
        return self.do("erase.intent/1", signers, dict({
            "count": count, "ground": {"act": act, "kind": kind},
            "subjects": self.subject(*subjects)}, **over), step=step)

    def done(self, intent, fields, subjects=1, signers="chen guo", **over):
        return self.do("erase.done/1", signers, dict({
            "counts": {"fields": fields, "subjects": subjects}, "intent": intent,
            "media": ["backup", "temp", "vault"]}, **over))

    def report(self, *names, signers="feng", **over):
        return self.do("incident.report/1", signers, dict({
            "items": self.refs(*names), "kind": "leak", "noticed_at": when(self.t),
            "party": None, "text": Seal("incident", "外泄")}, **over))

    def follow(self, incident, signers="feng", **over):
        return self.do("incident.update/1", signers, dict({
            "incident": incident, "note": None, "step": "informed"}, **over))

    def end(self, incident, signers="sun", **over):
        return self.do("incident.close/1", signers, dict({
            "incident": incident, "lesson": None, "result": "confirmed"}, **over))

    def read(self, *names, signers="qian", **over):
        return self.do("privacy.read/1", signers, dict({
            "items": self.refs(*names), "purpose": "repair"}, **over))


@functools.lru_cache(None)
def start_site():
    return FolderSite().start()


def folder_case(name, verdict, check, *also):
    def keep(build):
        def run(_, c):
            site = copy.deepcopy(start_site())
            c.flag = lambda *flags: c.flags.extend([len(site.entries) - 1, f] for f in flags)
            c.flags = []
            made = build(site, c)
            if verdict != "verified" and not c.flags:
                c.flags = None    # a bad one's flags are judged only where it names some
            return made if isinstance(made, Site) else site   # a successor, of one it made
        CASES.append((name, verdict, check, also, "none", run))
        return build
    return keep


def good(name):
    return folder_case("good-folder-" + name, "verified", None)


def bad(name, check, *also):
    return folder_case("folder-" + name, "failed", check, *also)
