"""The week after the day: Saturday 2026-11-21 to Friday 2026-11-27, at three desks.

The scenes stand in week_counter.py (the counter), week_homes.py (owners and their homes),
week_risk.py (losses, seals, the night, the absent manager), week_tags.py (tags printed anew and
blank ones) and week_count.py (counting and the custodian who leaves). Here: the days, and what
every day has.
"""

import json

import week_count
import week_counter
import week_homes
import week_risk
import week_tags
from stage import back, lend

PEOPLE = ["admin", "feng", "he", "hu", "li", "lin", "luo", "ma", "mgr", "shen", "sun", "tang",
          "wang", "wu", "zhao", "zheng", "zhou"]
DAYS = ["2026-11-%d" % day for day in range(21, 28)]

# Who takes the bags of public keys and the room keys out every day: clerk, holder, purpose.
FRONT = [("li", "wu", "inspection"), ("li", "zheng", "meter_reading"), ("wang", "he", "inspection"),
         ("li", "tang", "inspection"), ("wang", "ma", "inspection")]
ENGINEERS = [("zhao", "wu", "inspection"), ("zhao", "he", "inspection")]
GUARDS = [("hu", "luo", "inspection"), ("hu", "he", "inspection")]


class Week:
    def __init__(self, estate):
        self.estate = estate
        self.stage = estate.stage
        self.ids = estate.ids
        self.desk = None
        self.spares = None
        self.front = list(FRONT)
        self.clerk = "wang"  # the second custodian of the front desk

    def morning(self, day, bags, keys):
        """Hand-over of two desks, and what goes out at the beginning of a day."""
        stage, desk, estate = self.stage, self.desk, self.estate
        stage.at("%s 08:00" % day)
        stage.scene("早班:交接、日常借出", "the day shift: hand-over, ordinary loans")
        before = stage.acts
        estate.hand_over(desk, "duty", "zhou", "hu", show=True)
        estate.hand_over(desk, "eng", "shen", "zhao")
        self.out = []
        takers = [("front", item, self.front) for item in estate.public[:bags]]
        takers += [("eng", item, ENGINEERS) for item in estate.rounds[:keys]]
        gates = sorted(item for (_, copy), item in estate.gates.items() if copy == 1)
        takers += [("duty", item, GUARDS) for item in gates]
        for count, (place, item, who) in enumerate(takers):
            clerk, holder, purpose = who[count % len(who)]
            desk.act(lend(item, holder, stage.local("17:30"), purpose, "日常工作", "--desk", place),
                     clerk, holder, show=False)
            self.out.append((item, clerk, holder))
        stage.say("三个保管台共登记 %d 件。" % (stage.acts - before),
                  "%d acts at three desks" % (stage.acts - before))

    def evening(self, day, guard="hu", check="ok"):
        """What went out comes back; the front desk closes, the others are handed over."""
        stage, desk, estate = self.stage, self.desk, self.estate
        stage.at("%s 17:00" % day)
        stage.scene("晚班:归还、关台、交接", "the evening: returns, closing, hand-over")
        before = stage.acts
        for item, clerk, holder in self.out:
            desk.act(back(item, holder), {"wang": self.clerk}.get(clerk, clerk), holder, show=False)
        stage.at("%s 18:00" % day)
        estate.close_desk(desk, "front", "li", guard)
        estate.hand_over(desk, "eng", "zhao", "shen")
        estate.hand_over(desk, "duty", "hu", "zhou")
        words = ["shift", "check", day, "--desk", "front", "--result", check]
        desk.act(words + (["--reason", "other"] if check == "remarks" else []), "sun", show=False)
        stage.say("归还、关台、交接、主管检查共 %d 件。" % (stage.acts - before),
                  "%d acts of returning, closing, handing over and checking" % (
                      stage.acts - before))


def rosters(week):
    """The supervisor writes the week: three desks, seven days."""
    stage, desk = week.stage, week.desk
    stage.scene("主管排下一周的班", "the supervisor writes the roster of the week")
    shifts = {"duty": ["day=hu", "night=zhou+luo"], "eng": ["day=zhao", "night=shen"],
              "front": ["day=li+wang"]}
    for day in DAYS:
        for place in sorted(shifts):
            words = ["roster", "set", day, "--desk", place]
            for shift in shifts[place]:
                words += ["--shift", shift]
            desk.act(words, "sun", show=day == DAYS[0])
    stage.say("(其余六天同样。)", "(and six days more)")


def run(estate):
    week = Week(estate)
    stage = week.stage
    stage.at("2026-11-21 07:30")
    for handle in ("zhou", "lin"):  # zhou's was revoked yesterday; lin begins on Thursday
        stage.lose_credential(handle)
        stage.new_credential(handle)
    with stage.terminal(PEOPLE) as week.desk:
        week.desk.act(["credential", "add", "zhou", "--reason", "lost", "--card", "ZW-102"],
                      "admin", "mgr")
        rosters(week)
        days = [
            (16, 14, [week_counter.saturday, week_homes.emergency_bags]),
            (10, 10, [week_counter.warnings, week_tags.tags]),
            (16, 14, [week_risk.after_the_night, week_risk.absent_manager, week_risk.lost_key]),
            (16, 14, [week_risk.manager_is_back, week_homes.takeover, week_homes.mass_hand_over]),
            (14, 12, [week_counter.power_cut, week_homes.flat_sold, week_risk.rotate_log]),
            (16, 14, [week_count.stock_take, week_count.leaving]),
            (16, 14, [week_counter.friday, week_homes.copies, week_count.yearly]),
        ]
        for day, (bags, keys, scenes) in zip(DAYS, days):
            week.morning(day, bags, keys)
            for scene in scenes:
                scene(week)
            week.evening(day, check="remarks" if day == "2026-11-26" else "ok")
            if day == "2026-11-22":
                week_risk.burst_pipe(week)
        close(week)


def close(week):
    """Friday evening: what the office looks at before the auditor comes."""
    stage, desk = week.stage, week.desk
    stage.scene("周末:报表、校验码、回执", "the end of the week: reports, checkpoint, receipt")
    for words in (["key", "loans", "--overdue"], ["report", "unratified"], ["report", "late"],
                  ["report", "losses"], ["report", "emergencies"], ["report", "takeovers"],
                  ["site", "seats"]):
        stage.say("custody %s" % " ".join(words), "custody %s" % " ".join(words))
        stage.show_lines(desk.text(words), 5)
    stage.show_lines(desk.text(["ledger", "checkpoint", "--out", stage.path("checkpoint")]))
    desk.text(["ledger", "prove", week.ids["emergency"], stage.path("receipt-emergency")])
    desk.text(["ledger", "openings", stage.path("openings.json")])
    if desk.read(["report", "unratified"]):
        raise AssertionError("something still awaits ratification")


def acts_of(stage):
    """Which acts stand in the ledger of this stage, those that an import carried among them."""
    rows = json.loads(stage.run(["ledger", "log", "--limit", "1000000", "--json"]))
    closed = [row["idx"] for row in rows if row["act"] == "import.close/1"]
    shown = [json.loads(stage.run(["ledger", "show", idx, "--json"])) for idx in closed]
    return {row["act"] for row in rows} | {row["body"]["act"] for row in shown}
