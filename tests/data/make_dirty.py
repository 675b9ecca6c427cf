#!/usr/bin/env python3
"""Writes a messy opening balance of a thousand rows, the register it speaks of, and the truth.

  make_dirty.py DIR [SEED]

DIR/places.csv locks.csv keys.csv   the register, clean
DIR/opening.csv                     GB18030, CRLF, a title above the headings: as an office has it
DIR/truth.json                      {"kinds":[names of dirt],"lines":{"<line>":{...}}}: of each
  line its kind of dirt, "is": row, reject (must not be understood) or skip (is no row); of rows
  label, copy (null: any free one), state, holder, page, seal, and "must": it has one meaning, so
  rejecting it is a fault too.
Persons and places are invented; the seed is printed by who runs it.
"""
import csv
import io
import json
import os
import random
import sys

KINDS = [("FD", "antitheft", "防盗铁门"), ("SN", "inner", "室内门")]
NUMERALS = "零一二三四五六七八九"


def register():
    places, locks, keys, homes = [["0", "桂园", "area", ""]], [], [], []
    for building in [str(n) for n in range(1, 13)] + ["B2"]:
        name = f"{building}栋" if building != "B2" else "B2"
        places.append([building, name, "building", "0"])
        for unit in ("1", "2") if building != "B2" else ("",):
            for floor in range(1, 6):
                for number in (1, 2, 3, 4):
                    room = f"{floor}{number:02d}"
                    label = f"{name}-{unit}单元-{room}" if unit else f"{name}-{room}"
                    code = f"{building}-{unit or 'H'}-{floor}-{room}"
                    places.append([code, label, "home", building])
                    homes.append((building, unit, room, label))
                    for suffix, kind, title in KINDS:
                        locks.append([f"{code}-{suffix}", f"{label} {title}", kind, code])
                        for copy in (1, 2):
                            keys.append([f"{label} {title}", copy, f"{code}-{suffix}", "", "front"])
        places.append([f"{building}-DT", f"{name}-电梯机房", "room", building])
        locks.append([f"{building}-DT-M", f"{name}-电梯机房 门", "lift", f"{building}-DT"])
        keys.append([f"{name}-电梯机房", 1, f"{building}-DT-M", "", "eng"])
    return places, locks, keys, homes


def numeral(number):
    tens, ones = divmod(number, 10)
    return (NUMERALS[tens] if tens > 1 else "") + "十" * (tens > 0) + (
        NUMERALS[ones] if ones or not tens else "")


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


# Spellings of building b, unit u, room r, label: all of one meaning.
SPELLINGS = {
    "as_the_register": lambda b, u, r, s: s,
    "hash": lambda b, u, r, s: f"{b}#-{u}-{r}",
    "bare_numbers": lambda b, u, r, s: f"{b}-{u}-{r}",
    "words": lambda b, u, r, s: f"{b}栋{u}单元{r}室",
    "hao_lou": lambda b, u, r, s: f"{b}号楼{u}单元{r}号",
    "chinese_numerals": lambda b, u, r, s: f"{numeral(int(b))}栋{numeral(int(u))}单元{r}",
    "zhuang": lambda b, u, r, s: f"{b}幢{u}单元{r}",
    "zuo": lambda b, u, r, s: f"{b}座-{u}-{r}",
    "full_width": lambda b, u, r, s: wide(f"{b}-{u}-{r}"),
    "spaces": lambda b, u, r, s: f" {b} 栋 {u}单元\u3000{r} ",
    "no_break_spaces": lambda b, u, r, s: f"\u00a0{b}栋\u00a0{u}单元-{r}",
    "zero_width": lambda b, u, r, s: f"{b}栋-\u200b{u}单元-{r}\ufeff",
    "tabs": lambda b, u, r, s: f"{b}栋\t{u}单元\t{r}",
    "apostrophe": lambda b, u, r, s: f"'{b}-{u}-{r}",
    "leading_zero": lambda b, u, r, s: f"0{b}栋0{u}单元{r}",
    "long_dashes": lambda b, u, r, s: f"{b}—{u}—{r}",
    "estate_name": lambda b, u, r, s: f"桂园{b}栋{u}单元{r}",
    "floor_too": lambda b, u, r, s: f"{b}栋{u}单元{r[:-2]}层{r}室",
    "di": lambda b, u, r, s: f"第{b}栋第{u}单元{r}",
    "digit_numerals": lambda b, u, r, s: f"{b}栋{u}单元" + "".join(NUMERALS[int(c)] for c in r),
}
STATES = {"at_desk": ["在柜", "at_desk", "在库", "在 柜"[:1] + "柜"], "lost": ["遗失", "丢失", "lost"],
          "owner": ["在业主处", "owner", "业主处"], "lent": ["在借", "借出", "lent"],
          "sealed": ["封存", "sealed", "已封存"]}
HOLDERS = [("sun", "sun"), ("1005", "sun"), ("１００５", "sun"), ("zhao", "zhao")]


class Sheet:
    def __init__(self, rng):
        self.rng, self.rows, self.lines, self.line = rng, [], {}, 1
        self.seal = 0

    def put(self, fields, truth=None, raw=None):
        text = raw
        if raw is None:
            out = io.StringIO()
            csv.writer(out, lineterminator="\r\n").writerow(fields)
            text = out.getvalue()[:-2]
        if truth is not None:
            self.lines[self.line] = truth
        self.rows.append(text)
        self.line += 1 + text.count("\n")

    def where(self):
        """State, holder, page and seal as the sheet has them, and as they are."""
        rng = self.rng
        state = rng.choices(list(STATES), [6, 1, 3, 3, 1])[0]
        holder, handle = rng.choice(HOLDERS) if state == "lent" else ("", None)
        seal = ""
        if state == "sealed":
            self.seal += 1
            seal = f"F-{self.seal:04d}"
        page = rng.choice(["", "12", "12.0", "１２", "'12"])
        cells = [rng.choice(STATES[state]), holder, page, seal]
        return cells, {"state": state, "holder": handle, "page": "12" if page else None,
                       "seal": seal or None}

    def row(self, dirt, place, kind, copy, label, copy_cell=None, building="", must=True):
        cells, truth = self.where()
        truth.update({"dirt": dirt, "is": "row", "label": label, "copy": copy, "must": must})
        self.put([building, place, kind, str(copy) if copy_cell is None else copy_cell] + cells +
                 [""], truth)
        return cells, truth


def make(seed):
    rng = random.Random(seed)
    places, locks, keys, homes = register()
    sheet = Sheet(rng)
    head = ["楼 栋", "房号（栋-单元-室）", "类 别", "第几把（把）", "状态：", "持有人", "页码", "封条号", "备注"]
    sheet.put(["桂园钥匙结转表"] + [""] * 8, {"dirt": "title", "is": "skip"})
    sheet.put(["填表日期", "2026-11-20"] + [""] * 7, {"dirt": "title", "is": "skip"})
    sheet.put(head)
    homes = [home for home in homes if home[1]]
    rng.shuffle(homes)
    dirt = list(SPELLINGS)
    bad = ["ambiguous", "no_such_room", "date", "quantity_as_copy", "unknown_kind", "holder_missing",
           "unknown_holder", "state_missing", "no_place", "seal_missing", "conflict", "torn_quote",
           "junk_quote", "scientific", "slipped_cell", "two_in_a_cell", "ambiguous_numeral"]
    special = ["merged", "total", "subtotal", "note", "blank", "heading_again", "duplicate", "excel_float",
               "other_desk", "without_copy", "third_copy", "line_break", "building_column"]
    while len(sheet.rows) < 1000 and homes:
        building, unit, room, label = homes.pop()
        spelling = dirt[len(homes) % len(dirt)]
        place = SPELLINGS[spelling](building, unit, room, label)
        door = f"{label} 防盗铁门"
        for copy in (1, 2):
            sheet.row(spelling, place, rng.choice(["防盗铁门", "antitheft", "防盗铁门钥匙", " 防盗铁门\u3000"]),
                      copy, door, rng.choice([str(copy), f"第{copy}把", wide(str(copy)), f"{copy}.0",
                                              f"第{NUMERALS[copy]}把"]))
        inner = f"{label} 室内门"
        what = (special + bad)[len(homes) % (len(special) + len(bad))]
        plain = f"{building}-{unit}-{room}"
        no = {"dirt": what, "is": "reject"}
        skip = {"dirt": what, "is": "skip"}
        if what == "merged":
            sheet.row(what, plain, "室内门", 1, inner)
            sheet.row(what, "", "室内门", 2, inner)
        elif what == "building_column":
            sheet.row(what, f"{unit}-{room}", "室内门", 1, inner, building=f"{building}栋")
            sheet.row(what, f"{unit}-{room}", "室内门", 2, inner, building=numeral(int(building)))
        elif what in ("total", "subtotal"):
            sheet.put(["", "合 计" if what == "total" else "小计：", "", "35"] + [""] * 5, skip)
            sheet.put([""] * 2 + ["室内门", "1", "在柜"] + [""] * 4,
                      {"dirt": "blank_beneath_a_total", "is": "reject"})
        elif what == "note":
            sheet.put(["注：以上钥匙已清点"] + [""] * 8, skip)
        elif what == "blank":
            sheet.put([""] * 9)
        elif what == "heading_again":
            sheet.put(head, skip)
        elif what == "duplicate":
            cells, truth = sheet.row(what, plain, "室内门", 1, inner)
            sheet.put(["", plain, "室内门", "1"] + cells + [""], skip)
        elif what == "excel_float":
            sheet.row(what, f"{room}.0", "室内门", 1, inner, "1.0", building=f"{building}栋{unit}"[:-1],
                      must=False)  # the unit is not said: only where one room fits
            sheet.lines[sheet.line - 1].update({"is": "reject"})
        elif what == "other_desk":
            sheet.put(["", f"{building}#楼电梯机房", "电梯机房", "1", "在柜"] + [""] * 4, skip)
        elif what == "without_copy":
            sheet.row(what, plain, "室内门", None, inner, "")
            sheet.row(what, f"{building}栋{unit}单元{room}", "inner", None, inner, "")
            if len(homes) % 2:
                cells, _ = sheet.where()
                sheet.put(["", plain, "室内门", ""] + cells + [""], {"dirt": "one_key_too_many", "is": "reject"})
        elif what == "third_copy":
            sheet.put(["", plain, "室内门", "3", "在柜"] + [""] * 4, no)
        elif what == "line_break":
            sheet.row(what, f"{building}栋{unit}单元\n{room}", "室内门", 1, inner)
        elif what == "ambiguous":
            sheet.put(["", f"{building}栋{room}", "室内门", "1", "在柜"] + [""] * 4, no)
        elif what == "no_such_room":
            sheet.put(["", f"{building}-{unit}-9{room}", "室内门", "1", "在柜"] + [""] * 4, no)
        elif what == "date":
            sheet.put(["", rng.choice(["2003/2/12", "3月2日", "2-Mar", "2001-1-3"]), "室内门", "1", "在柜"] + [""] * 4, no)
        elif what == "quantity_as_copy":
            sheet.put(["", plain, "室内门", "2把", "在柜"] + [""] * 4, no)
        elif what == "unknown_kind":
            sheet.put(["", plain, "大门", "1", "在柜"] + [""] * 4, no)
        elif what == "holder_missing":
            sheet.put(["", plain, "室内门", "1", "在借"] + [""] * 4, no)
        elif what == "unknown_holder":
            sheet.put(["", plain, "室内门", "1", "在借", "老王"] + [""] * 3, no)
        elif what == "state_missing":
            sheet.put(["", plain, "室内门", "1"] + [""] * 5, no)
        elif what == "no_place":
            sheet.put(["", "物业办公室抽屉", "室内门", "1", "在柜"] + [""] * 4, no)
        elif what == "seal_missing":
            sheet.put(["", plain, "室内门", "1", "封存"] + [""] * 4, no)
        elif what == "conflict":
            sheet.put(["", plain, "室内门", "1", "在柜"] + [""] * 4, no)
            sheet.put(["", plain, "室内门", "1", "遗失"] + [""] * 4, dict(no))
        elif what == "torn_quote":
            sheet.put(None, no, raw=f',{plain},室内门,"1,在柜,,,,')
        elif what == "junk_quote":
            sheet.put(None, no, raw=f',"{plain}"x,室内门,1,在柜,,,,')
        elif what == "scientific":
            sheet.put(["", "1.2E+03", "室内门", "1", "在柜"] + [""] * 4, no)
        elif what == "slipped_cell":
            sheet.put(["", plain, "室内门", "1", "在柜", "", "", "", "", "x"], no)
        elif what == "two_in_a_cell":
            sheet.put(["", f"{plain}、{building}-{unit}-101", "室内门", "1", "在柜"] + [""] * 4, no)
        elif what == "ambiguous_numeral":
            sheet.put(["", f"{NUMERALS[1]}{NUMERALS[2]}栋{unit}单元{room}", "室内门", "1", "在柜"] + [""] * 4, no)
    sheet.put(["合计", "", "", "1000"] + [""] * 5, {"dirt": "last_total", "is": "skip"})
    sheet.put(["制表：李"] + [""] * 8, {"dirt": "last_note", "is": "skip"})
    return (places, locks, keys), sheet


def main():
    folder, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    tables, sheet = make(seed)
    heads = [["code", "label", "kind", "parent"], ["code", "label", "kind", "place"],
             ["label", "copy", "locks", "ring", "desk"]]
    for name, head, rows in zip(("places", "locks", "keys"), heads, tables):
        with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([head] + rows)
    with open(os.path.join(folder, "opening.csv"), "wb") as out:
        out.write("".join(row + "\r\n" for row in sheet.rows).encode("gb18030"))
    kinds = sorted({line["dirt"] for line in sheet.lines.values()})
    with open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as out:
        json.dump({"kinds": kinds, "lines": sheet.lines}, out, ensure_ascii=False, indent=0)


if __name__ == "__main__":
    main()
