#!/bin/sh
# Runs the unit tests of a build for arm64 under qemu. The whole program is tried as it is packed, by arm64.sh.
#
# Usage: emulated.sh BUILD
set -eu
build=$1

# What qemu's user emulation does not have: a limit of memory, a new terminal.
lacking="frame log"
# What is a minute or many of arithmetic there; arm64.sh tries the engine.
slow="encoder engine engine_window face_encoder finder isa motion quality quality_pictures recipe review_crowd store"
# Held against dlib there too: some parts of pictures, and every chip.
export FG_CROPS=15

names=$(echo "$lacking $slow" | tr ' ' '|')
targets=$(ctest --test-dir "$build" --show-only --label-regex '^unit$' --exclude-regex "^unit\\.($names)\$" |
    sed -n 's/.*: unit\./test_unit_/p')
# One a line.
# shellcheck disable=SC2086
ninja -C "$build" -j "$(nproc)" facegate fg_sequence $targets
ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$(nproc)" \
    --label-regex '^unit$' --exclude-regex "^unit\\.($names)\$"
echo "arm64: left out under qemu, which cannot do what they need: $lacking"
echo "arm64: left out under qemu, where they take minutes: $slow"
