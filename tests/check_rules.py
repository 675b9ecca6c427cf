#!/usr/bin/env python3
"""Hold the table of rules in tests/README.md to the tests it names.

Each row names a test of tests/unit/core/test_acts_rules.c (keys) or test_acts_rules_folder.c
(folders), a case that it permits, one that it refuses (world_run_cases then pushes that one past
the checks and wants it found with its index), the check, and a ledger of
tests/oracle/make_ledgers*.py in which the other verifier has to find it by that check.
Prints what is not so, a line each; nothing when all is.
"""
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEYS = ["K%d" % n for n in range(1, 11)] + ["K10a"] + ["K%d" % n for n in range(11, 21)] \
    + ["unit.transfer"]
FOLDERS = ["A%d" % n for n in range(1, 16)] + ["P1", "P2", "P3"]
RULES = {rule: file for rules, file in ((KEYS, "test_acts_rules.c"),
                                        (FOLDERS, "test_acts_rules_folder.c")) for rule in rules}
# What forbids no act of its own is told by another check.
OTHER_CHECK = {"K1": {"policy"}, "K6": {"policy"}, "unit.transfer": {"seats", "K10a"},
               "A1": {"policy"}, "A2": {"policy"}, "A3": {"exists"}, "A4": {"count"},
               "A10": {"A13"}}
ROW = re.compile(r'^\| ([KAP]\d+a?|unit\.transfer) \| `(\w+)` \| "([^"|]+)" \|'
                 r' "([^"|]+)" `([\w]+)` \| `([\w-]+)` \|$')
# {"label", act, signers, body, check}: the check is the last word before the closing brace
CASE = re.compile(r'\{"([^"]+)",\s*"[a-z.]+/\d+",\s*"[a-z0-9 =-]+",(.*?)(NULL|"[\w-]+")\},?\s*'
                  r'(?=\{"|\};)', re.DOTALL)
# Debian's own, which has python3-cryptography.
PY = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else "python3"
LEDGERS = "import json, make_ledgers as m; print(json.dumps({c[0]: [c[2], *c[3]] for c in m.CASES}))"


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def cases_of(source):
    """{test: {label: check}}; check "" is a permitted one. Only tests that main() runs."""
    parts = re.split(r"^static void (\w+)\(void \*\*state\)$", source, flags=re.MULTILINE)
    run = set(re.findall(r"^\s*[TD]\((\w+)\),$", parts[-1], flags=re.MULTILINE))
    return {name: {m.group(1): "" if m.group(3) == "NULL" else m.group(3).strip('"')
                   for m in CASE.finditer(body)}
            for name, body in zip(parts[1::2], parts[2::2]) if name in run}


def ledgers():
    """{name: the checks by which the other verifier may find it}"""
    made = subprocess.run([PY, "-c", LEDGERS], cwd=os.path.join(ROOT, "tests/oracle"),
                          env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"),
                          capture_output=True, text=True, check=True)
    return json.loads(made.stdout)


def main():
    rows = [m.groups() for m in map(ROW.match, read("tests/README.md").split("\n")) if m]
    files = {file: cases_of(read("tests/unit/core/" + file)) for file in set(RULES.values())}
    known = ledgers()
    wrong = ["%s has %d rows" % (rule, n) for rule in RULES
             for n in [sum(row[0] == rule for row in rows)] if n != 1]
    for rule, test, permitted, refused, check, ledger in rows:
        cases = files[RULES[rule]].get(test) if rule in RULES else None
        if cases is None:
            wrong.append("%s: no test %s is run" % (rule, test))
            continue
        if cases.get(permitted) != "":
            wrong.append('%s: %s permits no "%s"' % (rule, test, permitted))
        if cases.get(refused) != check:
            wrong.append('%s: %s does not refuse "%s" by %s' % (rule, test, refused, check))
        if check not in OTHER_CHECK.get(rule, {rule}):
            wrong.append("%s: found as %s" % (rule, check))
        if ledger not in known:
            wrong.append("%s: no ledger is called %s" % (rule, ledger))
        elif check not in known[ledger]:
            wrong.append("%s: the ledger %s is not found by %s" % (rule, ledger, check))
    wrong += ["%s is in no row" % test for tests in files.values() for test in tests
              if test not in {row[1] for row in rows}]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
