#!/bin/sh
# Makes the Debian packages of a build, checks them with lintian, and says where they are.
#
# Usage: make.sh BUILD FOLDER
#   BUILD    a folder in which facegate is built
#   FOLDER   where the packages go, instead of older ones for the same architecture; that of the debug symbols goes to
#            FOLDER/debug, so that installing all of FOLDER leaves it out
set -eu
build=$(cd "$1" && pwd)
given=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$given/debug"
folder=$(cd "$given" && pwd)

say() {
    echo "deb: $*" >&2
}

# What libraries of another system mean for the dependencies is in that system's records.
sysroot=$(sed -n 's/^CMAKE_SYSROOT:[A-Z]*=//p' "$build/CMakeCache.txt")
if [ -n "$sysroot" ]; then
    export FG_SYSROOT="$sysroot" DEB_HOST_ARCH=arm64
fi
export PATH="$here/tools:$PATH"

work=$build/packages/work
rm -rf "$work"
for name in facegate facegate-models facegate-models-liveness; do
    say "packing $name"
    cpack --config "$build/packages/$name.cmake" -B "$work" >"$build/packages/$name.log" 2>&1 || {
        cat "$build/packages/$name.log" >&2
        exit 1
    }
done

# take PACKAGE FOLDER NAME: instead of those that are there
take() {
    rm -f "$2/${3%%_*}"_*_"${3##*_}"
    mv "$1" "$2/$3"
}
for package in "$build"/packages/symbols/*.deb; do
    symbols=${package##*/}
    take "$package" "$folder/debug" "$symbols"
done
for package in "$work"/*.deb; do
    name=${package##*/}
    take "$package" "$folder" "$name"
    set -- "$@" "$given/$name"
done
shift 2
rm -rf "$work"

say "lintian"
lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$@" "$folder/debug/$symbols" >&2

# facegate, which came last: the models are for all.
architecture=$(dpkg-deb --field "$folder/$name" Architecture)
if [ "$architecture" = "$(dpkg --print-architecture)" ]; then
    say "made; install them, and see what is still to do:"
else
    say "made; copy them to a machine of $architecture, then there:"
fi
cat >&2 <<END
    sudo apt install$(printf ' %s' "$@")
    sudo facegate doctor
END
