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

"$make" --no-print-directory deb
set -- build/packages/*.deb build/packages/debug/*.deb

# A fault in what is built ends this; a system to build in that cannot be had does not.
if [ "$architecture" = amd64 ] && tests/support/setup.sh --check cross &&
    tests/roots/root.sh arm64-sysroot >/dev/null; then
    "$make" --no-print-directory deb-arm64
    # The models are for all.
    set -- "$@" build/packages/arm64/facegate_*.deb build/packages/arm64/debug/*.deb
else
    say "NOT MADE: packages for arm64"
fi

other=
if [ "$here-$architecture" = bookworm-amd64 ]; then
    if tests/roots/root.sh trixie-build >/dev/null; then
        tests/packages/trixie.sh
        other=trixie
    else
        say "NOT MADE: packages for Debian 13"
    fi
fi

# That of the commit, so that a later one is newer for apt; without git that of the release.
SOURCE_DATE_EPOCH=$(git -c safe.directory=\* log --max-count=1 --no-show-signature --format=%ct 2>/dev/null ||
    sed -n 's/^set(ENV{SOURCE_DATE_EPOCH} \([0-9]*\))$/\1/p' build/release/packages/facegate.cmake)
export SOURCE_DATE_EPOCH

rm -rf "$given"
systemd/debian/repository.sh "$given/$here" "$here" "$@"
if [ -n "$other" ]; then
    systemd/debian/repository.sh "$given/$other" "$other" build/packages/$other/*.deb build/packages/$other/debug/*.deb
fi
(cd "$given" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum) >"${given%/}.sums"
mv "${given%/}.sums" "$given/SHA256SUMS"
say "made; apt takes $(cd "$given" && pwd)/$here with \"deb [trusted=yes] file:$(cd "$given" && pwd)/$here ./\";" \
    "docs/install.md says how to sign it"
