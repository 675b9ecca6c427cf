#!/usr/bin/env python3
"""Bad input at the command line: one sentence on stderr, the right exit code, nothing half-done.

A wrong passphrase, a missing credential, an unreadable or locked site, a full disk, torn and
huge CSV files, unknown and mistyped tags, tags of another site.
"""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time

from office import (EXIT_BUSY, EXIT_FAILED, EXIT_NOT_FOUND, EXIT_REFUSED, EXIT_TAMPERED,
                    EXIT_USAGE, HERE, ROOT, Report, Work, make, program, wants)

LEND = ["--to", "zhao", "--with", "zhao", "--due", "+4h", "--purpose", "inspection", "--for",
        "工程部", "--as", "li", "--yes"]
DIRTY = os.path.join(ROOT, "tests", "data", "dirty")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Bad:
    """Runs commands that must be refused and looks whether anything changed."""

    def __init__(self, report, office):
        self.report, self.office = report, office
        self.size = office.size()
        self.files = self.listing()

    def listing(self):
        """Names in the site; the two files of SQLite's log come and go."""
        names = (name for name in os.listdir(self.office.site)
                 if not name.endswith(("-wal", "-shm")) and not name.endswith(".lock"))
        return sorted(names)

    def check(self, name, result, code, *texts):
        trouble = wants(result, code, *texts)
        if not trouble and self.office.size() != self.size:
            trouble = "%d entries instead of %d" % (self.office.size(), self.size)
        if not trouble and self.listing() != self.files:
            trouble = "files changed: %s" % self.listing()
        self.report.check(name, trouble)


def pass_and_people(bad, office):
    keys = office.must("key", "list", "--class", "public", "--json").json()
    item = keys[0]["item"]
    right = office.passphrase
    office.passphrase = os.path.join(office.path, "wrong")
    with open(office.passphrase, "w", encoding="ascii") as file:
        file.write("wrong horse battery\n")
    bad.check("a_wrong_passphrase_is_refused", office.run("key", "lend", item, *LEND),
              EXIT_FAILED, "passphrase")
    office.passphrase = os.path.join(office.path, "empty")
    with open(office.passphrase, "w", encoding="ascii"):
        pass
    bad.check("an_empty_passphrase_file_is_refused", office.run("key", "lend", item, *LEND),
              EXIT_FAILED, "passphrase")
    office.passphrase = os.path.join(office.path, "nowhere")
    bad.check("a_missing_passphrase_file_is_refused", office.run("key", "lend", item, *LEND),
              EXIT_NOT_FOUND, "passphrase")
    office.passphrase = right
    bad.check("a_missing_credential_is_named",
              office.run("key", "lend", item, *LEND[:-3], "--as", "nobody", "--yes"),
              EXIT_NOT_FOUND, "nobody")
    kept = office.credentials
    office.credentials = os.path.join(office.path, "elsewhere")
    bad.check("a_missing_directory_of_credentials_is_named",
              office.run("key", "lend", item, *LEND), EXIT_NOT_FOUND, "credential")
    office.credentials = kept
    name = [n for n in os.listdir(kept) if n.startswith("li-")][0]
    path = os.path.join(kept, name)
    with open(path, "rb") as file:
        good = file.read()
    for label, data in (("cut", good[:len(good) // 2]), ("empty", b""),
                        ("changed", good[:-40] + bytes([good[-40] ^ 1]) + good[-39:])):
        with open(path, "wb") as file:
            file.write(data)
        bad.check("a_credential_file_that_is_%s_is_refused" % label,
                  office.run("key", "lend", item, *LEND), (EXIT_FAILED, EXIT_NOT_FOUND))
    with open(path, "wb") as file:
        file.write(good)
    bad.check("a_person_of_the_wrong_role_is_refused_with_the_rule",
              office.run("key", "lend", item, "--to", "wang", "--due", "+4h", "--purpose",
                         "inspection", "--for", "x", "--as", "zhao", "--with", "wang", "--yes"),
              EXIT_REFUSED, r"\(K2\)")
    bad.check("a_command_without_a_person_is_refused",
              office.run("key", "lend", item, *LEND[:-3], "--yes"), EXIT_USAGE, "--as")
    bad.check("a_personal_text_on_the_command_line_is_refused",
              office.run("party", "add", "--name", "张三", "--relation", "owner", "--as", "li",
                         "--yes"), EXIT_USAGE, "standard input")


def site_of_each_kind(bad, office):
    nowhere = os.path.join(office.path, "nowhere")
    bad.check("a_missing_site_is_named", office.run("key", "list", site=nowhere),
              EXIT_NOT_FOUND, "site")
    empty = os.path.join(office.path, "an-empty-one")
    os.makedirs(empty)
    bad.check("an_empty_directory_is_no_site", office.run("site", "show", site=empty),
              EXIT_NOT_FOUND, "site")
    path = os.path.join(office.site, "ledger.db")
    with open(path, "rb") as file:
        good = file.read()
    for label, data in (("text", b"hello\n" * 200), ("empty", b""),
                        ("cut", good[:len(good) // 2])):
        with open(path, "wb") as file:
            file.write(data)
        shown = office.run("key", "list")
        lent = office.add_party()
        with open(path, "wb") as file:
            file.write(good)
        bad.check("a_ledger_file_that_is_%s_is_refused_to_a_reader" % label, shown,
                  (EXIT_FAILED, EXIT_TAMPERED))
        bad.check("a_ledger_file_that_is_%s_is_refused_to_a_writer" % label, lent,
                  (EXIT_FAILED, EXIT_TAMPERED))
    for name in ("vault.key", "vault.db", "site.conf", "log.key"):
        path = os.path.join(office.site, name)
        os.rename(path, path + ".away")
        lent = office.run("ledger", "checkpoint") if name == "log.key" else office.add_party()
        os.rename(path + ".away", path)
        bad.check("a_site_without_%s_is_refused" % name.replace(".", "_"), lent,
                  (EXIT_FAILED, EXIT_NOT_FOUND))


def as_nobody():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def unreadable(bad, office):
    if os.geteuid() != 0:
        bad.report.skip("an_unreadable_site_is_refused", "# SKIP wants root")
        return
    os.chmod(os.path.dirname(office.path), 0o755)
    os.chmod(office.path, 0o755)
    shown = office.run("key", "list", limit=as_nobody)
    bad.check("an_unreadable_site_is_refused", shown, (EXIT_FAILED, EXIT_NOT_FOUND))
    os.chmod(office.site, 0o755)
    for name in os.listdir(office.site):
        os.chmod(os.path.join(office.site, name), 0o644)
    os.chmod(office.passphrase, 0o644)
    os.chmod(office.credentials, 0o755)
    for name in os.listdir(office.credentials):
        os.chmod(os.path.join(office.credentials, name), 0o644)
    sent = office.run("ledger", "checkpoint", limit=as_nobody)
    bad.check("a_site_that_may_not_be_written_is_refused_to_a_writer", sent, EXIT_FAILED,
              "permission|Permission")
    os.chmod(office.site, 0o700)
    for name in os.listdir(office.site):
        os.chmod(os.path.join(office.site, name), 0o600)


def locked(bad, office):
    other = sqlite3.connect(os.path.join(office.site, "ledger.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    start = time.monotonic()
    refused = office.add_party()
    waited = time.monotonic() - start
    other.execute("ROLLBACK")
    other.close()
    bad.check("a_locked_site_is_busy", refused, EXIT_BUSY, "again")
    bad.report.check("a_locked_site_is_waited_for_less_than_a_minute",
                     "" if waited < 60 else "%.0f s" % waited)


def check_symbols(text):
    """The two check symbols of a tag: GF(32), x^5+x^2+1, g = (x-2)(x-4)."""
    power = [1]
    for _ in range(30):
        value = power[-1] << 1
        power.append((value ^ 0b100101) if value & 32 else value)
    log = {value: i for i, value in enumerate(power)}

    def times(a, b):
        return 0 if a == 0 or b == 0 else power[(log[a] + log[b]) % 31]
    rest = [0, 0]
    for symbol in text:
        head = rest[0] ^ ALPHABET.index(symbol)
        rest = [rest[1] ^ times(head, 2 ^ 4), times(head, times(2, 4))]
    return ALPHABET[rest[0]] + ALPHABET[rest[1]]


def tags(bad, office, other):
    keys = office.must("key", "list", "--class", "public", "--json").json()
    item = keys[0]["item"]
    assert check_symbols("K4F7Q2M9X") == "88" and check_symbols("F00000001") == "5A"
    good = item + check_symbols(item)
    site = office.must("site", "show", "--json").json()["site_code"]
    foreign = other.must("site", "show", "--json").json()["site_code"]
    whole = "C1" + item[0] + "1" + item[1:] + site + check_symbols(item)
    bad.report.check("a_right_short_tag_is_found", wants(office.run("key", "show", good), 0))
    bad.report.check("a_right_long_tag_is_found", wants(office.run("key", "show", whole), 0))
    wrong = good[:4] + ("0" if good[4] != "0" else "1") + good[5:]
    bad.check("a_mistyped_tag_is_refused", office.run("key", "lend", wrong, *LEND), EXIT_FAILED,
              "mistyped|typ")
    bad.check("a_mistyped_long_tag_is_refused",
              office.run("key", "lend", whole[:8] + wrong[4:5] + whole[9:]
                         if whole[8] != wrong[4] else whole[:-1] + "7", *LEND),
              EXIT_FAILED)
    unknown = "K0000000Z" + check_symbols("K0000000Z")
    bad.check("an_unknown_tag_is_not_found", office.run("key", "lend", unknown, *LEND),
              EXIT_NOT_FOUND)
    far = "C1" + item[0] + "1" + item[1:] + foreign + check_symbols(item)
    bad.check("a_tag_of_another_site_is_refused", office.run("key", "lend", far, *LEND),
              EXIT_REFUSED, r"\(site\)")
    bad.check("a_word_that_names_nothing_is_not_found",
              office.run("key", "lend", "没有这把钥匙", *LEND), EXIT_NOT_FOUND)


def small():
    """256 MiB of memory, so that a file read whole would be noticed."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))


def csv_files(bad, office):
    def load(path, kind="places"):
        start = time.monotonic()
        limit = small if os.path.getsize(path) > (1 << 28) else None
        result = office.run("import", kind, path, "--as", "li", "--with", "wang", "--yes",
                            limit=limit)
        return result, time.monotonic() - start

    for name in ("torn_quote", "junk_quote", "empty", "heading_missing", "heading_twice",
                 "heading_unknown", "heading_junk", "places_bad", "latin1", "utf16"):
        path = os.path.join(DIRTY, name + ".csv")
        if os.path.exists(path):
            result, _ = load(path)
            bad.check("importing_%s_is_refused" % name, result, EXIT_FAILED)
    big = os.path.join(office.path, "big.csv")
    for label, head in (("one_line_of_2_gb", b""),
                        ("a_heading_and_a_line_of_2_gb", b"code,label,kind,parent\nZ,"),
                        ("an_open_quote_of_2_gb", b'code,label,kind,parent\nZ,"')):
        with open(big, "wb") as file:
            file.write(head)
            file.truncate(1 << 31)
        result, seconds = load(big)
        bad.check("%s_is_refused" % label, result, EXIT_FAILED)
        bad.report.check("%s_is_refused_within_10_s" % label,
                         "" if seconds < 10 else "%.0f s" % seconds)
    os.remove(big)
    for name in ("request", "policy", "checkpoint"):
        with open(big, "wb") as file:
            file.truncate(1 << 31)
        words = {"request": ["sign", big, "--as", "li", "--yes"],
                 "policy": ["site", "policy", "set", big, "--as", "admin", "--with", "mgr",
                            "--yes"],
                 "checkpoint": ["ledger", "verify", "--known", big]}[name]
        bad.check("a_%s_file_of_2_gb_is_refused" % name, office.run(*words, limit=small),
                  (EXIT_FAILED, EXIT_TAMPERED, 6))
    os.remove(big)
    bad.check("an_import_file_that_is_a_directory_is_refused",
              office.run("import", "places", office.path, "--as", "li", "--with", "wang",
                         "--yes"), (EXIT_FAILED, EXIT_NOT_FOUND))
    bad.check("a_missing_import_file_is_named",
              office.run("import", "places", os.path.join(office.path, "no.csv"), "--as", "li",
                         "--with", "wang", "--yes"), EXIT_NOT_FOUND, "no.csv")


def full_disk(report, work):
    """A real full disk where a file system can be mounted."""
    disk = os.path.join(work.path, "disk")
    os.makedirs(disk)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], check=False,
                          capture_output=True)
    if done.returncode != 0:
        report.skip("a_full_disk_is_survived", "# SKIP no file system can be mounted here; "
                    "run.py does it with the fault library")
        return
    try:
        office = work.office.copy(os.path.join(disk, "office"))
        bad = Bad(report, office)
        filler = os.path.join(disk, "filler")
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
        bad.check("a_full_disk_refuses_an_act", office.add_party(), EXIT_FAILED,
                  "full|space|No space")
        bad.check("a_full_disk_refuses_a_checkpoint", office.run("ledger", "checkpoint"),
                  EXIT_FAILED, "full|space|No space")
        bad.check("a_full_disk_refuses_an_export",
                  office.run("ledger", "export", os.path.join(disk, "export")), EXIT_FAILED,
                  "full|space|No space")
        report.check("on_a_full_disk_reading_goes_on", wants(office.run("key", "list"), 0))
        os.remove(filler)
        report.check("with_room_again_the_act_is_taken", wants(office.add_party(), 0))
        report.check("with_room_again_everything_verifies", office.trouble())
    finally:
        subprocess.run(["umount", disk], check=False)


def output_full(bad, office):
    """What was printed did not arrive: an error, not a success."""
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([program(), "key", "list", *office.options()], stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False)
    bad.report.check("output_that_cannot_be_written_is_an_error",
                     "" if done.returncode == EXIT_FAILED and len(done.stderr.splitlines()) == 1
                     else "exit %d: %s" % (done.returncode, done.stderr))
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([program(), "key", "list", *office.options()], stdout=write,
                          stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    bad.report.check("a_reader_that_went_away_is_no_crash",
                     "" if done.returncode in (EXIT_FAILED, -signal.SIGPIPE)
                     else "exit %d: %s" % (done.returncode, done.stderr))


def main():
    report = Report()
    work = Work("input")
    try:
        other = make(os.path.join(work.path, "other"))
        office = work.fresh()
        for part in (pass_and_people, site_of_each_kind, unreadable, locked,
                     lambda bad, it: tags(bad, it, other), csv_files, output_full):
            try:
                part(Bad(report, office), office)
            except (AssertionError, OSError, ValueError, KeyError,
                    subprocess.TimeoutExpired) as problem:
                report.check(part.__name__, "%s: %s" % (type(problem).__name__, problem))
        report.check("after_all_bad_input_the_site_verifies", office.trouble())
        report.check("after_all_bad_input_the_next_act_is_taken",
                     wants(office.add_party(), 0))
        full_disk(report, work)
    finally:
        work.close()
    report.end()


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
