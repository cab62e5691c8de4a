#!/bin/sh
# Makes all packages that can be made here, and of those for each version of Debian a flat repository for apt.
#
# Usage: release.sh FOLDER
#   FOLDER   is made anew: FOLDER/CODENAME for each Debian, and the sums of all files in FOLDER/SHA256SUMS
set -eu
cd "$(dirname "$0")/../.."
given=$1

say() {
    echo "release: $*" >&2
}

# shellcheck disable=SC1091
here=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
architecture=$(dpkg --print-architecture)
make=${MAKE:-make}

# That of the commit, so that a later one is newer for apt; without git that of the release.
"$make" --no-print-directory deb
SOURCE_DATE_EPOCH=$(git -c safe.directory=\* log --max-count=1 --no-show-signature --format=%ct 2>/dev/null ||
    sed -n 's/^set(ENV{SOURCE_DATE_EPOCH} \([0-9]*\))$/\1/p' build/release/packages/facegate.cmake)

# repository CODENAME FOLDER [FOLDER-ARM64]: of the packages in there
new=${given%/}.new
rm -rf "$new"
repository() {
    to=$new/$1 codename=$1 arm64=${3:-}
    set -- "$2"/*.deb "$2"/debug/*.deb
    # The models are for all.
    [ -z "$arm64" ] || set -- "$@" "$arm64"/facegate_*.deb "$arm64"/debug/*.deb
    SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH systemd/debian/repository.sh "$to" "$codename" "$@"
}

# A fault in what is built ends this; a system to build in that cannot be had does not.
cross=
if [ "$architecture" = amd64 ] && tests/support/setup.sh --check cross; then
    cross=yes
fi
arm64=
if [ -n "$cross" ] && tests/roots/root.sh arm64-sysroot >/dev/null; then
    "$make" --no-print-directory deb-arm64
    arm64=build/packages/arm64
else
    say "NOT MADE: packages for this Debian on another processor"
fi
repository "$here" build/packages "$arm64"

# other NAME DEBIAN: in a system of its own, by the name of its roots
other() {
    if [ "$architecture" != amd64 ] || ! tests/roots/root.sh "$1-build" >/dev/null; then
        say "NOT MADE: packages for $2"
        return
    fi
    [ "$1" = trixie ] || set -- "$@" "--$1"
    name=$1 debian=$2
    shift 2
    tests/packages/trixie.sh "$@"
    arm64=
    if [ -n "$cross" ] && tests/roots/root.sh trixie-cross >/dev/null &&
        sysroot=$(tests/roots/root.sh "$name-arm64"); then
        arm64=build/packages/$name-arm64
        tests/packages/trixie.sh "$@" --arm64 fg_sequence
        tests/packages/arm64.sh "$arm64" "$sysroot" "build/$name-arm64/tests/support/fg_sequence"
    else
        say "NOT MADE: packages for $debian on arm64"
    fi
    repository "trixie${1:+-backports}" "build/packages/$name" "$arm64"
}
[ "$here" = bookworm ] || say "NOT MADE: packages for Debian 12"
[ "$here" = trixie ] || other trixie "Debian 13"
other backports "Debian 13 with backports"

(cd "$new" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum) >"$new.sums"
mv "$new.sums" "$new/SHA256SUMS"
rm -rf "$given"
mv "$new" "$given"
tests/packages/resolve.sh "$given"
say "made: $(cd "$given" && echo */)" "in $given"
say "apt takes $(cd "$given" && pwd)/$here with \"deb [trusted=yes] file:$(cd "$given" && pwd)/$here ./\";" \
    "docs/install.md says how to sign it"
