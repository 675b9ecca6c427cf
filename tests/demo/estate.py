"""翠湖花园: 1,728 homes, about 26,000 keys, and one working day of its property office."""

import json
import os

from concurrent.futures import ThreadPoolExecutor

from stage import back, lend, signed_elsewhere

DATA = "tests/data/estate"
ORIGIN = "cuihu.example/custody"
HOME = "3栋-2单元-1201"  # the home of the late entry
OTHER_HOME = "5栋-1单元-803"  # the home whose bag comes back one key short
DAY = "2026-11-20"  # the day that estate_day.py tells
OPENING_HOME = "9栋-2单元-1803"  # where the old book said something else than "in the cabinet"

FOUNDERS = [("admin", "A001", "administrator"), ("hq", "H001", "administrator"),
            ("mgr", "A002", "centre_manager")]
# Who gets a credential, and on which machine. sun has one at the desk and one in her office.
STAFF_HERE = ["feng", "he", "hu", "li", "luo", "ma", "shen", "sun", "tang", "wang", "wu", "zhao",
              "zheng", "zhou"]
STAFF_ELSEWHERE = ["qian", "sun"]


class Estate:
    def __init__(self, stage):
        self.stage = stage
        self.out = []  # (item, clerk, holder, signs) of routine loans that are out
        self.ids = {}  # acts that later scenes name

    # ---- before the day ----

    def make_credentials(self):
        """Every person makes their own; two at a time, since a passphrase costs time."""
        stage = self.stage
        places = [(handle, stage.desk) for handle, _, _ in FOUNDERS]
        places += [(handle, stage.desk) for handle in STAFF_HERE]
        for handle in STAFF_ELSEWHERE:
            machine = stage.path("machines", handle)
            os.makedirs(machine, mode=0o700, exist_ok=True)
            places.append((handle, machine))
        with ThreadPoolExecutor(max_workers=2) as pool:
            for made in [pool.submit(stage.new_credential, *place) for place in places]:
                made.result()

    def found(self):
        stage = self.stage
        stage.at("2026-11-16 09:00")
        stage.scene("建站:三位创建人当面签名,每人一份电子签名", "founding: three founders sign")
        self.make_credentials()
        words = ["site", "init", "--name", "翠湖花园", "--origin", ORIGIN, "--policy",
                 DATA + "/policy.json", "--utc-offset", "480", "--sheet", "ZD-001", "--yes"]
        for handle, staff_no, role in FOUNDERS:
            words += ["--founder", "%s:%s:%s" % (handle, staff_no, role),
                      "--passphrase-file", "%s=%s" % (handle, stage.passphrase(handle))]
        stage.show_lines(stage.run(words))
        stage.tick()

    def proof_of(self, handle):
        """Public key and proof, as the person pastes them from the own machine."""
        stage = self.stage
        machine = stage.path("machines", handle)
        return stage.run(["credential", "prove", handle, "--origin", ORIGIN,
                          "--passphrase-file", "%s=%s" % (handle, stage.passphrase(handle))],
                         machine, has_site=False).strip().split("\n")[-1]

    def enrol(self):
        stage = self.stage
        stage.at("10:00")
        stage.scene("登记人员(表格导入)和各人的电子签名", "people from CSV, then their credentials")
        given = {handle: "local" for handle in STAFF_HERE}
        given["qian"] = self.proof_of("qian")
        with stage.terminal(["admin", "mgr"] + STAFF_HERE) as office:
            office.act(["import", "people", DATA + "/people.csv", "--sheet", "RY-001"],
                       "admin", "mgr")
            for number, handle in enumerate(sorted(given)):
                office.act(["credential", "add", handle, "--reason", "first", "--credential",
                            given[handle], "--card", "ZW-%03d" % (number + 1)],
                           "admin", "mgr", show=handle in ("li", "qian"))
            office.act(["credential", "add", "sun", "--reason", "add", "--credential",
                        self.proof_of("sun"), "--card", "ZW-011"], "admin", ["mgr", "sun"])
        stage.say("保洁员杨桂兰(yang)没有电子签名,审计人员陈慎之(chen)只看不签。",
                  "yang, who cleans, has no credential; chen, the auditor, only reads.")

    def import_keys(self):
        stage = self.stage
        stage.at("2026-11-17 09:00")
        stage.scene("导入:位置、锁、钥匙。经手人逐行签名,主管一并复核签名",
                    "import of places, locks and keys from CSV")
        with stage.terminal(["li", "sun", "zhao", "zhou"]) as desk:
            desk.act(["import", "places", DATA + "/places.csv", "--sheet", "DR-001"],
                     "li", "sun")
            desk.act(["import", "locks", DATA + "/locks.csv", "--sheet", "DR-002"], "li", "sun")
            desk.act(["import", "keys", DATA + "/keys.csv", "--desk", "front", "--sheet",
                      "DR-003"], "li", "sun")
            desk.act(["import", "keys", DATA + "/keys.csv", "--desk", "eng", "--sheet",
                      "DR-004"], "zhao", "sun")
            desk.act(["import", "keys", DATA + "/keys.csv", "--desk", "duty", "--sheet",
                      "DR-005"], "zhou", "sun")
            self.pick(desk)
            self.opening(desk)

    def opening(self, desk):
        """K19: what the paper book says of five keys, page 37, before the program came."""
        stage = self.stage
        stage.at("2026-11-18 09:00")
        stage.scene("期初:旧登记簿第 37 页,五把钥匙的现状,保管员与主管签名",
                    "the opening balance: page 37 of the old book, five keys")
        states = {("防盗铁门", 1): ("在柜", "", ""), ("防盗铁门", 2): ("业主处", "", ""),
                  ("防盗铁门", 3): ("在借", "yang", ""), ("室内门", 3): ("封存", "", "QC-0001"),
                  ("信报箱", 3): ("遗失", "", "")}
        page = stage.path("page-37.csv")
        with open(page, "w", encoding="utf-8") as out:
            out.write("标签码,状态,持有人,封条号,页码\n")
            for row in desk.read(["ring", "show", self.rings[OPENING_HOME]]):
                state = states.get((row["label"].split(" ")[-1], row["copy"]))
                if state is not None:
                    out.write("%s,%s,%s,%s,37\n" % (row["item"], *state))
                    if state[0] == "遗失":
                        self.ids["lost-before"] = row["item"]
        desk.act(["import", "opening", page, "--desk", "front", "--sheet", "QC-001"], "li", "sun")

    def pick(self, desk):
        """Which keys the day is about, by their labels."""
        public = desk.read(["ring", "list", "--limit", "5000"])
        self.rings = {row["label"]: row["item"] for row in public}
        self.public = [item for label, item in sorted(self.rings.items()) if "公共区域" in label]
        facility = desk.read(["key", "list", "--desk", "eng", "--limit", "5000"])
        self.rooms = {(row["label"], row["copy"]): row["item"] for row in facility}
        # For the rounds: what needs no approval. The lift rooms are kept for the scenes.
        # The third copy is the spare that stays.
        apart = ("配电房", "消防控制室", "电梯机房")
        self.rounds = [row["item"] for row in sorted(
            facility, key=lambda row: (row["label"], row["copy"]))
            if not row["label"].endswith(apart) and row["copy"] < 3]
        night = desk.read(["key", "list", "--desk", "duty", "--limit", "5000"])
        self.gates = {(row["label"], row["copy"]): row["item"] for row in night}
        total = len(desk.read(["key", "list", "--limit", "100000"]))
        self.stage.say("在册钥匙 %d 把,钥匙袋 %d 个,设备房钥匙 %d 把。"
                       % (total, len(self.rings), len(facility)),
                       "%d keys, %d rings, %d of them facility keys"
                       % (total, len(self.rings), len(facility)))
        if total < 26000:
            raise AssertionError("%d keys only" % total)

    # ---- routine ----

    def wave(self, desk, rings, keys, due):
        """Ordinary loans: cleaners and inspectors take bags, engineers take room keys."""
        takers = [("li", "wu", "inspection", True), ("wang", "zheng", "meter_reading", True),
                  ("li", "yang", "cleaning", False), ("wang", "he", "inspection", True)]
        before = self.stage.acts
        for number, item in enumerate(rings):
            clerk, holder, purpose, signs = takers[number % len(takers)]
            desk.act(lend(item, holder, self.stage.local(due), purpose, "日常工作"), clerk,
                     holder if signs else (), show=False)
            self.out.append((item, clerk, holder, signs))
        for number, item in enumerate(keys):
            holder = ("he", "wu")[number % 2]
            desk.act(lend(item, holder, self.stage.local(due), "inspection",
                          "工单 GD-%03d" % (number + 1)), "zhao", holder, show=False)
            self.out.append((item, "zhao", holder, True))
        self.stage.say("日常借出 %d 笔,经办 li、wang、zhao,领用人当面签名(无电子签名者屏幕确认)。"
                       % (self.stage.acts - before),
                       "%d ordinary loans" % (self.stage.acts - before))

    def returns(self, desk, keep=0, clerk_of=None):
        before = self.stage.acts
        leave = self.out[len(self.out) - keep:]
        for item, clerk, holder, signs in self.out[:len(self.out) - keep]:
            clerk = (clerk_of or {}).get(clerk, clerk)
            desk.act(back(item, holder), clerk, holder if signs else (), show=False)
        self.out = leave
        self.stage.say("日常归还 %d 笔。" % (self.stage.acts - before),
                       "%d ordinary returns" % (self.stage.acts - before))

    # ---- shifts ----

    def counted(self, desk, place, **wrong):
        """What the two who sign count: the register's numbers, unless the story says others."""
        row = desk.read(["shift", "numbers", place])[0]
        row.update(wrong)
        words = ["--desk", place]
        for name in ("board", "open", "overdue", "sealed"):
            words += ["--" + name, row[name]]
        return words

    def hand_over(self, desk, place, outgoing, incoming, show=False):
        """交接班: who goes and who comes sign the numbers."""
        desk.act(["shift", "handover", "--from", outgoing, "--to", incoming] +
                 self.counted(desk, place), outgoing, incoming, show=show)

    def close_desk(self, desk, place, clerk, guard):
        desk.act(["shift", "close", "--guard", guard, "--doors-locked", "--power-off"] +
                 self.counted(desk, place), clerk, guard)

    # ---- owners ----

    def party(self, desk, name, relation, key, *more):
        """Register somebody who is no employee; the act tells their id by its sentence alone."""
        before = {row["party"] for row in desk.read(["party", "list"])}
        desk.act(["party", "add", "--name", name, "--relation", relation] + list(more), "li",
                 show=False)
        after = {row["party"] for row in desk.read(["party", "list"])}
        self.ids[key] = (after - before).pop()
        return self.ids[key]

    def owner(self, desk, name, home, key):
        return self.party(desk, name, "owner", key, "--unit", home)

    def authorise(self, desk, key, home, letter, *more):
        """托管委托书, until the end of the month: front desk and supervisor sign."""
        words = ["party", "authorise", self.ids[key], "--place", home, "--letter", letter,
                 "--scope", "lend", "--end", "2026-11-30T18:00"] + list(more)
        return desk.act(words, "li", "sun")["act_id"]

    def approve(self, desk, request, by, name):
        """An approval given on another machine."""
        return signed_elsewhere(self.stage, desk, ["request", "approve", request], by, by, name)

    def tell_who(self):
        stage = self.stage
        stage.scene("%s 14:30 谁拿着钥匙" % DAY, "who held the key, and what was known when")
        words = ["who", self.rings[HOME], "--at", DAY + "T14:30", "--json"]
        now_known = json.loads(stage.run(words))
        then_known = json.loads(stage.run(words + ["--as-known-at", DAY + "T14:30"]))
        stage.show_lines(stage.run(["who", HOME, "--at", DAY + "T14:30"]), 3)
        stage.show("…")
        stage.show_lines(stage.run(["who", HOME, "--at", DAY + "T14:30",
                                    "--as-known-at", DAY + "T14:30"]), 3)
        holders = [{row["holder"] for row in rows} for rows in (now_known, then_known)]
        if holders != [{"he"}, {"front"}]:
            raise AssertionError("who: %s" % holders)
        stage.say("14:30 时 %s 的钥匙袋其实在 he 手里;而当时的记录还写着在前台(停电,15:30 才补登)。"
                  % HOME,
                  "at 14:30 he had the bag; the record of 14:30 still said front desk: the loan "
                  "was entered late")
