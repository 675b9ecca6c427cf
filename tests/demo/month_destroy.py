"""Forty folders are destroyed, and what was personal about them is erased.

Proposed, reviewed and approved by three people; one line is put off, one kept, one held at the
last moment. The witness of the owners' committee signs on her own machine.
"""

from month import ROOM
from stage import DemoError, signed_elsewhere

NUMBER = "XH-2026-01"
LATE_HOLD = "租-009"
PUT_OFF = "租-005"
KEPT = "11栋-1单元-201 前业主档案"


def run(month):
    stage = month.stage
    with stage.terminal(["feng", "gao", "li", "ma", "mgr", "sun", "tang", "wu"]) as month.desk:
        proposed(month)
        reviewed(month)
        approved(month)
        executed(month)
        erased(month)
        cancelled(month)


def item_of(month, folder):
    return month.desk.read(["folder", "show", folder])[0]["item"]


def lines_of(month, **wanted):
    return [row for row in month.desk.read(["destruction", "lines", NUMBER])
            if all(row[name] == value for name, value in wanted.items())]


def proposed(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-15 09:00")
    stage.scene("过期文件处理登记表:四十份期满档案,逐份预检,填表人提出",
                "forty folders are proposed; what stands in the way of each is checked first")
    early = ["destruction", "propose", month.ids["recent"][0], "--number", NUMBER, "--method", "碎纸",
             "--place", ROOM]
    desk.refused(early, "feng", "A13")
    words = ["destruction", "propose", "--expired", "--number", NUMBER, "--method", "碎纸", "--place",
             ROOM]
    desk.refused(words, "li", "A14")
    desk.act(words, "feng")
    lines = desk.read(["destruction", "lines", NUMBER])
    stage.show_lines(desk.text(["destruction", "lines", NUMBER]), 4)
    if len(lines) != 40:
        raise DemoError("the batch has %d lines" % len(lines))


def reviewed(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-16 09:30")
    stage.scene("主管逐份审核:一份暂缓", "the supervisor reviews line by line: one is put off")
    words = ["destruction", "review", NUMBER, "--defer", item_of(month, PUT_OFF) + "=not_justified"]
    desk.refused(words, "feng", "A14")
    desk.act(words, "sun")


def approved(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-17 10:00")
    stage.scene("主任逐份批准:一份不同意销毁;不批的仍留在清册上",
                "the centre manager approves: one is to be kept; all lines stay on the list")
    words = ["destruction", "approve", NUMBER, "--keep", item_of(month, KEPT) + "=not_justified"]
    desk.refused(words, "sun", "A14")
    desk.act(words, "mgr")
    stage.say("批准次日才可销毁;两人以上事项须两台终端或签名纸单。",
              "a day must pass; and two terminals, or a numbered sheet")
    desk.refused(execute("ma"), "tang", "terminals", ["feng", "ma", "sun"])
    desk.refused(execute("ma") + ["--sheet", "XH-0001"], "tang", "A14", ["feng", "ma", "sun"])


def execute(second):
    return ["destruction", "execute", NUMBER, "--witness", "tang", "--witness", second,
            "--recheck", "sun", "--destroyer", "feng", "--firm", "翠湖再生纸业", "--receipt",
            "HZ-0098"]


def executed(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-21 08:50")
    stage.scene("销毁当天:法院来函冻结一份,程序当场拒绝;划去这一份,其余销毁",
                "the day itself: a court's letter holds one; refused, struck out, the rest goes")
    desk.act(["folder", "hold", LATE_HOLD, "--number", "2026民初2071号", "--reason", "other",
              "--until", "2027-12-31"], "sun")
    stage.at("09:30")
    desk.refused(execute("yuan") + ["--sheet", "XH-0001"], "tang", "A13", ["feng", "sun"])
    strike = ["--strike", item_of(month, LATE_HOLD) + "=other"]
    stage.say("批准人不得监销;监销人不得少于两人。", "who approved is no witness")
    desk.refused(execute("mgr") + strike + ["--sheet", "XH-0001"], "tang", "A15",
                 ["feng", "mgr", "sun"])
    words = execute("yuan") + strike
    stage.say("监销人袁建民在业委会的电脑上核对同一份清单后签名;唐玉兰、复核人孙丽华、销毁人冯雅琴在现场签名。",
              "the owners' committee signs the same counted list on its own machine, three here")
    done = signed_elsewhere(stage, desk, words, "tang", "yuan", "destroy", ["sun", "feng"])
    month.ids["executed"] = done["act_id"]
    gone = [row for row in month.desk.read(["folder", "list", "--state", "destroyed", "--limit",
                                            "100"])]
    stage.show_lines(desk.text(["destruction", "lines", NUMBER]), 4)
    if len(gone) != 37:
        raise DemoError("%d folders are destroyed" % len(gone))
    desk.refused(["folder", "file", "租-001", "--paper", "kind=fire_safety,pages=1,original"],
                 "gao", "state")


def erased(month):
    stage, desk = month.stage, month.desk
    stage.at("10:30")
    stage.scene("随档案删除袋面姓名:两位监销人下令,保险库执行,出具删除证明",
                "the names on the bags are erased with them: two witnesses order it, a certificate")
    before = desk.read_personal(["folder", "show", "租-001"], "mgr")[0]["name"]
    words = ["erase", "start", "--destruction", NUMBER]
    desk.refused(words + ["--sheet", "SC-0001"], "tang", "A15", "sun")
    done = signed_elsewhere(stage, desk, words, "tang", "yuan", "erase")
    desk.act(["erase", "finish", done["act_id"]], "mgr", "gao")
    stage.show_lines(desk.text(["erase", "certificate", done["act_id"]]), 14)
    after = desk.read_personal(["folder", "show", "租-001"], "mgr")[0]["name"]
    held = desk.read_personal(["folder", "show", LATE_HOLD], "mgr")[0]["name"]
    if not before or after or not held:
        raise DemoError("the names were to be erased, and the held one's kept")
    stage.say("袋面姓名已删,类别、件数、日期、经手人永久保留;冻结的那份未动。",
              "the names are gone; class, counts, dates and who acted stay for ever")


def cancelled(month):
    stage, desk = month.stage, month.desk
    stage.at("14:00")
    stage.scene("另一份清册:经鉴定无保存价值的一件;次日撤销",
                "another batch, of one paper without value, is cancelled")
    made = desk.act(["destruction", "propose", month.ids["worthless"], "--reason", "without_value",
                     "--number", "XH-2026-02", "--method", "碎纸", "--place", ROOM], "gao")
    desk.act(["destruction", "cancel", made["act_id"], "--reason", "not_needed"], "mgr")
    stage.show_lines(desk.text(["destruction", "list"]), 4)
