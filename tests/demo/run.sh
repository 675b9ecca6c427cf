#!/bin/sh
# The demonstration: a day, a week and a month of the estate, and a
# three-person office.
#
#   tests/demo/run.sh [PROGRAM [DIRECTORY]]
#
# Called from the root of the project (make demo). PROGRAM: $CUSTODY, else
# build/release/custody. DIRECTORY: build/demo; what an earlier run left there is replaced.
# $LANG beginning with "en" tells the story in English. Ends with 0 only when everything went
# as the story says, the refusals included.
set -eu
program=${1:-${CUSTODY:-build/release/custody}}
directory=${2:-build/demo}
python=${PYTHON:-/usr/bin/python3}
[ -x "$python" ] || python=python3
exec "$python" -B "$(dirname "$0")/demo.py" "$program" "$directory"
