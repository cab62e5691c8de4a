#!/bin/sh
# Makes the packages for Debian 13 of an earlier commit, with that commit's own sources and scripts, for the appliance
# to be upgraded from. They come to build/before/packages; those that are there of the same commit are used again.
#
# Usage: before.sh COMMIT
set -eu
if [ $# -ne 1 ]; then
    echo "Usage: $0 COMMIT" >&2
    exit 2
fi
cd "$(dirname "$0")/../.."
if ! commit=$(git -c safe.directory=\* rev-parse --quiet --verify "$1^{commit}"); then
    echo "before: the commit $1 is not in this copy of the sources: \"git fetch --unshallow\" gets all of them" >&2
    exit 1
fi
folder=$PWD/build/before
if [ "$(cat "$folder/commit" 2>/dev/null)" = "$commit" ]; then
    exit 0
fi
rm -rf "$folder"
mkdir -p "$folder/source/build/trixie" "$folder/source/build/packages" "$folder/build" "$folder/packages"
git -c safe.directory=\* archive "$commit" | tar -x -C "$folder/source"
cp models/*.dat "$folder/source/models/"
root=$(tests/roots/root.sh trixie-build)

# in.sh shows the repository that it is in: there that is the earlier one.
inside() {
    "$folder/source/tests/roots/in.sh" --bind "$folder/build:/src/build/trixie" \
        --bind "$folder/packages:/src/build/packages" "$root" env --chdir=/src CC=gcc CXX=g++ "$@"
}
{
    inside cmake -S . -B build/trixie -G Ninja -DCMAKE_INSTALL_PREFIX=/usr -DFG_TESTS=ON &&
        inside ninja -C build/trixie -j "$(nproc)" facegate fg_manual &&
        inside systemd/debian/make.sh build/trixie build/packages
} >"$folder/log" 2>&1 || {
    tail -n 20 "$folder/log" >&2
    echo "before: the packages of $1 could not be made; the lines above are the end of build/before/log" >&2
    exit 1
}
echo "$commit" >"$folder/commit"
echo "packages: of $1 for Debian 13 they are in build/before/packages" >&2
