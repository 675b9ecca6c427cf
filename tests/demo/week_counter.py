"""The counter: tags, the board, the scan loop, warnings, escorts, extensions, the power cut."""

import json

from stage import back, lend, reworked


def spares(week, building):
    """The second copies of a building's public doors: they hang on no ring."""
    if week.spares is None:
        rows = week.desk.read(["key", "list", "--desk", "front", "--class", "public", "--limit",
                               "5000"])
        week.spares = sorted((row["label"], row["item"]) for row in rows if row["copy"] == 2)
    return [item for label, item in week.spares if label.startswith(building + "栋-")]


def saturday(week):
    stage = week.stage
    stage.at("09:00")
    register(week)
    scan_loop(week)
    standing(week)
    escort(week)
    slips(week)


def register(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.scene("人员码、日常钥匙板、备用串", "tags of people, the daily board, a ring of spares")
    for handle in ("wu", "he", "zheng", "tang"):
        desk.act(["person", "tag", handle], "li", show=handle == "wu")
    board = spares(week, "1")
    words = ["board", "set", "--desk", "front"]
    for item in board:
        words += ["--add", item]
    desk.act(words, "li")
    desk.act(["board", "set", "--desk", "front", "--remove", board[0]], "wang")
    desk.refused(["board", "set", "--desk", "front", "--add", estate.rounds[0]], "li", "K12")
    apart = spares(week, "6")
    desk.act(["ring", "make", "6栋 备用"] + apart, "li")
    desk.refused(["ring", "make", "6栋 另一串", apart[0]], "li", "K5")
    desk.act(["ring", "break", "6栋 备用", apart[0]], "li")
    stage.say("两把备用钥匙改由值班室长期保管;设备房钥匙不许放值班室。",
              "two spares are kept by the duty room from now on; a facility key may not be")
    moved = spares(week, "7")[:2]
    desk.act(["key", "move"] + moved + ["--to", "duty", "--rehome", "--reason", "duty_change"], "li",
             "hu")
    desk.refused(["key", "move", estate.rounds[40], "--to", "duty", "--rehome", "--reason",
                  "duty_change"], "zhao", "K8", "hu")
    desk.act(["key", "damage", apart[0], "--reason", "other"], "li")


def scan_loop(week):
    """custody desk, fed as a scanner would feed it."""
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("09:30")
    stage.scene("柜台扫码:扫人、扫钥匙、回车即借出;单扫钥匙即归还",
                "the scan loop: person, keys, Enter; a key alone comes back")
    tag = {row["handle"]: row["tag"] for row in desk.read(["person", "tags"])}["wu"]
    keys = estate.rounds[30:34:2]
    lines = [tag] + keys + ["", keys[0], "?", "nonsense", "q"]
    words = ["desk", "--desk", "eng", "--purpose", "inspection", "--for", "工程部", "--due",
             stage.local("17:00"), "--as", "zhao", "--json"]
    for handle in ("zhao", "wu"):
        words += ["--passphrase-file", "%s=%s" % (handle, stage.passphrase(handle))]
    answers = [json.loads(line) for line in
               stage.run(words, typed="\n".join(lines) + "\n").strip().split("\n")
               if line.startswith("{")]
    for answer in answers:
        stage.show("%-9s %s %s" % (answer["event"], answer["head"], answer["text"][:60]))
    events = [answer["event"] for answer in answers]
    if events.count("issued") != 1 or events.count("returned") != 1 or "error" not in events:
        raise AssertionError("the scan loop answered %s" % events)
    stage.count({"idx": 0}, ["zhao", "wu"])
    stage.count({"idx": 0}, ["zhao"])
    stage.tick()
    desk.act(back(keys[1], "wu"), "zhao", "wu", show=False)


def standing(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("10:00")
    stage.scene("长期授权:巡检岗可取电梯机房;高风险的配电房不在其内",
                "a standing authorisation for the rounds; never for a high-risk room")
    words = ["standing", "grant", "wu", "--post", "设备巡检岗", "--purpose", "inspection",
             "--purpose", "repair", "--end", "2026-12-31T18:00"]
    for place in ("4-DT", "5-DT", "3-PD"):
        words += ["--place", place]
    desk.refused(words, "sun", "K10")
    grant = desk.act(words, "he")["act_id"]
    week.ids["standing"] = grant
    lift = estate.rooms[("4栋-电梯机房", 1)]
    desk.act(lend(lift, "wu", "+3h", "inspection", "工单 GD-301", "--approval", grant), "zhao", "wu")
    desk.refused(lend(estate.rooms[("3栋-配电房", 1)], "wu", "+3h", "inspection", "工单 GD-302",
                      "--approval", grant), "zhao", "K10", "wu")
    desk.refused(lend(estate.rooms[("6栋-电梯机房", 1)], "wu", "+3h", "inspection", "工单 GD-303",
                      "--approval", grant), "zhao", "approval", "wu")
    stage.at("10:40")
    stage.say("钥匙在柜台转手:先还后借,两件登记。", "from hand to hand, at the desk: two acts")
    desk.act(["key", "pass", lift, "--from", "wu", "--to", "he", "--due", stage.local("15:00"),
              "--purpose", "inspection", "--for", "工单 GD-304"], "zhao", "he")
    stage.say("续借;超过三十天的不行。", "it is extended; beyond thirty days it is not")
    desk.act(["key", "extend", lift, "--due", stage.local("17:30"), "--reason", "other"], "zhao")
    desk.refused(["key", "extend", lift, "--due", "+40d", "--reason", "other"], "zhao", "K11")
    desk.act(back(lift, "he"), "zhao", "he")


def escort(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("11:00")
    stage.scene("陪同开门:钥匙不离员工手,不需业主委托",
                "an escort: the key stays in an employee's hand")
    visitor = estate.party(desk, "检测员", "visitor", "visitor")
    ring = estate.rings["7栋-1单元-502"]
    words = ["key", "escort", ring, "--escorted", visitor, "--due", "+2h", "--purpose",
             "inspection", "--for", "燃气检测"]
    desk.refused(words + ["--to", "wu"], "li", "K10a", "wu")
    desk.act(words + ["--to", "zheng"], "li", "zheng")
    stage.at("12:10")
    desk.act(back(ring, "zheng"), "li", "zheng")


def slips(week):
    stage, desk = week.stage, week.desk
    stage.at("13:00")
    stage.scene("发放应急单(预编号)", "pre-numbered emergency slips go to two desks")
    desk.act(["slip", "issue", "--desk", "front", "--series", "ly", "--first", 1, "--last", 6],
             "li")
    desk.act(["slip", "issue", "--desk", "duty", "--series", "ly", "--first", 11, "--last", 16],
             "sun")
    desk.refused(["slip", "issue", "--desk", "duty", "--series", "ly", "--first", 6, "--last", 7],
                 "sun", "exists")


def warnings(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("10:00")
    stage.scene("周五没还的两把:催还、逾期提示", "what Friday left: chased; a warning at the next loan")
    late = desk.read(["key", "loans", "--overdue"])
    items = sorted(row["item"] for row in late)
    desk.act(["key", "chase", items[0], "--channel", "phone", "--result", "promised", "--promised",
              stage.local("16:00")], "zhao")
    desk.act(["key", "chase", items[1], "--channel", "wechat", "--result", "no_answer"], "zhao")
    holder = {row["item"]: row["holder"] for row in late}[items[0]]
    other = estate.rooms[("9栋-电梯机房", 1)]
    again = lend(other, holder, "+3h", "inspection", "工单 GD-310")
    desk.refused(again, "zhao", "warning", holder)
    desk.act(again + ["--accept", "holder-overdue=manager_informed"], "zhao", holder)
    for row in late:
        desk.act(back(row["item"], row["holder"]), "zhao", row["holder"], show=False)
    desk.act(back(other, holder), "zhao", holder)
    stage.at("11:00")
    stage.scene("另外三种提示:最后一把、已有预约、班后才还",
                "three more warnings: the last spare, reserved, due after the shift")
    for copy in (1, 2):
        desk.act(lend(estate.rooms[("10栋-电梯机房", copy)], "wu", "+3h", "repair", "工单 GD-311"),
                 "zhao", "wu", show=False)
    last = lend(estate.rooms[("10栋-电梯机房", 3)], "he", "+3h", "repair", "工单 GD-312")
    desk.refused(last, "zhao", "warning", "he")
    desk.act(last + ["--accept", "last-spare=urgent"], "zhao", "he")
    for copy, holder in ((1, "wu"), (2, "wu"), (3, "he")):
        desk.act(back(estate.rooms[("10栋-电梯机房", copy)], holder), "zhao", holder, show=False)
    lift = estate.rooms[("11栋-电梯机房", 1)]
    request = desk.act(["request", "open", lift, "--purpose", "repair", "--start",
                        stage.local("14:00"), "--end", stage.local("17:00")], "wu")["act_id"]
    desk.act(["request", "approve", request], "he", show=False)
    early = lend(lift, "zheng", stage.local("15:00"), "inspection", "工单 GD-313")
    desk.refused(early, "zhao", "warning", "zheng")
    desk.act(early + ["--accept", "reserved=returns_soon"], "zhao", "zheng")
    desk.act(back(lift, "zheng"), "zhao", "zheng", show=False)
    spare = spares(week, "8")[0]
    evening = lend(spare, "wu", stage.local("20:00"), "inspection", "夜间巡查")
    desk.refused(evening, "li", "warning", "wu")
    desk.act(evening + ["--accept", "off-shift=manager_informed"], "li", "wu")
    desk.act(back(spare, "wu"), "li", "wu", show=False)


def power_cut(week):
    """Two hours without power: slips by hand, entered afterwards, every number accounted for."""
    stage, desk = week.stage, week.desk
    stage.at("12:20")
    stage.scene("停电两小时,来电补登;应急单逐号核销",
                "two hours without power; slips are entered late and every number is settled")
    items = spares(week, "9")
    common = ["--event-at", stage.local("10:35"), "--late", "power_cut", "--receipt", "paper"]
    first = desk.act(lend(items[0], "yang", stage.local("17:00"), "cleaning", "保洁", "--slip",
                          "LY-0001", *common), "li")["act_id"]
    second = desk.act(lend(items[1], "wu", stage.local("17:00"), "repair", "水管", "--slip",
                           "LY-0002", "--unsigned-reason", "urgent", *common), "li",
                      "zheng")["act_id"]
    third = desk.act(back(items[0], "yang", "--event-at", stage.local("11:50"), "--late",
                          "power_cut", "--receipt", "paper", "--slip", "LY-0002"), "li")["act_id"]
    close = ["slip", "close", "--desk", "front", "--series", "ly"]
    desk.refused(close + ["1=used:" + week.ids["standing"]], "li", "K20", "sun")
    desk.act(close + ["1=used:" + first, "2=used:%s+%s" % (second, third), "3=void", "4=blank",
                      "5=blank", "6=blank"], "li", "sun")
    desk.act(back(items[1], "wu"), "li", "wu", show=False)


def friday(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("10:00")
    stage.scene("旧版程序开出的借条照样算数;长期授权到此为止",
                "a loan asked for by an older program counts; the standing authorisation ends")

    def older(payload):
        payload["act"] = "key.lend/1"
        del payload["body"]["accepted"]

    lift = estate.rooms[("12栋-电梯机房", 1)]
    reworked(stage, desk, lend(lift, "wu", "+3h", "repair", "工单 GD-390"), "zhao", "wu",
             "older-program", older)
    desk.act(back(lift, "wu"), "zhao", "wu", show=False)
    desk.act(["standing", "end", week.ids["standing"], "--reason", "not_needed"], "he")
    desk.refused(lend(estate.rooms[("4栋-电梯机房", 1)], "wu", "+3h", "inspection", "工单 GD-391",
                      "--approval", week.ids["standing"]), "zhao", "approval", "wu")
