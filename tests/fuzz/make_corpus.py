#!/usr/bin/env python3
"""Make the seed corpora and corpus_key.h from a small site and from tests/data.

usage: tests/fuzz/make_corpus.py build/release/custody      (rewrites tests/fuzz/corpus)

The seeds are real: what the program itself wrote. They are committed, so that a run of the fuzzers
needs no site; make them anew only when a format changes.
"""
import base64
import glob
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CORPUS = os.path.join(HERE, "corpus")
BIN = os.path.abspath(sys.argv[1])
PEOPLE = ["admin", "mgr", "hq", "li", "chen", "zhao"]
KINDS = ["places", "locks", "keys", "people"]
FOLDERS = {  # one paper a row, in homes that fuzz_import.c knows
    "folders-plain": "档号,类别,房号,盒,姓名,资料名称,原件/复印件,原件存放,份数,页数,起,止,备注\n"
                     "F1201,业主档案,3栋-2单元-1201,,王五,身份证复印件,复印件,业主本人,1,2,2016-09-13,,\n"
                     ",,,,,装修管理协议,原件,,1,6,2016/9/13,2019年1月2日,缺页\n"
                     "F1202,owner,3#-2-1202,,,入伙通知书,原件,,1份,3页,,,\n",
    "folders-messy": "租户档案清单,,,,\n档号,类别,房号,资料名称,原件/复印件,页数\n"
                     "租-001,tenant,三栋二单元1202,租赁合同,原件,１２\n,,,身份证复印件,复印件,2\n"
                     "合计,,,2 件,,\n",
    "folders-english": "label,class,place,paper,original,pages,remark\n"
                       "a,tenant,3-2-1201,lease,original,12,\n,,,other_paper,copy,1,see b\n",
}


def seed(kind, name, data):
    os.makedirs(os.path.join(CORPUS, kind), exist_ok=True)
    with open(os.path.join(CORPUS, kind, name), "wb") as out:
        out.write(data)


def read(path):
    with open(path, "rb") as source:
        return source.read()


class Site:
    def __init__(self, base):
        self.base, self.dir = base, os.path.join(base, "site")
        self.credentials = os.path.join(base, "credentials")
        self.secret = os.path.join(base, "passphrase")
        with open(self.secret, "w", encoding="ascii") as out:
            out.write("correct horse battery\n")

    def run(self, *args):
        words = [BIN, *args, "--site", self.dir, "--credentials", self.credentials]
        for person in PEOPLE:
            words += ["--passphrase-file", f"{person}={self.secret}"]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode != 0:
            sys.exit(f"{args}: {done.returncode} {done.stderr}")
        return done.stdout

    def path(self, name):
        return os.path.join(self.base, name)


def make_site(site):
    for person in PEOPLE:
        site.run("credential", "new", person)
    site.run("site", "init", "--name", "翠湖", "--origin", "fuzz.example/custody", "--policy",
             "tests/data/estate/policy.json", "--founder", "admin:A001:administrator", "--founder",
             "mgr:A002:centre_manager", "--founder", "hq:H001:administrator", "--sheet", "1", "--yes")
    two = ["--as", "admin", "--with", "mgr", "--terminals", "2", "--yes"]
    site.run("person", "enrol", "li", "--staff-no", "B1", "--role", "key_custodian", "--name", "李晓梅",
             *two)
    site.run("person", "enrol", "chen", "--staff-no", "B2", "--role", "supervisor", *two)
    site.run("person", "enrol", "zhao", "--staff-no", "B3", "--role", "staff", *two)
    desk = ["--as", "li", "--with", "chen", "--yes"]
    site.run("place", "add", "1", "--kind", "building", "--label", "1栋", *desk)
    site.run("lock", "add", "1-M", "--kind", "publicdoor", "--label", "1栋 大门", "--place", "1", *desk)
    site.run("key", "add", "1栋 大门", "--desk", "front", "--lock", "1-M", *desk)


def ledger_seeds(site):
    database = sqlite3.connect(os.path.join(site.dir, "ledger.db"))
    rows = database.execute("SELECT idx, envelope FROM ledger_entry ORDER BY idx").fetchall()
    for idx, envelope in rows:
        payload = base64.b64decode(envelope.split(b'"')[3])
        seed("envelope", f"entry{idx}", envelope)
        seed("payload", f"entry{idx}", payload)
        seed("canon", f"entry{idx}", payload)
    database.close()
    return len(rows)


def main():
    base = tempfile.mkdtemp()
    shutil.rmtree(CORPUS, ignore_errors=True)
    site = Site(base)
    make_site(site)
    item = site.run("key", "list", "--json").split('"item": "')[-1][:9]
    site.run("key", "lend", item, "--to", "zhao", "--due", "+4h", "--purpose", "repair", "--for",
             "工程部", "--as", "li", "--with", "zhao", "--yes")
    request = site.path("request.json")
    site.run("key", "return", item, "--by", "zhao", "--condition", "ok", "--as", "li", "--sign-by",
             "zhao", "--receipt", "credential", "--prepare", request, "--yes")
    party = site.path("party.json")
    site.run("person", "enrol", "wu", "--staff-no", "B4", "--role", "staff", "--name", "吴", "--credential",
             "none", "--as", "admin", "--sign-by", "mgr", "--terminals", "2", "--prepare", party, "--yes")
    seed("request", "return", read(request))
    seed("request", "enrol", read(party))
    count = ledger_seeds(site)
    site.run("ledger", "checkpoint", "--out", site.path("note"))
    note = read(site.path("note"))
    seed("note", "checkpoint", note)
    for idx in (0, count - 1):
        site.run("ledger", "prove", str(idx), site.path(f"receipt{idx}"))
        seed("receipt", f"receipt{idx}", read(site.path(f"receipt{idx}")))
    site.run("ledger", "trust", site.path("trust"))
    trust = read(site.path("trust"))
    seed("trust", "first", trust)
    vkey = [line.split()[1] for line in trust.decode().splitlines() if line.startswith("log ")][0]
    key = base64.b64decode(vkey.split("+", 2)[2])[1:]
    kind = b"w1.example\n\x04" + key  # a cosigner's key differs by its type only
    witness = f"w1.example+{hashlib.sha256(kind).hexdigest()[:8]}+" + base64.b64encode(
        b"\x04" + key).decode()
    seed("trust", "quorum", trust.replace(
        b"quorum none", f"witness w1 {witness}\ngroup g any w1\nquorum g".encode()))
    seed("vkey", "log", vkey.encode())
    site.run("ledger", "openings", site.path("openings"))
    seed("canon", "openings", read(site.path("openings")))
    for path in sorted(glob.glob(os.path.join(site.credentials, "*.credential")))[:2]:
        seed("credential", os.path.basename(path).split("-")[0], read(path))
    for path in sorted(glob.glob(os.path.join(site.credentials, "*.seen")))[:1]:
        seed("canon", "seen", read(path))
    with open(os.path.join(HERE, "corpus_key.h"), "w", encoding="utf-8") as out:
        text = note[: note.index(b"\n\n") + 1].decode()
        lines = "".join(f'\n    "{line}\\n"' for line in text.splitlines())
        out.write("/* Made by make_corpus.py: the log key of the corpus, and the one text it signed. */\n"
                  "#ifndef CUSTODY_FUZZ_CORPUS_KEY_H\n#define CUSTODY_FUZZ_CORPUS_KEY_H\n\n"
                  f'#define CORPUS_VKEY \\\n    "{vkey}"\n'
                  "#define CORPUS_NOTE_TEXT" + lines.replace("\n", " \\\n") + "\n\n#endif\n")
    for path in sorted(glob.glob(os.path.join(ROOT, "tests/data/dirty/*.csv"))):
        seed("csv", os.path.basename(path), read(path))
    for i, kind in enumerate(KINDS):
        for folder in ("office", "estate"):
            head = b"\n".join(read(os.path.join(ROOT, "tests/data", folder, kind + ".csv")).split(b"\n")[:6])
            seed("import", f"{folder}-{kind}", bytes([i]) + head)
        for path in sorted(glob.glob(os.path.join(ROOT, f"tests/data/dirty/{kind}_*.csv"))):
            seed("import", os.path.basename(path), bytes([i]) + read(path))
    for name, text in FOLDERS.items():
        seed("import", name, bytes([5]) + text.encode())
    for path in sorted(glob.glob(os.path.join(ROOT, "labels/*.label"))):
        seed("stock", os.path.basename(path), read(path))
    for path in sorted(glob.glob(os.path.join(ROOT, "labels/forms/*.form"))):
        seed("form", os.path.basename(path), read(path))
    for path in sorted(glob.glob(os.path.join(ROOT, "labels/printers/*.printer"))):
        seed("printer", os.path.basename(path), read(path))
    for i, tag in enumerate(["K-4F7Q-2M9X-88", "F00000001-5A", "ｋ４ｆ７ｑ２ｍ９ｘ８８", "C1K14F7Q2M9X0A1B2C88"]):
        seed("tag", f"tag{i}", tag.encode())
    for i, plain in enumerate(["", "李晓梅", "1" * 63, "1" * 64]):
        padded = plain.encode() + b"\x80"
        seed("padding", f"plain{i}", padded + bytes(-len(padded) % 64))
        seed("padding", f"bare{i}", plain.encode())
    for i, time in enumerate(["2026-11-05T21:00", "2026-11-05", "+8h", "+2d", "2026-11-22T08:03:11Z"]):
        seed("time", f"time{i}", time.encode())
    shutil.rmtree(base)


if __name__ == "__main__":
    main()
