#!/bin/sh
# The program of a package for arm64, by emulation: it says its version, enrolls Ada from one picture, knows her in
# another, refuses a stranger, and as a daemon sees her come and tells its own backend. The pictures are small, since
# there each pixel takes its time.
#
# Usage: arm64.sh FOLDER SYSROOT SEQUENCE
#   FOLDER     where systemd/debian/make.sh put the packages
#   SYSROOT    a root for arm64 of tests/roots/root.sh, with the libraries of the Debian that they are for
#   SEQUENCE   fg_sequence for arm64
set -eu
folder=$(realpath "$1")
libraries=/usr/lib/aarch64-linux-gnu
# Nothing there was configured, so no alternative leads to linear algebra.
emulator="$(command -v qemu-aarch64-static || command -v qemu-aarch64) -L $2
    -E LD_LIBRARY_PATH=$libraries/openblas-pthread:$libraries/blas:$libraries/lapack"
sequence="$emulator $(realpath "$3")"
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
backend=

clean_up() {
    if [ -n "$backend" ]; then
        kill "$backend" 2>/dev/null || true
        wait "$backend" || true
    fi
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# One of each; a package that is missing fails here, by its pattern.
for package in "$folder"/facegate_*_arm64.deb "$folder"/facegate-models_*_all.deb \
    "$folder"/facegate-models-liveness_*_all.deb; do
    dpkg-deb --extract "$package" "$work/installed"
done
facegate="$emulator $work/installed/usr/bin/facegate"
files="--models $work/installed/usr/share/facegate/models --encodings $work/encodings.json
    --config $work/facegate.conf"
# So many pictures come in a second by the daemon's clock, whenever they are read.
printf '[camera]\nfps = 1\nmin_fps = 1\n' >"$work/facegate.conf"

version=$(dpkg-deb --field "$folder"/facegate_*_arm64.deb Version)
echo "arm64: facegate $version under emulation" >&2
# Programs and options are words on purpose.
# shellcheck disable=SC2086
$facegate version >"$work/said"
[ "$(head -n 1 "$work/said")" = "facegate ${version%%~*}" ] || fail "its version: $(cat "$work/said")"
cat "$work/said"

# pictures NAME FRAMES PICTURE CORNER TO: 480 by 480 pixels of a test picture, at two thirds
pictures() {
    mkdir "$work/$1"
    # shellcheck disable=SC2086
    $sequence --from "$4" --to "$5" --size 480x480 --out-size 320x320 --frames "$2" --first 0 \
        "tests/pictures/$3.jpg" "$work/$1"
}
pictures ada 1 sample1 1320,80 1320,80
pictures again 1 sample3 914,140 914,140
pictures stranger 1 sample2 1300,60 1300,60
pictures door 3 sample1 1320,80 1310,90

# shellcheck disable=SC2086
$facegate enroll $files --name Ada --badge D8E2F1G3 "$work/ada/frame-0000.jpg"
# shellcheck disable=SC2086
$facegate identify $files "$work/again/frame-0000.jpg" "$work/stranger/frame-0000.jpg" >"$work/said" ||
    fail "identify: $(cat "$work/said")"
cat "$work/said"
# As on any other processor, but for the last digit.
grep -q 'again/.*: Accepted Ada, distance 0.3[56]' "$work/said" || fail "Ada is not known, or at another distance"
grep -q 'stranger/.*: Refused Inconnu, distance 0.7[45]' "$work/said" || fail "the stranger is not refused"

export no_proxy="127.0.0.1${no_proxy:+,$no_proxy}"
# shellcheck disable=SC2086
$facegate backend --listen 127.0.0.1:0 --data "$work/data" >"$work/listening" 2>"$work/backend" &
backend=$!
until url=$(sed -n 's/^listening on //p' "$work/listening") && [ -n "$url" ]; do
    kill -0 "$backend" 2>/dev/null || fail "the backend did not start: $(cat "$work/backend")"
    sleep 0.1
done
# shellcheck disable=SC2086
$facegate run $files --source "images:$work/door" --backend-url "$url" --outbox "$work/outbox.db" \
    >"$work/said" 2>&1 || fail "run: $(cat "$work/said")"
cat "$work/said"
curl --silent --show-error "$url/api/auth_logs" >"$work/entries" || fail "the backend: $(cat "$work/backend")"
grep -q '"status":"Accepted","rfid_id":"D8E2F1G3","user_name":"Ada"' "$work/entries" ||
    fail "the backend has $(cat "$work/entries")"
