#!/bin/sh
# The program as it was built for another processor: it enrolls Ada from one picture, knows her in another, and refuses
# a stranger. The pictures are small, since there each pixel takes its time.
#
# Usage: engine.sh FACEGATE SEQUENCE SOURCE EMULATOR (one word for the shell: the program and its options)
set -eu
sequence="$4 $2"
source=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
facegate="$4 $1"
files="--models $source/models --encodings $work/encodings.json --config $work/facegate.conf"
: >"$work/facegate.conf"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# picture NAME FROM CORNER: 480 by 480 pixels of a test picture, at two thirds
picture() {
    $sequence --from "$3" --to "$3" --size 480x480 --out-size 320x320 --frames 1 --first 0 \
        "$source/tests/pictures/$2.jpg" "$work"
    mv "$work/frame-0000.jpg" "$work/$1.jpg"
}
picture ada sample1 1320,80
picture again sample3 914,140
picture stranger sample2 1300,60

# Programs and options are words on purpose.
# shellcheck disable=SC2086
$facegate enroll $files --name Ada --badge D8E2F1G3 "$work/ada.jpg"
# shellcheck disable=SC2086
$facegate identify $files "$work/again.jpg" "$work/stranger.jpg" >"$work/said" || fail "identify: $(cat "$work/said")"
cat "$work/said"
# As on any other processor, but for the last digit.
grep -q 'again.jpg: .*: Accepted Ada, distance 0.3[56]' "$work/said" || fail "Ada is not known, or at another distance"
grep -q 'stranger.jpg: .*: Refused Inconnu, distance 0.7[45]' "$work/said" || fail "the stranger is not refused"
