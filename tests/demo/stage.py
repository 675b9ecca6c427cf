"""What the stories stand on: the clock, the terminals, and the counting of what happened.

A terminal is one running `custody batch -`: its people type their passphrases once. The clock
is the file that $CUSTODY_CLOCK names; a terminal answers a line before the next one is sent, so
the clock can be moved between two lines.
"""

import base64
import collections
import datetime
import json
import os
import re
import subprocess
import sys

UTC_OFFSET = datetime.timedelta(hours=8)
REFUSED = 4
TICK = 20  # seconds from one act to the next, when the story names no time

SPARE = ["--accept", "last-spare=only_one"]  # a bag of a home holds all its copies

REFUSAL = re.compile(r"^[^(]*\(([A-Za-z0-9-]+)\): (.*)$")


class DemoError(Exception):
    """The story did not go as it was written."""


def quoted(word):
    """One word of a batch line."""
    if word and not re.search(r"[\s'\"\\#]", word):
        return word
    if "'" in word:
        raise DemoError("the demo cannot quote %s" % word)
    return "'" + word + "'"


def lend(keys, to, due, purpose, behalf, *more):
    keys = [keys] if isinstance(keys, str) else list(keys)
    return ["key", "lend"] + keys + ["--to", to, "--due", due, "--purpose", purpose,
                                     "--for", behalf] + list(more)


def back(keys, by, *more):
    keys = [keys] if isinstance(keys, str) else list(keys)
    return ["key", "return"] + keys + (["--by", by] if by else []) + list(more)


class Stage:
    """One site, its directory, its clock, and what was counted."""

    def __init__(self, program, root, english, write):
        self.program = os.path.abspath(program)
        self.root = os.path.abspath(root)
        self.english = english
        self.write = write
        self.clock = os.path.join(self.root, "clock")
        self.site = os.path.join(self.root, "site")
        self.desk = os.path.join(self.root, "credentials")
        self.now = None
        self.acts = 0  # since the day began
        self.people = set()  # who signed since then
        self.refusals = collections.Counter()
        self.flags = collections.Counter()
        self.seen = {}  # size of the ledger that a machine elsewhere has seen last
        for path in (self.root, self.desk, self.path("passphrases"), self.path("requests")):
            os.makedirs(path, mode=0o700, exist_ok=True)
        self.log = open(self.path("transcript.log"), "w", encoding="utf-8")

    def path(self, *names):
        return os.path.join(self.root, *names)

    # ---- telling ----

    def say(self, zh, en):
        self.write((en if self.english else zh + "\n    · " + en) + "\n")

    def scene(self, zh, en):
        when = self.now.strftime("%m-%d %H:%M")
        self.write("\n── %s ── %s\n" % (when, en if self.english else zh + " · " + en))

    def show(self, text):
        self.write("      " + text + "\n")

    def show_lines(self, text, most=12):
        lines = text.rstrip("\n").split("\n")
        for line in lines[:most]:
            self.show(line)
        if len(lines) > most:
            self.show("… (%d)" % (len(lines) - most))

    # ---- time ----

    def at(self, text):
        """Local time: "09:10" of the same day, or "2026-11-20 09:10"."""
        if " " not in text:
            text = self.now.strftime("%Y-%m-%d ") + text
        then = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M")
        if self.now is not None and then < self.now:
            raise DemoError("the story goes back from %s to %s" % (self.now, then))
        self.now = then
        self.set_clock()

    def tick(self, seconds=TICK):
        self.now += datetime.timedelta(seconds=seconds)
        self.set_clock()

    def set_clock(self):
        text = (self.now - UTC_OFFSET).strftime("%Y-%m-%dT%H:%M:%SZ\n")
        with open(self.clock + ".new", "w", encoding="ascii") as out:
            out.write(text)
        os.replace(self.clock + ".new", self.clock)

    def local(self, text):
        """A time of this day as the program takes it."""
        return self.now.strftime("%Y-%m-%dT") + text

    # ---- the program ----

    def environment(self, credentials, has_site=True):
        """What a machine knows: its own credentials, and the site only where the site is."""
        env = {name: value for name, value in os.environ.items()
               if not name.startswith("CUSTODY_")}
        env["CUSTODY_CLOCK"] = self.clock
        env["CUSTODY_CREDENTIALS"] = credentials
        env["CUSTODY_SITE"] = self.site if has_site else self.path("no-site-here")
        return env

    def passphrase(self, handle):
        """A file for the passphrase of a handle. A demo may keep them; nobody else should."""
        path = self.path("passphrases", handle)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as out:
                out.write("demo passphrase of %s, never used elsewhere\n" % handle)
            os.chmod(path, 0o600)
        return path

    def run(self, words, credentials=None, has_site=True, expect=0, typed=None):
        """One command of its own process. Returns what it printed."""
        words = [str(word) for word in words]
        line = [self.program] + words + ["--lang", "en" if self.english else "zh"]
        self.log.write("$ custody %s\n" % " ".join(quoted(word) for word in words))
        done = subprocess.run(line, env=self.environment(credentials or self.desk, has_site),
                              input=(typed or "").encode("utf-8"), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, start_new_session=True)
        text = done.stdout.decode("utf-8", "replace")
        self.log.write(text)
        if done.returncode != expect:
            raise DemoError("custody %s\nended with %d, not %d:\n%s" % (
                " ".join(quoted(word) for word in words), done.returncode, expect, text[-3000:]))
        return text

    def new_credential(self, handle, credentials=None):
        self.run(["credential", "new", handle, "--passphrase-file",
                  "%s=%s" % (handle, self.passphrase(handle))], credentials)

    def lose_credential(self, handle):
        """The phone is gone: the file leaves the desk."""
        lost = self.path("lost")
        os.makedirs(lost, mode=0o700, exist_ok=True)
        for name in os.listdir(self.desk):
            if name.startswith(handle + "-"):
                os.replace(os.path.join(self.desk, name), os.path.join(lost, name))

    def terminal(self, people, credentials=None):
        return Terminal(self, people, credentials or self.desk)

    def begin_counting(self):
        self.acts = 0
        self.people = set()
        self.refusals.clear()
        self.flags.clear()

    def count(self, result, signers):
        if isinstance(result.get("idx"), int) and not result.get("repeat"):
            self.acts += 1
            self.people.update(signers)
            for flag in result.get("flags", []):
                self.flags[flag["code"] if isinstance(flag, dict) else flag] += 1


class Terminal:
    """One batch: a desk at which some people sit."""

    def __init__(self, stage, people, credentials):
        self.stage = stage
        self.marks = 0
        words = [stage.program, "batch", "-", "--yes", "--lang", "en" if stage.english else "zh"]
        for handle in people:
            words += ["--passphrase-file", "%s=%s" % (handle, stage.passphrase(handle))]
        self.process = subprocess.Popen(
            words, env=stage.environment(credentials), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0,
            start_new_session=True)  # no terminal: nothing may stop to ask
        self.answers = open(self.process.stdout.fileno(), "r", encoding="utf-8",
                            errors="replace", closefd=False)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.process.stdin.close()
        rest = self.answers.read()
        self.stage.log.write(rest)
        if self.process.wait() != 0 and kind is None:
            raise DemoError("a terminal ended with %d:\n%s" % (self.process.returncode,
                                                             rest[:3000]))

    def line(self, words):
        """Send one line, give back what was printed for it."""
        text = " ".join(quoted(str(word)) for word in words)
        self.marks += 1
        mark = "~~ %d" % self.marks
        self.stage.log.write("> " + text + "\n")
        # Only what ends a command is sure to be flushed: hence the version after the mark.
        try:
            self.process.stdin.write(("%s\necho %s\nversion\n" % (text, mark)).encode("utf-8"))
        except BrokenPipeError:
            pass
        answer = []
        for got in self.answers:
            if got.rstrip("\n") == mark:
                self.answers.readline()
                break
            answer.append(got)
            self.stage.log.write(got)
        else:
            raise DemoError("%s\nfailed:\n%s" % (text, "".join(answer)))
        return "".join(answer)

    def act(self, words, by, with_=(), show=True):
        """An act that is to be recorded. Returns what the program says of it."""
        with_ = [with_] if isinstance(with_, str) else list(with_)
        more = ["--as", by, "--json"]
        for handle in with_:
            more += ["--with", handle]
        answer = self.line(list(words) + more)
        result = None
        for text in answer.split("\n"):
            if text.startswith("{"):
                result = json.loads(text)
                self.stage.count(result, [by] + with_)
        if result is None or not isinstance(result.get("idx"), int):
            if not (result and result.get("path")):
                raise DemoError("%s\nrecorded nothing:\n%s" % (words, answer))
        if show:
            self.tell(result)
        self.stage.tick()
        return result

    def tell(self, result):
        mark = "#%d" % result["idx"] if isinstance(result.get("idx"), int) else "…"
        self.stage.show("%s %s" % (mark, result["sentence"]))
        for flag in result.get("flags", []):
            self.stage.show("   ⚑ %s" % (flag["code"] + ": " + flag.get("text", "")
                                         if isinstance(flag, dict) else flag))

    def refused(self, words, by, rule, with_=()):
        """An act that the program must refuse, naming this rule."""
        with_ = [with_] if isinstance(with_, str) else list(with_)
        more = ["--as", by]
        for handle in with_:
            more += ["--with", handle]
        answer = self.line(["expect", REFUSED] + list(words) + more)
        found = None
        for text in answer.split("\n"):
            found = REFUSAL.match(text) or found
        if found is None or found.group(1) != rule:
            raise DemoError("%s\nwas to be refused by %s:\n%s" % (words, rule, answer))
        self.stage.refusals[rule] += 1
        self.stage.show("✗ %s: %s" % (rule, found.group(2)))
        self.stage.tick(10)

    def read(self, words):
        """Rows of a list."""
        return json.loads(self.line(list(words) + ["--json"]))

    def read_personal(self, words, by):
        """The same with what customers are called: by whom and why is recorded first."""
        answer = self.line(list(words) + ["--purpose", "inspection", "--as", by, "--json"])
        self.stage.tick()
        return json.loads(answer[answer.find("\n[") + 1:])

    def text(self, words):
        return self.line(words)


def signed_elsewhere(stage, terminal, words, by, signer, name, with_=()):
    """Prepared at the desk, signed on the signer's own machine, submitted at the desk."""
    path = stage.path("requests", name)
    more = ["--prepare", path, "--from", stage.seen.get(signer, 0)]
    if signer == by:
        more += ["--no-sign"]
    else:
        more += ["--sign-by", signer]
    prepared = terminal.act(list(words) + more, by, with_, show=False)
    stage.show("⇢ %s → %s" % (os.path.relpath(path, stage.root), signer))
    machine = stage.path("machines", signer)
    stage.run(["sign", path, "--as", signer, "--passphrase-file",
               "%s=%s" % (signer, stage.passphrase(signer)), "--yes"], machine, has_site=False)
    result = json.loads(terminal.line(["submit", path, "--json"]))
    if result.get("act_id") != prepared.get("act_id"):
        raise DemoError("%s came back as another act" % name)
    stage.seen[signer] = result["idx"]  # nothing came between preparing and submitting
    stage.count(result, [by, signer] + list(with_))
    terminal.tell(result)
    stage.tick()
    return result


def reworked(stage, terminal, words, by, with_, name, change):
    """An act that this program's commands do not ask for so, like a released older version.

    The request is prepared unsigned, its payload is changed, and its signers sign what the file
    then says. The text they are shown is that of the changed act.
    """
    path = stage.path("requests", name)
    with_ = [with_] if isinstance(with_, str) else list(with_)
    signers = [by] + with_
    terminal.act(list(words) + ["--prepare", path, "--no-sign"], by, with_, show=False)
    with open(path, encoding="utf-8") as file:
        request = json.load(file)
    payload = json.loads(base64.b64decode(request["payload"]))
    change(payload)
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    request["payload"] = base64.b64encode(text.encode("utf-8")).decode("ascii")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(request, file, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for signer in signers:
        terminal.line(["sign", path, "--as", signer])
    result = json.loads(terminal.line(["submit", path, "--json"]))
    stage.count(result, signers)
    terminal.tell(result)
    stage.tick()
    return result


def flushing_writer(out):
    """Print at once: who watches a story should not wait for a buffer."""
    def write(text):
        out.write(text)
        out.flush()
    return write


def wants_english():
    return (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").startswith("en")


def utf8_stdout():
    sys.stdout.reconfigure(encoding="utf-8")
    return sys.stdout
