#!/bin/sh
# Installs the packages in a clean Debian, looks at what is there, upgrades, removes and purges. What apt needs beside
# them it fetches from where this machine gets its own.
#
# Usage: install.sh ROOT FOLDER (a name of tests/roots/root.sh; where systemd/debian/make.sh put the packages)
set -eu
name=$1
folder=$(realpath "$2")
cd "$(dirname "$0")/../.."
root=$(tests/roots/root.sh "$name")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# One of each; a package that is missing fails here, by its pattern.
cp "$folder"/facegate_*.deb "$folder"/facegate-models_*.deb "$folder"/facegate-models-liveness_*.deb "$work"
echo "packages: $(cd "$work" && echo facegate_*.deb) in $name" >&2
tests/roots/in.sh --throwaway --bind-ro "$work:/packages" "$root" /src/tests/packages/inside.sh /packages
