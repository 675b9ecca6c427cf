#!/usr/bin/env python3
"""Make an office, then let every allocation of the library's calls fail (alloc.c).

  run_alloc.py            about 40 allocations of each call; the seed is printed
  run_alloc.py --all      4,000 of each, which is all but of verify, rebuild, import
  run_alloc.py --tries 0  every one (hours)
  run_alloc.py --only verify --at 39896 --tries 20
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys

from office import HERE, ROOT, Work

LIBRARIES = ("sqlite3", "libsodium", "libcrypto", "jansson")
PRINT_LIBRARIES = ("pangocairo", "libqrencode")
# One frame each: a place that is found is run again, by --at, with ALLOC_ASAN=detect_leaks=1,
# and fast_unwind_on_malloc=0 for whole stacks through libraries, at ten times the time.
ASAN = os.environ.get("ALLOC_ASAN", "detect_leaks=1:malloc_context_size=1:"
                                    "max_malloc_fill_size=0")


def build(library, source, target, libraries, folders):
    def flags(what):
        return subprocess.run(["pkg-config", what, *libraries], check=True,
                              capture_output=True, text=True).stdout.split()
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O1", "-g",
                    "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
                    *("-I" + os.path.join(ROOT, folder) for folder in folders),
                    *flags("--cflags"), "-o", target, os.path.join(HERE, source), library,
                    "-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc", *flags("--libs"), "-lm",
                    "-lpthread"], check=True)


def run_pages(work, library):
    """The pages (alloc_print.c), every allocation whatever the options: they are few."""
    one = os.path.join(work.path, "alloc_print")
    folder = os.path.join(work.path, "pages")
    os.mkdir(folder)
    build(library, "alloc_print.c", one, PRINT_LIBRARIES,
          ("include", "src/base", "src/print"))
    return subprocess.run([one, folder], check=False, text=True, errors="replace",
                          stdout=subprocess.PIPE, env=dict(os.environ, ASAN_OPTIONS=ASAN))


def prepare(work):
    """base, request and the inputs of the claims."""
    office = work.office
    keys = office.must("key", "list", "--class", "public", "--json").json()
    item = {"item": keys[0]["item"], "label": keys[0]["label"]}
    office.must("key", "lend", keys[1]["item"], "--to", "zhao", "--sign-by", "zhao", "--due",
                "+8h", "--purpose", "inspection", "--for", "工程部", "--prepare",
                os.path.join(work.path, "request"), "--as", "li", "--yes")
    due = json.loads(office.must("sign", os.path.join(work.path, "request"), "--show",
                                 "--json").out)["fields"]["due"]
    places = os.path.join(work.path, "places.csv")
    with open(places, "w", encoding="utf-8") as file:
        file.write("code,label,kind,parent\nX,东区,area,\nX-1,东区-1号,building,X\n")
    with open(os.path.join(work.path, "work"), "w", encoding="utf-8") as file:
        json.dump({
            "label": keys[2]["label"], "places": places,
            "who": {"kind": "K", "target": keys[0]["item"]},
            "lend": {"approval": None, "desk": "front", "due": due, "items": [item],
                     "on_behalf": "工程部", "purpose": "inspection", "receiver": "zhao",
                     "receipt": {"image": None, "kind": "credential", "slip": None,
                                 "unsigned_reason": None}},
            "party": {"name": {"text": "张三"}, "party": "P0A0B0C0D",
                      "phone": {"text": "13800000000"}, "relation": "tenant", "unit": None},
        }, file)
    shutil.move(office.path, os.path.join(work.path, "base"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--tries", type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10 ** 6))
    parser.add_argument("--only", default="")
    parser.add_argument("--at", type=int, help="this allocation, and --tries after it")
    options = parser.parse_args()
    library = os.environ.get("CUSTODY_ASAN_LIBRARY",
                             os.path.join(ROOT, "build", "asan", "libcustody.a"))
    passed = failed = 0
    work = Work("alloc")
    try:
        prepare(work)
        build(library, "alloc.c", os.path.join(work.path, "alloc"), LIBRARIES, ("include",))
        tries = options.tries if options.tries is not None else 4000 if options.all else 40
        print("seed %d" % options.seed)
        one = os.path.join(work.path, "alloc")
        names = subprocess.run([one], check=False, stdout=subprocess.PIPE,
                               text=True).stdout.split()
        # a process for each claim: what leaks is then its own
        for name in [options.only] if options.only else names + ["pages"]:
            words = [one, work.path, str(tries), str(-options.at if options.at else options.seed),
                     name]
            done = run_pages(work, library) if name == "pages" else subprocess.run(
                words, check=False, text=True, errors="replace", stdout=subprocess.PIPE,
                env=dict(os.environ, ASAN_OPTIONS=ASAN))
            print(done.stdout, end="", flush=True)
            lines = done.stdout.splitlines()
            bad = sum(1 for line in lines if line.startswith("not ok "))
            passed += sum(1 for line in lines if line.startswith("ok "))
            if done.returncode != 0 and bad == 0:
                print("not ok %s_ends_well: exit %d" % (name, done.returncode))
                bad = 1
            failed += bad
    finally:
        work.close()
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
