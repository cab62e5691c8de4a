#!/bin/sh
# Makes the packages for Debian 13 on another Debian, in the build that the camera tests use too. They come to
# build/packages/trixie.
#
# Usage: trixie.sh [--backports] [--arm64] [TARGET...]
#   --backports   those for the libcamera of Debian 13's backports: build/packages/backports
#   --arm64       for arm64: build/packages/trixie-arm64 or build/packages/backports-arm64
#   TARGET...     what ninja is to build beside what is packed
set -eu
cd "$(dirname "$0")/../.."
name=trixie
arm64=
for word in "$@"; do
    case $word in
    --backports) name=backports ;;
    --arm64) arm64=yes ;;
    esac
done
models/fetch.sh
tests/roots/trixie.sh "$@" facegate fg_manual
if [ -n "$arm64" ]; then
    sysroot=$(tests/roots/root.sh $name-arm64)
    root=$(tests/roots/root.sh trixie-cross)
    name=$name-arm64
else
    root=$(tests/roots/root.sh $name-build)
fi
mkdir -p build/packages/$name
tests/roots/in.sh ${arm64:+--bind-ro "$sysroot:/sysroot"} --bind "$PWD/build/$name:/src/build/$name" \
    --bind "$PWD/build/packages/$name:/src/build/packages/$name" "$root" \
    /src/systemd/debian/make.sh /src/build/$name /src/build/packages/$name >build/packages/$name.log 2>&1 || {
    cat build/packages/$name.log >&2
    exit 1
}
echo "packages: they are in build/packages/$name" >&2
