"""A whole day of the small office, and the drill with its backup.

Three people fill every seat of the key desk's acts; the tenth act of the day shows that two of
them are never one.
"""

import json
import os

from stage import SPARE, back, lend

NEW_HOME = "1栋-1单元-102"
POWER = ("1栋-配电房", 1)


def key_of(desk, name):
    """Item of the facility key of this label and copy."""
    rows = desk.read(["key", "list", "--desk", "eng", "--limit", "1000"])
    return [row["item"] for row in rows if (row["label"], row["copy"]) == name][0]


def numbers(desk, place):
    """What is counted, here always what the register says."""
    row = desk.read(["shift", "numbers", place])[0]
    words = ["--desk", place]
    for name in ("board", "open", "overdue", "sealed"):
        words += ["--" + name, row[name]]
    return words


def run(stage):
    stage.at("2026-11-18 10:00")
    with stage.terminal(["admin", "cust", "mgr"]) as desk:
        high_risk(stage, desk)
        owner(stage, desk)
        counting(stage, desk)
        evening(stage, desk)


def high_risk(stage, desk):
    stage.scene("小办公室的一天:配电房要工程部经理批准,先由主任兼任",
                "the office's day: the power room wants an engineering manager's approval (K10)")
    granted = desk.act(["person", "grant", "mgr", "engineering_manager", "--sheet", "RY-003"],
                       "admin", "mgr")
    desk.act(["ratify", granted["act_id"]], "admin")
    key = key_of(desk, POWER)
    desk.refused(lend(key, "admin", "+2h", "repair", "跳闸检修"), "cust", "K10", "admin")
    request = desk.act(["request", "open", key, "--purpose", "repair", "--end", "+6h"],
                       "admin")["act_id"]
    desk.refused(["request", "approve", request], "cust", "seats")
    approval = desk.act(["request", "approve", request], "mgr")["act_id"]
    desk.act(lend(key, "admin", "+2h", "repair", "跳闸检修", "--approval", approval), "cust",
             "admin")
    stage.at("11:30")
    desk.act(back(key, "admin"), "cust", "admin")


def owner(stage, desk):
    stage.at("14:00")
    stage.scene("向业主发放钥匙:查验证件,本人在屏幕上签收",
                "keys are handed over to an owner: papers seen, receipt on the screen (K7)")
    known = {row["party"] for row in desk.read(["party", "list"])}
    desk.act(["party", "add", "--name", "赵先生", "--relation", "owner", "--unit", NEW_HOME], "cust")
    party = ({row["party"] for row in desk.read(["party", "list"])} - known).pop()
    bag = desk.read(["ring", "list", "--place", "1-1-1-102"])[0]["item"]
    give = ["--to", party, "--document", "id_card", "--document", "purchase_contract"]
    desk.refused(["key", "handover", bag, "--place", "1栋-1单元-103"] + give, "cust", "K7")
    desk.act(["key", "handover", bag, "--place", NEW_HOME] + give, "cust")
    stage.say("业主当天又交回一把托管,主管在委托书登记上签名。",
              "the owner leaves one key in custody again; the supervisor signs the letter")
    letter = desk.act(["party", "authorise", party, "--place", NEW_HOME, "--letter", "WT-002",
                       "--scope", "lend", "--end", "+30d"], "cust", "mgr")["act_id"]
    key = [row["item"] for row in desk.read(["ring", "show", bag])
           if row["label"].endswith("防盗铁门")][0]
    desk.act(["key", "deposit", key, "--from", party, "--authorisation", letter, "--slip",
              "TG-001"], "cust")
    desk.act(lend(key, "admin", "+2h", "repair", "换门锁", "--approval", letter, *SPARE), "cust",
             "admin")
    stage.at("15:20")
    desk.act(back(key, "admin"), "cust", "admin")


def counting(stage, desk):
    stage.at("16:00")
    stage.scene("月度盘点:保管员与管理员", "the monthly stock-take, by two")
    taken = desk.act(["stocktake", "start", "--desk", "eng"], "cust")["act_id"]
    here = [row["item"] for row in desk.read(["stocktake", "show", "--lines", taken])
            if row["expected"] == "desk"]
    desk.act(["stocktake", "scan", "--desk", "eng"] + here, "cust")
    desk.refused(["stocktake", "finish", "--desk", "eng"], "cust", "K14")
    desk.act(["stocktake", "finish", "--desk", "eng"], "cust", "admin")


def evening(stage, desk):
    stage.at("17:50")
    stage.scene("交接班、关台、主管检查", "the shift is handed over, the desk closed, the day checked")
    over = ["shift", "handover", "--from", "cust", "--to", "admin"]
    desk.refused(over + ["--desk", "front", "--open", 7], "cust", "K12", "admin")
    desk.act(over + numbers(desk, "front"), "cust", "admin")
    desk.act(over + numbers(desk, "eng"), "cust", "admin")
    desk.act(["shift", "close", "--guard", "admin", "--doors-locked", "--power-off"] +
             numbers(desk, "front"), "cust", "admin")
    desk.act(["shift", "check", "2026-11-18", "--desk", "front"], "mgr")
    stage.show_lines(desk.text(["shift", "list"]), 5)


def drill(stage):
    """The disk is gone and the backup is behind: a successor, in a directory of its own.

    Returns the acts of the successor. The office goes on with its own ledger.
    """
    stage.at("2026-11-21 09:00")
    stage.scene("演练:硬盘坏了,备份比账本旧,由两位负责人建立后继账本",
                "a drill: the backup is behind the ledger, so two officers found a successor")
    backup, new = stage.path("drill-backup"), stage.path("drill-successor")
    stage.run(["site", "backup", backup])
    keys = ["--passphrase-file", "admin=%s" % stage.passphrase("admin"),
            "--passphrase-file", "mgr=%s" % stage.passphrase("mgr")]
    stage.run(["person", "tag", "cust", "--as", "admin", "--yes"] + keys)
    stage.tick()
    stage.run(["ledger", "checkpoint", "--out", stage.path("checkpoint")])
    words = ["site", "succeed", backup, new, "--origin", "xiaoyuan.example/custody2", "--reason",
             "restored", "--known", stage.path("checkpoint"), "--yes", "--as", "admin"]
    stage.show_lines(stage.run(words + ["--with", "mgr"] + keys))
    stage.show_lines(stage.run(["ledger", "check", "--site", new]), 4)
    rows = json.loads(stage.run(["ledger", "log", "--limit", "1000", "--json", "--site", new]))
    stage.say("账本本身照常继续,后继账本只在演练目录里:%s" % os.path.relpath(new, stage.root),
              "the ledger itself goes on; the successor stands in the drill's directory")
    return {row["act"] for row in rows}
