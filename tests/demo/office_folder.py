"""The small office destroys one folder: with three people nobody is left to review it, so a
witness of the owners' committee does (outside-review), and is one of the two who watch."""

import json
import os

from stage import DemoError, signed_elsewhere

DEFAULT_POLICY = "schema/policy.default.json"
HOME = "1栋-1单元-104"
FOLDER = HOME + " 业主档案"
NUMBER = "XH-1"


def run(stage):
    stage.at("2026-11-23 09:00")
    machine = stage.path("machines", "fang")
    os.makedirs(machine, mode=0o700, exist_ok=True)
    stage.new_credential("fang", machine)
    with stage.terminal(["admin", "cust", "mgr"]) as desk:
        prepare(stage, desk, machine)
        a_folder(stage, desk)
        destroy(stage, desk)


def prepare(stage, desk, machine):
    stage.scene("小办公室的档案:制度第二版;业委会方敏登记为监销人",
                "the office's folders: policy version 2, a witness from the owners' committee")
    with open(DEFAULT_POLICY, encoding="utf-8") as file:
        second = json.load(file)
    second.update(desk.read(["site", "policy", "show"]))
    second["version"] = 2
    second["destruction_witness_roles"] = ["administrator"]
    for row in second["folder_classes"]:
        if row["code"] == "owner":
            row["retention"] = {"mandate": "晓园档案保存期限规定第2条", "months": 60,
                                "triggers": ["moved_out", "sold"]}
    path = stage.path("policy-folders.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump(second, out, ensure_ascii=False, indent=1)
    desk.act(["site", "policy", "set", path, "--sheet", "ZC-001"], "admin", "mgr", show=False)
    origin = desk.read(["site", "show"])["origin"]
    proof = stage.run(["credential", "prove", "fang", "--origin", origin, "--passphrase-file",
                       "fang=%s" % stage.passphrase("fang")], machine, has_site=False)
    desk.act(["person", "enrol", "fang", "--staff-no", "901", "--name", "方敏", "--role", "witness",
              "--credential", proof.strip().split("\n")[-1], "--sheet", "RY-004"], "admin", "mgr")


def a_folder(stage, desk):
    desk.act(["folder", "open", "--class", "业主档案", "--place", HOME, "--name", "原业主"], "cust")
    desk.act(["folder", "file", FOLDER, "--paper", "kind=id_card,pages=2,copy,with=业主本人",
              "--paper", "kind=业主情况登记表,pages=2,original", "--paper",
              "kind=入伙通知书,pages=2,original"], "cust")
    desk.act(["folder", "close", FOLDER, "--trigger", "sold", "--date", "2019-05-31", "--reason",
              "other"], "cust")


def destroy(stage, desk):
    stage.at("2026-11-24 09:00")
    stage.scene("销毁一份:保管员提出,业委会审核(外部审核标记),主任批准,四人在清册上签名",
                "one folder ends: the outside witness reviews it, flagged; four sign the list")
    desk.act(["destruction", "propose", FOLDER, "--number", NUMBER, "--method", "碎纸", "--place",
              "1栋-弱电间"], "cust")
    desk.refused(["destruction", "review", NUMBER], "cust", "A14")
    signed_elsewhere(stage, desk, ["destruction", "review", NUMBER], "fang", "fang", "review")
    stage.at("2026-11-25 09:00")
    desk.act(["destruction", "approve", NUMBER], "mgr")
    words = ["destruction", "execute", NUMBER, "--witness", "admin", "--witness", "fang",
             "--recheck", "mgr", "--destroyer", "cust"]
    desk.refused([word if word != "fang" else "mgr" for word in words] + ["--sheet", "XH-1"],
                 "admin", "A15", ["cust", "mgr"])
    signed_elsewhere(stage, desk, words, "admin", "fang", "destroy", ["cust", "mgr"])
    done = signed_elsewhere(stage, desk, ["erase", "start", "--destruction", NUMBER], "admin",
                            "fang", "erase")
    desk.act(["erase", "finish", done["act_id"]], "mgr", "cust")
    stage.show_lines(desk.text(["destruction", "list"]), 3)
    row = desk.read_personal(["folder", "show", FOLDER], "mgr")[0]
    if (row["state"], row["name"]) != ("destroyed", None) or not stage.flags["outside-review"]:
        raise DemoError("the folder is %s, flags %s" % (row, stage.flags))
