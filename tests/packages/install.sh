#!/bin/sh
# Installs the packages in a clean Debian, looks at what is there, upgrades, removes and purges. What apt needs beside
# them it fetches from where this machine gets its own.
#
# Usage: install.sh ROOT PACKAGE PACKAGE (a name of tests/roots/root.sh; facegate, facegate-models)
set -eu
name=$1
program=$(realpath "$2")
models=$(realpath "$3")
cd "$(dirname "$0")/../.."
root=$(tests/roots/root.sh "$name")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$program" "$models" "$work"
echo "packages: ${program##*/} in $name" >&2
tests/roots/in.sh --throwaway --bind-ro "$work:/packages" "$root" /src/tests/packages/inside.sh \
    "/packages/${program##*/}" "/packages/${models##*/}"
