#!/bin/sh
# Builds facegate in Debian 13, in the root "trixie-build" that root.sh makes, and tests it there. The build is kept in
# build/trixie, with /usr as prefix, so that packages can be made of it too.
#
# Usage: trixie.sh [--backports] [--arm64] TARGET... [-- ARGUMENT...]
#   --backports   with the libcamera of Debian 13's backports: the root "backports-build", build/backports
#   --arm64       for arm64, without tests: the root "trixie-cross", build/trixie-arm64 or build/backports-arm64
#   TARGET...     what ninja is to build, for example facegate, or all
#   ARGUMENT...   for ctest, which runs only if they are given
# FG_CAMERA_SECONDS, where it is set, is passed on.
set -eu
cd "$(dirname "$0")/../.."

name=trixie
# What tells its packages from those of Debian 13 without backports: these come before, those of Debian 14 after.
system=
if [ "${1:-}" = --backports ]; then
    name=backports
    system=deb13+bpo
    shift
fi
arm64=
if [ "${1:-}" = --arm64 ]; then
    arm64=yes
    shift
fi
targets=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    targets="$targets $1"
    shift
done
if [ -z "$targets" ]; then
    sed -n 's/^# \(Usage: \)/\1/p' "$0" >&2
    exit 2
fi

build=build/$name${arm64:+-arm64}
if [ -n "$arm64" ]; then
    sysroot=$(tests/roots/root.sh $name-arm64)
    root=$(tests/roots/root.sh trixie-cross)
else
    sysroot=
    root=$(tests/roots/root.sh $name-build)
fi
mkdir -p "$build"
inside() {
    tests/roots/in.sh --bind "$PWD/$build:/src/$build" ${arm64:+--bind-ro "$sysroot:/sysroot"} "$root" \
        env --chdir=/src ${FG_CAMERA_SECONDS:+"FG_CAMERA_SECONDS=$FG_CAMERA_SECONDS"} "$@"
}

# The history is not in there.
configure() {
    inside env CC=gcc CXX=g++ cmake -S . -B "$build" -G Ninja -DCMAKE_INSTALL_PREFIX=/usr \
        -DFG_COMMITS="$(cmake -P src/version.cmake)" -DFG_PACKAGE_SYSTEM=$system "$@" >"$build/cmake.log" || {
        cat "$build/cmake.log" >&2
        exit 1
    }
}
if [ -n "$arm64" ]; then
    configure --toolchain systemd/debian/arm64.cmake -DCMAKE_SYSROOT=/sysroot -DFG_TESTS=OFF
else
    configure -DFG_TESTS=ON -DFG_WERROR=ON
fi
# Words on purpose.
# shellcheck disable=SC2086
inside ninja -C "$build" -j "$(nproc)" $targets
if [ "${1:-}" = -- ]; then
    shift
    inside ctest --test-dir "$build" --output-on-failure --no-tests=error "$@"
fi
