"""A small founded office to break, and the questions asked of it afterwards.

Used by the fault scripts in this folder. Python's own library only.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OFFICE = os.path.join(ROOT, "tests", "data", "office")
PEOPLE = ("admin", "mgr", "hq", "li", "wang", "zhao", "chen")

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_TAMPERED = 0, 1, 2, 3
EXIT_REFUSED, EXIT_NOT_FOUND, EXIT_UNCHECKED, EXIT_BUSY = 4, 5, 6, 75


def program():
    """The program under test: $CUSTODY, else the release build."""
    return os.environ.get("CUSTODY", os.path.join(ROOT, "build", "release", "custody"))


# Environment for every command, by quicken().
QUICK = {}


def build_shim(path, source):
    """A library to preload, from a C file of this folder."""
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O2", "-fPIC",
                    "-shared", "-o", path, os.path.join(HERE, source)], check=True)
    return path


def quicken(path):
    """Remember Argon2id in this directory for all commands of this process (quick.c)."""
    kept = os.path.join(path, "quick")
    os.makedirs(kept, exist_ok=True)
    QUICK.update(LD_PRELOAD=build_shim(os.path.join(path, "quick.so"), "quick.c"),
                 QUICK_DIR=kept)


def environment(env=None):
    """What a command is run with; libraries to preload add up."""
    every = dict(os.environ, LC_ALL="C.UTF-8", **QUICK)
    every.update(env or {})
    libraries = [some["LD_PRELOAD"] for some in (env or {}, QUICK) if "LD_PRELOAD" in some]
    if libraries:
        every["LD_PRELOAD"] = ":".join(libraries)
    return every


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return "exit %d, said %r" % (self.code, (self.err or self.out)[-300:])


class Office:
    """A directory with `site`, `credentials` and passphrase files; commands run against it."""

    def __init__(self, path):
        self.path = path
        self.site = os.path.join(path, "site")
        self.credentials = os.path.join(path, "credentials")
        self.passphrase = os.path.join(path, "passphrase")

    def options(self, site=None):
        return ["--site", site or self.site, "--credentials", self.credentials,
                "--passphrase-file", self.passphrase, "--lang", "en"]

    def run(self, *words, site=None, env=None, timeout=120, text=None, limit=None):
        """Run one command of the program."""
        done = subprocess.run([program(), *words, *self.options(site)], env=environment(env),
                              input=text, capture_output=True, encoding="utf-8",
                              errors="replace", timeout=timeout, check=False,
                              preexec_fn=limit)
        return Result(done.returncode, done.stdout, done.stderr)

    def must(self, *words, **more):
        result = self.run(*words, **more)
        if result.code != 0:
            raise AssertionError("%s: %s" % (" ".join(words[:3]), result))
        return result

    def batch(self, lines, **more):
        return self.run("batch", "-", "--yes", text="\n".join(lines) + "\n", **more)

    def size(self, site=None):
        return self.must("site", "show", "--json", site=site).json()["size"]

    def copy(self, path):
        """The same office in another place, which must not be there yet."""
        shutil.copytree(self.path, path)
        return Office(path)

    def verify(self, *words, site=None):
        """Exit code and report of `ledger verify`."""
        result = self.run("ledger", "verify", "--json", *words, site=site)
        try:
            return result.code, result.json()
        except ValueError:
            return result.code, {"error": str(result)}

    def trouble(self):
        """What is wrong with the site after a fault: '' when it verifies and reads."""
        code, report = self.verify()
        scopes = {name: report.get(name) for name in ("ledger", "read_model", "openings")}
        if code != 0 or set(scopes.values()) != {"verified"}:
            return "does not verify: exit %d, %s, %s" % (
                code, scopes, report.get("findings", report))
        shown = self.run("key", "list", "--limit", "1")
        return "" if shown.code == 0 else "does not read: %s" % shown

    def add_party(self, name="后来", site=None):
        """Personal texts go by standard input."""
        return self.run("party", "add", "--name", "-", "--relation", "visitor", "--as", "li",
                        "--yes", text=name + "\n", site=site)

    def parties(self):
        """Names, out of the openings: party list shows none without a purpose, for the record."""
        with tempfile.TemporaryDirectory() as made:
            path = os.path.join(made, "openings")
            self.must("ledger", "openings", path)
            with open(path, encoding="utf-8") as file:
                opened = {entry["entry"]: base64.b64decode(entry["pt"])
                          for entry in json.load(file) if entry["pointer"] == "/body/name"}
        return [opened[row["idx"]].rstrip(b"\0")[:-1].decode() if row["idx"] in opened else None
                for row in self.must("party", "list", "--json").json()]

    def is_lent(self, item):
        loans = self.must("key", "loans", "--json").json()
        return any(item in (row.get("item"), row.get("label")) for row in loans)

    def signer_state(self):
        with open(os.path.join(self.site, "signer-state"), encoding="ascii") as file:
            return json.load(file)


def desk_file(path, desk):
    """The keys of one desk of the office, as a file: each custodian signs for his own."""
    with open(os.path.join(OFFICE, "keys.csv"), encoding="utf-8-sig") as file:
        lines = file.read().splitlines()
    name = os.path.join(path, "keys-%s.csv" % desk)
    with open(name, "w", encoding="utf-8") as file:
        rows = [line for line in lines[1:] if line.endswith("," + desk)]
        file.write("\n".join(lines[:1] + rows) + "\n")
    return name


def make(path):
    """Found an office of seven people, 17 places, 36 locks, 58 keys."""
    os.makedirs(path)
    office = Office(path)
    with open(office.passphrase, "w", encoding="ascii") as file:
        file.write("correct horse battery\n")
    for handle in PEOPLE:
        office.must("credential", "new", handle)
    office.must("site", "init", "--name", "翠湖花园", "--origin", "cuihu.example/custody",
                "--policy", os.path.join(OFFICE, "policy.json"), "--utc-offset", "480",
                "--founder", "admin:A001:administrator", "--founder",
                "mgr:A002:centre_manager", "--founder", "hq:H001:administrator", "--sheet",
                "1", "--yes")
    officers = "--credential local --as admin --with mgr"
    result = office.batch([
        "person enrol li --staff-no 001 --role key_custodian --role service_staff " + officers,
        "person enrol wang --staff-no 002 --role supervisor --role engineering_manager "
        + officers,
        "person enrol zhao --staff-no 003 --role engineering_custodian --role duty "
        "--role staff " + officers,
        "person enrol chen --staff-no 004 --role key_custodian --role service_staff "
        + officers,
        "import places '%s' --as li --with wang" % os.path.join(OFFICE, "places.csv"),
        "import locks '%s' --as li --with wang" % os.path.join(OFFICE, "locks.csv"),
        "import keys '%s' --as zhao --with wang" % desk_file(path, "eng"),
        "import keys '%s' --as li --with wang" % desk_file(path, "front"),
    ])
    if result.code != 0:
        raise AssertionError("making the office: %s" % result)
    result = office.add_party("刘一")
    if result.code != 0:
        raise AssertionError("making the office: %s" % result)
    return office


class Work:
    """A scratch directory that goes away at the end, with a prepared office in it."""

    def __init__(self, name, is_quick=False):
        # in memory where there is such a place: these tests kill programs, not machines
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        where = os.environ.get("TMPDIR") or memory
        # links are resolved: the fault library compares real paths
        self.path = os.path.realpath(tempfile.mkdtemp(prefix="custody-%s-" % name, dir=where))
        self.count = 0
        try:
            if is_quick:
                quicken(self.path)
            self.office = make(os.path.join(self.path, "office"))
        except BaseException:
            self.close()
            raise

    def fresh(self):
        self.count += 1
        return self.office.copy(os.path.join(self.path, "copy-%d" % self.count))

    def drop(self, office):
        shutil.rmtree(office.path, ignore_errors=True)

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Report:
    """One line a claim, and the sum at the end."""

    def __init__(self):
        self.passed = self.failed = 0
        self.start = time.monotonic()

    def check(self, name, trouble):
        """trouble: '' or None when the claim holds, else why it does not."""
        if trouble:
            self.failed += 1
            print("not ok %s: %s" % (name, trouble), flush=True)
        else:
            self.passed += 1
            print("ok %s" % name, flush=True)

    def skip(self, name, why):
        print("skip %s: %s" % (name, why), flush=True)

    def end(self):
        print("%d passed, %d failed (%.0f s)" % (self.passed, self.failed,
                                                 time.monotonic() - self.start))
        sys.exit(1 if self.failed else 0)


def wants(result, code, *texts):
    """'' when a command ended with code and one sentence on stderr that has the texts."""
    codes = code if isinstance(code, tuple) else (code,)
    if result.code not in codes:
        return "exit %d instead of %s: %r" % (result.code, codes, result.err[-300:])
    if 0 in codes:
        return ""
    lines = result.err.splitlines()
    if len(lines) != 1 or not result.err.endswith("\n"):
        return "stderr is not one line: %r" % result.err[-400:]
    for text in texts:
        if not re.search(text, result.err):
            return "stderr does not say %r: %r" % (text, result.err)
    return ""
