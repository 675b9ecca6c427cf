#!/usr/bin/env python3
"""Eight processes append to one ledger at once: nothing is lost, every sequence is gapless.

Four batches are by four persons, four more share two persons, so that running numbers collide
and are prepared anew. One race is made by hand: the record of a credential is a pipe for as long
as two other acts take, so that the act which waits at it is outrun by both.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import time

from office import Report, Work, environment, program

PERSONS = ("li", "chen", "p1", "p2", "p3", "p3", "p4", "p4")


def record_of(office, person):
    """The file in which the credential of a person remembers what it has signed."""
    own = [c["keyid"] for c in office.must("credential", "list", "--json").json()
           if c["handle"] == person]
    found = [name for name in os.listdir(office.credentials)
             if name.endswith(".seen") and name[:64] in own]
    assert len(found) == 1, found
    return os.path.join(office.credentials, found[0])


def wait_for_reader(pipe, process):
    """The writing end of a pipe, once the process reads there."""
    for _ in range(3000):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
    raise AssertionError("the record was never read")


def outrun(office, report):
    """An act prepared before two others of the same credential, and signed after them."""
    record = record_of(office, "li")
    pipe, kept = record + ".pipe", record + ".kept"
    os.rename(record, kept)
    os.mkfifo(record)
    late = subprocess.Popen(
        [program(), "party", "add", "--name", "-", "--relation", "visitor", "--as", "li",
         "--yes", "--json", *office.options()], env=environment(), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    late.stdin.write("迟到\n")
    late.stdin.flush()
    try:
        writer = wait_for_reader(record, late)
        os.rename(record, pipe)
        os.rename(kept, record)
        first, second = office.add_party("甲先"), office.add_party("乙先")
        with open(record, "rb") as file:
            content = file.read()
        os.write(writer, content)
        os.close(writer)
        os.unlink(pipe)
        out, err = late.communicate(timeout=120)
    finally:
        if late.poll() is None:
            late.kill()
    report.check("two_acts_outrun_one_that_waits",
                 "" if first.code == 0 and second.code == 0 else "%s; %s" % (first, second))
    report.check("what_two_others_outran_is_prepared_anew",
                 "" if late.returncode == 0 and json.loads(out)["idx"] == office.size() - 1
                 else "exit %d, said %r" % (late.returncode, err[-300:]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--all", action="store_true", help="many more acts")
    parser.add_argument("--acts", type=int, default=0, help="a process (default 12, all: 100)")
    options = parser.parse_args()
    acts = options.acts or (100 if options.all else 12)
    report = Report()
    work = Work("appenders")
    try:
        office = work.office
        for n in range(1, 5):
            office.must("credential", "new", "p%d" % n)
            office.must("person", "enrol", "p%d" % n, "--staff-no", "9%d" % n, "--role",
                        "service_staff", "--credential", "local", "--as", "admin", "--with",
                        "mgr", "--yes")
        before = office.size()
        running = []
        for n, person in enumerate(PERSONS):
            path = os.path.join(work.path, "lines-%d" % n)
            with open(path, "w", encoding="utf-8") as file:
                for i in range(acts):
                    file.write("party add --name 甲%d-%03d --relation visitor --as %s --json\n"
                               % (n, i, person))
            running.append(subprocess.Popen(
                [program(), "batch", path, "--keep-going", "--yes", *office.options()],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace"))
        acknowledged, busy, wrong = [], 0, []
        for process in running:
            out, err = process.communicate(timeout=1800)
            for line in out.splitlines():
                if line.startswith("{"):
                    acknowledged.append(json.loads(line))
            for line in err.splitlines():
                if "busy" in line:
                    busy += 1
                else:
                    wrong.append(line)
            if process.returncode not in (0, 75):
                wrong.append("exit %d" % process.returncode)
        report.check("eight_processes_append_at_once", "; ".join(wrong[:3]))
        report.check("every_act_is_acknowledged_or_busy",
                     "" if len(acknowledged) + busy == 8 * acts else
                     "%d acknowledged, %d busy of %d" % (len(acknowledged), busy, 8 * acts))
        report.check("most_acts_get_through",
                     "" if len(acknowledged) >= 4 * acts else "%d of %d" % (len(acknowledged),
                                                                          8 * acts))
        entries = office.must("ledger", "log", "--json", "--limit", "100000", "--from",
                              "0").json()
        ids = [e["act_id"] for e in entries]
        report.check("every_acknowledged_act_is_there_exactly_once",
                     "" if all(ids.count(a["act_id"]) == 1 for a in acknowledged) else
                     "lost or doubled")
        report.check("every_acknowledged_index_is_the_act_s_own",
                     "" if all(entries[a["idx"]]["act_id"] == a["act_id"]
                               for a in acknowledged) else "moved")
        report.check("nothing_unacknowledged_was_appended",
                     "" if len(entries) == before + len(acknowledged) else
                     "%d entries, %d before, %d acknowledged" % (len(entries), before,
                                                                 len(acknowledged)))
        report.check("the_log_is_gapless",
                     "" if [e["idx"] for e in entries] == list(range(len(entries))) else
                     "entries are missing")
        opened = os.path.join(work.path, "openings")
        office.must("ledger", "openings", opened)
        with open(opened, encoding="ascii") as file:
            names = [base64.b64decode(row["pt"]) for row in json.load(file)]
        report.check("every_acknowledged_text_can_be_opened_once",
                     "" if len(set(names)) == len(names) == len(acknowledged) + 1 else
                     "%d texts, %d different" % (len(names), len(set(names))))
        report.check("everything_verifies_with_gapless_sequences", office.trouble())
        after = office.add_party()
        report.check("the_next_act_is_taken", "" if after.code == 0 else str(after))
        outrun(office, report)
        report.check("and_all_verifies_again", office.trouble())
        print("%d acts acknowledged, %d busy" % (len(acknowledged), busy))
    finally:
        work.close()
    report.end()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
