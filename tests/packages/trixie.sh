#!/bin/sh
# Makes the packages for Debian 13 on another Debian, in the build that the camera tests use too. They come to
# build/packages/trixie.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p build/packages/trixie
models/fetch.sh
tests/roots/trixie.sh facegate fg_manual
root=$(tests/roots/root.sh trixie-build)
tests/roots/in.sh --bind "$PWD/build/trixie:/src/build/trixie" \
    --bind "$PWD/build/packages/trixie:/src/build/packages/trixie" "$root" \
    /src/systemd/debian/make.sh /src/build/trixie /src/build/packages/trixie >build/packages/trixie.log 2>&1 || {
    cat build/packages/trixie.log >&2
    exit 1
}
echo "packages: for Debian 13 they are in build/packages/trixie" >&2
