#!/bin/sh
# Compiles everything that is written against libcamera with the headers of versions that people have and this machine
# does not: Debian 13's and its backports'. Raspberry Pi OS has such versions too. The headers are taken out of Debian's
# packages; nothing is installed, and nothing is linked.
#
# Usage: headers.sh FOLDER [SUITE...]
#   FOLDER   where the packages and headers are kept, for example build/libcamera
#   SUITE    of Debian; without any: trixie trixie-backports
# CXX names the compilers, "g++ clang++" without it.
set -eu
if [ $# -eq 0 ]; then
    sed -n 's/^# \(Usage: \)/\1/p' "$0" >&2
    exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- trixie trixie-backports
cd "$(dirname "$0")/../.."

# Into $folder/SUITE/headers, where its version is not there yet. apt-get with lists and a cache of its own.
fetch() {
    own=$folder/$1
    mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(tests/roots/archive.sh) $1 main" \
        >"$own/sources.list"
    options="-q -o Dir::Etc::sourcelist=$own/sources.list -o Dir::Etc::sourceparts=/dev/null
        -o Dir::State::lists=$own/lists -o Dir::Cache=$own/cache -o Acquire::Languages=none -o APT::Sandbox::User="
    # Words on purpose.
    # shellcheck disable=SC2086
    if ! (cd "$own" && apt-get $options update && rm -f ./*.deb && apt-get $options download libcamera-dev) \
        >"$own/log" 2>&1; then
        tail -n 5 "$own/log" >&2
        echo "headers: libcamera-dev of $1 could not be fetched; the lines above are the end of $own/log" >&2
        exit 1
    fi
    rm -rf "$own/headers"
    dpkg-deb --extract "$own"/libcamera-dev_*.deb "$own/headers"
}

for suite in "$@"; do
    fetch "$suite"
    headers=$folder/$suite/headers/usr/include/libcamera
    version=$(awk '$2 ~ /^LIBCAMERA_VERSION_(MAJOR|MINOR|PATCH)$/ { printf "%s%s", dot, $3; dot = "." }' \
        "$headers/libcamera/version.h")
    for compiler in ${CXX:-g++ clang++}; do
        for file in src/camera/libcamera*.cpp tests/unit/camera/*.cpp tests/support/camera_*.cpp; do
            "$compiler" -std=c++17 -fsyntax-only -Wall -Wextra -Wshadow -Werror -I include -I src/camera \
                -isystem "$headers" "$file" || {
                echo "headers: $file does not compile with $compiler and libcamera $version ($suite)" >&2
                exit 1
            }
        done
    done
    echo "headers: the shim compiles with libcamera $version ($suite)"
done
