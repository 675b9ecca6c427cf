"""The whole demonstration: the estate's day, week and month, and the small office (see run.sh).

python3 tests/demo/demo.py PROGRAM DIRECTORY
"""

import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import estate
import estate_day
import estate_week
import month
import month_destroy
import month_folders
import month_forms
import month_keeping
import month_risk
import office
import week_forms
import week_print
from stage import (DemoError, Stage, UTC_OFFSET, flushing_writer, utf8_stdout, wants_english)

VERIFIER = "tests/oracle/verify.py"
ACTS = "schema/acts.json"
LEFT_BEHIND = ["forms", "slips", "site", "export", "trust", "tags.pdf", "thermal.zpl", "slip.txt",
               "slip.pdf", "checkpoint", "checkpoint-noon", "receipt", "openings.json",
               "transcript.log", "credentials", "machines", "lost", "passphrases", "requests",
               "clock", "office", "export-tampered", "policy-tight.json", "policy-loose.json",
               "checkpoint-old-key", "receipt-emergency", "page-37.csv", "drill-backup",
               "drill-successor", "policy-folders.json", "policy-cards.json",
               "archive-owners.csv", "archive-tenants.csv", "archive-rejects.csv", "bags.pdf",
               "bag-anew.pdf", "shelves.pdf", "spines.pdf", "checkpoint-month",
               "receipt-destruction"]
FAILS = 3
LEAST = {"acts": 1000, "people": 18, "refusals": 30, "desks": 3}
FOLDER_RULES = {"A5", "A6", "A7", "A8", "A9", "A12", "A13", "A14", "A15", "P1", "P2", "P3"}


def clear(root):
    """Only what the demo itself leaves: the directory may be somebody's own."""
    for name in LEFT_BEHIND:
        path = os.path.join(root, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)
    os.makedirs(root, exist_ok=True)


class OfficeStory(threading.Thread):
    """The small office runs beside the import of the estate; its story is told afterwards."""

    def __init__(self, program, root, english):
        super().__init__()
        self.told = io.StringIO()
        self.stage = Stage(program, root, english, self.told.write)
        self.error = None

    def run(self):
        try:
            office.run(self.stage)
        except BaseException as error:  # reported by the main thread
            self.error = error


def python_start(stage, known):
    """The second verifier: other language, other author, same rules."""
    if not os.path.exists(VERIFIER):
        return None
    python = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable
    now = stage.now - UTC_OFFSET
    line = [python, "-B", VERIFIER, stage.path("export"), "--trust", stage.path("trust"), "--now",
            now.strftime("%Y-%m-%dT%H:%M:%SZ"), "--openings", stage.path("openings.json"),
            "--json", "--known"] + known
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def python_result(process):
    text = process.communicate()[0].decode("utf-8", "replace")
    if process.returncode != 0:
        raise DemoError("the Python verifier ended with %d:\n%s" % (process.returncode,
                                                                    text[-3000:]))
    return json.loads(text)


def verify(stage, known, second):
    """Both verifiers over the export, and ours over the site: all must say verified.

    `second` is the Python verifier, begun by python_start and by now perhaps done.
    """
    more = ["--trust", stage.path("trust")]
    for path in known:
        more += ["--known", path]
    stage.say("C 程序核验 site:", "the C program verifies the site:")
    stage.show_lines(stage.run(["ledger", "check"] + more))
    stage.say("C 程序核验 export:", "the C program verifies the export:")
    own = json.loads(stage.run(["ledger", "check", stage.path("export"), "--openings",
                                stage.path("openings.json"), "--json"] + more))
    tell_verdict(stage, own)
    audit(stage)
    if second is None:
        stage.say("(没有找到 Python 核验程序)", "(the Python verifier is not here)")
        return
    result = python_result(second)
    stage.say("Python 核验程序(另一人所写,另一种语言)核验 export:",
              "the Python verifier, written apart, on the same export:")
    tell_verdict(stage, result)
    if (result["ledger"], result["openings"]) != ("verified", "verified") or (
            own["root"], own["size"]) != (result["root"], result["size"]):
        raise DemoError("the two verifiers differ: %s" % result)


def tell_verdict(stage, one):
    stage.show("ledger: %s · openings: %s · pinned: %s · size: %d · root: %s" % (
        one["ledger"], one["openings"], str(one["pinned"]).lower(), one["size"], one["root"]))


def tamper(stage):
    """One byte of the export, and the verdict turns."""
    copy = stage.path("export-tampered")
    shutil.copytree(stage.path("export"), copy)
    bundles = os.path.join(copy, "tile", "entries")
    name = None
    for folder, _, files in sorted(os.walk(bundles)):
        for file in sorted(files):
            name = name or os.path.join(folder, file)
    with open(name, "r+b") as bundle:
        bundle.seek(os.path.getsize(name) // 2)
        byte = bundle.read(1)
        bundle.seek(-1, os.SEEK_CUR)
        bundle.write(bytes([byte[0] ^ 1]))
    text = stage.run(["ledger", "check", copy, "--trust", stage.path("trust")], expect=FAILS)
    stage.say("把导出副本改掉一位,再核验:", "one bit of a copy changed, verified again:")
    stage.show_lines(text, 4)


THERMAL = 500  # tags of the roll


def tags(stage):
    """The whole estate on sheets of fobs, then five hundred keys anew on a roll."""
    stage.scene("全部钥匙和钥匙袋的标签;再为五百把钥匙打热敏标签",
                "tags for every key and bag; then thermal ones for five hundred keys")
    clerk = ["--as", "li", "--passphrase-file", "li=%s" % stage.passphrase("li"), "--yes"]
    stage.tick()
    stage.show_lines(stage.run(["label", "print", "--all", "--stock", "fob-22x32", "--mask",
                                "--out", stage.path("tags.pdf")] + clerk))
    rows = json.loads(stage.run(["key", "list", "--class", "owner", "--json", "--limit", "30000"]))
    keys = [row["item"] for row in rows if row["state"] == "in"][:THERMAL]
    if len(keys) != THERMAL:
        raise DemoError("%d keys were wanted, there are %d" % (THERMAL, len(keys)))
    stage.tick()
    stage.show_lines(stage.run(["label", "print", "--csv", "-", "--stock", "thermal-40x30",
                                "--printer", "zpl-203", "--out", stage.path("thermal.zpl")]
                               + clerk, typed="item\n" + "\n".join(keys) + "\n"))
    stage.tick()


def month_of_folders(place):
    """December: the archive comes in and is used; forty folders end."""
    told = month.begin(place)
    for part in (month_folders, month_keeping, month_destroy, month_risk):
        part.run(told)


def audit(stage):
    """What an auditor reads first: verdict, people, pairs, receipts, late acts, differences."""
    stage.say("审计摘要(custody audit):", "the auditor's tables (custody audit):")
    stage.show_lines(stage.run(["audit", "--trust", stage.path("trust")]), 16)


def covered(stage, small):
    """Does every act that the program knows stand in a ledger of this demonstration?"""
    with open(ACTS, encoding="utf-8") as file:
        known = set(json.load(file))
    done = estate_week.acts_of(stage) | estate_week.acts_of(small) | small.drilled
    if known - done:
        raise DemoError("these acts did not occur: %s" % ", ".join(sorted(known - done)))
    return len(known)


def tell_end(stage, small, parts, seconds):
    stage.scene("小结", "in short")
    desks = {row["desk"] for row in json.loads(stage.run(["shift", "list", "--json"]))}
    for name, one in (("翠湖花园", stage), ("晓园", small)):
        rules = ", ".join("%s×%d" % pair for pair in sorted(one.refusals.items()))
        flags = ", ".join("%s×%d" % pair for pair in sorted(one.flags.items()))
        stage.say("%s:登记 %d 件,签名 %d 人;拒绝 %d 次(%s);标记 %s"
                  % (name, one.acts, len(one.people), sum(one.refusals.values()), rules, flags),
                  "%d acts by %d people, %d refusals" % (one.acts, len(one.people),
                                                         sum(one.refusals.values())))
    stage.say("登记事项 %d 种,每种都发生过;保管台 %d 个。" % (covered(stage, small), len(desks)),
              "every one of the program's acts occurred; %d desks" % len(desks))
    stage.show(" · ".join("%s %.1f s" % part for part in parts))
    stage.say("用时 %.0f 秒。留下:%s" % (seconds, ", ".join(
        os.path.relpath(stage.path(name)) for name in (
            "site", "export", "trust", "tags.pdf", "thermal.zpl", "forms"))),
        "%.0f seconds" % seconds)
    got = {"acts": stage.acts, "people": len(stage.people), "desks": len(desks),
           "refusals": len(stage.refusals)}
    if FOLDER_RULES - set(stage.refusals):
        raise DemoError("no refusal by %s" % sorted(FOLDER_RULES - set(stage.refusals)))
    for name, least in LEAST.items():
        if got[name] < least:
            raise DemoError("the week was to have %d %s, not %d" % (least, name, got[name]))


def main(arguments):
    if len(arguments) != 3:
        sys.stderr.write("usage: demo.py PROGRAM DIRECTORY\n")
        return 2
    program, root = arguments[1:]
    begun = time.monotonic()
    write = flushing_writer(utf8_stdout())
    english = wants_english()
    clear(root)
    stage = Stage(program, root, english, write)
    small = OfficeStory(program, os.path.join(root, "office"), english)
    small.start()
    parts = []

    def timed(name, function, *words):
        at = time.monotonic()
        function(*words)
        parts.append((name, time.monotonic() - at))

    try:
        place = estate.Estate(stage)
        timed("founding", place.found)
        timed("people", place.enrol)
        timed("import", place.import_keys)
        timed("day", estate_day.run, place)
        timed("week", estate_week.run, place)
        timed("tags", tags, stage)
        timed("month", month_of_folders, place)
        stage.run(["ledger", "trust", stage.path("trust")])
        stage.run(["ledger", "export", stage.path("export")])
        known = [stage.path(name) for name in (
            "checkpoint-noon", "checkpoint-old-key", "checkpoint", "checkpoint-month", "receipt",
            "receipt-emergency", "receipt-destruction")]
        second = python_start(stage, known)  # beside all that follows
        small.join()
        write(small.told.getvalue())
        if small.error is not None:
            raise small.error
        timed("forms", week_forms.run, stage)
        timed("folder forms", month_forms.run, stage)
        timed("slips", week_print.run, stage)
        place.tell_who()
        small.stage.write = write
        small.stage.scene("小办公室的核验", "the small office, verified")
        outside = [small.stage.path("checkpoint")]
        timed("office", verify, small.stage, outside, python_start(small.stage, outside))
        tamper(small.stage)
        stage.scene("审计人员核验:两个程序,各自独立", "the auditor verifies, with two programs")
        timed("verify", verify, stage, known, second)
        tell_end(stage, small.stage, parts, time.monotonic() - begun)
    except (DemoError, AssertionError, OSError, KeyError, IndexError) as error:
        write("\n!! %s: %s\n" % (type(error).__name__, error))
        small.join()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
