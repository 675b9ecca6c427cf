"""The night, the absent manager, lost keys, seals, and a new key for the log."""

import week_homes
from stage import back, lend, signed_elsewhere


def burst_pipe(week):
    """Sunday night: two people on duty break a seal; the supervisor ratifies in the morning."""
    stage, desk = week.stage, week.desk
    ring = week_homes.bag(week, week_homes.PIPE_HOME)
    stage.at("23:40")
    stage.scene("夜里 %s 水管爆裂,业主电话不通:值班两人拆封取钥匙" % week_homes.PIPE_HOME,
                "a burst pipe at night, the owner does not answer: two on duty break the seal")
    words = ["key", "emergency", ring, "--desk", "duty", "--seal", "FT-0001", "--to", "luo",
             "--place", week_homes.PIPE_HOME, "--cause", "water_leak", "--called", "no_answer",
             "--called-party", week.ids["pipe"], "--called-at", stage.local("23:36")]
    desk.refused(words, "zhou", "K16")
    taken = desk.act(words, "zhou", "luo")["act_id"]
    week.ids["emergency"] = taken
    desk.refused(["ratify", taken], "luo", "seats")
    stage.at("2026-11-23 00:50")
    desk.act(back(ring, "luo", "--desk", "duty"), "zhou", "luo")
    desk.act(["key", "seal", ring, "--desk", "duty", "--seal", "FT-0011"], "zhou")


def after_the_night(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("08:40")
    stage.scene("主管早上补批应急取用(24 小时内)", "the supervisor ratifies within 24 hours")
    desk.act(["ratify", week.ids["emergency"]], "sun")
    stage.say("消防报警,业主接了电话:不拆封,从柜里取;主任当天补批。",
              "a fire alarm, the owner answers; the centre manager ratifies the same day")
    gate = estate.gates[("翠湖花园-地下车库", 2)]
    fire = desk.act(["key", "emergency", gate, "--to", "hu", "--place", "翠湖花园-地下车库",
                     "--cause", "fire", "--called", "no_number"], "hu", "zheng")["act_id"]
    desk.act(["ratify", fire], "mgr")
    desk.act(back(gate, "hu", "--receipt", "screen"), "luo")
    stage.say("另一袋启封查对,须两人;一人不行。", "the other seal is opened to check: by two, not one")
    sealed = week_homes.bag(week, week_homes.SEALED_HOME)
    words = ["key", "unseal", sealed, "--desk", "duty", "--seal", "FT-0002", "--reason", "other"]
    desk.refused(words, "hu", "K15")
    desk.act(words, "hu", "li")
    desk.act(["key", "move", sealed, "--desk", "duty", "--to", "front", "--reason", "other"], "hu",
             "li")


def absent_manager(week):
    """钱志强 is away: an approval by word of mouth, and a delegation he did not sign."""
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("09:30")
    stage.scene("工程部经理出差:配电房急修,电话口头批准,两人听证,事后本人补签",
                "the manager is away: he approves by phone, two hear it, he signs later (K17)")
    key = estate.rooms[("2栋-配电房", 1)]
    request = desk.act(["request", "open", key, "--purpose", "repair", "--end", "+6h"],
                       "wu")["act_id"]
    oral = ["request", "oral", request, "--channel", "phone", "--heard-at", "now"]
    desk.refused(oral + ["--approver", "sun"], "zhao", "K17", "li")
    approval = desk.act(oral + ["--approver", "qian"], "zhao", "li")["act_id"]
    week.ids["oral"] = approval
    desk.act(lend(key, "wu", "+3h", "repair", "工单 GD-320", "--approval", approval), "zhao", "wu")
    stage.at("11:00")
    desk.act(back(key, "wu"), "zhao", "wu")
    stage.say("经理要晚一天回来:管理员与主管何永明登记委托,待经理本人补签。",
              "he stays away: he names a delegate whom an officer signs for; flagged till he signs")
    given = desk.act(["person", "delegate", "--giver", "qian", "--to", "he", "--role",
                      "engineering_manager", "--start", stage.local("11:00"), "--end",
                      "2026-11-24T09:00", "--reason", "absence"], "he", "admin")
    week.ids["absent"] = given["act_id"]
    request = desk.act(["request", "open", estate.rooms[("翠湖花园-消防控制室", 1)], "--purpose",
                        "inspection", "--end", "+6h"], "wu")["act_id"]
    approval = desk.act(["request", "approve", request], "he")["act_id"]
    room = estate.rooms[("翠湖花园-消防控制室", 1)]
    desk.act(lend(room, "wu", "+2h", "inspection", "工单 GD-321", "--approval", approval), "zhao",
             "wu")
    desk.act(back(room, "wu"), "zhao", "wu")


def manager_is_back(week):
    stage, desk = week.stage, week.desk
    stage.at("09:00")
    stage.scene("经理回来,在自己电脑上补签两件", "the manager is back and signs both on his machine")
    for name in ("oral", "absent"):
        signed_elsewhere(stage, desk, ["ratify", week.ids[name]], "qian", "qian", "ratify-" + name)


def lost_key(week):
    stage, desk, estate = week.stage, week.desk, week.estate
    stage.at("14:00")
    stage.scene("5 栋电梯机房钥匙丢了一把:申报、换锁芯、新配、旧的报废",
                "a lift-room key is lost: declared, the lock rekeyed, new keys, the old retired")
    lost = estate.rooms[("5栋-电梯机房", 2)]
    desk.act(lend(lost, "wu", "+2h", "repair", "工单 GD-330"), "zhao", "wu", show=False)
    words = ["key", "lost", lost, "--reason", "lost", "--reporter", "wu"]
    desk.refused(words, "li", "K13", "wu")
    desk.act(words, "zhao", "wu")
    stage.show_lines(desk.text(["report", "losses"]), 4)
    rekey = ["lock", "rekey", "5-DT-M", "--reason", "replaced"]
    desk.refused(rekey, "zhao", "seats", "li")
    desk.act(rekey, "zhao", "he")
    for copy in (11, 12, 13):
        desk.act(["key", "add", "5栋-电梯机房", "--copy", copy, "--desk", "eng", "--lock", "5-DT-M"],
                 "zhao", "sun", show=False)
    stage.show_lines(desk.text(["report", "stale"]), 4)
    first = estate.rooms[("5栋-电梯机房", 1)]
    desk.act(["key", "move", first, "--desk", "front", "--to", "eng", "--reason", "other"], "li",
             "zhao")
    old = [first, estate.rooms[("5栋-电梯机房", 3)]]
    desk.act(["key", "retire"] + old + ["--desk", "eng", "--reason", "replaced"], "zhao", "sun")
    stage.at("15:00")
    stage.scene("还丢了两把:一把业主书面接受风险不换锁,一把后来找到",
                "two more: an owner accepts the risk in writing; the other turns up")
    home = "3栋-2单元-1201"
    key = week_homes.key_in(week, home, "信报箱", 2)
    door = week_homes.key_in(week, home, "防盗铁门", 3)
    desk.act(["key", "lost", key, "--reason", "lost"], "li")
    desk.act(["key", "lost", door, "--reason", "lost"], "li", show=False)
    desk.refused(["key", "accept-risk", key, "--party", estate.ids["other"], "--letter", "SM-01",
                  "--reason", "not_needed"], "li", "K13")
    desk.act(["key", "accept-risk", key, "--party", estate.ids["home"], "--letter", "SM-01",
              "--reason", "not_needed"], "li")
    desk.act(["key", "accept-risk", estate.ids["lost-before"], "--reason", "other"], "sun")
    stage.at("16:20")
    desk.act(["key", "found", door, "--by", "yang"], "li")
    desk.refused(["key", "found", door, "--by", "yang"], "li", "state")


def rotate_log(week):
    stage, desk = week.stage, week.desk
    stage.at("15:00")
    stage.scene("更换流水账的签名钥:两位负责人签名,此后的校验码由新钥签",
                "the log's own key is changed by two officers; checkpoints are signed by the new one")
    desk.text(["ledger", "checkpoint", "--out", stage.path("checkpoint-old-key")])
    desk.act(["site", "rotate-log"], "admin", "mgr")
