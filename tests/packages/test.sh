#!/bin/sh
# Installs the packages of "make deb" in a clean Debian of this machine's version; on Debian 12 those for Debian 13 are
# made and installed too.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck disable=SC1091
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
case $suite-$(dpkg --print-architecture) in
bookworm-amd64)
    tests/packages/install.sh bookworm-clean build/packages/facegate_*.deb build/packages/facegate-models_*.deb
    tests/packages/trixie.sh
    tests/packages/install.sh trixie-clean \
        build/packages/trixie/facegate_*.deb build/packages/trixie/facegate-models_*.deb
    ;;
trixie-amd64)
    tests/packages/install.sh trixie-clean build/packages/facegate_*.deb build/packages/facegate-models_*.deb
    ;;
*)
    echo "packages: NOT INSTALLED in a clean system: that takes Debian 12 or 13 on amd64, and this is \"$suite\"," \
        "$(dpkg --print-architecture)"
    ;;
esac
