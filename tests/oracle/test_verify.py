#!/usr/bin/python3
"""Runs verify.py over everything that make_ledgers.py makes, and over the public vectors.

    test_verify.py [--keep DIR] [--only TEXT] [--against PROGRAM]

With --against, PROGRAM (the custody executable) verifies the same set too, and must agree with
expected.json and with the flags that verify.py gives.
Prints one line per failure, then "N passed, N failed"; exit 1 when one failed.
"""

import base64
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import make_ledgers  # noqa: E402
import verify  # noqa: E402

passed, failed, skipped = 0, 0, 0


def claim(name, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED %s %s" % (name, detail))


def judge_case(folder):
    """None when verify.py gives what expected.json wants, else what it gave; and its report."""
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as f:
        want = json.load(f)
    opening = os.path.join(folder, "openings.json")
    got = verify.verify(
        os.path.join(folder, "export"), verify.Trust(os.path.join(folder, "trust")),
        [os.path.join(folder, n) for n in want.get("known", ())],
        opening if os.path.exists(opening) else None)
    verify.show(got)
    return compare(want, got), got


def compare(want, got):
    said = "%s %s %s" % (got["ledger"], got["openings"],
                         [(f["index"], f["check"], f["text"], f["after"])
                          for f in got["findings"][:6]])
    if got["ledger"] != want["verdict"]:
        return said
    if "openings" in want and got["openings"] != want["openings"]:
        return said
    if "flags" in want and sorted([f["index"], f["check"]] for f in got["flags"]) \
            != sorted(want["flags"]):
        return "%s flags %s" % (said, [(f["index"], f["check"]) for f in got["flags"]])
    if want["check"] is None:
        return None if "openings" in want or not got["findings"] else said
    ledger = [f for f in got["findings"] if f["after"] is None]
    at = [f for f in ledger if f["index"] == want["index"]]
    if not any(f["check"] in [want["check"]] + want["also"] for f in at):
        return said
    # The named check itself, not only one of the substitutes, is what this program says.
    if not any(f["check"] == want["check"] for f in at):
        return "substitute only: " + said
    # Nothing before the first violation.
    if want["index"] is not None and any(f["index"] is not None and f["index"] < want["index"]
                                         for f in got["findings"]):
        return said
    return None


def run_cases(out, only, program):
    make_ledgers.make_all(out)
    for name, *_ in make_ledgers.CASES:
        if only and only not in name:
            continue
        mine = None
        try:
            problem, mine = judge_case(os.path.join(out, name))
        except Exception as err:  # a crash over an export is a failure of that case
            problem = "crashed: %r" % err
        claim(name, problem is None, problem)
        if program:
            problem = judge_program(program, os.path.join(out, name), mine)
            claim("the program: " + name, problem is None, problem)


def judge_program(program, folder, mine):
    """The same questions to another verifier, by its --json; mine is verify.py's report."""
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as f:
        want = json.load(f)
    command = [program, "ledger", "verify", os.path.join(folder, "export"), "--json",
               "--trust", os.path.join(folder, "trust")]
    for name in want.get("known", ()):
        command += ["--known", os.path.join(folder, name)]
    if "openings" in want:
        command += ["--openings", os.path.join(folder, "openings.json")]
    run = subprocess.run(command, capture_output=True, timeout=60)
    try:
        got = json.loads(run.stdout)
    except ValueError:
        return "exit %d, no JSON: %.200r" % (run.returncode, run.stderr)
    said = "%s %s %s" % (got["ledger"], got["openings"], [
        (f["index"], f["check"], f["text"], f["after"]) for f in got["findings"][:4]])
    wanted = "want %s %s %s" % (want["verdict"], want["index"], want["check"])
    states = (want["verdict"], want.get("openings"))
    code = 3 if "failed" in states else 6 if "incomplete" in states else 0
    if got["ledger"] != want["verdict"] or run.returncode != code \
            or want.get("openings", "not in scope") != got["openings"]:
        return "exit %d %s; %s" % (run.returncode, said, wanted)
    if want["check"] is not None:
        allowed = [want["check"]] + want["also"]
        at = [f["check"] for f in got["findings"]
              if f["index"] == want["index"] and f["after"] is None]
        low = [f["index"] for f in got["findings"] if f["index"] is not None
               and want["index"] is not None and f["index"] < want["index"]]
        if low or not set(at) & set(allowed):
            return "%s; %s" % (said, wanted)
    if mine is None:
        return "nothing to compare its flags with"
    first = want["index"] if want["index"] is not None else 10**9
    # Lines left open may be listed one by one or as a count.
    flags = [sorted({(f["index"], f["check"]) for f in r["flags"] if f["index"] is not None
                     and f["index"] < first and "in" not in f and f["check"] != "open-lines"})
             for r in (got, mine)]
    if flags[0] != flags[1]:
        return "flags only there %s, only in verify.py %s" % (
            sorted(set(flags[0]) - set(flags[1])), sorted(set(flags[1]) - set(flags[0])))
    return None


def acts_of(folder):
    """The acts of an export whose entries can be read."""
    names = set()
    for entry in verify.Export(os.path.join(folder, "export"), verify.Report()).entries:
        try:
            names.add(json.loads(verify.open_envelope(entry)[0])["act"])
        except (verify.Refused, ValueError, LookupError, TypeError):
            pass
    return names


def run_every_act(out):
    names = acts_of(os.path.join(out, "good-full")) | {"ledger.succeed/1"}  # its own good case
    claim("good-full holds every first act", names == verify.FIRST_ACTS,
          sorted(verify.FIRST_ACTS - names))
    for name, verdict, *_ in make_ledgers.CASES:
        if verdict == "verified" and name.startswith("good"):
            names |= acts_of(os.path.join(out, name))
    claim("every act stands in a good ledger", names >= set(verify.ACTS),
          sorted(set(verify.ACTS) - names))


def run_truncations(out):
    """An export cut or spoiled at any file never verifies and never crashes."""
    source = os.path.join(out, "good-successor", "export")
    for path in sorted(glob.glob(source + "/**/*", recursive=True)):
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as f:
            data = f.read()
        for what, new in (("cut", data[:len(data) // 2]), ("empty", b""),
                          ("spoilt", data[:-5] + bytes((data[-5] ^ 4,)) + data[-4:])):
            with open(path, "wb") as f:
                f.write(new)
            try:
                got = verify.verify(source)["ledger"]
            except Exception as err:
                got = repr(err)
            claim("%s %s" % (what, os.path.relpath(path, source)),
                  got in ("failed", "incomplete"), got)
        with open(path, "wb") as f:
            f.write(data)
    claim("the restored export verifies", verify.verify(source)["ledger"] == "verified")


def run_removals(out):
    """Without any one of its entries the ledger fails, and the replay goes on to the end."""
    entries = verify.Export(os.path.join(out, "good-full", "export"),
                            verify.Report()).entries
    site = make_ledgers.Site()
    site.log = "log-2"
    folder = os.path.join(out, "removed")
    for n in range(len(entries) - 1):
        site.write(folder, entries[:n] + entries[n + 1:])
        try:
            got = verify.verify(folder)
            # Entry n itself is now another one that had seen more than there is.
            good = got["ledger"] == "failed" and any(
                f["index"] == n and f["after"] is None for f in got["findings"])
        except Exception as err:
            good, got = False, repr(err)
        claim("removed %d" % n, good, got)
        shutil.rmtree(folder)


def run_points(folder):
    global skipped
    try:
        with open(os.path.join(folder, "cctv_ed25519vectors.json"), encoding="utf-8") as f:
            vectors = json.load(f)
        with open(os.path.join(folder, "wycheproof_ed25519_test.json"),
                  encoding="utf-8") as f:
            groups = json.load(f)["testGroups"]
    except FileNotFoundError:
        print("skipped: no vectors")
        skipped += 1
        return
    good = [t for t in vectors if verify.signature_is_good(
        bytes.fromhex(t["key"]), bytes.fromhex(t["sig"]), t["msg"].encode())]
    # libsodium's verify accepts 43; all but the one without any flag have an invalid key.
    claim("of 914 edge cases only the plain one is good",
          len(vectors) == 914 and len(good) == 1 and not good[0]["flags"], len(good))
    for g in groups:
        public = bytes.fromhex(g["publicKey"]["pk"])
        for t in g["tests"]:
            claim("wycheproof %d" % t["tcId"], verify.signature_is_good(
                public, bytes.fromhex(t["sig"]), bytes.fromhex(t["msg"]))
                == (t["result"] == "valid"))
    for name in sorted(glob.glob(folder + "/rfc6962/inclusion/**/*.json", recursive=True)):
        with open(name, encoding="utf-8") as f:
            t = json.load(f)
        leaf, root = base64.b64decode(t["leafHash"] or ""), base64.b64decode(t["root"] or "")
        path = [base64.b64decode(p) for p in t["proof"] or ()]
        good = verify.inclusion_holds(t["leafIdx"], t["treeSize"], leaf, path, root)
        claim(os.path.basename(os.path.dirname(name)) + "/" + os.path.basename(name),
              good == (not t["wantErr"]))


def run_canonical():
    for text in ('{}', '{"a":1}', '[]', '-1', '"\\\\\\""', '[[[[[[[[]]]]]]]]',
                 '9007199254740991', '{"a":{"b":null},"c":[true,false]}'):
        try:
            verify.parse_canonical(text.encode())
            claim("canonical " + text, True)
        except verify.Refused as err:
            claim("canonical " + text, False, err)
    for text in ('{"a":1,"a":1}', '{"b":1,"a":1}', '{"A":1}', ' 1', '1 ', '01', '-0', '1.0',
                 '1e3', '9007199254740992', 'NaN', '"\\u0061"', '"\\/"', '"\u202e"',
                 '"\u00ad"', '[[[[[[[[[]]]]]]]]]', '', '{"a":1', '"\\ud800"', '"a\nb"',
                 '"' + "a" * 2001 + '"', '1' * 5000, '[' * 5000):
        try:
            verify.parse_canonical(text.encode())
            claim("not canonical %.20s" % text, False)
        except verify.Refused:
            claim("not canonical", True)


def plain(kind):
    """A type with its defaults written out and enum values in order."""
    if kind == "roles" or (isinstance(kind, dict) and kind.get("type") in (
            "roles", "codes", "places", "handles", "items", "things", "subjects")):
        kind = {"type": kind} if isinstance(kind, str) else kind
        return dict({"min": 1, "max": 1024}, **kind)
    if not isinstance(kind, dict):
        return kind
    if kind["type"] == "enum":
        return dict(kind, values=sorted(kind["values"]))
    if "of" in kind:
        return dict(kind, of={n: plain(k) for n, k in kind["of"].items()})
    return kind


def run_table():
    """The build's act table, when it is there, agrees with this reading of FORMATS.md."""
    global skipped
    path = os.path.join(HERE, "..", "..", "schema", "acts.json")
    if not os.path.exists(path):
        print("skipped: no schema/acts.json")
        skipped += 1
        return
    acts = verify.load_acts(path)
    claim("acts.json has the same acts", set(acts) == set(verify.ACTS),
          sorted(set(acts) ^ set(verify.ACTS)))
    for name in sorted(set(acts) & set(verify.ACTS)):
        theirs, mine = acts[name], verify.ACTS[name]
        for field in sorted(set(theirs) | set(mine)):
            claim("acts.json %s.%s" % (name, field),
                  plain(theirs.get(field)) == plain(mine.get(field)),
                  "theirs %s, mine %s" % (json.dumps(theirs.get(field)),
                                          json.dumps(mine.get(field))))


def main(argv):
    keep = argv[argv.index("--keep") + 1] if "--keep" in argv else None
    only = argv[argv.index("--only") + 1] if "--only" in argv else None
    against = argv[argv.index("--against") + 1] if "--against" in argv else None
    out = keep or tempfile.mkdtemp(prefix="custody-oracle-")
    try:
        run_cases(out, only, against)
        if not only:
            run_every_act(out)
            run_truncations(out)
            run_removals(out)
            run_points(os.environ.get("CUSTODY_VECTORS", os.path.join(
                HERE, "..", "..", "..", "shared", "vectors")))
            run_canonical()
            run_table()
    finally:
        if not keep:
            shutil.rmtree(out)
    print("%d passed, %d failed%s" % (passed, failed,
                                      ", %d skipped" % skipped if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
