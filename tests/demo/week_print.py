"""The slips of the demonstration's week, as the office would print and sign them.

Left in DIRECTORY/slips: every shift handed over or closed, two copies on a sheet; the emergency
and the last thing handed to an owner on a roll; the last papers lent and returned, and the
destruction; the emergency slips that are still to be used.
"""

import json
import os

NEWEST = 100000
ONE_OF_EACH = [("key.emergency", "a5"), ("key.handover", "roll80"), ("key.escort", "roll58"),
               ("custodian.change", "a4x2"), ("folder.lend", "a4x2"), ("folder.return", "a5"),
               ("destruction.execute", "a5")]


def shift_lines(stage, folder):
    """A line of a batch for each hand-over: one process prints them all."""
    lines = []
    for row in json.loads(stage.run(["shift", "list", "--json"])):
        if row["kind"] not in ("handover", "close"):
            continue
        name = "shift-%s-%s-%s-%d.pdf" % (row["at"][:10], row["desk"], row["kind"], row["idx"])
        lines.append(slip_line(row["idx"], "a4x2", os.path.join(folder, name)))
    return lines


def slip_line(idx, paper, path):
    return ["slip", str(idx), "--paper", paper, "--out", path]


def other_lines(stage, folder):
    log = json.loads(stage.run(["ledger", "log", "--json", "--limit", NEWEST]))
    lines = []
    for act, paper in ONE_OF_EACH:
        found = [row["idx"] for row in log if row["act"].split("/")[0] == act]
        if found:
            lines.append(slip_line(max(found), paper, os.path.join(folder, act + ".pdf")))
    return lines


def blanks(stage, folder):
    """Those of one book and desk that follow each other."""
    still_open = json.loads(stage.run(["slip", "list", "--open", "--json"]))
    if not still_open:
        raise AssertionError("no emergency slip of the week is left to print")
    first = still_open[0]
    count = 0
    while count < len(still_open) and [still_open[count][name] for name in
                                       ("series", "desk", "number")] == [
                                           first["series"], first["desk"],
                                           first["number"] + count]:
        count += 1
    path = os.path.join(folder, "blanks-%s-%d.pdf" % (first["series"], first["number"]))
    stage.run(["slip", "blanks", "--series", first["series"], "--from", first["number"],
               "--count", count, "--out", path])
    return count


def run(stage):
    stage.scene("一周的单据:交接班单、应急单、卷纸单据",
                "the slips of the week: shifts, emergencies, on sheets and rolls")
    folder = stage.path("slips")
    os.makedirs(folder)
    shifts = shift_lines(stage, folder)
    others = other_lines(stage, folder)
    if not shifts or len(others) != len(ONE_OF_EACH):
        raise AssertionError("the week has %d shifts and %d others to print" % (len(shifts),
                                                                               len(others)))
    batch = stage.path("slips", "batch.txt")
    with open(batch, "w", encoding="utf-8") as file:
        for line in shifts + others:
            file.write(" ".join("'%s'" % word for word in line) + "\n")
    stage.run(["batch", batch])
    os.unlink(batch)
    for line in shifts + others:
        if os.path.getsize(line[-1]) == 0:
            raise AssertionError("%s is empty" % line[-1])
    count = blanks(stage, folder)
    stage.show_lines(stage.run(["slip", shifts[0][1]]), 30)
    stage.say("交接班单 %d 张,其他单据 %d 张,空白应急单 %d 张,在 %s" % (
        len(shifts), len(others), count, os.path.relpath(folder)),
        "%d shift slips, %d others, %d blank slips, in %s" % (
            len(shifts), len(others), count, os.path.relpath(folder)))
