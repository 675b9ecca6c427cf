#!/bin/sh
# Install what this machine lacks. Debian 12. usage: deps.sh [build|all|long]
set -eu
want="gcc libc6-dev make pkg-config python3 libsqlite3-dev libsodium-dev libssl-dev libjansson-dev
libqrencode-dev libcairo2-dev libpango1.0-dev libexpat1-dev libxlsxwriter-dev fonts-noto-cjk python3-cryptography"
if [ "${1:-all}" != build ]; then
    want="$want libcmocka-dev libzbar-dev libzxing-dev g++ poppler-utils openssl golang-go golang-golang-x-mod-dev
clang libclang-rt-14-dev sqlite3 xxd"
fi
# A browser that prints an SVG: large, so only where everything is looked at.
[ "${1:-all}" != long ] || want="$want chromium"
missing=""
for package in $want; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "installing:$missing"
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1; then
        exec sudo sh "$0" "$@"
    fi
    echo "custody: these packages are missing; install them as root and call make again" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
