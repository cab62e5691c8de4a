#!/bin/sh
# Runs the camera tests. Where the libcamera of this machine has the virtual camera, in the build that is given, else in
# Debian 13 (tests/roots/trixie.sh).
#
# Usage: run.sh [--build] BUILD [ARGUMENT...]
#   --build       only builds what is needed, the root included
#   BUILD         a configured folder
#   ARGUMENT...   for ctest; without any, the figures that the tests print are shown
# FG_CAMERA_SECONDS is how long the camera is watched for what piles up, 120 without it.
set -eu
only_build=
if [ "${1:-}" = --build ]; then
    only_build=yes
    shift
fi
if [ $# -eq 0 ]; then
    sed -n 's/^# \(Usage: \)/\1/p' "$0" >&2
    exit 2
fi
build=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- --verbose

if ! grep -q '^FG_VIRTUAL_CAMERA:BOOL=ON$' "$build/CMakeCache.txt"; then
    if [ -n "$only_build" ]; then
        exec tests/roots/trixie.sh fg_camera_tests
    fi
    exec tests/roots/trixie.sh fg_camera_tests -- --label-regex '^camera$' "$@"
fi
ninja -C "$build" fg_camera_tests
if [ -z "$only_build" ]; then
    exec ctest --test-dir "$build" --output-on-failure --no-tests=error --label-regex '^camera$' "$@"
fi
