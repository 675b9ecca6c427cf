"""The day itself, scene by scene."""

import json

from estate import DAY, HOME, OTHER_HOME
from stage import SPARE, back, lend, signed_elsewhere


def run(estate):
    stage = estate.stage
    stage.at(DAY + " 08:00")
    stage.begin_counting()
    morning(estate)
    afternoon(estate)


def open_request(stage, desk, keys, by, purpose, start, end, *more):
    keys = [keys] if isinstance(keys, str) else list(keys)
    return desk.act(["request", "open"] + keys + ["--purpose", purpose, "--start",
                    stage.local(start), "--end", stage.local(end)] + list(more), by)["act_id"]


def morning(estate):
    stage = estate.stage
    people = ["feng", "he", "li", "shen", "sun", "wang", "wu", "zhao", "zheng", "zhou", "admin",
              "mgr"]
    with stage.terminal(people) as desk:
        stage.scene("开班:前台与工程部发放日常钥匙", "the desks open: ordinary loans")
        estate.wave(desk, estate.public[:22], estate.rounds[:24], "12:00")
        private_name(estate, desk)
        home_key(estate, desk)
        power_room(estate, desk)
        own_loan(estate, desk)
        outsiders(estate, desk)
        short_bag(estate, desk)
        mistake(estate, desk)
        lost_phone(estate, desk)
        stage.at("11:45")
        stage.scene("午间归还", "returns before noon")
        estate.returns(desk, clerk_of={"wang": "li"})
        stage.run(["ledger", "checkpoint", "--out", stage.path("checkpoint-noon")])
        stage.say("午间账本校验码已打印,由审计人员带走:%s" % "checkpoint-noon",
                  "the checkpoint of noon is printed and leaves the house")


def afternoon(estate):
    stage = estate.stage
    people = ["admin", "feng", "he", "hu", "li", "mgr", "sun", "wang", "wu", "zhao", "zheng",
              "zhou"]
    replace_lost(estate)
    with stage.terminal(people) as desk:
        with_new_credential(estate, desk)
        delegation(estate, desk)
        stage.at("13:40")
        stage.scene("下午的日常借出", "ordinary loans of the afternoon")
        estate.wave(desk, estate.public[:20], estate.rounds[24:44], "17:30")
        for item in estate.rounds[44:46]:  # these two will still be out when the shift ends
            desk.act(lend(item, "feng", stage.local("17:30"), "inspection", "工单 GD-250"), "zhao",
                     "feng", show=False)
            estate.out.append((item, "zhao", "feng", True))
        power_cut(estate, desk)
        compromised(estate, desk)
        policy(estate, desk)
        suspended(estate, desk)
        stage.at("17:00")
        stage.scene("下班前归还", "returns at the end of the shift")
        estate.returns(desk, keep=2)
        end_of_shift(estate, desk)


def private_name(estate, desk):
    stage = estate.stage
    stage.at("08:40")
    stage.scene("私人名义借钥匙:拒借,并登记拒借", "a loan in private name is refused (K3)")
    ring = estate.rings[HOME]
    desk.refused(lend(ring, "wu", "+4h", "private", "本人"), "li", "K3", "wu")
    desk.act(["key", "refuse", ring, "--to", "wu", "--purpose", "private", "--rule", "K3"], "li")


def home_key(estate, desk):
    stage = estate.stage
    ring = estate.rings[HOME]
    stage.at("08:55")
    stage.scene("业主托管的钥匙:没有批准不借;批准一次只用一次",
                "keys of a home: no approval, no loan; one approval, one loan (K10a)")
    desk.refused(lend(ring, "zheng", "+2h", "viewing", "带客看房"), "li", "K10a", "zheng")
    request = open_request(stage, desk, ring, "zheng", "viewing", "09:00", "12:00")
    desk.refused(["request", "approve", request], "zheng", "seats")
    stage.say("主管孙丽华在自己办公室的电脑上看全文、签名批准:",
              "the supervisor reads it in full on her own machine and approves there")
    approval = estate.approve(desk, request, "sun", "approve-viewing")["act_id"]
    stage.at("09:10")
    loan = lend(ring, "zheng", stage.local("11:00"), "viewing", "带客看房", "--approval",
                approval, *SPARE)
    desk.refused(lend(ring, "he", stage.local("11:00"), "viewing", "带客看房", "--approval",
                      approval, *SPARE), "li", "approval", "he")
    stage.say("主管批准了,可业主没有委托,还是不借;业主的托管委托书登记以后才行。",
              "the supervisor said yes, but it is the owner's home: her authorisation is needed")
    desk.refused(loan, "li", "K10a", "zheng")
    estate.owner(desk, "林女士", HOME, "home")
    estate.authorise(desk, "home", HOME, "WT-2026-001")
    desk.act(loan, "li", "zheng")
    stage.at("10:05")
    desk.act(back(ring, "zheng"), "li", "zheng")
    stage.say("还回以后想凭同一份批准再借一次:", "back at the desk; the same approval again?")
    desk.refused(loan, "li", "approval", "zheng")
    own = open_request(stage, desk, ring, "sun", "inspection", "10:00", "12:00")
    desk.refused(["request", "approve", own], "sun", "seats")
    desk.act(["request", "cancel", own, "--reason", "not_needed"], "sun")
    other = open_request(stage, desk, estate.rings["7栋-1单元-502"], "wu", "repair", "10:00",
                         "12:00")
    desk.act(["request", "reject", other, "--reason", "not_justified"], "sun")


def power_room(estate, desk):
    stage = estate.stage
    stage.at("10:15")
    stage.scene("配电房属高风险:须工程部经理批准,他在另一台电脑上签名",
                "a high-risk room: the engineering manager approves on his own laptop (K10)")
    key = estate.rooms[("3栋-配电房", 1)]
    desk.refused(lend(key, "wu", "+2h", "repair", "工单 GD-201"), "zhao", "K10", "wu")
    request = open_request(stage, desk, key, "wu", "repair", "10:15", "17:00")
    desk.refused(["request", "approve", request], "he", "seats")
    approval = estate.approve(desk, request, "qian", "approve-power-room")["act_id"]
    desk.refused(lend(key, "wu", stage.local("16:00"), "inspection", "工单 GD-201",
                      "--approval", approval), "zhao", "approval", "wu")
    desk.act(lend(key, "wu", stage.local("16:00"), "repair", "工单 GD-201", "--approval",
                  approval), "zhao", "wu")
    stage.at("10:25")
    desk.refused(lend(key, "he", "+1h", "repair", "工单 GD-202"), "zhao", "K10", "he")
    room = estate.rounds[0]
    desk.refused(lend(room, "he", "+1h", "repair", "工单 GD-203"), "zhao", "K4", "he")


def own_loan(estate, desk):
    stage = estate.stage
    stage.at("10:30")
    stage.scene("经办人借给自己:不行,由另一位保管员经办",
                "a clerk does not lend to himself")
    ring = estate.public[-1]
    key = estate.rooms[("8栋-电梯机房", 1)]
    desk.refused(lend(key, "zhao", "+2h", "inspection", "设备巡检", "--receipt", "credential"),
                 "zhao", "seats")
    desk.act(lend(key, "zhao", "+2h", "inspection", "设备巡检"), "shen", "zhao")
    desk.refused(lend(ring, "li", "+2h", "inspection", "巡检", "--receipt", "credential"), "li",
                 "seats")
    desk.refused(lend(ring, "wu", "+2h", "inspection", "巡检"), "feng", "K2", "wu")
    desk.act(back(key, "zhao", "--receipt", "screen"), "zhao")


def outsiders(estate, desk):
    stage = estate.stage
    stage.at("10:40")
    stage.scene("外单位维保人员没有电子签名:纸质单签收,姓名电话加密保存",
                "a contractor without a credential signs a paper slip")
    party = estate.party(desk, "张师傅", "contractor", "lift", "--phone", "13800138000")
    key = estate.rooms[("2栋-电梯机房", 1)]
    loan = desk.act(lend(key, party, stage.local("16:00"), "repair", "电梯维保 WB-117",
                         "--receipt", "paper", "--slip", "ZZ-0001"), "zhao")
    estate.ids["contractor"] = (loan["act_id"], key, party)
    stage.say("维修工吴水生忘了口令:纸质单签收,另一位同事会签,并写明原因。",
              "wu forgot his passphrase: paper slip, a reason, and a colleague countersigns")
    other = estate.rooms[("2栋-电梯机房", 2)]
    desk.refused(lend(other, "wu", "+2h", "repair", "工单 GD-210", "--receipt", "paper",
                      "--slip", "ZZ-0002"), "zhao", "K4")
    desk.act(lend(other, "wu", "+2h", "repair", "工单 GD-210", "--receipt", "paper", "--slip",
                  "ZZ-0002", "--unsigned-reason", "forgot_passphrase"), "zhao", "zheng")
    stage.say("由别人代还,照收,并标明:", "somebody else brings it back: taken, and flagged")
    desk.act(back(other, "he"), "zhao", "he")
    stage.say("值班员代收到别的保管台的、损坏的:也收,都标明。",
              "the duty officer takes another desk's key, damaged: taken, and flagged")
    damaged = estate.rooms[("5栋-电梯机房", 1)]
    desk.act(lend(damaged, "he", "+2h", "repair", "工单 GD-211"), "zhao", "he",
             show=False)
    desk.act(back(damaged, "he", "--desk", "front", "--condition", "damaged"), "zhou",
             "he")


def short_bag(estate, desk):
    stage = estate.stage
    stage.at("11:00")
    stage.scene("一袋钥匙 15 把,只还回 14 把", "a bag of 15 keys comes back with 14")
    ring = estate.rings[OTHER_HOME]
    keys = [row["item"] for row in desk.read(["ring", "show", ring])]
    estate.owner(desk, "高先生", OTHER_HOME, "other")
    stage.say("业主委托书本身就是批准,主管签过名。", "the authorisation itself is the approval")
    approval = estate.authorise(desk, "other", OTHER_HOME, "WT-2026-002")
    estate.ids["authorise-other"] = approval
    desk.act(lend(ring, "zheng", stage.local("17:30"), "handover_prep", "交付准备",
                  "--approval", approval, *SPARE), "li", "zheng")
    stage.at("11:20")
    desk.act(back(keys[:-1], "zheng"), "li", "zheng", show=False)
    held = {row["item"] for row in desk.read(["key", "loans", "--holder", "zheng"])}
    if keys[-1] not in held or keys[0] in held:
        raise AssertionError("the missing key is not where the story says: %s" % held)
    stage.say("缺的一把和袋子仍记在郑小红名下;余下 14 把已回柜。",
              "the missing key and the bag stay in zheng's name; the other 14 are back")
    estate.ids["short"] = (ring, keys[-1])


def mistake(estate, desk):
    stage = estate.stage
    stage.at("11:30")
    stage.scene("登错了:不改旧账,另作更正,两条都在", "a mistaken loan is corrected by another act")
    wrong = desk.act(lend(estate.rooms[("6栋-电梯机房", 1)], "he", "+3h", "inspection", "工单 GD-220"), "zhao",
                     "he")
    desk.refused(["correct", wrong["act_id"], "--reason", "entry_error"], "zhao", "seats",
                 "li")
    desk.act(["correct", wrong["act_id"], "--reason", "entry_error", "--note",
              "拿错了一把,当场发现"], "zhao", "sun")
    desk.refused(["correct", wrong["act_id"], "--reason", "entry_error"], "zhao", "state",
                 "sun")


def lost_phone(estate, desk):
    stage = estate.stage
    stage.at("11:40")
    stage.scene("王建国的手机(电子签名)丢了:本人报失,立即注销",
                "wang's credential is lost: revoked at once")
    desk.act(["credential", "revoke", "wang", "--reason", "lost"], "admin")
    stage.say("旧的电子签名还在别人手里?签了也不作数:",
              "whoever has the old one may sign: it is worth nothing")
    desk.refused(lend(estate.public[-1], "wu", "+2h", "inspection", "巡检"), "wang",
                 "credential", "wu")


def replace_lost(estate):
    stage = estate.stage
    stage.at("12:30")
    stage.lose_credential("wang")
    stage.new_credential("wang")


def with_new_credential(estate, desk):
    stage = estate.stage
    stage.scene("补办电子签名:两位负责人签名,旧的从此作废", "a new credential: two officers sign")
    desk.act(["credential", "add", "wang", "--reason", "lost", "--card", "ZW-101"], "admin",
             "mgr")
    ring = estate.public[-1]
    desk.act(lend(ring, "wu", "+1h", "inspection", "巡检"), "wang", "wu")
    desk.act(back(ring, "wu"), "wang", "wu")


def delegation(estate, desk):
    stage = estate.stage
    stage.at("13:00")
    stage.scene("工程部经理外出,把职权委托给主管何永明到 18:00",
                "the engineering manager delegates to the supervisor until 18:00")
    key = estate.rooms[("翠湖花园-高压配电房", 1)]
    signed_elsewhere(stage, desk, ["person", "delegate", "--giver", "qian", "--to", "he",
                                   "--role", "engineering_manager", "--start",
                                   stage.local("13:00"), "--end", stage.local("18:00"),
                                   "--reason", "absence"], "he", "qian", "delegate")
    request = open_request(stage, desk, key, "wu", "inspection", "13:00", "17:00")
    approval = desk.act(["request", "approve", request], "he")["act_id"]
    desk.act(lend(key, "wu", stage.local("16:30"), "inspection", "工单 GD-230", "--approval",
                  approval), "zhao", "wu")
    stage.say("受托人既是自己,也算委托人:经理自己的申请,他不能批。",
              "the delegate counts as both: he cannot approve the manager's own request")
    other = estate.rooms[("4栋-配电房", 1)]
    own = signed_elsewhere(stage, desk, ["request", "open", other, "--purpose", "inspection",
                                         "--start", stage.local("13:00"), "--end",
                                         stage.local("17:00")], "qian", "qian", "own-request")
    desk.refused(["request", "approve", own["act_id"]], "he", "seats")
    stage.at("13:30")
    desk.act(back(key, "wu"), "zhao", "wu")


def power_cut(estate, desk):
    stage = estate.stage
    ring = estate.rings[HOME]
    stage.at("13:58")
    stage.scene("漏水抢修;14:05 停电,先凭纸质单借出", "a leak, and a power cut at 14:05")
    request = open_request(stage, desk, ring, "he", "emergency", "13:55", "18:00")
    approval = estate.approve(desk, request, "sun", "approve-leak")["act_id"]
    stage.at("15:30")
    stage.scene("来电后补登:事发时间和登记时间都看得见", "entered late: both times stay visible")
    desk.refused(lend(ring, "he", stage.local("17:30"), "emergency", "漏水抢修 LS-9",
                      "--approval", approval, "--event-at", stage.local("09:30"), "--late",
                      "power_cut", *SPARE), "li", "late", "he")
    desk.act(lend(ring, "he", stage.local("17:30"), "emergency", "漏水抢修 LS-9", "--approval",
                  approval, "--event-at", stage.local("14:05"), "--late", "power_cut", *SPARE),
             "li", "he")


def compromised(estate, desk):
    stage = estate.stage
    stage.at("15:50")
    stage.scene("值班员的口令贴在了桌上:注销,自 08:00 起他签的都标为存疑",
                "zhou's passphrase was on a note: revoked, his acts of today become suspect")
    desk.act(["credential", "revoke", "zhou", "--reason", "compromised", "--suspect-from",
              stage.local("08:00")], "mgr")
    desk.refused(back(estate.rooms[("3栋-配电房", 1)], "wu"), "zhou", "credential", "wu")
    desk.act(back(estate.rooms[("3栋-配电房", 1)], "wu"), "zhao", "wu")


def policy(estate, desk):
    stage = estate.stage
    stage.at("16:05")
    stage.scene("收紧制度参数:批准只管一天;放宽须提前七天",
                "the policy is tightened at once; what loosens must wait seven days")
    text = desk.read(["site", "policy", "show"])
    tight = stage.path("policy-tight.json")
    loose = stage.path("policy-loose.json")
    for path, member, value in ((tight, "approval_life", 86400), (loose, "loan_max_days", 60)):
        with open(path, "w", encoding="utf-8") as out:
            json.dump(dict(text, **{member: value}), out, ensure_ascii=False, indent=1)
    desk.refused(["site", "policy", "set", tight], "mgr", "terminals", "admin")
    desk.refused(["site", "policy", "set", loose, "--sheet", "ZC-002"], "mgr", "floor", "admin")
    desk.act(["site", "policy", "set", tight, "--sheet", "ZC-002"], "mgr", "admin")


def suspended(estate, desk):
    stage = estate.stage
    stage.at("16:20")
    stage.scene("停用一名人员:不再借给他,他还的照收", "a person is suspended")
    ring = estate.public[-1]
    desk.act(lend(ring, "yang", "+1h", "cleaning", "保洁"), "li")
    desk.act(["person", "suspend", "yang", "--reason", "investigation"], "admin")
    desk.refused(lend(estate.public[-2], "yang", "+1h", "cleaning", "保洁"), "li", "K4")
    desk.act(back(ring, "yang"), "li")
    desk.act(["person", "reinstate", "yang", "--sheet", "RY-007"], "admin", "mgr")
    loan, key, party = estate.ids["contractor"]
    stage.at("16:40")
    stage.say("张师傅还了钥匙;郑小红找到了缺的那一把,连袋归还。",
              "the contractor returns; zheng has found the missing key and brings the bag")
    desk.act(back(key, party, "--receipt", "paper", "--slip", "ZZ-0003"), "zhao")
    desk.act(back(estate.ids["short"][0], "zheng"), "li", "zheng")
    state = desk.read(["key", "show", estate.ids["short"][1]])[0]["state"]
    if state != "in":
        raise AssertionError("the missing key is %s" % state)


def end_of_shift(estate, desk):
    stage = estate.stage
    stage.at("18:10")
    stage.scene("班末:未还清单、单据、账本校验码", "end of shift: what is out, a slip, a checkpoint")
    desk.act(back(estate.rings[HOME], "he"), "li", "he")
    overdue = desk.read(["key", "loans", "--overdue"])
    if len(overdue) != 2:
        raise AssertionError("two loans were to be overdue, not %d" % len(overdue))
    stage.show_lines(desk.text(["key", "loans", "--overdue"]))
    estate.close_desk(desk, "front", "li", "hu")
    loan = estate.ids["contractor"][0]
    text = desk.text(["slip", "--act", loan])
    with open(stage.path("slip.txt"), "w", encoding="utf-8") as out:
        out.write(text)
    stage.show_lines(text, 40)
    desk.text(["slip", "--act", loan, "--out", stage.path("slip.pdf")])
    stage.show_lines(desk.text(["ledger", "checkpoint", "--out", stage.path("checkpoint")]))
    desk.text(["ledger", "prove", loan, stage.path("receipt")])
    desk.text(["ledger", "openings", stage.path("openings.json")])
    stage.show_lines(desk.text(["flags"]), 8)
