#!/usr/bin/env python3
"""Hold the program and verify.py to each other over many ledgers.

    agree.py [--program FILE] [--tests DIR] [--part K/N] [SET ...]

A SET is a directory of cases, each with export/ and trust (make_ledgers.py writes one). Without
SET the set of make_ledgers.py is made, and the unit tests of the acts leave every act that they
permit or push past the checks (CUSTODY_CASES). --part 0/8 takes every eighth of those tests and
leaves out the set that `test_verify.py --against` judges. Both verifiers read every case; they agree when
the verdict is the same, and, where it failed, the first index with a violation and a check named
there: FORMATS.md leaves open which of several broken checks is told, so names of one kind count
as the same (KINDS), and so do those that expected.json lists. Prints "ok CASE" or "not ok CASE", and says where they differ.
"""
import concurrent.futures
import glob
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import make_ledgers  # noqa: E402
import verify  # noqa: E402


# Who may not sign; what is malformed, and where the line to "not allowed" runs.
KINDS = (
    {"seats", "role", "suspended", "K2", "K4", "A8"},
    {"policy", "floor", "structure", "officers"},
    {"structure", "proof"},
    {"structure", "lines"},
    {"policy", "state"},
    {"approval", "request"},
)


def same_kind(here, there, also):
    return bool(here & there) or any(here & kind and there & kind for kind in KINDS) \
        or bool(here & also and there & also)


def first_violation(findings):
    """(lowest index with a violation, checks there); None stands for the ledger as a whole."""
    places = {}
    for f in findings:
        if f.get("in") or f["after"] is not None or f["check"] in ("row", "schema"):
            continue
        places.setdefault(f["index"], set()).add(f["check"])
    if not places:
        return None, set()
    numbered = [i for i in places if i is not None]
    # What is about no entry may be listed by one as such and by the other at an entry.
    first = min(numbered) if numbered else None
    return first, places[first] | places.get(None, set())


def ask_program(program, case, known):
    command = [program, "ledger", "verify", os.path.join(case, "export"), "--json", "--trust",
               os.path.join(case, "trust")]
    for name in known:
        command += ["--known", os.path.join(case, name)]
    run = subprocess.run(command, capture_output=True, timeout=120, check=False)
    return json.loads(run.stdout)


def judge(job):
    """None when both say the same, else what each says."""
    program, case = job
    known, also = (), set()
    expected = os.path.join(case, "expected.json")
    if os.path.exists(expected):
        with open(expected, encoding="utf-8") as f:
            want = json.load(f)
        known = want.get("known", ())
        also = {want["check"], *want.get("also", ())}
    try:
        there = ask_program(program, case, known)
        here = verify.verify(os.path.join(case, "export"),
                             verify.Trust(os.path.join(case, "trust")),
                             [os.path.join(case, n) for n in known])
    except Exception as err:  # neither may fall over an export
        return case, "crashed: %r" % err
    first = [first_violation(r["findings"]) for r in (there, here)]
    if there["ledger"] != here["ledger"]:
        return case, "program %s %s, verify.py %s %s" % (there["ledger"], first[0],
                                                         here["ledger"], first[1])
    if there["ledger"] == "failed" and (first[0][0] != first[1][0]
                                        or not same_kind(first[0][1], first[1][1], also)):
        return case, "program %s, verify.py %s" % (first[0], first[1])
    return case, None


def leave_cases(tests, out, part, parts):
    """Run the tests of the acts so that they leave their ledgers in out; those that failed."""
    env = dict(os.environ, CUSTODY_CASES=out, ASAN_OPTIONS="detect_leaks=0:malloc_context_size=1")
    programs = [path for path in sorted(glob.glob(os.path.join(tests, "test_acts_*")))
                if os.access(path, os.X_OK) and not path.endswith((".o", ".d"))][part::parts]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = pool.map(lambda path: subprocess.run(
            [path], cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=600, check=False).returncode, programs)
        return [os.path.basename(path) for path, code in zip(programs, codes) if code != 0]


def option(argv, name, fallback):
    if name not in argv:
        return fallback
    at = argv.index(name)
    value = argv[at + 1]
    del argv[at:at + 2]
    return value


def main(argv):
    program = option(argv, "--program",
                     os.environ.get("CUSTODY", os.path.join(ROOT, "build/release/custody")))
    tests = option(argv, "--tests", os.path.join(ROOT, "build/asan/tests/unit/core"))
    part, parts = (int(n) for n in option(argv, "--part", "0/1").split("/"))
    with tempfile.TemporaryDirectory() as made:
        sets = argv
        failed = []
        if not sets:
            acts = os.path.join(made, "acts")
            os.mkdir(acts)
            failed = leave_cases(tests, acts, part, parts)
            sets = [acts]
            if parts == 1:
                sets.append(os.path.join(made, "oracle"))
                make_ledgers.make_all(sets[1])
        cases = sorted(os.path.dirname(path) for s in sets
                       for path in glob.glob(os.path.join(s, "*", "trust")))
        for name in failed:  # what it would have left is not judged
            print("not ok agree %s: the test itself failed; run it alone" % name)
        bad = len(failed)
        with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
            for case, problem in pool.map(judge, [(program, c) for c in cases]):
                name = os.path.basename(case)
                print("%sok agree %s%s" % ("" if problem is None else "not ", name,
                                           "" if problem is None else ": " + problem))
                bad += problem is not None
    print("part %d/%d: %d cases, %d disagreements" % (part, parts, len(cases), bad))
    return 1 if bad or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
