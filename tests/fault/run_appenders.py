#!/usr/bin/env python3
"""Eight processes append to one ledger at once: nothing is lost, every sequence is gapless.

Four batches are by four persons, four more share two persons, so that running numbers collide
and are prepared anew.
"""

import argparse
import base64
import json
import os
import subprocess
import sys

from office import Report, Work, program

PERSONS = ("li", "chen", "p1", "p2", "p3", "p3", "p4", "p4")


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
        print("%d acts acknowledged, %d busy" % (len(acknowledged), busy))
    finally:
        work.close()
    report.end()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
