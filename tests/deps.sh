#!/bin/sh
# Install what building and testing need and this machine lacks. Debian 12.
set -eu
want="gcc libc6-dev make pkg-config python3 libsqlite3-dev libsodium-dev libjansson-dev
libqrencode-dev libcmocka-dev libcairo2-dev libpango1.0-dev libzbar-dev fonts-noto-cjk poppler-utils
python3-cryptography openssl golang-go golang-golang-x-mod-dev clang libclang-rt-14-dev sqlite3"
missing=""
for package in $want; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "installing:$missing"
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1; then
        exec sudo sh "$0"
    fi
    echo "custody: these packages are missing; install them as root and call make again" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
