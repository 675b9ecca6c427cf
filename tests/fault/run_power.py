#!/usr/bin/env python3
"""Cut the power: what was not synced is lost, in part or whole, and the next start must work.

Each scenario runs once with every write, sync, truncation, creation, rename and removal below
the office recorded (iofault.c). Then, for points among them, the disk is made as a power cut
there may leave it, from the office as it was before:

  - what a file's fsync or fdatasync followed is there; so is each creation, rename and removal
    that an fsync of its directory followed
  - of the rest: nothing; or names only; or data only; or a choice by chance, in which a write
    may arrive in any of its 512-byte sectors and no other, writes may overtake each other, and
    the changes of a directory come up to some point or as any of them

That is more than ext4 or XFS let happen. On each such disk: the next start works,
`ledger verify` says verified, what was acknowledged is there, an act is there whole or not at
all, trying again gets it done, and the next act is taken. (Directories made on the way count as
durable; the index of the write-ahead log is rebuilt after any crash.)

  run_power.py            a sample of points; the seed is printed and can be given again
  run_power.py --all      after every call, six disks each; equal ones once; of the long ones
                          (lines) 300 calls, all of them with --only lines --points 9999
  run_power.py --only batch --at 40 --seed 7
"""

import argparse
import concurrent.futures
import hashlib
import os
import pty
import random
import shutil
import subprocess
import sys

from office import Office, Report, Work, build_shim, environment, program
from run import CLERK, Checkpoint, Export, Import, Lend, Lines, Party

SECTOR = 512
VARIANTS = ("nothing", "names", "data", "chance-1", "chance-2", "chance-3")


# ---- a disk with a cache ----

class Inode:
    """Bytes that are safe, and changes that are not yet."""

    def __init__(self, data=b""):
        self.data = bytearray(data)
        self.pending = []

    @staticmethod
    def write(data, offset, new):
        if len(data) < offset:
            data.extend(bytes(offset - len(data)))
        data[offset:offset + len(new)] = new

    @staticmethod
    def resize(data, size):
        del data[size:]
        data.extend(bytes(size - len(data)))

    def sync(self):
        for offset, new in self.pending:
            if new is None:
                self.resize(self.data, offset)
            else:
                self.write(self.data, offset, new)
        self.pending = []

    def after_cut(self, variant, source):
        data = bytearray(self.data)
        if variant in ("nothing", "names"):
            return data
        keeps = 1.0 if variant == "data" else source.choice((0.1, 0.5, 0.9))
        for offset, new in self.pending:
            if source.random() >= keeps:
                continue
            if new is None:
                self.resize(data, offset)
            elif variant == "data" or source.random() < 0.5:
                self.write(data, offset, new)
            else:  # sectors of it
                start = offset
                while start < offset + len(new):
                    end = min(offset + len(new), start - start % SECTOR + SECTOR)
                    if source.random() < 0.5:
                        self.write(data, start, new[start - offset:end - offset])
                    start = end
        return data


class Disk:
    """Replays a trace; cut() says what is left."""

    def __init__(self, office, start):
        """start: an office with the same bytes as the traced one had at the beginning."""
        self.root = office.path
        self.inodes = {}  # by number, as last created
        self.names = {}  # safe: relative path -> Inode
        self.now = {}  # as the running program sees it
        self.pending = {}  # directory -> [(relative path, Inode or None)...], one list a call
        self.folders = {os.stat(self.root).st_ino: ""}
        self.made = []
        for folder, folders, files in os.walk(self.root):
            for name in folders:
                path = os.path.join(folder, name)
                self.folders[os.stat(path).st_ino] = self.relative(path)
            for name in files:
                path = self.relative(os.path.join(folder, name))
                with open(os.path.join(start.path, path), "rb") as file:
                    inode = Inode(file.read())
                self.inodes[os.stat(os.path.join(folder, name)).st_ino] = inode
                self.names[path] = self.now[path] = inode

    def relative(self, path):
        return os.path.relpath(path, self.root)

    def change(self, *names):
        """One change of a directory: all of its names or none."""
        folder = os.path.dirname(names[0][0])
        self.pending.setdefault(folder, []).append(names)
        self.apply(self.now, names)

    @staticmethod
    def apply(names, changes):
        for path, inode in changes:
            if inode is None:
                names.pop(path, None)
            else:
                names[path] = inode

    def step(self, record):
        op, number, offset, data, path = record
        path = self.relative(path)
        if op in "WT" and number not in self.inodes:
            raise AssertionError("%s of %s, which nobody made" % (op, path))
        if op == "W":
            self.inodes[number].pending.append((offset, data))
        elif op == "T":
            self.inodes[number].pending.append((offset, None))
        elif op == "S" and number in self.folders:
            for changes in self.pending.pop(self.folders[number], []):
                self.apply(self.names, changes)
        elif op == "S":
            self.inodes[number].sync()
        elif op == "C":
            self.inodes[number] = Inode()
            self.change((path, self.inodes[number]))
        elif op == "M":
            self.folders[number] = path
            self.made.append(path)
        elif op == "U":
            self.change((path, None))
        elif op == "R":
            old = self.relative(os.fsdecode(data))
            self.change((path, self.now[old]), (old, None))

    def cut(self, variant, source):
        """Relative path -> bytes."""
        names = dict(self.names)
        for changes in self.pending.values():
            if variant in ("nothing", "data"):
                continue
            kept = changes
            if variant != "names" and source.random() < 0.5:
                kept = changes[:source.randrange(len(changes) + 1)]
            elif variant != "names":
                kept = [change for change in changes if source.random() < 0.5]
            for change in kept:
                self.apply(names, change)
        files = {}
        for path in sorted(names):
            files[path] = bytes(names[path].after_cut(variant, source))
        return files


def read_trace(path):
    records = []
    with open(path, "rb") as file:
        while True:
            head = file.readline()
            if not head:
                return records
            op, number, offset, length, name = head.rstrip(b"\n").split(b" ", 4)
            data = file.read(int(length))
            if file.read(1) != b"\n":
                raise AssertionError("the trace is damaged")
            records.append((op.decode(), int(number), int(offset), data, os.fsdecode(name)))


# ---- what is run ----

class Command:
    """A scenario of run.py: one command, acknowledged when it ends."""

    def __init__(self, scenario):
        self.scenario = scenario

    def prepare(self, office):
        self.scenario.prepare(office)

    def run(self, office, env, _mark):
        result = self.scenario.run(office, env)
        if result.code != 0:
            raise AssertionError("without a fault: %s" % result)

    def check(self, office, before, done):
        return self.scenario.check(office, before, done > 0)

    def unsound(self, _records):
        """'' or why trying makes no sense."""
        return ""


class Issue(Command):
    """A checkpoint. The file it was written to may be gone, it can be had again; that it was
    issued may not: the signer must never sign another history."""

    def check(self, office, before, done):
        if done and office.signer_state()["size"] < before:
            return "a checkpoint was given out, and signer-state does not know"
        return self.scenario.check(office, before, False)


class Batch:
    """Acts one after the other under one unlock, so that the write-ahead log stays; each is
    acknowledged before the next line is given."""

    LINES = (("lend", 0), ("return", 0), ("checkpoint", None), ("lend", 1), ("checkpoint", None),
             ("lend", 2))

    def prepare(self, office):
        keys = office.must("key", "list", "--class", "public", "--json").json()
        # one of each door: the last key of a lock would want its warning accepted
        doors = {key["label"]: key["item"] for key in keys}
        self.items = list(doors.values())[:3]

    def line(self, office, verb, what):
        if verb == "lend":
            return ("key lend %s --to zhao --with zhao --due +4h --purpose inspection"
                    " --for 工程部 --as li" % self.items[what])
        if verb == "return":
            return "key return %s --by zhao --with zhao --as li" % self.items[what]
        if verb == "party":
            return ("party add --name %s --phone 13800000000 --relation tenant --as li" % what)
        return "ledger checkpoint --out '%s'" % os.path.join(office.path, "note")

    def run(self, office, env, mark):
        out, inner = pty.openpty()
        with subprocess.Popen([program(), "batch", "-", "--yes", *office.options()],
                              stdin=subprocess.PIPE, stdout=inner, stderr=subprocess.PIPE,
                              env=environment(env)) as process:
            os.close(inner)
            for verb, what in self.LINES:
                line = self.line(office, verb, what)
                # the second line reads alone; its answer says that the first one is done
                process.stdin.write((line + "\nsite show --json\n").encode())
                process.stdin.flush()
                text = b""
                while b'"size"' not in text:
                    try:
                        text += os.read(out, 65536)
                    except OSError:
                        raise AssertionError("%s: %r, %r" % (
                            line, text, process.stderr.read())) from None
                mark()
            process.stdin.close()
            process.wait(timeout=60)
        os.close(out)
        if process.returncode != 0:
            raise AssertionError("without a fault: exit %d" % process.returncode)

    def after(self, lines):
        """Entries, what is lent, parties, entries under the last checkpoint given out."""
        size, issued, lent, parties = 0, 0, [False] * 3, ["刘一"]
        for verb, what in self.LINES[:lines]:
            size += verb != "checkpoint"
            if verb == "checkpoint":
                issued = size
            elif verb == "party":
                parties.append(what)
            else:
                lent[what] = verb == "lend"
        return size, lent, sorted(parties), issued

    def check(self, office, before, done):
        size = office.size() - before
        for lines in (done, done + 1):  # the one that was cut short may be there
            wanted = self.after(lines)
            if wanted[0] == size:
                break
        else:
            return "%d entries more, with %d lines acknowledged" % (size, done)
        trouble = office.trouble()
        if trouble:
            return trouble
        parties = sorted(office.parties())
        if parties != wanted[2]:
            return "the parties are %s with %d entries more" % (parties, size)
        lent = [office.is_lent(item) for item in self.items]
        if lent != wanted[1]:
            return "lent are %s with %d entries more" % (lent, size)
        issued = self.after(done)[3]
        if issued and office.signer_state()["size"] < before + issued:
            return "a checkpoint was given out, and signer-state does not know"  # see Issue
        note = os.path.join(office.path, "note")
        if os.path.exists(note):
            code, report = office.verify("--known", note)
            if code != 0:
                return "the note does not verify: %s" % report
        after = office.add_party()
        if after.code != 0:
            return "the next act fails: %s" % after
        office.must("ledger", "checkpoint", "--out", note + "2")
        return office.trouble()

    def unsound(self, _records):
        return ""


class Personal(Batch):
    """Acts with personal texts: vault.db must not fall behind the ledger."""

    LINES = (("party", "甲"), ("lend", 0), ("party", "乙"), ("party", "丙"), ("return", 0))

    def unsound(self, records):
        """Removing its rollback journal is what commits vault.db, and that is safe only when
        the directory is synced: before the ledger commits, for certain."""
        is_open = False
        for op, _, _, _, path in records:
            if op == "U" and path.endswith("/vault.db-journal"):
                is_open = True
            elif op == "S" and path.endswith("/site"):
                is_open = False
            elif op == "S" and path.endswith("/ledger.db-wal") and is_open:
                return ("the ledger commits while the removal of vault.db-journal is not synced"
                        " (src/store/store.c: a rollback journal wants synchronous=EXTRA)")
        return ""


SCENARIOS = {
    "batch": Batch,
    "personal": Personal,
    "lend": lambda: Command(Lend()),
    "party": lambda: Command(Party()),
    "import": lambda: Command(Import()),
    "lines": lambda: Command(Lines()),
    "checkpoint": lambda: Issue(Checkpoint()),
    "export": lambda: Command(Export()),
}


# ---- the campaign ----

LONG_POINTS = 300  # of a scenario of thousands of calls


class Campaign:
    def __init__(self, work, shim, name):
        self.work, self.name = work, name
        self.scenario = SCENARIOS[name]()
        self.is_long = isinstance(self.scenario, Command) and self.scenario.scenario.is_long
        self.base = work.office.copy(os.path.join(work.path, "base-" + name))
        self.scenario.prepare(self.base)
        self.before = self.base.size()
        self.traced = self.base.copy(os.path.join(work.path, "traced-" + name))
        self.disk = Disk(self.traced, self.base)
        trace = os.path.join(work.path, name + ".trace")

        def mark():
            with open(trace, "ab") as file:
                file.write(b"A 0 0 0 -\n\n")

        self.scenario.run(self.traced, {
            "LD_PRELOAD": shim, "IOFAULT_DIR": self.traced.path, "IOFAULT_TRACE": trace,
            "ASAN_OPTIONS": "verify_asan_link_order=0"}, mark)
        if isinstance(self.scenario, Command):
            mark()
        self.records = read_trace(trace)

    def disks(self, points, variants, seed):
        """(point, variant, lines acknowledged, files), equal ones once."""
        known = set()
        done = 0
        for point in range(len(self.records) + 1):
            if point > 0:
                record = self.records[point - 1]
                if record[0] == "A":
                    done += 1
                else:
                    self.disk.step(record)
            if point not in points:
                continue
            for variant in variants:
                source = random.Random("%d %s %d %s" % (seed, self.name, point, variant))
                files = self.disk.cut(variant.split("-")[0], source)
                digest = hashlib.sha256(repr((done, sorted(files.items()))).encode()).digest()
                if digest not in known:
                    known.add(digest)
                    yield point, variant, done, files, list(self.disk.made)

    def trial(self, point, variant, done, files, made):
        """'' or the trouble with this disk."""
        path = os.path.join(self.work.path, "%s-%d-%s" % (self.name, point, variant))
        shutil.copytree(self.base.path, path, ignore=lambda folder, names: [
            name for name in names if os.path.isfile(os.path.join(folder, name))])
        office = Office(path)
        try:
            for folder in made:
                os.makedirs(os.path.join(path, folder), exist_ok=True)
            for name, data in files.items():
                whole = os.path.join(path, name)
                with open(whole, "wb") as file:
                    file.write(data)
                os.chmod(whole, 0o600)
            return self.scenario.check(office, self.before, done)
        except (AssertionError, ValueError, KeyError, OSError,
                subprocess.TimeoutExpired) as problem:
            return "%s: %s" % (type(problem).__name__, problem)
        finally:
            self.work.drop(office)

    def what(self, point):
        if point == 0:
            return "before all"
        op, _, offset, data, path = self.records[point - 1]
        return "%s %s %d+%d" % (op, self.disk.relative(path) if op != "A" else "", offset,
                                len(data))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", action="append", choices=SCENARIOS)
    parser.add_argument("--at", type=int)
    parser.add_argument("--variant", choices=VARIANTS)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10 ** 6))
    parser.add_argument("--points", type=int, default=4, help="a scenario (default 4)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--calls", action="store_true", help="list the calls and stop")
    options = parser.parse_args()
    work = Work("power", is_quick=True)
    report = Report()
    try:
        shim = build_shim(os.path.join(work.path, "iofault.so"), "iofault.c")
        print("seed %d" % options.seed)
        for name in options.only or SCENARIOS:
            campaign = Campaign(work, shim, name)
            count = len(campaign.records) + 1
            unsound = campaign.scenario.unsound(campaign.records)
            if unsound and options.at is None:
                print("ok %s_survives_power_cuts # SKIP %s" % (name, unsound), flush=True)
                continue
            if options.calls:
                print("\n".join("%s %d %s" % (name, i, campaign.what(i)) for i in range(count)))
                continue
            points = set(range(count))
            if options.at is not None:
                points = {options.at}
            else:
                wanted = count if options.all and not campaign.is_long else options.points
                if options.all and campaign.is_long:
                    wanted = max(wanted, LONG_POINTS)
                if wanted < count:
                    points = set(random.Random(options.seed).sample(range(count), wanted))
            variants = [options.variant] if options.variant else VARIANTS
            tried = list(campaign.disks(points, variants, options.seed))
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                troubles = list(pool.map(lambda disk: campaign.trial(*disk), tried))
            bad = 0
            for (point, variant, _, _, _), trouble in zip(tried, troubles):
                if trouble:
                    bad += 1
                    report.check("%s_survives_a_power_cut_after_%d_keeping_%s (%s)" % (
                        name, point, variant, campaign.what(point)), trouble)
            report.check("%s_survives_%d_disks_of_power_cuts_at_%d_points" % (
                name, len(tried), len(points)), "%d do not" % bad if bad else "")
            work.drop(campaign.base)
            work.drop(campaign.traced)
    finally:
        work.close()
    report.end()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
