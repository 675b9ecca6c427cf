"""A three-person office: administrator and duty, centre manager and supervisor, custodian.

The fourth credential, the head office's, lies in the head office's safe.
"""

import json
import os

import office_day
import office_folder
from stage import SPARE, back, lend, signed_elsewhere

DATA = "tests/data/office"
ORIGIN = "xiaoyuan.example/custody"
HOME = "1栋-1单元-101"
ROOM = ("1栋-弱电间", 1)


def run(stage):
    found(stage)
    bring_in(stage)
    borrow(stage)
    lose_custodian(stage)
    office_day.run(stage)
    lose_officer(stage, "admin", "mgr", "2026-11-19 09:00", "ZW-012")
    lose_officer(stage, "mgr", "admin", "2026-11-20 09:00", "ZW-013")
    hand_over(stage)
    stage.drilled = office_day.drill(stage)
    office_folder.run(stage)
    close(stage)


def found(stage):
    stage.at("2026-11-16 09:00")
    stage.scene("小办公室:三个人,一人兼两三职", "the small office: three people, two or three roles each")
    safe = stage.path("machines", "hq")
    os.makedirs(safe, mode=0o700, exist_ok=True)
    for handle in ("admin", "cust", "mgr"):
        stage.new_credential(handle)
    stage.new_credential("hq", safe)
    proof = stage.run(["credential", "prove", "hq", "--origin", ORIGIN, "--passphrase-file",
                       "hq=%s" % stage.passphrase("hq")], safe, has_site=False)
    path = stage.path("requests", "founding")
    words = ["site", "init", "--name", "晓园", "--origin", ORIGIN, "--policy",
             DATA + "/policy.json", "--utc-offset", "480", "--terminals", "2", "--yes",
             "--prepare", path, "--credential", "hq=" + proof.strip().split("\n")[-1]]
    for handle, staff_no, roles in (("admin", "001", "administrator+duty"),
                                    ("hq", "900", "administrator"),
                                    ("mgr", "002", "centre_manager+supervisor")):
        words += ["--founder", "%s:%s:%s" % (handle, staff_no, roles)]
        if handle != "hq":
            words += ["--passphrase-file", "%s=%s" % (handle, stage.passphrase(handle))]
    stage.run(words)
    stage.say("总公司的恢复负责人在自己的电脑上签名,电子签名随后封存在总公司保险柜。",
              "the head office signs on its own machine; that credential goes into its safe")
    stage.run(["sign", path, "--as", "hq", "--passphrase-file",
               "hq=%s" % stage.passphrase("hq"), "--yes"], safe, has_site=False)
    stage.show_lines(stage.run(["submit", path]))
    stage.tick()


def bring_in(stage):
    stage.at("10:00")
    stage.scene("登记保管员;导入由保管员与主管签名",
                "the custodian is enrolled; imports: custodian and supervisor sign")
    with stage.terminal(["admin", "cust", "mgr"]) as desk:
        desk.act(["person", "enrol", "cust", "--staff-no", "003", "--name", "李晓梅",
                  "--credential", "local", "--sheet", "RY-001", "--role",
                  "key_custodian+engineering_custodian+archive_custodian+service_staff"],
                 "admin", "mgr")
        for number, words in enumerate((["places", DATA + "/places.csv"],
                                        ["locks", DATA + "/locks.csv"],
                                        ["keys", DATA + "/keys.csv", "--desk", "front"],
                                        ["keys", DATA + "/keys.csv", "--desk", "eng"])):
            desk.act(["import"] + words + ["--sheet", "DR-%03d" % (number + 1)], "cust", "mgr")


def borrow(stage):
    stage.at("2026-11-17 09:00")
    stage.scene("借给没有电子签名的人", "loans to somebody without a credential")
    stage.begin_counting()
    with stage.terminal(["admin", "cust", "mgr"]) as desk:
        desk.act(["party", "add", "--name", "刘师傅", "--phone", "13900139000", "--relation",
                  "contractor"], "cust")
        desk.act(["party", "add", "--name", "陈女士", "--relation", "owner", "--unit", HOME],
                 "cust")
        rows = desk.read(["party", "list"])
        parties = {row["relation"]: row["party"] for row in rows}
        room = find_key(desk, ROOM)
        home = desk.read(["ring", "list", "--place", "1-1-1-101"])[0]["item"]
        desk.act(lend(room, parties["contractor"], "+3d", "repair", "宽带维修", "--receipt",
                      "paper", "--slip", "ZZ-001"), "cust")
        desk.refused(lend(home, parties["owner"], "+2h", "viewing", "看房", "--receipt", "paper",
                          "--slip", "ZZ-002"), "cust", "K10a")
        desk.act(["party", "authorise", parties["owner"], "--place", HOME, "--letter", "WT-001",
                  "--scope", "lend", "--named", parties["owner"], "--end", "+365d"], "cust",
                 "mgr")
        request = desk.act(["request", "open", home, "--receiver", parties["owner"],
                            "--purpose", "viewing", "--start", stage.local("08:00"), "--end",
                            stage.local("18:00")], "admin")["act_id"]
        approval = desk.act(["request", "approve", request], "mgr")["act_id"]
        desk.act(lend(home, parties["owner"], "+2h", "viewing", "看房", "--receipt", "paper",
                      "--slip", "ZZ-002", "--approval", approval, *SPARE), "cust")
        stage.say("保管员自己要用:没有第二位保管员,由同事经办,标明代签。",
                  "the custodian's own loan: a colleague issues it, flagged")
        own = lend(find_key(desk, ("1栋-弱电间", 2)), "cust", "+2h", "inspection", "巡检",
                   "--receipt", "credential")
        desk.refused(own, "cust", "seats")
        desk.act(own, "admin", "cust")
        desk.act(back(own[2], "cust", "--receipt", "screen"), "cust")
        stage.at("11:00")
        desk.act(back(home, parties["owner"], "--receipt", "paper", "--slip", "ZZ-003"), "cust")


def find_key(desk, name):
    """Item of the key of this label and copy."""
    rows = desk.read(["key", "list", "--desk", "eng", "--limit", "1000"])
    return [row["item"] for row in rows if (row["label"], row["copy"]) == name][0]


def lose_custodian(stage):
    stage.at("2026-11-18 09:00")
    stage.scene("保管员的电子签名丢了:两位负责人补办", "the custodian's is lost: two officers replace it")
    stage.lose_credential("cust")
    stage.new_credential("cust")
    with stage.terminal(["admin", "cust", "mgr"]) as desk:
        desk.act(["credential", "add", "cust", "--reason", "lost", "--card", "ZW-011"], "admin",
                 "mgr")


def lose_officer(stage, lost, other, when, card):
    """Only one officer remains: a colleague signs too, and the head office looks at it later."""
    stage.at(when)
    stage.scene("%s 的电子签名丢了:只剩一位负责人,保管员会签,先行生效并标记" % lost,
                "%s has lost it: %s and the custodian sign; flagged until ratified" % (lost, other))
    stage.lose_credential(lost)
    stage.new_credential(lost)
    with stage.terminal([lost, other, "cust"]) as desk:
        desk.refused(["credential", "add", lost, "--reason", "lost", "--card", card], "cust",
                     "seats")
        added = desk.act(["credential", "add", lost, "--reason", "lost", "--card", card], other,
                         "cust")
        desk.refused(["ratify", added["act_id"]], other, "seats", "cust")
        stage.at("15:00")
        stage.say("总公司恢复负责人取出封存的电子签名,在总公司签名补签。",
                  "the head office takes its credential out of the safe and ratifies")
        signed_elsewhere(stage, desk, ["ratify", added["act_id"]], other, "hq",
                         "ratify-" + lost)


def hand_over(stage):
    stage.at("2026-11-20 16:30")
    stage.scene("交接:保管员离岗,管理员接任", "hand-over: the custodian leaves, the administrator takes over")
    with stage.terminal(["admin", "cust", "mgr"]) as desk:
        granted = desk.act(["person", "grant", "admin", "engineering_custodian",
                            "key_custodian", "--sheet", "RY-002"], "admin", "mgr")
        desk.act(["ratify", granted["act_id"]], "mgr")
        stage.say("两个保管台的清单逐一点交,移交人、接收人、主管三人签名(K18)。",
                  "the lists of both desks are counted over; who goes, who comes and the "
                  "supervisor sign (K18)")
        for place in ("front", "eng"):
            desk.act(["custodian", "change", "--desk", place, "--from", "cust", "--to", "admin"],
                     "cust", ["admin", "mgr"])
        room = find_key(desk, ROOM)
        party = desk.read(["key", "show", room])[0]["holder"]
        desk.act(["person", "revoke", "cust", "engineering_custodian", "key_custodian"], "mgr")
        desk.refused(back(room, party, "--receipt", "paper", "--slip", "ZZ-006"), "cust", "K2")
        desk.act(["key", "extend", room, "--due", "+2d", "--reason", "other"], "admin")
        stage.show_lines(desk.text(["key", "loans"]))
        text = desk.text(["slip", "--act", "@custodian.change"])
        with open(stage.path("slip.txt"), "w", encoding="utf-8") as out:
            out.write(text)
        stage.show_lines(desk.text(["ledger", "checkpoint", "--out", stage.path("checkpoint")]))


def close(stage):
    stage.run(["ledger", "trust", stage.path("trust")])
    stage.run(["ledger", "export", stage.path("export")])
    stage.run(["ledger", "openings", stage.path("openings.json")])
    holders = json.loads(stage.run(["who", "%s" % ROOM[0], "--at", "2026-11-18T12:00", "--json"]))
    if not any(row["holder"].startswith("P") for row in holders):
        raise AssertionError("who: %s" % holders)
