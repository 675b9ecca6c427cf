"""December with the folders: tags, readers, loans, refusals, what is missing, a walk."""

import archive
import week_tags
from month import ROOM, consult, lend_folder
from stage import DemoError

FLAT = "3栋-2单元-1201 业主档案"
WITHHELD = ["身份证复印件", "业主情况登记表"]
READERS = ["wu", "he", "zheng", "tang", "hu"]


def number_of(month, folder, title):
    """件号 of the paper whose label is given."""
    return [row["n"] for row in month.papers(folder) if row["label"] == title][0]


def paper(month, folder, title):
    return "%s#%d" % (folder, number_of(month, folder, title))


def run(month):
    stage = month.stage
    with stage.terminal(["admin", "feng", "gao", "he", "hu", "li", "lin", "ma", "mgr", "sun",
                         "tang", "wu", "zheng"]) as month.desk:
        stage.at("2026-12-01 08:30")
        tags(month)
        stage.at("09:00")
        walk(month)
        routine(month, "2026-12-02", 1)
        readers(month)
        routine(month, "2026-12-03", 40)
        loans(month)
        routine(month, "2026-12-07", 80)
        due(month)
        routine(month, "2026-12-09", 120)
        returned(month)
        produced(month)
        routine(month, "2026-12-10", 160)
        missing(month)
        changed(month)


def routine(month, day, first):
    """An ordinary morning: four read here, two borrow, and bring it back in the evening."""
    stage, desk = month.stage, month.desk
    stage.at("%s 08:30" % day)
    before = stage.acts
    homes = [archive.home_label(archive.HOMES[1000 + first * 3 + n * 11]) + " 业主档案"
             for n in range(6)]
    for at, folder in enumerate(homes[:4]):
        reader = READERS[(first + at) % len(READERS)]
        desk.act(consult(folder, reader, "repair", "工单 GD-%d" % (first + at)), "gao", reader,
                 show=False)
    for at, folder in enumerate(homes[4:]):
        reader = READERS[at]
        approval = month.approved(folder, "folder.lend", "repair", reader)
        desk.act(lend_folder(folder, reader, "+1d", approval), "gao", reader, show=False)
        desk.act(["folder", "return", folder, "--by", reader], "ma", reader, show=False)
    stage.say("%s 日常查阅四份、借还两份,共登记 %d 件。" % (day[5:], stage.acts - before),
              "%s: four readings, two loans and returns, %d acts" % (day[5:], stage.acts - before))


def tags(month):
    """One act records them (tag.print/2); a bag printed again supersedes its older tag."""
    stage, desk = month.stage, month.desk
    stage.scene("档案袋、档案盒标签;一张印歪重印,换代", "tags of bags and boxes; one is printed anew")
    box = "3栋-2单元 7-12层"
    job = week_tags.printed(month, ["label", "print", "--box", box], "gao", "bags.pdf", "bag")
    if job["labels"] != 25 or len(job["acts"]) != 1:
        raise DemoError("a box and its 24 folders were to be printed, not %s" % job)
    week_tags.printed(month, ["label", "print", "--folder", FLAT], "gao", "bag-anew.pdf", "bag")
    desk.refused(["label", "print", "--folder", FLAT, "--stock", "bag", "--out",
                  stage.path("bag-anew.pdf")], "li", "seats")
    shelves = list(archive.boxes())
    week_tags.printed(month, ["label", "print"] + shelves, "gao", "shelves.pdf", "shelf")
    week_tags.printed(month, ["label", "print"] + archive.boxes()[shelves[0]], "gao", "spines.pdf",
                      "spine-30")


def walk(month):
    stage, desk = month.stage, month.desk
    stage.scene("库房检查;沿盒清点:一份插错了盒,两份颠倒",
                "the storeroom is checked; a walk along a box finds one misfiled, two swapped")
    desk.act(["storage", "check", ROOM, "--temperature", "19", "--humidity", "52"], "gao")
    box = "3栋-2单元 7-12层"
    row = [one["item"] for one in desk.read(["folder", "shelf", box])]
    stray = desk.read(["folder", "shelf", "3栋-1单元 7-12层"])[3]["item"]
    seen = row[:5] + [row[6], row[5]] + row[7:-1] + [stray]
    desk.act(["folder", "walk", box] + seen, "ma")
    counts = desk.read(["folder", "walks", box])[0]
    found = tuple(counts[name] for name in ("misfiled", "missing", "out_of_order", "unknown"))
    if found != (1, 1, 1, 0):
        raise DemoError("the walk counted %s" % (found,))
    stage.say("插错的放回;借走没登记的那份在桌上找到,再走一遍,无误。", "put right, walked again")
    stage.tick(300)
    desk.act(["folder", "walk", box] + row, "ma")


def readers(month):
    stage, desk, estate = month.stage, month.desk, month.estate
    stage.at("10:00")
    stage.scene("查阅:员工因工作;外来人员和保管员本人须经主任批准;私事不行",
                "reading: staff for work; outsiders and the custodian's own need an approval")
    desk.act(consult(FLAT, "wu", "repair", "工单 GD-1207"), "gao", "wu")
    lawyer = estate.party(desk, "律师", "agent", "lawyer")
    read = consult(FLAT, lawyer, "inspection", "受业主委托", "--receipt", "paper", "--slip",
                   "CY-0001")
    desk.refused(read, "gao", "A6")
    desk.refused(consult(FLAT, "wu", "private", "个人"), "gao", "A6", "wu")
    approval = month.approved(FLAT, "folder.consult", "inspection", "li", "--receiver", lawyer)
    desk.act(read + ["--approval", approval], "gao")
    desk.refused(read + ["--approval", approval], "gao", "approval")
    own = consult("5栋-1单元-803 业主档案", "ma", "inspection", "清点核对")
    desk.refused(own, "gao", "A5", "ma")
    approval = month.approved(own[2], "folder.consult", "inspection", "ma")
    desk.act(own + ["--approval", approval], "gao", "ma")
    desk.refused(consult(FLAT, "wu", "repair", "工单 GD-1207"), "li", "A5", "wu")


def loans(month):
    stage, desk = month.stage, month.desk
    stage.at("10:00")
    stage.scene("借阅:主任批准,逐件登记,个人信息件自动留下;身份证复印件谁批准也不借、不复印",
                "lending: approved, paper by paper; the personal ones stay, whoever approves")
    request = desk.act(["request", "open", FLAT, "--for", "folder.lend", "--purpose", "repair",
                        "--end", "+13d"], "he")["act_id"]
    desk.refused(["request", "approve", request], "sun", "seats")
    approval = desk.act(["request", "approve", request], "mgr")["act_id"]
    desk.refused(lend_folder(paper(month, FLAT, WITHHELD[0]), "he", "+3d", approval), "gao", "A7",
                 "he")
    desk.refused(lend_folder(FLAT, "he", "+20d", approval), "gao", "A8", "he")
    desk.refused(lend_folder(FLAT, "he", "+3d", approval)[:-1] + [request], "gao", "approval", "he")
    lent = desk.act(lend_folder(FLAT, "he", "+3d", approval), "gao", "he")
    body = desk.read(["ledger", "show", lent["idx"]])["body"]["folders"][0]
    titles = sorted(row["label"] for row in body["withheld"])
    stage.show("不外借、留在袋内: %s · 借出 %d 件" % ("、".join(titles), len(body["lent"])))
    if titles != sorted(WITHHELD):
        raise DemoError("withheld: %s" % titles)
    desk.refused(["request", "open", FLAT, "--for", "folder.lend", "--purpose", "private", "--end",
                  "+3d"], "he", "A5")
    stage.say("有人要复印身份证;有人要借住户登记表:不办,登记拒绝。",
              "a copy of an identity card, the loan of an owner's form: refused, and recorded")
    card = paper(month, "5栋-1单元-803 业主档案", WITHHELD[0])
    desk.act(["folder", "refuse", card, "--kind", "copy", "--purpose", "private", "--rule", "A7",
              "--to", "zheng"], "tang")
    form = paper(month, "5栋-1单元-803 业主档案", WITHHELD[1])
    desk.act(["folder", "refuse", form, "--kind", "lend", "--purpose", "inspection", "--rule", "A7",
              "--to", month.estate.ids["lawyer"]], "gao")
    other = "4栋-1单元-602 业主档案"
    approval = month.approved(other, "folder.lend", "repair", "wu")
    desk.act(lend_folder(other, "wu", "+2d", approval, "--paper", number_of(
        month, other, "装修管理协议")), "gao", "wu")
    waiting = desk.act(["request", "open", FLAT, "--for", "folder.lend", "--purpose", "repair",
                        "--end", "+10d"], "zheng")["act_id"]
    stage.show_lines(desk.text(["folder", "waiting"]), 3)
    desk.act(["request", "cancel", waiting, "--reason", "not_needed"], "zheng", show=False)


def due(month):
    stage, desk = month.stage, month.desk
    stage.at("09:30")
    stage.scene("逾期、催还、续借、提前收回", "overdue, chased, extended, called back")
    stage.show_lines(desk.text(["folder", "overdue"]), 4)
    late = desk.read(["folder", "loans", "--overdue"])
    if {row["holder"] for row in late} != {"he", "wu"}:
        raise DemoError("overdue: %s" % late)
    desk.act(["folder", "recall", "4栋-1单元-602 业主档案", "--channel", "phone", "--result",
              "promised", "--reason", "other"], "gao")
    desk.act(["folder", "extend", FLAT, "--due", "+5d", "--reason", "other"], "gao")
    desk.refused(["folder", "extend", FLAT, "--due", "+6d", "--reason", "other"], "gao", "A8")
    desk.act(["folder", "recall", FLAT, "--channel", "wechat", "--result", "promised", "--due",
              "+2d", "--reason", "other"], "gao")


def returned(month):
    stage, desk = month.stage, month.desk
    stage.at("10:00")
    stage.scene("归还逐件清点:一件少了一页、一件破损,自动成为事件",
                "counted as it comes back: a page is gone, one is torn; an incident is open")
    short = number_of(month, FLAT, "装修管理协议")
    torn = number_of(month, FLAT, "业主临时公约")
    month.ids["incident"] = desk.act(
        ["folder", "return", FLAT, "--by", "he", "--pages", "%d=5" % short, "--condition",
         "%d=damaged" % torn], "gao", "he")["act_id"]
    desk.act(["folder", "return", "4栋-1单元-602 业主档案", "--by", "wu"], "ma", "wu")
    if desk.read(["folder", "loans"]):
        raise DemoError("papers are still out")


def produced(month):
    stage, desk = month.stage, month.desk
    stage.at("14:00")
    stage.scene("公安机关持调证通知书依法调取:文书编号、签收单,保管员与主任签名",
                "the police demand papers by law: document, slip, two signatures")
    words = ["folder", "produce", "9栋-2单元-1803 业主档案", "--paper",
             number_of(month, "9栋-2单元-1803 业主档案", WITHHELD[0]), "--authority", "公安机关",
             "--document", "公调字2026第118号", "--slip", "TG-0007", "--kind", "copy", "--receiver",
             "办案民警甲"]
    desk.refused(words, "gao", "A7")
    desk.act(words, "gao", "mgr")


def missing(month):
    stage, desk = month.stage, month.desk
    stage.at("10:30")
    stage.scene("资料缺失:一件找回,一件两人核销;收件日期不能在将来",
                "missing papers: one is found, one written off by two")
    folder = "7栋-1单元-502 业主档案"
    desk.act(["folder", "missing", folder, "--paper", "3", "--paper", "5", "--reason", "lost"],
             "gao")
    stage.show_lines(desk.text(["folder", "lost"]), 3)
    stage.at("15:30")
    desk.act(["folder", "found", folder + "#5", "--reason", "restored"], "gao")
    desk.refused(["folder", "writeoff", folder, "--reason", "lost"], "gao", "A9")
    desk.act(["folder", "writeoff", folder, "--reason", "lost"], "gao", "sun")
    again = ["folder", "file", folder, "--paper", "kind=前期物业服务合同,pages=14,copy,with=建设单位"]
    desk.refused(again + ["--received", "2027-01-05"], "gao", "A9")
    desk.act(again + ["--received", "2026-12-10"], "gao")


def changed(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-12-11 09:00")
    stage.scene("清单更正;误放的一件转回原档案;一件退还业主", "the inventory is amended, a paper moves over")
    folder, beside = "6栋-2单元-901 业主档案", "6栋-2单元-902 业主档案"
    desk.act(["folder", "amend", folder, "--paper", "n=3,pages=15", "--reason", "entry_error"],
             "gao")
    desk.refused(["folder", "amend", folder, "--paper", "n=1,kind=入伙通知书", "--reason",
                  "entry_error"], "gao", "A7")
    desk.act(["folder", "file", folder, "--paper", "kind=消防安全责任书,pages=2,original"], "gao",
             show=False)
    last = max(row["n"] for row in month.papers(folder))
    desk.act(["folder", "remove", "%s#%d" % (folder, last), "--into", beside, "--reason",
              "entry_error"], "gao", "sun")
    desk.act(["folder", "remove", "%s#6" % beside, "--to", month.estate.ids["pipe"], "--slip",
              "TH-0001", "--reason", "other"], "gao", "sun")
    stage.at("10:00")
    stage.say("档案盒移架;一份档案暂放前台,录入错误后更正。",
              "a box moves to another shelf; a folder is moved for now, and corrected")
    desk.act(["storage", "move", "前业主 1盒", "--within", "1栋 架", "--reason", "other"], "gao")
    moved = desk.act(["folder", "move", folder, "--at", ROOM, "--reason", "other"], "gao")
    desk.act(["correct", moved["act_id"], "--reason", "entry_error"], "gao", "sun")
    stage.say("备考表:", "the versions of its inventory:")
    stage.show_lines(desk.text(["folder", "inventory", folder]), 5)
