"""The month after the week: the resident folders, December 2026.

The archive comes in here, with the policy, the people and the shelves it needs. What is done
with it stands in month_folders.py (use), month_keeping.py (holds, appraisal, a home that
changes hands), month_destroy.py (destruction, erasure) and month_risk.py (incidents, privacy).
"""

import json
import os

import archive
from stage import DemoError

DEFAULT_POLICY = "schema/policy.default.json"
ROOM = "翠湖花园-档案室"
PEOPLE = ["admin", "feng", "gao", "he", "hu", "li", "lin", "ma", "mgr", "sun", "tang", "wu",
          "zheng"]
OFFICE_RULE = "翠湖花园档案保存期限规定(2026)第%d条"
RETENTION = {"owner": (60, ["moved_out", "sold"], 4), "tenant": (36, ["lease_ended"], 5)}


class Month:
    def __init__(self, estate):
        self.estate = estate
        self.stage = estate.stage
        self.ids = {}
        self.desk = None

    def approved(self, things, act, purpose, by, *more):
        """Asked for and allowed by the centre manager; gives back the approval."""
        things = [things] if isinstance(things, str) else list(things)
        request = self.desk.act(["request", "open"] + things +
                                ["--for", act, "--purpose", purpose, "--end", "+12d"] +
                                list(more), by, show=False)["act_id"]
        return self.desk.act(["request", "approve", request], "mgr", show=False)["act_id"]

    def papers(self, folder):
        return self.desk.read(["folder", "papers", folder])


def lend_folder(folder, to, due, approval, *more):
    return ["folder", "lend", folder, "--to", to, "--due", due, "--purpose", "repair", "--for",
            "工程部", "--approval", approval] + list(more)


def consult(folder, to, purpose, behalf, *more):
    return ["folder", "consult", folder, "--to", to, "--purpose", purpose, "--for", behalf] + \
        list(more)


def begin(estate):
    month = Month(estate)
    stage = month.stage
    stage.at("2026-11-28 09:00")
    machine = stage.path("machines", "yuan")
    os.makedirs(machine, mode=0o700, exist_ok=True)
    stage.new_credential("yuan", machine)
    stage.new_credential("gao")
    with stage.terminal(PEOPLE) as month.desk:
        policy(month)
        people(month)
        storeroom(month)
        bring_in(month)
    return month


def policy(month):
    stage, desk = month.stage, month.desk
    stage.scene("制度参数第二版:档案类别、保管期限及依据、销毁方式,两人签名",
                "policy version 2: folders, their retention with its mandate, two officers")
    with open(DEFAULT_POLICY, encoding="utf-8") as file:
        second = json.load(file)
    second.update(desk.read(["site", "policy", "show"]))
    second["version"] = 2
    second["two_terminals"] = sorted(set(second["two_terminals"]) |
                                     {"destruction.execute", "erase.intent"})
    second["destruction_wait_days"] = 1
    for row in second["folder_classes"]:
        if row["code"] in RETENTION:
            months, triggers, clause = RETENTION[row["code"]]
            row["retention"] = {"mandate": OFFICE_RULE % clause, "months": months,
                                "triggers": triggers}
    cards_lent = stage.path("policy-cards.json")
    path = stage.path("policy-folders.json")
    cards = [dict(row, secrecy="general") if row["code"] == "id_card" else row
             for row in second["paper_kinds"]]
    for name, value in ((cards_lent, dict(second, paper_kinds=cards)), (path, second)):
        with open(name, "w", encoding="utf-8") as out:
            json.dump(value, out, ensure_ascii=False, indent=1)
    stage.say("让身份证复印件可以外借的制度,程序不收(A7)。",
              "a policy under which identity cards may be lent is below the floor")
    desk.refused(["site", "policy", "set", cards_lent, "--sheet", "ZC-003"], "mgr", "floor",
                 "admin")
    desk.act(["site", "policy", "set", path, "--sheet", "ZC-003"], "mgr", "admin", show=False)
    for row in desk.read(["site", "policy", "show"])["folder_classes"]:
        kept = row["retention"]
        stage.show("%s: %s" % (row["label"], "没有规定期限,不得销毁 · no period, never destroyed"
                               if kept is None else "%d 个月,自 %s 起,依据 %s" % (
                                   kept["months"], "/".join(kept["triggers"]), kept["mandate"])))


def people(month):
    stage, desk = month.stage, month.desk
    stage.at("10:00")
    stage.scene("登记档案员高洁;业委会推举袁建民为监销人,在自己的电脑上签名",
                "an archive custodian and, from the owners' committee, a destruction witness")
    desk.act(["person", "enrol", "gao", "--staff-no", "DA-002", "--name", "高洁", "--role",
              "archive_custodian", "--credential", "local", "--sheet", "RY-010"], "admin", "mgr")
    desk.act(["person", "enrol", "yuan", "--staff-no", "YW-001", "--name", "袁建民", "--role",
              "witness", "--credential", month.estate.proof_of("yuan"), "--sheet", "RY-011"],
             "admin", "mgr")


def storeroom(month):
    stage, desk = month.stage, month.desk
    stage.at("11:00")
    stage.scene("档案室:十三个架,按栋-单元-楼层八十三个盒", "the storeroom: shelves and boxes")
    desk.act(["place", "add", "0-DA", "--kind", "room", "--label", ROOM, "--parent", "0"], "li",
             "sun")
    shelves = archive.boxes()
    desk.refused(["storage", "add"] + list(shelves) + ["--kind", "shelf", "--place", ROOM], "li",
                 "seats")
    desk.act(["storage", "add"] + list(shelves) + ["--kind", "shelf", "--place", ROOM], "gao",
             show=False)
    for shelf, boxes in shelves.items():
        desk.act(["storage", "add"] + boxes + ["--kind", "box", "--within", shelf], "gao",
                 show=shelf == "1栋 架")
    rows = desk.read(["storage", "list", "--limit", "1000"])
    stage.say("档案架与档案盒共 %d 个。" % len(rows), "%d shelves and boxes" % len(rows))


def bring_in(month):
    stage, desk = month.stage, month.desk
    stage.at("2026-11-30 09:00")
    stage.scene("导入现有档案:业主清单整齐,租户清单是前台手工登记的表",
                "the archive comes in: a tidy list of owners, a messy one of tenants")
    owners, tenants = stage.path("archive-owners.csv"), stage.path("archive-tenants.csv")
    rejects = stage.path("archive-rejects.csv")
    rows = archive.write_owners(owners)
    archive.write_tenants(tenants)
    desk.act(["import", "folders", owners], "gao", show=False)
    stage.show("%s: %d" % (os.path.basename(owners), rows))
    stage.show_lines(desk.text(["import", "folders", tenants, "--reject", rejects, "--as", "gao"]),
                     4)
    stage.tick()
    with open(rejects, encoding="utf-8-sig") as file:
        bad = file.read().strip().split("\n")
    stage.say("看不懂的行退回,写明原因:", "the rows that were not understood, with the reason:")
    for line in bad[-6:]:
        stage.show(line[:110])
    folders = desk.read(["folder", "list", "--limit", "100000"])
    papers = sum(row["papers"] for row in folders)
    count = {code: sum(row["folder_class"] == code for row in folders)
             for code in ("owner", "tenant")}
    stage.say("在册档案 %d 份(业主 %d,租户 %d),资料 %d 件。"
              % (len(folders), count["owner"], count["tenant"], papers),
              "%d folders, %d papers" % (len(folders), papers))
    if (count["owner"], count["tenant"]) != (1728 + len(archive.FORMER), archive.TENANTS):
        raise DemoError("the archive came in as %s" % count)
    if papers < 14000 or len(bad) < 6:
        raise DemoError("%d papers, %d rejects" % (papers, len(bad)))
