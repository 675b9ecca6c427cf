#!/usr/bin/env python3
"""Random acts of the key desk, legal and illegal, judged by the program and by verify.py.

    random_desk.py [--program FILE] [--seed N] [--ledgers N] [--acts N] [--keep DIR]
                   [--strict] [--list] [--nouns folder,destruction,...]

Each ledger begins with a small office drawn from its seed.  One act after the other is made with
random members, signers and roles, signed perfectly and appended; both verifiers judge what came
out.  They agree when both find nothing new and list the same flags at the act, or both find the
first violation at the same index and share a check there (agree.same_kind).  An act in which
nothing is found stays; one that is found is taken back.  So every ledger judged has at most one
broken act, its last: nothing hides behind an earlier one.  At its end each ledger is judged whole,
flags included.  Prints "ok SEED" or what differs, and the seed; exit 1 when something differed.
"""
import collections
import concurrent.futures
import copy
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import agree  # noqa: E402
import verify  # noqa: E402
from random_acts import Maker, found_office  # noqa: E402

# Flags of an act that only what follows decides; the whole ledger is asked for them.
STRICT = "--strict" in sys.argv     # no kinds of checks: one that both name
LATER = frozenset(("unratified", "open-lines", "suspect"))


class Judge:
    """Both verifiers over one growing ledger."""

    def __init__(self, site, program, folder):
        self.site, self.program, self.folder = site, program, folder
        self.state = None
        self.made = collections.Counter()

    def write(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.site.write(os.path.join(folder, "export"))
        with open(os.path.join(folder, "trust"), "w", encoding="utf-8") as f:
            f.write(self.site.trust())

    def start(self):
        """verify.py's state after the office was founded."""
        self.write(self.folder)
        report = verify.Report()
        export = verify.Export(os.path.join(self.folder, "export"), report)
        types = verify.Types(verify.ACTS)
        self.state = verify.State(types)
        replay = verify.Replay(export, self.state, report, types)
        replay.run(len(export.entries))
        assert not report.findings, report.findings

    def here(self, entry):
        """(state after it, first violation, flags) of the newest entry by verify.py."""
        state = copy.deepcopy(self.state, {id(self.state.types): self.state.types})
        payload_bytes, _ = verify.open_envelope(entry)
        payload = verify.parse_canonical(payload_bytes)
        index = len(self.site.entries) - 1
        state.t = max(state.t, verify.parse_time(payload["at"]))
        state.findings, found, flags = [], [], set()
        try:
            state.types.members(state.types.acts[payload["act"]], payload["body"], "body")
        except verify.Refused:
            found.append((index, "structure"))
        else:
            act = verify.Act(state, index, payload, verify.sha(verify.pae(payload_bytes)).hex())
            state.apply(act)
            found += [(index, check) for check, _ in state.findings]
            flags = set(act.flags)
        found += [(rec["index"], check) for rec, check, _ in state.audit_end()]
        first = min((i for i, _ in found), default=None)
        return state, (first, {c for i, c in found if i == first}), flags - LATER

    def there(self):
        """The same by the program."""
        self.write(self.folder)
        run = subprocess.run([self.program, "ledger", "verify",
                              os.path.join(self.folder, "export"), "--json", "--trust",
                              os.path.join(self.folder, "trust")],
                             capture_output=True, timeout=120, check=False)
        try:
            return json.loads(run.stdout)
        except ValueError:
            return {"ledger": "crashed: exit %d, %.300r" % (run.returncode, run.stderr),
                    "findings": [], "flags": []}

    def act(self, make):
        """One act made, judged, kept or taken back; what differs, or None."""
        s = self.site
        before = (s.entries[:], s.leaves[:], s.stack[:], s.ids[:], dict(s.seq), s.t, s.count,
                  s.openings[:])
        name = make()
        state, mine, flags = self.here(s.entries[-1])
        got = self.there()
        theirs = agree.first_violation(got["findings"])
        index = len(s.entries) - 1
        differs = None
        if (got["ledger"] == "verified") != (mine[0] is None) or mine[0] != theirs[0] \
                or mine[0] is not None and not (mine[1] & theirs[1] if STRICT else agree.same_kind(
                    theirs[1], mine[1], set())):
            differs = "%s: program %s %s %s, verify.py %s %s" % (
                name, got["ledger"], theirs, [f["text"] for f in got["findings"][:2]], mine,
                [t for _, t in state.findings[:2]])
        elif mine[0] is None:
            other = {f["check"] for f in got["flags"] if f["index"] == index} - LATER
            if other != flags:
                differs = "%s: flags of program %s, of verify.py %s" % (
                    name, sorted(other - flags), sorted(flags - other))
        self.made[name, "ok" if mine[0] is None else min(mine[1])] += 1
        if differs:
            differs += "\n    " + json.dumps(json.loads(verify.open_envelope(s.entries[-1])[0])
                                             , ensure_ascii=False)[:900]
        if mine[0] is None and not differs:
            self.state = state
        return differs, mine[0] is None and not differs, before

    def take_back(self, before):
        s = self.site
        (s.entries, s.leaves, s.stack, s.ids, s.seq, s.t, s.count, s.openings) = before

    def whole(self):
        """Both over the ledger as it stands, with all flags."""
        got = self.there()
        mine = verify.verify(os.path.join(self.folder, "export"),
                             verify.Trust(os.path.join(self.folder, "trust")))
        flags = [sorted({(f["index"], f["check"]) for f in r["flags"]
                         if f["check"] != "open-lines"}) for r in (got, mine)]
        if got["ledger"] != mine["ledger"] or flags[0] != flags[1]:
            return "whole: program %s %s, verify.py %s %s" % (
                got["ledger"], sorted(set(flags[0]) - set(flags[1])), mine["ledger"],
                sorted(set(flags[1]) - set(flags[0])))
        return None


def run(job):
    """One ledger: (seed, differences, acts made by name and outcome)."""
    seed, program, acts, keep = job
    r = random.Random(seed)
    problems = []
    with tempfile.TemporaryDirectory() as made:
        judge = Judge(found_office(r), program, os.path.join(made, "case"))
        judge.start()
        for step in range(acts):
            maker = Maker(r, judge.site, judge.state)
            differs, stays, before = judge.act(maker.any_act)
            if differs:
                problems.append("act %d %s" % (step, differs))
                if keep:
                    judge.write(os.path.join(keep, "seed-%d-act-%d" % (seed, step)))
            if not stays:
                judge.take_back(before)
        differs = judge.whole()
        if differs:
            problems.append(differs)
    return seed, problems, judge.made


def main(argv):
    program = agree.option(argv, "--program", os.environ.get(
        "CUSTODY", os.path.join(ROOT, "build/release/custody")))
    seed = int(agree.option(argv, "--seed", str(random.randrange(1, 10**6))))
    ledgers = int(agree.option(argv, "--ledgers", "4"))
    acts = int(agree.option(argv, "--acts", "150"))
    keep = agree.option(argv, "--keep", None)
    Maker.nouns = tuple(agree.option(argv, "--nouns", "").split(",")) if "--nouns" in argv else ()
    print("# seed %d, %d ledgers of %d acts each" % (seed, ledgers, acts))
    bad, made = 0, collections.Counter()
    jobs = [(seed + n, program, acts, keep) for n in range(ledgers)]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for number, problems, mine in pool.map(run, jobs):
            made += mine
            bad += bool(problems)
            print("%sok random desk %d" % ("not " if problems else "", number))
            for text in problems:
                print("  " + text)
            sys.stdout.flush()
    if "--list" in argv:
        for (name, outcome), count in sorted(made.items()):
            print("# %5d %s %s" % (count, name, outcome))
    kept = sum(n for (_, outcome), n in made.items() if outcome == "ok")
    print("%d ledgers, %d acts kept, %d refused, %d ledgers with differences"
          % (len(jobs), kept, sum(made.values()) - kept, bad))
    return 1 if bad or not jobs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
