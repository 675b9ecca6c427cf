#!/usr/bin/env python3
"""Writes the CSV files of the demo estate, of the small office and of the dirty cases.

  make_estate.py           write them beside this script
  make_estate.py --check   compare instead; exit code 1 names the first file that differs

The output is committed. Nothing is random and no clock is read, so a second run writes the
same bytes. Persons and places are invented.

estate/  翠湖花园 as a Chinese Excel saves it: UTF-8 with BOM, CRLF, Chinese headings.
         12 buildings x 2 units x 18 floors x 4 homes = 1,728 homes with five kinds of keys in
         three copies, public doors and windows by floor (a spare of each off the ring), facility rooms,
         and a third desk, the duty room's.
office/  eight homes, English headings, LF, no BOM: small enough to read.
dirty/   every encoding and every kind of bad row; expectations stand in the unit test.
"""
import csv
import io
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT_POLICY = os.path.join(HERE, "..", "..", "schema", "policy.default.json")

PLACE_HEAD = {"zh": ["编码", "名称", "类型", "上级", "备注"],
              "en": ["code", "label", "kind", "parent"]}
LOCK_HEAD = {"zh": ["编码", "名称", "类型", "位置"], "en": ["code", "label", "kind", "place"]}
KEY_HEAD = {"zh": ["名称", "序号", "锁", "钥匙袋", "保管台"],
            "en": ["label", "copy", "locks", "ring", "desk"]}
PEOPLE_HEAD = {"zh": ["登录名", "工号", "姓名", "职务"],
               "en": ["handle", "staff_no", "name", "roles"]}
PLACE_KIND = {"area": "区域", "building": "栋", "unit": "单元", "floor": "楼层", "home": "户",
              "room": "机房"}

# (suffix of the lock code, lock kind, its label); the first three belong to a home
HOME_LOCKS = [("FD", "antitheft", "防盗铁门"), ("SN", "inner", "室内门"),
              ("XB", "mailbox", "信报箱")]
UNIT_LOCKS = [("DY", "unitdoor", "单元门"), ("DJ", "intercom", "电子对讲门")]


class Register:
    """Rows of the three registers; codes of kinds and desks stay codes until they are written."""

    def __init__(self):
        self.places, self.locks, self.keys = [], [], []

    def place(self, code, label, kind, parent):
        self.places.append((code, label, kind, parent))

    def lock(self, code, label, kind, place):
        self.locks.append((code, label, kind, place))

    def key(self, label, copies, locks, ring, desk, apart=0):
        """The last `apart` copies hang on no ring: spares."""
        for copy in range(1, copies + 1):
            self.keys.append((label, copy, ";".join(locks),
                              ring if copy <= copies - apart else "", desk))

    def home(self, unit, unit_label, floor, number, copies):
        name = f"{floor}{number:02d}"
        code, label = f"{unit}-{floor}-{name}", f"{unit_label}-{name}"
        self.place(code, label, "home", f"{unit}-{floor}")
        opens = {}
        for suffix, kind, kind_label in HOME_LOCKS:
            self.lock(f"{code}-{suffix}", f"{label} {kind_label}", kind, code)
            opens[kind_label] = f"{code}-{suffix}"
        for suffix, _, kind_label in UNIT_LOCKS:
            opens[kind_label] = f"{unit}-{suffix}"
        for kind_label in ("防盗铁门", "单元门", "室内门", "电子对讲门", "信报箱"):
            self.key(f"{label} {kind_label}", copies, [opens[kind_label]], label, "front")

    def unit(self, building, number, floors, homes, copies):
        code, label = f"{building}-{number}", f"{building}栋-{number}单元"
        self.place(code, label, "unit", f"{building}")
        for suffix, kind, kind_label in UNIT_LOCKS:
            self.lock(f"{code}-{suffix}", f"{label} {kind_label}", kind, code)
        for floor in range(1, floors + 1):
            self.place(f"{code}-{floor}", f"{label}-{floor}层", "floor", code)
            self.lock(f"{code}-{floor}-TD", f"{label}-{floor}层 通道门", "publicdoor",
                      f"{code}-{floor}")
            self.lock(f"{code}-{floor}-CH", f"{label}-{floor}层 走廊窗", "window",
                      f"{code}-{floor}")
            for home in range(1, homes + 1):
                self.home(code, label, floor, home, copies)
        return code, label

    def public_keys(self, code, label, floors, band, apart=0):
        """Doors and windows of `band` floors are keyed alike; two copies each."""
        for first in range(1, floors + 1, band):
            last = min(first + band - 1, floors)
            name = f"{first}层" if first == last else f"{first}至{last}层"
            opens = [f"{code}-{floor}-{suffix}" for floor in range(first, last + 1)
                     for suffix in ("CH", "TD")]
            self.key(f"{label}-{name} 公共门窗", 2, opens, f"{label} 公共区域", "front", apart)
        self.lock(f"{code}-TT", f"{label} 天台门", "roofdoor", f"{code}-{floors}")
        self.key(f"{label} 天台门", 2, [f"{code}-TT"], f"{label} 公共区域", "front", apart)

    def room(self, code, label, kind, parent, copies, desk="eng"):
        self.place(code, label, "room", parent)
        self.lock(f"{code}-M", f"{label} 门", kind, code)
        self.key(label, copies, [f"{code}-M"], "", desk)


def text_of(rows, crlf):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n" if crlf else "\n").writerows(rows)
    return out.getvalue()


def files_of(folder, register, people, language, policy):
    """A Chinese sheet shows kinds and desks by label, an English one by code."""
    zh = language == "zh"
    kinds = {kind["code"]: kind["label"] if zh else kind["code"]
             for kind in policy["lock_kinds"]}
    desks = {desk["code"]: desk["label"] if zh else desk["code"] for desk in policy["desks"]}
    places = [[code, label, PLACE_KIND[kind] if zh else kind, parent] + ([""] if zh else [])
              for code, label, kind, parent in register.places]
    locks = [[code, label, kinds[kind], place] for code, label, kind, place in register.locks]
    keys = [[label, copy, opens, ring, desks[desk]]
            for label, copy, opens, ring, desk in register.keys]
    files = {}
    for name, head, rows in (("places", PLACE_HEAD, places), ("locks", LOCK_HEAD, locks),
                             ("keys", KEY_HEAD, keys), ("people", PEOPLE_HEAD, people)):
        text = text_of([head[language]] + rows, zh)
        files[f"{folder}/{name}.csv"] = text.encode("utf-8-sig" if zh else "utf-8")
    files[f"{folder}/policy.json"] = policy_text(policy).encode("utf-8")
    return files


def policy_text(policy):
    """Indented, with one line for each element of a list; readers canonicalise it."""
    lines = []
    for member, value in sorted(policy.items()):
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False, sort_keys=True)
                              for row in value)
            lines.append(f'  "{member}": [\n{rows}\n  ]')
        else:
            lines.append(f'  "{member}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def variant(policy, high_risk):
    changed = dict(policy)
    changed["recovery_officer"] = "hq"
    changed["high_risk"] = sorted(high_risk)
    return changed


# ---- estate ----

NIGHT_ROOMS = [("0-BM", "北门岗亭", "gate"), ("0-CK", "地下车库", "gate"),
               ("0-NM", "南门岗亭", "gate"), ("0-ZB", "值班室", "gate")]

BUILDING_ROOMS = [("DT", "电梯机房", "lift"), ("PD", "配电房", "power"),
                  ("RD", "弱电间", "lowvoltage"), ("SX", "消防水箱间", "pump")]
AREA_ROOMS = [("0-FD", "发电机房", "generator"), ("0-GY", "高压配电房", "power"),
              ("0-JK", "监控室", "monitor"), ("0-SB", "生活水泵房", "water"),
              ("0-XB", "消防泵房", "pump"), ("0-XK", "消防控制室", "firecontrol")]
ESTATE_PEOPLE = [
    ["li", "KF-001", "李晓梅", "钥匙管理员;客服人员"],
    ["wang", "KF-002", "王建国", "专职钥匙管理员；客服人员"],
    ["sun", "KF-003", "孙丽华", "客户服务部主管"],
    ["feng", "KF-004", "冯雅琴", "客服主任"],
    ["zheng", "KF-005", "郑小红", "客服人员"],
    ["zhao", "GC-001", "赵铁柱", "工程部钥匙保管员"],
    ["qian", "GC-002", "钱志强", "工程部经理"],
    ["he", "GC-003", "何永明", "工程部主管;员工"],
    ["wu", "GC-004", "吴水生", "员工"],
    ["zhou", "AQ-001", "周大勇", "值班员"],
    ["yang", "BJ-001", "杨桂兰", "员工"],
    ["chen", "ZB-007", "陈慎之", "审计人员"],
    ["ma", "DA-001", "马春燕", "档案管理员;客服人员"],
    ["tang", "KF-006", "唐玉兰", "客服人员"],
    ["luo", "AQ-002", "罗勇", "值班员"],
    ["hu", "AQ-003", "胡建军", "安全员"],
    ["shen", "GC-005", "沈兵", "工程部钥匙保管员"],
]


def estate_policy(policy, high_risk):
    """A third desk: the box of the duty room, for the night; the front desk works by day."""
    changed = variant(policy, high_risk)
    roles = ["engineering_manager", "engineering_supervisor"]
    changed["desks"] = [{"classes": ["night", "owner", "public"], "code": "duty",
                         "custodian_role": "duty", "label": "值班室"}] + policy["desks"]
    changed["key_classes"] = sorted(policy["key_classes"] + [
        {"code": "night", "consent": False, "copy_approval": roles, "label": "夜间值班钥匙",
         "lend_approval": [], "rule": "K10"}], key=lambda row: row["code"])
    changed["lock_kinds"] = sorted(policy["lock_kinds"] + [
        {"class": "night", "code": "gate", "label": "出入口门"}], key=lambda row: row["code"])
    desks = {"day": ["duty", "eng", "front"], "night": ["duty", "eng"]}
    changed["shifts"] = [dict(shift, desks=desks[shift["code"]]) for shift in policy["shifts"]]
    return changed


def estate(policy):
    register = Register()
    register.place("0", "翠湖花园", "area", "")
    for code, name, kind in AREA_ROOMS:
        register.room(code, f"翠湖花园-{name}", kind, "0", 3)
    for code, name, kind in NIGHT_ROOMS:
        register.room(code, f"翠湖花园-{name}", kind, "0", 3, "duty")
    high_risk = ["0-GY", "0-XK"]
    for building in range(1, 13):
        register.place(f"{building}", f"{building}栋", "building", "0")
        for suffix, name, kind in BUILDING_ROOMS:
            register.room(f"{building}-{suffix}", f"{building}栋-{name}", kind, f"{building}", 3)
        high_risk.append(f"{building}-PD")
        for number in (1, 2):
            code, label = register.unit(building, number, 18, 4, 3)
            register.public_keys(code, label, 18, 6, 1)
    return files_of("estate", register, ESTATE_PEOPLE, "zh", estate_policy(policy, high_risk))


# ---- office ----

OFFICE_PEOPLE = [
    ["li", "001", "李晓梅", "key_custodian;service_staff;archive_custodian"],
    ["wang", "002", "王建国", "supervisor;engineering_manager"],
    ["zhao", "003", "赵铁柱", "engineering_custodian;duty;staff"],
]


def office(policy):
    register = Register()
    register.place("1", "1栋", "building", "")
    for suffix, name, kind in BUILDING_ROOMS:
        register.room(f"1-{suffix}", f"1栋-{name}", kind, "1", 3)
    code, label = register.unit(1, 1, 2, 4, 1)
    register.public_keys(code, label, 2, 1)
    return files_of("office", register, OFFICE_PEOPLE, "en", variant(policy, ["1-PD"]))


# ---- dirty ----

def dirty():
    """Small on purpose: the line numbers are what the tests ask for."""
    places = "编码,名称,类型,上级\r\n9,9栋,栋,\r\n9-1,9栋-1单元,单元,9\r\n"
    files = {
        "gb18030.csv": (places + "9-1-3,\U00020BB7㐀层,楼层,9-1\r\n").encode("gb18030"),
        "utf8_bom_crlf.csv": places.encode("utf-8-sig"),
        "utf8_lf.csv": places.replace("\r\n", "\n").encode("utf-8"),
        "semicolon.csv": places.replace(",", ";").encode("utf-8"),
        "tab_gb18030.csv": places.replace(",", "\t").encode("gb18030"),
        "utf16.csv": places.encode("utf-16"),
        "latin1.csv": b"code,label,kind\n9,\xff\xff\xfe,building\n",
        "empty.csv": b"",
        "heading_only.csv": "编码,名称,类型,上级\r\n\r\n,,,\r\n".encode("utf-8-sig"),
        "heading_unknown.csv": "code,label,kind,colour,备注\n9,9栋,building,red,ok\n"
                               .encode("utf-8"),
        "heading_missing.csv": "code,kind\n9,building\n".encode("utf-8"),
        "heading_twice.csv": "code,编码,label,kind\n9,9,9栋,building\n".encode("utf-8"),
        "heading_junk.csv": 'code,"label"s,kind\n9,9栋,building\n'.encode("utf-8"),
        "quotes.csv": '"kind","NOTE","Label","CODE"\n"栋","says ""hello"",\nand more",'
                      '"9栋","９"\n'.encode("utf-8"),
        "torn_quote.csv": 'code,label,kind\n9,9栋,building\n9-1,"9栋-1单元,unit\n9-2,x,unit\n'
                          .encode("utf-8"),
        "junk_quote.csv": 'code,label,kind\n9,"9栋"x,building\n9-2,9栋-2单元,unit\n'
                          .encode("utf-8"),
    }
    files["places_bad.csv"] = text_of([
        ["code", "label", "kind", "parent"],
        ["9", "9栋", "building", ""],
        ["", "无编码", "building", ""],                # 3: no code
        ["9-a", "小写", "unit", "9"],                  # 4: malformed code
        ["9-2", "", "unit", "9"],                      # 5: no label
        ["9-3", "长" * 81, "unit", "9"],               # 6: label too long
        ["9-4", "9栋-4单元\U0001F600", "unit", "9"],   # 7: character that cannot be signed
        ["9-5", "9栋-5单元", "castle", "9"],           # 8: kind
        ["9-6", "9栋-6单元", "unit", "8"],             # 9: parent nowhere
        ["9-7", "9栋-7单元", "unit", "9-9"],           # 10: parent sorts later
        ["9-9", "9栋-9单元", "unit", "9"],
        ["9", "又是9栋", "building", ""],              # 12: code repeated
        ["9-8", "9栋", "unit", "9"],                   # 13: label repeated
        ["OLD", "旧楼", "building", ""],               # 14: code in the register
        ["9-10", "老门岗", "room", "OLD"],             # 15: label in the register
        ["9-11", "9栋-11单元", "unit", "9", "slip"],   # 16: value without a heading
        ["a b", "", "x", "y"],                         # 17: four at once
    ], False).encode("utf-8")
    files["locks_bad.csv"] = text_of([
        ["编码", "名称", "类型", "位置"],
        ["OLD-A", "旧楼 门", "publicdoor", "OLD"],
        ["OLD-A", "旧楼 门", "publicdoor", "OLD"],     # 3: code repeated
        ["OLD-B", "旧楼 门", "公共区域门", "NEW"],     # 4: place
        ["OLD-C", "旧楼 门", "castle", "OLD"],         # 5: kind
        ["OLD-D", "旧楼 门", "window", ""],            # 6: no place
        ["L-OWNER", "旧楼 门", "window", "OLD"],       # 7: in the register
    ], True).encode("gb18030")
    files["keys_bad.csv"] = text_of([
        ["名称", "第几把", "锁", "钥匙袋", "保管台", "标签码"],
        ["甲门", "1", "L-OWNER", "甲袋", "front", ""],
        ["甲门", "1", "L-OWNER", "甲袋", "front", ""],          # 3: label and copy repeated
        ["甲门", "0", "L-OWNER", "", "front", ""],              # 4: copy
        ["甲门", "1000", "L-OWNER", "", "front", ""],           # 5: copy
        ["甲门", "第二把", "L-OWNER", "", "front", ""],         # 6: copy
        ["乙门", "1", "L-NONE", "", "front", ""],               # 7: lock
        ["乙门", "2", "l_bad!", "", "front", ""],               # 8: malformed lock
        ["乙门", "3", "", "", "front", ""],                     # 9: no lock
        ["乙门", "4", "L-OWNER；L-OWNER", "", "front", ""],     # 10: twice
        ["乙门", "5", "L-OWNER", "", "cellar", ""],             # 11: desk
        ["机房门", "1", "L-ROOM", "", "front", ""],             # 12: K8
        ["机房门", "2", "L-ROOM", "甲袋", "eng", ""],           # 13: ring of the other desk
        ["丙门", "1", "L-OWNER", "", "front", "K-4F7Q-2M9X-89"],  # 14: mistyped tag
        ["丙门", "2", "L-OWNER", "", "front", "K-4F7Q-2M9X-88"],
        ["丙门", "3", "L-OWNER", "", "front", "k4f7q2m9x88"],   # 16: tag repeated
        ["丙门", "4", "L-OWNER", "", "front", "F-0000-0001-5A"],  # 17: no key tag
        ["旧门", "1", "L-OWNER", "", "front", ""],              # 18: in the register
        ["", "1", "L-OWNER", "", "front", ""],                  # 19: no label
        ["丁门", "1", "L-ROOM;L-OWNER", "", "工程部", ""],      # 20: K8, first lock by bytes
        ["丁门", "2", ";；", "", "front", ""],                  # 21: separators only
        ["戊门", "1", "L-OWNER", "\U0001F511", "front", ""],    # 22: ring label
    ], True).encode("utf-8-sig")
    files["keys_good.csv"] = text_of([
        ["label", "copy", "locks", "ring", "desk", "tag"],
        ["甲门", "1", "L-OWNER", "甲袋", "front", "Ｋ４Ｆ７Ｑ２Ｍ９Ｘ８８"],
        ["甲门", "２", "Ｌ－OWNER", "甲袋", "客服前台", ""],
        ["乙门", "1", "L-PUBLIC； L-OWNER", "旧袋", "", ""],
        ["机房门", "1", "L-ROOM", "", "工程部", ""],
    ], True).encode("utf-8-sig")
    files["people_bad.csv"] = text_of([
        ["登录名", "工号", "职务", "姓名"],
        ["li", "1", "值班员;安全员；duty", "甲"],
        ["li", "2", "员工", "乙"],                      # 3: handle repeated
        ["Li", "3", "员工", "丙"],                      # 4: malformed handle
        ["wang", "1", "员工", "丁"],                    # 5: staff number repeated
        ["zhao", "a1", "员工", "戊"],                   # 6: malformed staff number
        ["qian", "5", "审计人员;员工", "己"],           # 7: auditor
        ["sun", "6", "主任", "庚"],                     # 8: ambiguous title
        ["zhou", "7", "", "辛"],                        # 9: no role
        ["old", "8", "员工", "壬"],                     # 10: handle in the register
        ["wu", "OLD-1", "员工", "癸"],                  # 11: staff number in the register
        ["zheng", "10", "员工", "名\U0001F600"],        # 12: name, never quoted
        ["", "", "", "子"],                             # 13: three at once
    ], True).encode("gb18030")
    files["people_good.csv"] = text_of([
        ["备注", "职务", "姓名", "工号", "登录名"],
        ["新", "专职钥匙管理员；客服人员", "赵一", "Ｂ－０２", "zhao"],
        ["", "supervisor", "", "B-01", "ａ１"],
    ], True).encode("gb18030")
    return {f"dirty/{name}": data for name, data in files.items()}


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    with open(DEFAULT_POLICY, encoding="utf-8") as file:
        policy = json.load(file)
    files = {**estate(policy), **office(policy), **dirty()}
    for name, data in sorted(files.items()):
        path = os.path.join(HERE, name)
        if sys.argv[1:]:
            with open(path, "rb") as file:
                if file.read() != data:
                    sys.exit(f"{name} differs; run tests/data/make_estate.py")
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)


if __name__ == "__main__":
    main()
