#!/bin/bash
# The session in README.md, run line by line; output is compared but for ids and times.
set -u
CUSTODY=$(realpath "${CUSTODY:-build/release/custody}")
root=$(pwd)
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
mkdir "$here/bin"
ln -s "$CUSTODY" "$here/bin/custody"
ln -s "$(command -v /usr/bin/python3 || command -v python3)" "$here/bin/python3"
export PATH="$here/bin:$PATH" LANG=C.UTF-8 DATA="$root/tests/data/office" ORACLE="$root/tests/oracle"
unset LC_ALL CUSTODY_SITE CUSTODY_CREDENTIALS CUSTODY_AS
sed -n '/^```console$/,/^```$/p' README.md | grep -v '^```' >"$here/session"
{
    while IFS= read -r line; do
        case $line in
        '$ '*)
            printf 'echo %q\n%s\n' "$line" "${line#\$ }"
            ;;
        esac
    done <"$here/session"
} >"$here/run.sh"
normal() {
    sed -E 's/act [0-9a-f]{8}/act ID/g; s/\b[KRP][0-9A-HJKMNP-TV-Z]{8}\b/ITEM/g
            s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}/TIME/g'
}
(cd "$here" && bash ./run.sh 2>&1) | normal >"$here/got"
normal <"$here/session" >"$here/want"
if diff -u "$here/want" "$here/got" >"$here/diff"; then
    echo "ok readme_session_prints_what_it_says"
else
    echo "not ok readme_session_prints_what_it_says"
    sed 's/^/# /' "$here/diff" | head -60
fi
