#!/bin/sh
# Prints where this machine takes its own Debian from, for other suites of it.
set -eu
# shellcheck disable=SC1091
. /etc/os-release
# The format is apt-get's.
# shellcheck disable=SC2016
found=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(ORIGIN)' 'Created-By: Packages' |
    awk -v own="${VERSION_CODENAME:-}" '$2 == own && $3 == "Debian" { print $1; exit }')
echo "${found:-http://deb.debian.org/debian}"
