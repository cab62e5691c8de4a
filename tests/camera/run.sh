#!/bin/sh
# Runs the camera tests. Where the libcamera of this machine has the virtual camera, in the build that is given; else they
# are built and run in Debian 13, in the root "trixie-build" (tests/roots), with the build in build/trixie.
#
# Usage: run.sh [--build] BUILD [ARGUMENT...]
#   --build       only prepares: the root, and what the tests are made of
#   BUILD         a configured folder
#   ARGUMENT...   for ctest, instead of: --label-regex ^camera$ --verbose
# FG_CAMERA_SECONDS is how long the camera is watched for what piles up, 120 without it.
set -eu
only_build=
if [ "${1:-}" = --build ]; then
    only_build=yes
    shift
fi
if [ $# -eq 0 ]; then
    sed -n 's/^# Usage: /Usage: /p' "$0" >&2
    exit 2
fi
build=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- --label-regex '^camera$' --verbose

jobs=$(nproc)
inside=
if ! grep -q '^FG_VIRTUAL_CAMERA:BOOL=ON$' "$build/CMakeCache.txt"; then
    root=$(tests/roots/root.sh trixie-build)
    mkdir -p build/trixie
    build=/src/build/trixie
    inside="tests/roots/in.sh --bind $PWD/build/trixie:$build $root env CC=gcc CXX=g++"
    # Words on purpose, here and below: no path of ours has blanks in it.
    # shellcheck disable=SC2086
    $inside cmake -S /src -B "$build" -G Ninja -DFG_TESTS=ON -DFG_WERROR=ON -DCMAKE_INSTALL_PREFIX=/usr >build/trixie/cmake.log || {
        cat build/trixie/cmake.log
        exit 1
    }
fi
# shellcheck disable=SC2086
$inside ninja -C "$build" -j "$jobs" fg_camera_tests
if [ -z "$only_build" ]; then
    # shellcheck disable=SC2086
    exec ${inside:-env} FG_CAMERA_SECONDS="${FG_CAMERA_SECONDS:-120}" \
        ctest --test-dir "$build" --output-on-failure --no-tests=error "$@"
fi
