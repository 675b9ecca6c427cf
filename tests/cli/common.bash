# Shared by the tests of the command line: sourced, not run. Each check prints "ok NAME" or
# "not ok NAME"; finish gives the exit code. Run from the root of the project; $CUSTODY is the
# program under test.

set -u
CUSTODY=$(realpath "${CUSTODY:-build/release/custody}")
ROOT=$(pwd)
HERE=$(mktemp -d)
trap 'rm -rf "$HERE"' EXIT
cd "$HERE" || exit 1
export LANG=C.UTF-8
unset LC_ALL CUSTODY_SITE CUSTODY_AS
export CUSTODY_CREDENTIALS=$HERE/store
# A library that remembers Argon2id (fault/quick.c): a third of what a script takes is the same
# few passphrases, again and again. terminal.sh, readme.sh and the demo compute it.
if [ -n "${CUSTODY_QUICK:-}" ]; then
    mkdir .quick
    export LD_PRELOAD=$CUSTODY_QUICK QUICK_DIR=$HERE/.quick
fi
failures=0

ok() {
    echo "ok $1"
}

not_ok() {
    echo "not ok $1"
    sed 's/^/# /' out err 2>/dev/null | head -20
    failures=$((failures + 1))
}

# check NAME CODE ARGS...: runs the program, its exit code must be CODE; out and err are kept.
# Standard input is $TYPED, a line or nothing.
check() {
    local name=$1 code=$2
    shift 2
    printf '%s' "${TYPED:+$TYPED$'\n'}" | "$CUSTODY" "$@" >out 2>err
    local got=$?
    if [ "$got" = "$code" ]; then
        ok "$name"
    else
        not_ok "$name (exit code $got, wanted $code)"
    fi
}

# says NAME TEXT FILE: the file (out, err) has this text.
says() {
    if grep -qF -- "$2" "$3"; then
        ok "$1"
    else
        not_ok "$1 (no \"$2\" in $3)"
    fi
}

# holds NAME COMMAND...: the command succeeds.
holds() {
    local name=$1
    shift
    if "$@" >/dev/null 2>&1; then
        ok "$name"
    else
        not_ok "$name"
    fi
}

finish() {
    [ "$failures" = 0 ]
    exit
}

# Credentials of the given people in the store, each with a passphrase file of its own.
# $KEYS then has the options that unlock them all.
KEYS=()
people() {
    local handle
    for handle in "$@"; do
        echo "passphrase of $handle" >"$handle.pw"
        "$CUSTODY" credential new "$handle" --passphrase-file "$handle.pw" >/dev/null ||
            not_ok "credential of $handle"
        KEYS+=(--passphrase-file "$handle=$HERE/$handle.pw")
    done
}

# A founded office in ./site: li and wang officers, zhao at the front desk, qian supervisor
# (also a witness of the place register), sun borrows, safe in the head office.
office() {
    people li wang zhao qian sun safe
    export CUSTODY_SITE=$HERE/site
    "$CUSTODY" site init --name 翠湖 --origin cuihu.example/custody \
        --policy "$ROOT/schema/policy.default.json" --recovery-officer safe \
        --founder li:1001:administrator --founder wang:1002:centre_manager \
        --founder zhao:1003:key_custodian --founder qian:1004:supervisor \
        --founder sun:1005:staff --founder safe:9001:administrator \
        "${KEYS[@]}" --yes >out 2>err || not_ok "found an office"
}

# Lines of standard input as a batch; every line must go as it says.
batch() {
    local name=$1
    shift
    cat >lines.txt
    if "$CUSTODY" batch lines.txt "${KEYS[@]}" "$@" >out 2>err; then
        ok "$name"
    else
        not_ok "$name"
    fi
}
