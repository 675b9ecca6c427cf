#!/usr/bin/env python3
"""Questions at a terminal: passphrases without echo, agreement before signing, interrupts."""
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.realpath(os.environ.get("CUSTODY", "build/release/custody"))
POLICY = os.path.realpath("schema/policy.default.json")
failures = 0


def report(name, good, text=b""):
    global failures
    print(("ok " if good else "not ok ") + name, flush=True)
    if not good:
        failures += 1
        for line in text.decode(errors="replace").splitlines():
            print("# " + line)


def talk(arguments, answers):
    """Run in a terminal of its own, answering each prompt in turn; an answer may be a function,
    which is called when its prompt stands there. Gives (exit code, screen)."""
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored in whatever a shell runs with "&"
        os.execv(PROGRAM, [PROGRAM, *arguments])
    screen, pending = b"", list(answers)
    fresh = b""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        screen += data
        fresh += data
        if pending and fresh.endswith((b"): ", b"agree ")):
            answer = pending.pop(0)
            os.write(terminal, answer() if callable(answer) else answer)
            fresh = b""
    else:
        os.kill(pid, 9)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), screen


def main():
    folder = tempfile.mkdtemp()
    os.environ.update(CUSTODY_CREDENTIALS=folder + "/store", CUSTODY_SITE=folder + "/site",
                      LANG="C.UTF-8")
    os.environ.pop("LC_ALL", None)
    os.environ.pop("CUSTODY_AS", None)
    keys = []
    for handle in ("li", "wang", "safe"):
        secret = f"secret of {handle}\n".encode()
        code, screen = talk(["credential", "new", handle], [secret, secret])
        report(f"credential_of_{handle}_is_made", code == 0, screen)
        report(f"the_passphrase_of_{handle}_is_not_echoed", b"secret of" not in screen, screen)
        with open(f"{folder}/{handle}.pw", "wb") as file:
            file.write(secret)
        keys += ["--passphrase-file", f"{handle}={folder}/{handle}.pw"]
    code, screen = talk(["credential", "new", "ma"], [b"one two three\n", b"one two thre\n"])
    report("two_different_passphrases_make_nothing", code == 1, screen)
    founded = subprocess.run(
        [PROGRAM, "site", "init", "--name", "t", "--origin", "t.example/c", "--policy", POLICY,
         "--recovery-officer", "safe", "--founder", "li:1:administrator", "--founder",
         "wang:2:centre_manager", "--founder", "safe:3:administrator", "--yes", *keys],
        capture_output=True, check=False)
    report("an_office_is_founded", founded.returncode == 0, founded.stderr)
    enrol = ["person", "enrol", "ma", "--staff-no", "7", "--role", "staff", "--credential",
             "none", "--as", "li", "--with", "wang"]
    secrets = [b"secret of li\n", b"secret of wang\n"]
    code, screen = talk(enrol, secrets + [b"y\n", b"n\n"])
    report("who_does_not_agree_does_not_sign", code == 4 and b"declined" in screen, screen)
    code, screen = talk(enrol, secrets + [b"\n"])
    report("an_empty_answer_is_no", code == 4, screen)
    code, screen = talk(enrol, [secrets[0], b"\x03"])
    report("an_interrupt_at_a_passphrase_changes_nothing", code == 4, screen)
    code, screen = talk(enrol, [b"wrong one\n"])
    report("a_wrong_passphrase_is_said", code == 1, screen)
    code, screen = talk(enrol, secrets + [b"y\n", b"y\n"])
    report("who_agrees_signs", code == 0 and b"staff_no: 7" in screen, screen)
    report("the_sentence_is_shown_before", screen.find(b"enrol ma") < screen.find(b"li: sign"),
           screen)

    def agree_late():
        """Meanwhile li signs two other acts at another counter."""
        for number in ("8", "9"):
            other = ["person", "enrol", "n" + number, "--staff-no", number, *enrol[5:], "--yes"]
            subprocess.run([PROGRAM, *other, *keys], check=True, capture_output=True)
        return b"y\n"

    late = ["person", "enrol", "tang", "--staff-no", "10", *enrol[5:]]
    code, screen = talk(late, secrets + [agree_late, b"y\n"])
    report("an_act_overtaken_at_the_question_is_prepared_anew", code == 0, screen)
    report("and_is_agreed_to_once", screen.count(b"li: sign") == 1, screen)
    people = subprocess.run([PROGRAM, "person", "list", "--json"], capture_output=True, check=True)
    report("and_nothing_of_the_three_is_lost",
           all(f'"{who}"'.encode() in people.stdout for who in ("n8", "n9", "tang")),
           people.stdout)
    blanks = ["label", "blanks", "--class", "K", "--count", "3", "--stock",
              os.path.realpath("labels/fob-22x32.label"), "--as", "li", "--out"]
    os.mkdir(folder + "/labels")
    before = subprocess.run([PROGRAM, "site", "show", "--json"], capture_output=True, check=True)
    code, screen = talk(blanks + [folder + "/labels/tags.pdf"], [b"\x03"])
    report("an_interrupt_at_the_question_ends_it", code == -2 and b"agree" in screen, screen)
    code, screen = talk(blanks + [folder + "/labels/tags.pdf", "--passphrase-file",
                                  f"li={folder}/li.pw"], [b"n\n"])
    report("who_does_not_agree_prints_nothing", code == 4, screen)
    report("nothing_of_the_labels_is_left", os.listdir(folder + "/labels") == [],
           repr(os.listdir(folder + "/labels")).encode())
    after = subprocess.run([PROGRAM, "site", "show", "--json"], capture_output=True, check=True)
    report("nor_recorded", before.stdout == after.stdout, after.stdout)
    subprocess.run(["rm", "-rf", folder], check=False)
    return failures != 0


sys.exit(main())
