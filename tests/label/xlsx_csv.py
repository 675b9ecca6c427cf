#!/usr/bin/env python3
"""Does a workbook have the very cells of a CSV file, numbers as numbers?

usage: xlsx_csv.py FILE.xlsx FILE.csv FILE.form|NUMBER_COLUMN ...     columns from 0

Reads the workbook with zipfile and an XML parser alone. Ends with 0 when every cell is the same,
else names the first that differs.
"""
import csv
import re
import sys
import zipfile
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

NUMBER = re.compile(r"(0|-?[1-9][0-9]{0,14})\Z")


def column_of(reference):
    number = 0
    for letter in re.match("[A-Z]+", reference).group():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def text_of(element):
    return "".join(part.text or "" for part in element.iter(MAIN + "t"))


def cells_of(path):
    """Rows of (text, is a number)."""
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None, "the archive is damaged"
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = [text_of(one) for one in root.iter(MAIN + "si")]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(MAIN + "row"):
        assert int(row.get("r")) == len(rows) + 1, "a row is missing before %s" % row.get("r")
        cells = []
        for cell in row.iter(MAIN + "c"):
            while len(cells) < column_of(cell.get("r")):
                cells.append(("", False))
            assert cell.find(MAIN + "f") is None, "%s is a formula" % cell.get("r")
            value = cell.find(MAIN + "v")
            kind = cell.get("t", "n")
            if kind == "s":
                cells.append((shared[int(value.text)], False))
            elif kind == "inlineStr":
                cells.append((text_of(cell), False))
            elif value is not None:
                cells.append((value.text, True))
            else:
                cells.append(("", False))
        rows.append(cells)
    pane = sheet.find(".//" + MAIN + "pane")
    assert pane is not None and pane.get("state") == "frozen", "the head is not frozen"
    assert pane.get("ySplit") == "1", "the head is one row"
    return rows


def numbers_of(words):
    """Columns of numbers, as said or as a form file has them."""
    if not words or not words[0].endswith(".form"):
        return {int(one) for one in words}
    with open(words[0], encoding="utf-8") as file:
        lines = file.read().split("[columns]")[1].splitlines()
    lines = [one for one in lines if "=" in one and not one.startswith("#")]
    return {i for i, one in enumerate(lines) if one.split(",")[1].strip() == "number"}


def main():
    numbers = numbers_of(sys.argv[3:])
    rows = cells_of(sys.argv[1])
    with open(sys.argv[2], "rb") as file:
        data = file.read()
    assert data.startswith(b"\xef\xbb\xbf"), "the CSV has no byte order mark"
    assert data.count(b"\n") == data.count(b"\r\n"), "a line does not end with CR LF"
    lines = list(csv.reader(data.decode("utf-8-sig").splitlines(), strict=True))
    assert len(rows) == len(lines), "%d rows, the CSV has %d" % (len(rows), len(lines))
    for i, (row, line) in enumerate(zip(rows, lines)):
        assert len(row) == len(line), "row %d: %d cells, not %d" % (i + 1, len(row), len(line))
        for c, ((text, is_number), wanted) in enumerate(zip(row, line)):
            assert text == wanted, "row %d, column %d: %r, not %r" % (i + 1, c + 1, text, wanted)
            assert is_number == (i > 0 and c in numbers and bool(NUMBER.match(wanted))), (
                "row %d, column %d: %r %s a number" % (i + 1, c + 1, text,
                                                      "is" if is_number else "is not"))


try:
    main()
except AssertionError as error:
    sys.exit("%s: %s" % (sys.argv[1], error))
