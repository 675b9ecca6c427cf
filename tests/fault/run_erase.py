#!/usr/bin/env python3
"""Stop an erasure, and a recovery of the vault, at every change of a file, in every way.

erase.c does the work on a small vault; iofault.c kills it or lets the disk fail at its n-th write,
sync, creation or rename. Afterwards, at once: the vault opens, every survivor reads, what was
acknowledged as erased is nowhere, vault.key has one KEK; and doing it again does it, with no byte
of the victims or of the old KEK in any file.

  run_erase.py                      every point, every kind
  run_erase.py --at 7 --kind eio    one of them, of the erasure
"""

import argparse
import os
import shutil
import subprocess
import tempfile

from office import HERE, ROOT, Report, build_shim

KINDS = ("eio", "enospc", "full", "dead", "short", "kill-before", "kill-after", "kill-torn")
PACKAGES = ("sqlite3", "libsodium", "libcrypto", "jansson")
INCLUDES = ("include", "src/base", "src/crypt", "src/store", "src/ledger", "src/core")


def build_driver(path):
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", *PACKAGES], check=True,
                           capture_output=True, text=True).stdout.split()
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O1",
                    *["-I" + os.path.join(ROOT, name) for name in INCLUDES], "-o", path,
                    os.path.join(HERE, "erase.c"),
                    os.path.join(ROOT, "build", "release", "libcustody.a"), *flags, "-lm",
                    "-lpthread"], check=True)


def drive(*words, env=None):
    return subprocess.run([os.environ["ERASE_DRIVER"], *words], env=dict(os.environ, **(env or {})), check=False,
                          capture_output=True, encoding="utf-8", errors="replace", timeout=120)


class Campaign:
    def __init__(self, path, shim, verb):
        self.path, self.shim, self.verb = path, shim, verb
        self.base = os.path.join(path, "base-" + verb)
        os.makedirs(self.base)
        made = drive("make", self.base)
        assert made.returncode == 0, made.stderr
        if verb == "recover":
            os.remove(os.path.join(self.base, "vault", "vault.key"))

    def copy(self):
        where = os.path.join(self.path, "try")
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(self.base, where)
        return where

    def run(self, where, **fault):
        env = {"LD_PRELOAD": self.shim, "IOFAULT_DIR": where}
        env.update({"IOFAULT_" + key.upper(): str(value) for key, value in fault.items()})
        return drive(self.verb, where, env=env)

    def count(self):
        log = os.path.join(self.path, "log")
        done = self.run(self.copy(), at=0, log=log)
        assert done.returncode == 0, done.stderr
        with open(log, encoding="utf-8") as file:
            lines = file.read().splitlines()
        os.remove(log)
        return len(lines)

    def one(self, at, kind):
        where = self.copy()
        done = self.run(where, at=at, kind=kind)
        is_said = done.stdout.strip() == {"erase": "erased", "recover": "recovered"}[self.verb]
        if is_said != (done.returncode == 0):
            return "exit %d, said %r" % (done.returncode, done.stdout)
        if done.returncode > 0 and done.stderr.count("\n") != 1:
            return "no one sentence: %r" % done.stderr
        how = {"erase": ("tried", "erased"), "recover": ("lost", "recovered")}[self.verb][is_said]
        after = drive("check", where, how)
        return "" if after.returncode == 0 else "%s: %s" % (how, after.stderr.strip())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--at", type=int)
    options.add_argument("--kind")
    args = options.parse_args()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    path = os.path.realpath(tempfile.mkdtemp(prefix="custody-erase-", dir=memory))
    report = Report()
    try:
        os.environ["ERASE_DRIVER"] = os.path.join(path, "erase")
        build_driver(os.environ["ERASE_DRIVER"])
        shim = build_shim(os.path.join(path, "iofault.so"), "iofault.c")
        for verb in ("erase", "recover"):
            campaign = Campaign(path, shim, verb)
            points = range(1, campaign.count() + 1)
            if args.at is not None:
                points = [args.at]
            for kind in KINDS:
                if args.kind not in (None, kind):
                    continue
                troubles = [(at, campaign.one(at, kind)) for at in points]
                bad = ["%d: %s" % (at, trouble) for at, trouble in troubles if trouble]
                report.check("%s_outlives_%s_at_each_of_%d_points" % (
                    verb, kind.replace("-", "_"), len(troubles)), "; ".join(bad[:3]))
        place = os.path.join(path, "alloc")
        os.makedirs(place)
        drive("make", place)
        done = drive("alloc", place)
        report.check("erasure_outlives_every_failed_allocation", "" if done.returncode == 0 else
                     done.stderr[-400:])
    finally:
        shutil.rmtree(path, ignore_errors=True)
    report.end()


if __name__ == "__main__":
    main()
