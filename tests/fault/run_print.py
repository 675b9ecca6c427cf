#!/usr/bin/env python3
"""Stop print jobs at their writes, syncs, renames, and at their allocations (print_job.c).

A file stands at the target before. After a disk that fails or fills up it stands there still, or
the job says done and the new one does, whole; nothing else is left. After a kill the target is
the old file or the new one, whole; at most one temporary file TARGET.XXXXXX is left beside it,
and the next job is done as if it were not there, which leaves it alone.

  run_print.py         a point of each kind of fault and job; the seed is printed
  run_print.py --all   every point
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

from office import HERE, ROOT, Report, build_shim

KINDS = ("pdf", "mask", "svg", "png", "pbm", "tspl", "zpl", "slip", "form-pdf", "form-xlsx",
         "form-csv")
FAULTS = ("eio", "enospc", "full", "dead", "short", "kill-before", "kill-after", "kill-torn")
PACKAGES = ("sqlite3", "libsodium", "libcrypto", "jansson", "pangocairo", "libqrencode", "expat",
            "xlsxwriter")
TEMPORARY = re.compile(r"out\.file\.[A-Za-z0-9]{6}$")
OLD = b"what stood there before\n"


def flags(what):
    packages = list(PACKAGES)
    if subprocess.run(["pkg-config", "--exists", "zbar"], check=False).returncode == 0:
        packages.append("zbar")
    return subprocess.run(["pkg-config", what, *packages], check=True, capture_output=True,
                          text=True).stdout.split()


def build(config, target, *more):
    subprocess.run(["gcc", "-std=c17", "-D_GNU_SOURCE", "-g", "-O1",
                    "-I" + os.path.join(ROOT, "include"), *flags("--cflags"), *more, "-o",
                    target, os.path.join(HERE, "print_job.c"),
                    os.path.join(ROOT, "build", config, "libcustody.a"), *flags("--libs"),
                    "-lm", "-lpthread"], check=True)


class Jobs:
    def __init__(self, path):
        self.path = path
        self.job = os.path.join(path, "print_job")
        self.shim = build_shim(os.path.join(path, "iofault.so"), "iofault.c")
        build("release", self.job)

    def run(self, kind, folder, **faults):
        env = dict(os.environ, CUSTODY_LABELS=os.path.join(ROOT, "labels"),
                   SOURCE_DATE_EPOCH="1700000000")
        if faults:
            env.update(LD_PRELOAD=self.shim, IOFAULT_DIR=folder,
                       **{"IOFAULT_" + name: str(value) for name, value in faults.items()})
        return subprocess.run([self.job, kind, os.path.join(folder, "out.file")], env=env,
                              check=False, capture_output=True, encoding="utf-8", timeout=120)

    def whole(self, kind):
        """The bytes of a job that nothing disturbs, and how many calls it makes."""
        folder = tempfile.mkdtemp(dir=self.path)
        log = os.path.join(self.path, "log-" + kind)
        done = self.run(kind, folder, LOG=log, AT=0)
        if done.returncode != 0:
            raise AssertionError("%s: %s" % (kind, done.stderr))
        with open(log, encoding="utf-8") as file:
            return read(os.path.join(folder, "out.file")), len(file.readlines())

    def break_at(self, kind, fault, at, new):
        """'' or what is wrong after the fault."""
        folder = tempfile.mkdtemp(dir=self.path)
        target = os.path.join(folder, "out.file")
        with open(target, "wb") as file:
            file.write(OLD)
        done = self.run(kind, folder, KIND=fault, AT=at)
        left = sorted(set(os.listdir(folder)) - {"out.file"})
        trouble = ""
        if fault.startswith("kill"):
            if read(target) not in (OLD, new):
                trouble = "half a file at the target"
            elif len(left) > 1 or not all(TEMPORARY.match(name) for name in left):
                trouble = "left %s" % left
            else:
                trouble = self.again(kind, folder, left, new)
        elif done.returncode not in (0, 1):
            trouble = "exit %d: %s" % (done.returncode, done.stderr)
        elif done.returncode == 1 and (len(done.stderr.splitlines()) != 1):
            trouble = "no sentence: %r" % done.stderr
        elif fault not in ("dead", "eio") and left:
            trouble = "left %s" % left
        elif done.returncode == 0 and read(target) != new:
            trouble = "says done, and the file is another"
        elif done.returncode == 1 and read(target) not in (OLD, new):
            trouble = "half a file at the target"
        shutil.rmtree(folder)
        return trouble and "%s at call %d: %s" % (fault, at, trouble)

    def again(self, kind, folder, left, new):
        before = [read(os.path.join(folder, name)) for name in left]
        done = self.run(kind, folder)
        if done.returncode != 0 or read(os.path.join(folder, "out.file")) != new:
            return "the next job: exit %d %s" % (done.returncode, done.stderr)
        if [read(os.path.join(folder, name)) for name in left] != before or \
                len(os.listdir(folder)) != 1 + len(left):
            return "the next job touched what was left"
        return ""


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10 ** 6))
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    random.seed(options.seed)
    print("seed %d" % options.seed)
    report = Report()
    path = os.path.realpath(tempfile.mkdtemp(prefix="custody-print-"))
    try:
        jobs = Jobs(path)
        for kind in [options.only] if options.only else KINDS:
            new, calls = jobs.whole(kind)
            again, _ = jobs.whole(kind)
            report.check("printing_%s_twice_gives_equal_bytes" % kind,
                         "" if new == again else "they differ")
            trouble = ""
            points = 0
            for fault in FAULTS:
                every = range(1, calls + 1)
                for at in every if options.all else random.sample(every, 1):
                    trouble = trouble or jobs.break_at(kind, fault, at, new)
                    points += 1
            report.check("printing_%s_leaves_a_whole_file_or_the_old_one # %d points of %d" % (
                kind, points, calls * len(FAULTS)), trouble)
        starve(path, report, [options.only] if options.only else KINDS)
    finally:
        shutil.rmtree(path, ignore_errors=True)
    report.end()


def starve(path, report, kinds):
    job = os.path.join(path, "print_job_alloc")
    build("asan", job, "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
          "-DPRINT_JOB_ALLOC", "-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc")
    for kind in kinds:
        folder = tempfile.mkdtemp(dir=path)
        done = subprocess.run([job, kind, folder, "alloc"], check=False, capture_output=True,
                              encoding="utf-8", errors="replace", timeout=900,
                              env=dict(os.environ, ASAN_OPTIONS="detect_leaks=1",
                                       CUSTODY_LABELS=os.path.join(ROOT, "labels")))
        said = done.stdout.strip().splitlines()
        count = re.findall(r"\((\d+)\)", done.stdout)
        report.check("printing_%s_outlives_every_failed_allocation # %s" % (kind, count),
                     "" if done.returncode == 0 and said and said[-1].startswith("ok ")
                     else "%s %s" % (said[-1:], done.stderr[-1500:]))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
