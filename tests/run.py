#!/usr/bin/env python3
"""Run the test programs and count their claims.

Every step prints lines "ok NAME" / "not ok NAME" (TAP, or plain); a step that fails without such a
line counts as one failure, a line with "# SKIP" as skipped. The last line is "N passed, N failed".

usage: run.py [unit|oracle|cli|fault|fuzz|source|long ...]     long: the exhaustive campaigns
"""
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BIN = "build/release/custody"
# Debian's own, which has python3-cryptography.
PY = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else "python3"
CLAIM = re.compile(r"^(not )?ok\b[ \t]*(?:\d+[ \t]*)?(?:- )?(.*)$")


def sanitized(script):
    """A script of the command line with the sanitized program, which no library may precede."""
    return (script + " (sanitized)",
            ["env", "-u", "CUSTODY_QUICK", "CUSTODY=" + os.path.abspath("build/asan/custody"),
             "LSAN_OPTIONS=print_suppressions=0:suppressions="
             + os.path.abspath("tests/support/lsan.txt"), "bash", script], 1800)


def unit_steps():
    for path in sorted(glob.glob("tests/unit/*/test_*.c") + glob.glob("tests/label/test_*.c")):
        yield path[:-2], ["build/asan/" + path[:-2]], 900


def long_steps():
    """What `make check` samples, whole. The longest first, so that the cores end together."""
    seed = os.environ.get("CUSTODY_SEED", str(int(time.time()) % 1000000))
    jobs = str(max(1, os.cpu_count() or 1))
    flips = "build/release/tests/fault/flips"
    yield flips, [flips, jobs, "1", "10000", seed], 7200
    for name in ("run", "run_power", "run_alloc", "run_print", "run_input", "run_disaster",
                 "run_appenders"):
        yield ("tests/fault/%s.py --all" % name,
               ["python3", "tests/fault/%s.py" % name, "--all"], 7200)
    for path in ("tests/label/test_decode", "tests/unit/core/test_model",
                 "tests/unit/core/test_seats_property", "tests/unit/ledger/test_verify",
                 "tests/label/test_damage"):
        yield path + " (long)", ["env", "CUSTODY_LONG=1", "build/asan/" + path], 7200
    yield ("tests/oracle/agree (long)", [PY, "tests/oracle/agree.py"], 7200)
    yield ("tests/oracle/random_desk (long)",
           ["python3", "tests/oracle/random_desk.py", "--seed", seed, "--ledgers", "60"], 7200)
    for script in sorted(glob.glob("tests/cli/*.sh")):
        if script != "tests/cli/printers.sh":  # links the library, not the program
            yield sanitized(script)
    yield ("tests/label/forms_libreoffice",
           ["bash", "tests/label/forms_libreoffice.sh", BIN], 1800)
    yield "tests/fuzz 60", ["bash", "tests/fuzz/run.sh", "60"], 7200


def steps(kind):
    if kind == "unit":
        yield from unit_steps()
    elif kind == "source":
        yield "tests/check_sources", ["sh", "tests/check_sources.sh"], 120
    elif kind == "oracle":
        yield ("tests/oracle/both_verifiers",
               [PY, "tests/oracle/test_verify.py", "--against", BIN], 900)
        # An eighth a day; the whole is long.
        part = "%d/8" % (int(time.time()) // 86400 % 8)
        yield ("tests/oracle/agree " + part,
               [PY, "tests/oracle/agree.py", "--part", part], 900)
        yield ("tests/oracle/random_desk",
               [PY, "tests/oracle/random_desk.py", "--seed", "1", "--ledgers", "2"], 900)
        for script in sorted(glob.glob("tests/oracle/*.sh")):
            yield script, ["bash", script], 900
    elif kind == "cli":
        for script in sorted(glob.glob("tests/cli/*.sh")):
            if script == "tests/cli/badinput.sh":
                yield sanitized(script)
            else:
                yield script, ["bash", script, BIN], 600
        yield "tests/demo", ["bash", "tests/demo/run.sh", BIN, "build/demo"], 900
    elif kind == "fault":
        for script in sorted(glob.glob("tests/fault/run*.py")):
            yield script, ["python3", script], 600
    elif kind == "fuzz":
        yield "tests/fuzz", ["bash", "tests/fuzz/run.sh", "1"], 3600
    elif kind == "long":
        yield from long_steps()


def build_quick():
    """What the scripts of the command line preload: tests/cli/common.bash."""
    path = os.path.abspath("build/release/tests/quick.so")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O2", "-fPIC",
                    "-shared", "-o", path, "tests/fault/quick.c"], check=True)
    os.environ["CUSTODY_QUICK"] = path


def run(step):
    name, command, timeout_s = step
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP", CUSTODY=os.path.abspath(BIN))
    # A tenth of a test is its own code, most is SQLite's allocations: one frame each is enough to
    # find the place, and what an allocation held before need not be painted over every day.
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1" if " (long)" in name
                   else "detect_leaks=1:malloc_context_size=1:max_malloc_fill_size=0:"
                        "quarantine_size_mb=16")
    start = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, timeout=timeout_s, text=True,
                              errors="replace", stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        output, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as error:
        output, code = (error.stdout or b"").decode(errors="replace"), -1
    except FileNotFoundError:
        output, code = "not built", -1
    passed = failed = skipped = 0
    for line in output.splitlines():
        claim = CLAIM.match(line.strip())
        if not claim:
            continue
        if re.search(r"#\s*SKIP", line, re.IGNORECASE):
            skipped += 1
        elif claim.group(1):
            failed += 1
        else:
            passed += 1
    total = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", output, re.MULTILINE)
    if passed + failed + skipped == 0 and total:
        passed, failed, skipped = (int(number or 0) for number in total[-1])
    if code != 0 and failed == 0:
        failed = 1
    if passed + failed + skipped == 0:
        passed, failed = (1, 0) if name == "tests/demo" and code == 0 else (0, 1)
    return name, passed, failed, skipped, time.monotonic() - start, output


def main():
    os.chdir(ROOT)
    # No disk to wait for: these tests kill programs, not machines.
    if "TMPDIR" not in os.environ and os.access("/dev/shm", os.W_OK) \
            and shutil.disk_usage("/dev/shm").free > 4 << 30:
        with tempfile.TemporaryDirectory(prefix="custody-", dir="/dev/shm") as folder:
            os.environ["TMPDIR"] = folder
            return run_all()
    return run_all()


def run_all():
    # The long ones first, so that the cores end together.
    kinds = sys.argv[1:] or ["source", "oracle", "fuzz", "fault", "cli", "unit"]
    todo = [step for kind in kinds for step in steps(kind)]
    if "cli" in kinds:
        build_quick()
    totals = [0, 0, 0]
    bad = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, os.cpu_count() or 1)) as pool:
        for step in concurrent.futures.as_completed([pool.submit(run, one) for one in todo]):
            name, passed, failed, skipped, seconds, output = step.result()
            note = f", {skipped} skipped" if skipped else ""
            print(f"{name}: {passed} passed, {failed} failed{note} ({seconds:.1f} s)", flush=True)
            if "long" in kinds:  # what the figures are of
                print("\n".join(line for line in output.splitlines()
                                if re.search(r"\bseed \d|flipped:|_disks_of_|labels, each|either",
                                             line)), flush=True)
            if failed:
                bad.append(name)
                print(output[-6000:], flush=True)
            totals = [totals[0] + passed, totals[1] + failed, totals[2] + skipped]
    if bad:
        print("failing: " + " ".join(bad))
    if totals[2]:
        print(f"{totals[2]} skipped (each says why)")
    print(f"{totals[0]} passed, {totals[1]} failed")
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
