#!/bin/sh
# Installs the packages of "make deb" in a clean Debian of this machine's version; on Debian 12 those for Debian 13 are
# made and installed too.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck disable=SC1091
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
case $suite-$(dpkg --print-architecture) in
bookworm-amd64)
    tests/packages/install.sh bookworm-clean build/packages
    tests/packages/repository.sh bookworm-clean build/release build/packages
    tests/packages/trixie.sh
    tests/packages/install.sh trixie-clean build/packages/trixie
    tests/packages/repository.sh trixie-clean build/trixie build/packages/trixie
    ;;
trixie-amd64)
    tests/packages/install.sh trixie-clean build/packages
    tests/packages/repository.sh trixie-clean build/release build/packages
    ;;
*)
    echo "packages: NOT INSTALLED in a clean system: that takes Debian 12 or 13 on amd64, and this is \"$suite\"," \
        "$(dpkg --print-architecture)"
    ;;
esac
