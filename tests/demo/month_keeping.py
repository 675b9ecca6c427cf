"""Retention: a home that changes hands, closed folders, holds, appraisal, what is due."""

import archive
from stage import DemoError

SOLD = "8栋-1单元-502"
HELD = "4栋-2单元-302 业主档案"


def run(month):
    stage = month.stage
    with stage.terminal(["feng", "gao", "li", "ma", "mgr", "sun"]) as month.desk:
        flat_sold(month)
        close_old(month)
        holds(month)
        appraisal(month)


def flat_sold(month):
    stage, desk, estate = month.stage, month.desk, month.estate
    stage.at("2026-12-11 14:00")
    stage.scene("二手房过户:钥匙、委托、档案一并结清;原业主档案结束,新业主另立一份",
                "a flat is sold: keys and folders are settled in one act; a new folder is opened")
    folder = SOLD + " 业主档案"
    seller = estate.owner(desk, "原业主", SOLD, "december-seller")
    buyer = estate.owner(desk, "新业主", SOLD, "december-buyer")
    words = ["unit", "transfer", SOLD, "--from", seller, "--to", buyer, "--reason", "replaced",
             "--trigger", "sold"]
    desk.refused(words + ["--date", "2027-03-01"], "feng", "A12", "li")
    desk.act(words + ["--date", "2026-12-10"], "feng", "li")
    state = desk.read(["folder", "show", folder])[0]
    if (state["state"], state["trigger_date"]) != ("closed", "2026-12-10"):
        raise DemoError("the seller's folder is %s" % state)
    desk.refused(["folder", "file", folder, "--paper", "kind=fire_safety,pages=2,original"], "gao",
                 "state")
    new = SOLD + " 业主档案 2026"
    desk.act(["folder", "open", new, "--class", "业主档案", "--place", SOLD, "--box",
              state["box_label"], "--party", buyer, "--name", "新业主"], "gao")
    desk.act(["folder", "file", new, "--paper", "kind=身份证,pages=2,copy,with=业主本人", "--paper",
              "kind=入住通知书,pages=2,original", "--paper", "kind=消防安全责任书,pages=2,original",
              "--received", "2026-12-10"], "gao")
    stage.say("新档案尚缺:", "what the new folder lacks by its checklist:")
    stage.show_lines(desk.text(["folder", "gaps", new]), 8)


def close_old(month):
    """Closed with the day it happened: the retention runs from then, not from today."""
    stage, desk = month.stage, month.desk
    stage.at("2026-12-14 09:00")
    stage.scene("早年退租、过户的档案补记结束日期,保管期限从当日起算",
                "folders that ended years ago are closed with the day of it")
    old = [archive.tenant_label(n + 1) for n in range(archive.OLD_TENANTS)]
    close = ["--trigger", "lease_ended", "--reason", "other"]
    desk.refused(["folder", "close", old[0], "--date", "2026-12-20"] + close, "gao", "A12")
    for year in range(4):
        desk.act(["folder", "close"] + old[year * 8:year * 8 + 8] +
                 ["--date", archive.lease_end(year * 8 + 1)] + close, "gao", show=year == 0)
    former = [archive.former_label(n) for n in range(len(archive.FORMER))]
    desk.act(["folder", "close"] + former + ["--date", "2019-09-15", "--trigger", "sold",
                                             "--reason", "other"], "gao", show=False)
    recent = [archive.tenant_label(n) for n in range(40, 52)]
    desk.act(["folder", "close"] + recent + ["--date", "2025-12-31"] + close, "gao", show=False)
    month.ids["old"] = old
    month.ids["former"] = former
    month.ids["recent"] = recent
    rows = desk.read(["folder", "due", "--limit", "1000"])
    stage.say("期满清单:", "due for destruction:")
    stage.show_lines(desk.text(["folder", "due"]), 5)
    if len(rows) != len(old) + len(former):
        raise DemoError("%d folders are due" % len(rows))


def holds(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-14 11:00")
    stage.scene("诉讼冻结:同一份档案两道冻结,全部解除才算解除,解除须两人",
                "two holds on one folder; it is free when both are lifted, each by two people")
    desk.act(["folder", "hold", HELD, "--number", "2026民初1188号", "--reason", "other", "--until",
              "2027-06-30"], "sun")
    second = desk.act(["folder", "hold", HELD + "#3", "--number", "纪检2026-4", "--reason",
                       "other"], "mgr")["act_id"]
    desk.refused(["folder", "remove", HELD + "#3", "--into", "4栋-2单元-303 业主档案", "--reason",
                  "other"], "gao", "A13", "sun")
    desk.refused(["folder", "release", "--hold", second, "--reason", "other"], "mgr", "A13")
    desk.act(["folder", "release", "--hold", second, "--reason", "other"], "mgr", "gao")
    stage.show_lines(desk.text(["folder", "holds"]), 4)


def appraisal(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-14 14:00")
    stage.scene("鉴定:保管员与主管;一份延长保管,一件复印件确认无保存价值",
                "appraisal by two: one folder is kept longer, one paper is without value")
    later = archive.tenant_label(45)
    words = ["folder", "appraise", later, "--opinion", "keep_until", "--until", "2031-12-31",
             "--why", "other"]
    desk.refused(words, "gao", "A13")
    desk.act(words, "gao", "sun")
    desk.act(["folder", "appraise", "5栋-2单元-101 业主档案#6", "--opinion", "without_value",
              "--why", "not_needed"], "gao", "sun")
    month.ids["worthless"] = "5栋-2单元-101 业主档案#6"
