#!/bin/sh
# Makes the roots that "make check" comes to need, behind its back: they wait for the network, the builds do not. Who
# needs one meanwhile waits for it, and is informed by root.sh if it cannot be made.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck disable=SC1091
case $(. /etc/os-release && echo "${VERSION_CODENAME:-}")-$(dpkg --print-architecture) in
bookworm-amd64) roots="trixie-build arm64-sysroot bookworm-clean trixie-clean backports-build" ;;
trixie-amd64) roots="arm64-sysroot trixie-clean backports-build" ;;
*) exit 0 ;;
esac
# A password cannot be asked for from behind.
[ "$(id -u)" -eq 0 ] || exit 0
mkdir -p build
for root in $roots; do
    tests/roots/root.sh "$root" || true
done >build/roots-ahead.log 2>&1 </dev/null &
