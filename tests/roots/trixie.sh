#!/bin/sh
# Builds facegate in Debian 13, in the root "trixie-build" that root.sh makes, and tests it there. The build is kept in
# build/trixie, with /usr as prefix, so that packages can be made of it too.
#
# Usage: trixie.sh [--backports] TARGET... [-- ARGUMENT...]
#   --backports   with the libcamera of Debian 13's backports: the root "backports-build", build/backports
#   TARGET...     what ninja is to build, for example facegate, or all
#   ARGUMENT...   for ctest, which runs only if they are given
# FG_CAMERA_SECONDS, where it is set, is passed on.
set -eu
cd "$(dirname "$0")/../.."

name=trixie
if [ "${1:-}" = --backports ]; then
    name=backports
    shift
fi
targets=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    targets="$targets $1"
    shift
done
if [ -z "$targets" ]; then
    echo "Usage: $0 [--backports] TARGET... [-- ARGUMENT...]" >&2
    exit 2
fi

root=$(tests/roots/root.sh $name-build)
build=build/$name
mkdir -p "$build"
inside() {
    tests/roots/in.sh --bind "$PWD/$build:/src/$build" "$root" env --chdir=/src CC=gcc CXX=g++ \
        ${FG_CAMERA_SECONDS:+"FG_CAMERA_SECONDS=$FG_CAMERA_SECONDS"} "$@"
}

# The history is not in there.
inside cmake -S . -B "$build" -G Ninja -DFG_TESTS=ON -DFG_WERROR=ON -DCMAKE_INSTALL_PREFIX=/usr \
    -DFG_COMMITS="$(cmake -P src/version.cmake)" >"$build/cmake.log" || {
    cat "$build/cmake.log" >&2
    exit 1
}
# Words on purpose.
# shellcheck disable=SC2086
inside ninja -C "$build" -j "$(nproc)" $targets
if [ "${1:-}" = -- ]; then
    shift
    inside ctest --test-dir "$build" --output-on-failure --no-tests=error "$@"
fi
