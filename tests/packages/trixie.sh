#!/bin/sh
# Makes the packages for Debian 13 on another Debian: built inside the root "trixie-build", in build/trixie, they come
# to build/packages/trixie.
set -eu
cd "$(dirname "$0")/../.."
root=$(tests/roots/root.sh trixie-build)
mkdir -p build/trixie build/packages/trixie
models/fetch.sh

inside() {
    tests/roots/in.sh --bind "$PWD/build/trixie:/src/build/trixie" \
        --bind "$PWD/build/packages/trixie:/src/build/packages/trixie" "$root" "$@"
}

# As the camera tests configure it, which build there too.
[ -f build/trixie/build.ninja ] ||
    inside env CC=gcc CXX=g++ cmake -S /src -B /src/build/trixie -G Ninja -DFG_TESTS=ON -DCMAKE_INSTALL_PREFIX=/usr \
        >build/trixie/cmake.log || {
    cat build/trixie/cmake.log >&2
    exit 1
}
inside ninja -C /src/build/trixie -j "$(nproc)" facegate fg_manual
inside /src/systemd/debian/make.sh /src/build/trixie /src/build/packages/trixie >build/packages/trixie.log 2>&1 || {
    cat build/packages/trixie.log >&2
    exit 1
}
echo "packages: for Debian 13 they are in build/packages/trixie" >&2
