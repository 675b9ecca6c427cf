"""Incidents tracked to their end, residents who want to be forgotten, who read personal data."""

import os

import archive
import month_forms
import week_forms
from stage import DemoError

FLAT = "3栋-2单元-1201 业主档案"


def run(month):
    stage = month.stage
    with stage.terminal(["feng", "gao", "li", "ma", "mgr", "sun", "tang", "wu"]) as month.desk:
        damage(month)
        leak(month)
        leaving(month)
        forgotten(month)
        reads(month)
        close(month)


def damage(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-22 09:00")
    stage.scene("归还时发现的缺损:补回缺页,查明,主管结案", "the incident of the return is closed")
    of = month.ids["incident"]
    desk.act(["incident", "update", of, "--step", "investigated", "--note",
              "缺页夹在工程部图纸里,已放回"], "gao")
    desk.refused(["incident", "close", of, "--result", "confirmed", "--lesson", "x"], "gao", "P3")
    desk.act(["incident", "close", of, "--result", "confirmed", "--lesson",
              "借出前后当面逐页清点"], "sun")


def leak(month):
    stage, desk = month.stage, month.desk
    stage.at("10:00")
    stage.scene("客户信息事件:业主群里出现登记表照片,报告、控制、告知、查明、结案",
                "a leak: reported, contained, the owner informed, investigated, closed")
    form = "%s#%d" % (FLAT, [row["n"] for row in desk.read(["folder", "papers", FLAT])
                             if row["label"] == "业主情况登记表"][0])
    report = ["incident", "report", form, "--kind", "leak", "--text", "业主群里有人发登记表照片"]
    desk.refused(report + ["--noticed", "2026-12-25T09:00"], "sun", "P3")
    of = desk.act(report + ["--noticed", stage.local("09:40")], "sun")["act_id"]
    for by, step, note in (("tang", "contained", "群主已撤回"), ("feng", "informed", "已电话告知业主"),
                           ("feng", "investigated", "查阅时被旁人拍照")):
        desk.act(["incident", "update", of, "--step", step, "--note", note], by,
                 show=step == "informed")
    desk.refused(["incident", "close", of, "--result", "confirmed", "--lesson", "x"], "sun", "P3")
    desk.act(["incident", "close", of, "--result", "confirmed", "--lesson", "查阅室不得带手机"],
             "mgr")
    stage.show_lines(desk.text(["incident", "list"]), 5)
    if desk.read(["incident", "list", "--state", "open"]):
        raise DemoError("an incident is open")


def leaving(month):
    stage, desk, estate = month.stage, month.desk, month.estate
    stage.at("14:00")
    stage.scene("租户退租,要求删除个人信息:保管期限未到,说明依据,不予删除",
                "a tenant leaves and wants to be erased: refused, the retention still runs")
    home = archive.home_label((10, 2, 5, 3))
    tenant = estate.party(desk, "租户甲", "tenant", "leaver", "--unit", home)
    label = "租-2026-77"
    desk.act(["folder", "open", label, "--class", "租户档案", "--place", home, "--box", "租户 10盒",
              "--party", tenant, "--name", "租户甲"], "gao", show=False)
    desk.act(["folder", "file", label, "--paper", "kind=lease,pages=8,original"], "gao", show=False)
    desk.act(["folder", "close", label, "--trigger", "lease_ended", "--date", "2026-12-20",
              "--reason", "other"], "gao")
    asked = desk.act(["erase", "request", "--party", tenant, "--channel", "in_person", "--reason",
                      "other"], "tang")["act_id"]
    desk.refused(["erase", "start", "--request", asked, "--sheet", "SC-0002"], "mgr", "P2", "sun")
    desk.act(["erase", "refuse", asked, "--ground", "retention_runs"], "mgr")


def forgotten(month):
    stage, desk, estate = month.stage, month.desk, month.estate
    stage.at("15:00")
    stage.scene("来查阅过的律师要求删除:没有未结事项,当场删除", "one who has nothing open is erased at once")
    asked = desk.act(["erase", "request", "--party", estate.ids["lawyer"], "--channel", "letter",
                      "--reason", "other"], "tang")["act_id"]
    stage.show_lines(desk.text(["erase", "start", "--request", asked, "--sheet", "SC-0003", "--as",
                                "mgr", "--with", "sun"]), 6)
    stage.tick()
    stage.show_lines(desk.text(["erase", "list"]), 6)
    if desk.read(["erase", "list", "--state", "open"]):
        raise DemoError("an erasure is open")


def reads(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-23 09:00")
    stage.scene("查看个人信息须先登记:谁、看谁的、为什么", "who reads personal data, whose and why, is recorded first")
    words = ["privacy", "read", FLAT, "--purpose"]
    desk.refused(words + ["inspection"], "wu", "P1")
    desk.refused(words + ["private"], "feng", "P1")
    stage.show_lines(desk.text(words + ["inspection", "--as", "feng"]), 6)
    stage.tick()
    for name in month_forms.NAMED:
        os.makedirs(stage.path("forms"), exist_ok=True)
        of = month_forms.OF[name] if name in month_forms.OF else week_forms.WEEK
        path = stage.path("forms", name + ".pdf")
        stage.show_lines(desk.text(["report", "form", name, "--out", path, "--purpose",
                                    "inspection", "--as", "feng"] + of), 2)
        if not os.path.exists(path):
            raise DemoError("%s was not printed" % path)
        stage.tick()
    stage.show_lines(desk.text(["privacy", "list"]), 4)


def close(month):
    """The end of the month: what the auditor takes along is written anew, without the erased."""
    stage, desk = month.stage, month.desk
    stage.at("2026-12-31 17:00")
    stage.scene("月末:在借、缺失、冻结、到期、库房", "the end of the month: what is open")
    for words in (["folder", "overdue"], ["folder", "lost"], ["folder", "holds"], ["folder", "due"],
                  ["folder", "refusals"], ["storage", "checks"]):
        stage.say("custody %s" % " ".join(words), "custody %s" % " ".join(words))
        stage.show_lines(desk.text(words), 5)
    stage.show_lines(desk.text(["ledger", "checkpoint", "--out", stage.path("checkpoint-month")]))
    desk.text(["ledger", "prove", month.ids["executed"], stage.path("receipt-destruction")])
    desk.text(["ledger", "openings", stage.path("openings.json")])
