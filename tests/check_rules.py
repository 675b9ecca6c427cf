#!/usr/bin/env python3
"""Hold the table of rules in tests/README.md to the tests it names.

Each row names a test of tests/unit/core/test_acts_rules.c, a case that it permits, one that it
refuses (world_run_cases then pushes that one past the checks and wants it found with its index),
the check, and a ledger of tests/oracle/make_ledgers*.py in which the other verifier finds it.
Prints what is not so, a line each; nothing when all is.
"""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TESTS = "tests/unit/core/test_acts_rules.c"
RULES = ["K%d" % n for n in range(1, 11)] + ["K10a"] + ["K%d" % n for n in range(11, 21)] \
    + ["unit.transfer"]
# What forbids no act of its own is told by another check.
OTHER_CHECK = {"K1": {"policy"}, "K6": {"policy"}, "unit.transfer": {"seats", "K10a"}}
ROW = re.compile(r'^\| (K\d+a?|unit\.transfer) \| `(\w+)` \| "([^"|]+)" \| "([^"|]+)" `([\w]+)` \|'
                 r' `([\w-]+)` \|$')
# {"label", act, signers, body, check}: the check is the last word before the closing brace
CASE = re.compile(r'\{"([^"]+)",\s*"[a-z.]+/\d+",\s*"[a-z =-]+",(.*?)(NULL|"[\w-]+")\},?\s*'
                  r'(?=\{"|\};)', re.DOTALL)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def cases_of(source):
    """{test: {label: check}}; check "" is a permitted one. Only tests that main() runs."""
    parts = re.split(r"^static void (\w+)\(void \*\*state\)$", source, flags=re.MULTILINE)
    run = set(re.findall(r"^\s*T\((\w+)\),$", parts[-1], flags=re.MULTILINE))
    return {name: {m.group(1): "" if m.group(3) == "NULL" else m.group(3).strip('"')
                   for m in CASE.finditer(body)}
            for name, body in zip(parts[1::2], parts[2::2]) if name in run}


def ledgers():
    names = set()
    for path in glob.glob(os.path.join(ROOT, "tests/oracle/make_ledgers*.py")):
        names |= set(re.findall(r'^@(?:\w+\.)?(?:case|bad)\("([\w-]+)"', read(path),
                                flags=re.MULTILINE))
    return names


def main():
    rows = [m.groups() for m in map(ROW.match, read("tests/README.md").split("\n")) if m]
    tests, known = cases_of(read(TESTS)), ledgers()
    wrong = ["%s has %d rows" % (rule, n) for rule in RULES
             for n in [sum(row[0] == rule for row in rows)] if n != 1]
    for rule, test, permitted, refused, check, ledger in rows:
        cases = tests.get(test)
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
    wrong += ["%s is in no row" % test for test in tests if test not in {r[1] for r in rows}]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
