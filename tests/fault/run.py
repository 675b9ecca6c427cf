#!/usr/bin/env python3
"""Stop the program at its writes, syncs, renames: kill it, let the disk fail or fill up.

Each scenario is run once to count the changes it makes to files; then, for points among them
and every kind of fault, in a fresh copy of a small office. Afterwards: the exit code and the
message are right, the next start works, `ledger verify` says verified, what was acknowledged is
there, the rest is there completely or not at all, and trying again gets it done.

  run.py                  a sample; the seed is printed and can be given again
  run.py --all            every point, every kind of what the ledger rests on (append, import,
                          checkpoint, export, signing); 300 each of the long ones (lines, init …)
  run.py --every          every point, every kind of all of them (hours)
  run.py --only lend      one scenario; --at 7 --kind full: one point
"""

import argparse
import concurrent.futures
import os
import random
import subprocess
import sys

from office import OFFICE, Report, Work, build_shim

KINDS = ("eio", "enospc", "full", "dead", "short", "kill-before", "kill-after", "kill-torn")
CLERK = ["--as", "li", "--yes"]


class Scenario:
    """One command to break. `acts`: entries that it adds when all goes well."""

    acts = 1
    text = None  # for standard input
    is_long = False  # --all takes a sample too

    def prepare(self, office):
        """Once, before copies are made."""

    def words(self, office):
        raise NotImplementedError

    def is_done(self, office):
        raise NotImplementedError

    def site(self, office):
        return office.site

    def run(self, office, env=None):
        return office.run(*self.words(office), site=self.site(office), env=env,
                          text=self.text)

    def partial_sizes(self, before):
        """Sizes of the ledger that are fine when the command did not finish."""
        return range(before, before + self.acts)

    def check(self, office, before, is_acknowledged):
        """'' or what is wrong after the fault."""
        trouble = office.trouble()
        if trouble:
            return trouble
        size = office.size()
        is_done = self.is_done(office)
        if is_acknowledged and not is_done:
            return "acknowledged, and lost"
        if is_done and size != before + self.acts:
            return "done, with %d entries instead of %d" % (size, before + self.acts)
        if not is_done and size not in self.partial_sizes(before):
            return "not done, with %d entries after %d" % (size, before)
        if not is_done:
            again = self.run(office)
            if again.code != 0:
                return "trying again fails: %s" % again
            if not self.is_done(office):
                return "trying again says done, and it is not"
        after = office.add_party()
        if after.code != 0:
            return "the next act fails: %s" % after
        return office.trouble()


class Lend(Scenario):
    def prepare(self, office):
        keys = office.must("key", "list", "--class", "public", "--json").json()
        self.item = keys[0]["item"]

    def words(self, office):
        return ["key", "lend", self.item, "--to", "zhao", "--with", "zhao", "--due", "+4h",
                "--purpose", "inspection", "--for", "工程部", *CLERK]

    def is_done(self, office):
        return office.is_lent(self.item)


class Party(Scenario):
    """Personal data: the vault and the ledger must agree."""

    text = "张三\n13800000000\n"

    def words(self, office):
        return ["party", "add", "--name", "-", "--phone", "-", "--relation", "tenant", *CLERK]

    def is_done(self, office):
        return "张三" in office.parties()

    def check(self, office, before, is_acknowledged):
        trouble = super().check(office, before, is_acknowledged)
        if not trouble and sorted(office.parties()) != sorted(["刘一", "张三", "后来"]):
            trouble = "the parties are %s" % office.parties()
        return trouble


class Import(Scenario):
    """200 places: line acts and the closing one."""

    acts = 2

    def prepare(self, office):
        with open(os.path.join(office.path, "places.csv"), "w", encoding="utf-8") as file:
            file.write("code,label,kind,parent\nX,东区,area,\n")
            for i in range(199):
                file.write("X-%03d,东区-%03d号,building,X\n" % (i, i))

    def words(self, office):
        return ["import", "places", os.path.join(office.path, "places.csv"), "--with", "wang",
                *CLERK]

    def count(self, office):
        rows = office.must("place", "list", "--limit", "1000", "--json").json()
        return sum(1 for row in rows if row["code"].startswith("X"))

    def is_done(self, office):
        return self.count(office) == 200

    def check(self, office, before, is_acknowledged):
        count = self.count(office)
        if count not in (0, 200):
            return "half an import: %d of 200 places" % count
        return super().check(office, before, is_acknowledged)


class Lines(Scenario):
    """40 people with names: two groups of line acts, each by one commit, and the closing act.
    Import has every kind of call that this one has, thousands of times over."""

    acts = 41
    is_long = True
    people = ["neu%02d" % i for i in range(40)]

    def prepare(self, office):
        with open(os.path.join(office.path, "people.csv"), "w", encoding="utf-8") as file:
            file.write("handle,staff_no,name,roles\n")
            for i, handle in enumerate(self.people):
                file.write("%s,9%02d,新人%d,staff\n" % (handle, i, i))

    def words(self, office):
        return ["import", "people", os.path.join(office.path, "people.csv"), "--as", "admin",
                "--with", "mgr", "--yes"]

    def count(self, office):
        rows = office.must("person", "list", "--json").json()
        return sum(1 for row in rows if row["handle"] in self.people)

    def is_done(self, office):
        return self.count(office) == 40

    def partial_sizes(self, before):
        return [before, before + 32, before + 40]

    def check(self, office, before, is_acknowledged):
        count = self.count(office)
        if count not in (0, 40):
            return "half an import: %d of 40 people" % count
        return super().check(office, before, is_acknowledged)


class Checkpoint(Scenario):
    acts = 0

    def words(self, office):
        return ["ledger", "checkpoint", "--out", os.path.join(office.path, "note")]

    def is_done(self, office):
        return os.path.exists(os.path.join(office.path, "note"))

    def partial_sizes(self, before):
        return [before]

    def check(self, office, before, is_acknowledged):
        trouble = super().check(office, before, is_acknowledged)
        if trouble:
            return trouble
        code, report = office.verify("--known", os.path.join(office.path, "note"))
        return "" if code == 0 else "the note does not verify: %s" % report


class Export(Checkpoint):
    def words(self, office):
        return ["ledger", "export", os.path.join(office.path, "export")]

    def is_done(self, office):
        return os.path.exists(os.path.join(office.path, "export", "checkpoint"))

    def check(self, office, before, is_acknowledged):
        trouble = Scenario.check(self, office, before, is_acknowledged)
        if trouble:
            return trouble
        again = self.run(office)
        if again.code != 0:
            return "exporting anew over it fails: %s" % again
        code, report = office.verify(site=os.path.join(office.path, "export"))
        return "" if code == 0 and report["ledger"] == "verified" else (
            "the export does not verify: %s" % report)


class Backup(Checkpoint):
    """A backup cut short must not pass for one; a new directory then takes a whole one."""

    is_long = True

    def words(self, office):
        n = sum(1 for name in os.listdir(office.path) if name.startswith("backup"))
        return ["site", "backup", os.path.join(office.path, "backup%d" % n)]

    def whole(self, office):
        names = [n for n in os.listdir(office.path) if n.startswith("backup")]
        return [n for n in names
                if os.path.exists(os.path.join(office.path, n, "site.conf"))]

    def is_done(self, office):
        return bool(self.whole(office))

    def check(self, office, before, is_acknowledged):
        trouble = Scenario.check(self, office, before, is_acknowledged)
        if trouble:
            return trouble
        for name in self.whole(office):
            code, report = office.verify(site=os.path.join(office.path, name))
            if code != 0 or report["openings"] != "verified":
                return "the backup does not verify: %s" % report
        return ""


class Sign(Scenario):
    """A request file signed by the second person: the credential's record, then the file."""

    def prepare(self, office):
        keys = office.must("key", "list", "--class", "public", "--json").json()
        self.item = keys[1]["item"]
        self.after = 0
        office.must("key", "lend", self.item, "--to", "zhao", "--sign-by", "zhao", "--due",
                    "+4h", "--purpose", "inspection", "--for", "工程部", "--prepare",
                    os.path.join(office.path, "request"), *CLERK)

    def request(self, office):
        return os.path.join(office.path, "request")

    def words(self, office):
        return ["sign", self.request(office), "--as", "zhao", "--yes"]

    def is_signed(self, office):
        shown = office.must("sign", self.request(office), "--show", "--json").json()
        return len(shown["signed"]) == 2

    def check(self, office, before, is_acknowledged):
        if is_acknowledged and not self.is_signed(office):
            return "acknowledged, and the signature is lost"
        if not self.is_signed(office):
            again = self.run(office)
            if again.code != 0:
                return "signing again fails: %s" % again
        sent = office.run("submit", self.request(office))
        if sent.code != 0:
            return "submitting fails: %s" % sent
        if not office.is_lent(self.item) or office.size() != before + 1:
            return "submitted, and not lent"
        return office.trouble()


class Init(Scenario):
    """Founding a second site in a new directory."""

    is_long = True

    def second(self, office):
        return os.path.join(office.path, "second")

    def site(self, office):
        return self.second(office)

    def words(self, office):
        return ["site", "init", "--name", "东苑", "--origin",
                "dongyuan.example/custody", "--policy", os.path.join(OFFICE, "policy.json"),
                "--founder", "admin:A001:administrator", "--founder",
                "mgr:A002:centre_manager", "--founder", "hq:H001:administrator", "--sheet",
                "1", "--yes"]

    def is_done(self, office):
        shown = office.run("site", "show", "--json", site=self.second(office))
        return shown.code == 0 and shown.json()["founded"]

    def check(self, office, before, is_acknowledged):
        is_done = self.is_done(office)
        if is_acknowledged and not is_done:
            return "acknowledged, and lost"
        if not is_done:
            again = self.run(office)
            if again.code != 0:
                return "founding again fails: %s" % again
        code, report = office.verify(site=self.second(office))
        if code != 0 or report["openings"] != "verified":
            return "the new site does not verify: exit %d, %s" % (code, report)
        after = office.run("person", "enrol", "qian", "--staff-no", "9", "--role", "staff",
                           "--credential", "none", "--as", "admin", "--with", "mgr", "--yes",
                           site=self.second(office))
        return "" if after.code == 0 else "the next act fails: %s" % after


class Credential(Scenario):
    def words(self, office):
        return ["credential", "new", "zhou"]

    def count(self, office):
        rows = office.must("credential", "list", "--json").json()
        return sum(1 for row in rows if row["handle"] == "zhou")

    def check(self, office, before, is_acknowledged):
        count = self.count(office)
        if is_acknowledged and count != 1:
            return "acknowledged, and lost"
        if count == 0:
            again = self.run(office)
            if again.code != 0:
                return "trying again fails: %s" % again
        enrolled = office.run("person", "enrol", "zhou", "--staff-no", "88", "--role", "staff",
                              "--credential", "local", "--as", "admin", "--with", "mgr",
                              "--yes")
        return "" if enrolled.code == 0 else "the credential is of no use: %s" % enrolled


class Rebuild(Scenario):
    acts = 0
    is_long = True

    def words(self, office):
        return ["site", "rebuild"]

    def is_done(self, office):
        return True

    def partial_sizes(self, before):
        return [before]


class Reappend(Scenario):
    """A restored ledger takes its lost entries back from an export, whole or in part."""

    acts = 0
    is_long = True

    def prepare(self, office):
        kept = open(os.path.join(office.site, "ledger.db"), "rb").read()
        for i in range(3):
            office.add_party("赵%d" % i)
        office.must("ledger", "export", os.path.join(office.path, "export"))
        self.whole = office.size()
        for name in ("ledger.db-wal", "ledger.db-shm"):
            if os.path.exists(os.path.join(office.site, name)):
                os.remove(os.path.join(office.site, name))
        with open(os.path.join(office.site, "ledger.db"), "wb") as file:
            file.write(kept)

    def words(self, office):
        return ["site", "reappend", os.path.join(office.path, "export")]

    def check(self, office, before, is_acknowledged):
        size = office.size()
        if is_acknowledged and size != self.whole:
            return "acknowledged, with %d of %d entries" % (size, self.whole)
        if not before <= size <= self.whole:
            return "%d entries" % size
        again = self.run(office)
        if again.code != 0:
            return "trying again fails: %s" % again
        if office.size() != self.whole:
            return "%d of %d entries after trying again" % (office.size(), self.whole)
        after = office.add_party()
        return office.trouble() if after.code == 0 else "the next act fails: %s" % after


class Confirm(Scenario):
    """signer-state rebuilt by two officers."""

    acts = 0

    def prepare(self, office):
        office.must("ledger", "checkpoint", "--out", os.path.join(office.path, "note"))
        os.remove(os.path.join(office.site, "signer-state"))

    def words(self, office):
        return ["site", "confirm-head", os.path.join(office.path, "note"), "--as", "admin",
                "--with", "mgr", "--yes"]

    def is_done(self, office):
        return os.path.exists(os.path.join(office.site, "signer-state"))

    def partial_sizes(self, before):
        return [before]


class Succeed(Scenario):
    """A successor ledger in a new directory; the old site stays as it is."""

    acts = 0
    is_long = True

    def prepare(self, office):
        office.must("ledger", "checkpoint", "--out", os.path.join(office.path, "note"))

    def second(self, office):
        return os.path.join(office.path, "second")

    def words(self, office):
        return ["site", "succeed", office.site, self.second(office), "--origin",
                "cuihu.example/custody2", "--reason", "restored", "--known",
                os.path.join(office.path, "note"), "--as", "admin", "--with", "mgr", "--yes"]

    def is_done(self, office):
        shown = office.run("site", "show", "--json", site=self.second(office))
        return shown.code == 0 and shown.json()["founded"]

    def check(self, office, before, is_acknowledged):
        is_done = self.is_done(office)
        if is_acknowledged and not is_done:
            return "acknowledged, and lost"
        if not is_done:
            again = self.run(office)
            if again.code != 0:
                return "trying again fails: %s" % again
        code, report = office.verify(site=self.second(office))
        if code != 0 or report["openings"] != "verified" or report["predecessors"] != 1:
            return "the successor does not verify: exit %d, %s" % (code, report)
        after = office.add_party(site=self.second(office))
        if after.code != 0:
            return "the next act fails: %s" % after
        return office.trouble()


SCENARIOS = {
    "lend": Lend, "party": Party, "import": Import, "lines": Lines, "checkpoint": Checkpoint,
    "export": Export, "sign": Sign, "init": Init, "credential": Credential,
    "backup": Backup, "rebuild": Rebuild, "reappend": Reappend, "confirm": Confirm,
    "succeed": Succeed,
}


class Campaign:
    def __init__(self, work, shim, name):
        self.work, self.shim, self.name = work, shim, name
        self.scenario = SCENARIOS[name]()
        self.base = work.office.copy(os.path.join(work.path, "base-" + name))
        self.scenario.prepare(self.base)
        self.before = self.base.size()
        self.calls = self.count()

    def run_under(self, office, **fault):
        env = {"LD_PRELOAD": self.shim, "IOFAULT_DIR": office.path,
               "ASAN_OPTIONS": "verify_asan_link_order=0"}
        env.update({"IOFAULT_" + key.upper(): str(value) for key, value in fault.items()})
        return self.scenario.run(office, env)

    def copy(self, label):
        return self.base.copy(os.path.join(self.work.path, "%s-%s" % (self.name, label)))

    def count(self):
        office = self.copy("count")
        log = os.path.join(self.work.path, self.name + ".log")
        result = self.run_under(office, at=0, log=log)
        if result.code != 0:
            raise AssertionError("%s without a fault: %s" % (self.name, result))
        trouble = self.scenario.check(office, self.before, True)
        if trouble:
            raise AssertionError("%s without a fault: %s" % (self.name, trouble))
        self.work.drop(office)
        with open(log, encoding="utf-8", errors="replace") as file:
            return [line.split(" ", 1)[1].strip().replace(office.path + "/", "")
                    for line in file]

    def judge(self, kind, result):
        """Exit code and message of the broken run."""
        if kind.startswith("kill"):
            return "" if result.code == -9 else "not killed: %s" % result
        if result.code == 0:
            return ""
        if result.code not in (1, 75):
            return "unfit exit code: %s" % result
        lines = result.err.splitlines()
        if len(lines) != 1 or not lines[0].startswith("custody: "):
            return "not one sentence: %r" % result.err
        return ""

    def point(self, number, kind):
        """'' or the trouble with a fault of this kind at this call."""
        office = self.copy("%d-%s" % (number, kind))
        try:
            result = self.run_under(office, at=number, kind=kind)
            trouble = self.judge(kind, result)
            if not trouble:
                trouble = self.scenario.check(office, self.before, result.code == 0)
            return trouble and "%s [the broken run: %s]" % (trouble, result)
        except (AssertionError, ValueError, KeyError, OSError,
                subprocess.TimeoutExpired) as problem:
            return "%s: %s" % (type(problem).__name__, problem)
        finally:
            self.work.drop(office)


def choose(calls, is_long, options, source):
    pairs = [(n, kind) for n in range(1, len(calls) + 1) for kind in KINDS
             if kind not in ("short", "kill-torn") or calls[n - 1].split()[0] in
             ("write", "pwrite")]
    if options.at or options.kind:
        return [(n, kind) for n, kind in pairs if (not options.at or n == options.at) and
                (not options.kind or kind == options.kind)]
    wanted = options.points
    if options.every or options.all:
        wanted = 300 if is_long and not options.every else len(pairs)
    return pairs if len(pairs) <= wanted else sorted(source.sample(pairs, wanted))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--only", action="append", choices=SCENARIOS)
    parser.add_argument("--at", type=int)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10 ** 6))
    parser.add_argument("--points", type=int, default=6, help="a scenario (default 6)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--slow", action="store_true", help="compute every Argon2id anew")
    parser.add_argument("--calls", action="store_true", help="list the calls and stop")
    options = parser.parse_args()
    work = Work("fault", is_quick=not options.slow)
    report = Report()
    source = random.Random(options.seed)
    try:
        shim = build_shim(os.path.join(work.path, "iofault.so"), "iofault.c")
        print("seed %d" % options.seed)
        for name in options.only or SCENARIOS:
            campaign = Campaign(work, shim, name)
            if options.calls:
                print("\n".join("%s %d %s" % (name, i, call)
                                for i, call in enumerate(campaign.calls, 1)))
                continue
            points = choose(campaign.calls, campaign.scenario.is_long, options, source)
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                troubles = list(pool.map(lambda p: campaign.point(*p), points))
            for (number, kind), trouble in zip(points, troubles):
                report.check("%s_survives_%s_at_%d (%s)" % (
                    name, kind.replace("-", "_"), number, campaign.calls[number - 1]), trouble)
            work.drop(campaign.base)
    finally:
        work.close()
    report.end()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
