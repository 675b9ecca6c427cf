"""Counting: the monthly stock-take, the yearly one, and the custodian who leaves."""

from stage import back, lend


def lines_of(week, stocktake):
    return week.desk.read(["stocktake", "show", "--lines", stocktake])


def stock_take(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("09:30")
    stage.scene("月度盘点:日常板、在借、抽查三十把;一把不见,一把放错了柜",
                "the monthly stock-take: one key is missing, one lies in the wrong cabinet")
    taken = desk.act(["stocktake", "start", "--desk", "front"], "li")["act_id"]
    desk.refused(["stocktake", "start", "--desk", "front"], "li", "state")
    lines = lines_of(week, taken)
    here = sorted(row["item"] for row in lines if row["expected"] == "desk")
    gone, wrong = here[-1], estate.rooms[("12栋-电梯机房", 3)]
    half = len(here) // 2
    scan = ["stocktake", "scan", "--desk", "front"]
    desk.act(scan + here[:half], "li")
    desk.act(scan + here[half - 1:-1] + [wrong, "K-0000-0000-00"], "ma")
    finish = ["stocktake", "finish", "--desk", "front"]
    desk.refused(finish, "li", "K14")
    desk.act(finish, "li", "ma")
    stage.show_lines(desk.text(["stocktake", "show", taken]))
    counts = desk.read(["stocktake", "show", taken])[0]
    if (counts["missing"], counts["misplaced"], counts["repeated"]) != (1, 1, 1):
        raise AssertionError("the stock-take gave %s" % counts)
    desk.act(["key", "lost", gone, "--reason", "lost"], "li")
    week.ids["gone"] = gone
    stage.at("10:30")
    stage.say("不见的那把夹在抽屉缝里,找到了。", "it was behind a drawer")
    desk.act(["key", "found", gone], "li")


def leaving(week):
    """王建国 leaves; 林小雨 takes the desk over by the list."""
    stage, desk = week.stage, week.desk
    stage.at("14:00")
    stage.scene("保管员王建国离职:新人登记,清单逐一点交,三人签名,再收回职务和电子签名",
                "a custodian leaves: the new one is enrolled, the list is counted, three sign")
    desk.act(["person", "enrol", "lin", "--staff-no", "KF-008", "--name", "林小雨", "--role",
              "key_custodian+service_staff", "--credential", "local", "--sheet", "RY-008"],
             "admin", "mgr")
    held = [(item, holder) for item, clerk, holder in week.out if clerk == "wang"]
    stage.say("王建国经手在借 %d 笔,照旧记在借用人名下。" % len(held),
              "%d of his loans are out; they stay with who has them" % len(held))
    change = ["custodian", "change", "--desk", "front", "--from", "wang"]
    desk.refused(change + ["--to", "zheng"], "wang", "K18", ["zheng", "sun"])
    desk.act(change + ["--to", "lin"], "wang", ["lin", "sun"])
    desk.act(["person", "revoke", "wang", "key_custodian", "service_staff"], "mgr")
    desk.act(["credential", "revoke", "wang", "--reason", "left_company"], "admin")
    desk.refused(lend(week.estate.public[-1], "wu", "+1h", "inspection", "巡检"), "wang",
                 "K2", "wu")
    week.clerk = "lin"
    week.front = [({"wang": "lin"}.get(clerk, clerk), holder, purpose)
                  for clerk, holder, purpose in week.front]
    desk.act(["person", "grant", "lin", "archive_custodian", "--sheet", "RY-009"], "admin", "mgr")
    stage.show_lines(desk.text(["report", "holdings"]), 5)
    ring = week.estate.public[-1]
    desk.act(lend(ring, "wu", "+1h", "inspection", "巡检"), "lin", "wu")
    desk.act(back(ring, "wu"), "lin", "wu")


def yearly(week):
    stage, desk = week.stage, week.desk
    stage.at("14:00")
    stage.scene("工程部按楼年盘:8 栋机房", "the yearly stock-take of the rooms of building 8")
    desk.refused(["stocktake", "start", "--desk", "eng", "--kind", "yearly"], "zhao", "K14")
    taken = desk.act(["stocktake", "start", "--desk", "eng", "--kind", "yearly", "--place", "8"],
                     "zhao")["act_id"]
    here = [row["item"] for row in lines_of(week, taken) if row["expected"] == "desk"]
    desk.act(["stocktake", "scan", "--desk", "eng"] + here, "wu")
    desk.act(["stocktake", "finish", "--desk", "eng"], "zhao", "wu")
