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
mkdir "$work/debug"
cp "$folder"/debug/facegate-dbgsym_*.deb "$work/debug"

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# All name the same project's address, or none has the field.
homepage=$(for package in "$work"/*.deb; do
    dpkg-deb --field "$package" Homepage
    ! dpkg-deb --info "$package" control | grep -q '^ *Homepage: *$' || echo "an empty field"
done | sort -u)
echo "$homepage" | grep -q -E -x '(https?://.+)?' || fail "Homepage: $homepage"
[ "$(echo "$homepage" | wc -l)" -eq 1 ] || fail "the packages have different addresses: $homepage"

# The debug symbols are the program's, and neither says where it was built.
dpkg-deb --extract "$work"/facegate_*.deb "$work/program"
dpkg-deb --extract "$work"/debug/*.deb "$work/symbols"
id=$(readelf --notes "$work/program/usr/bin/facegate" | sed -n 's/^ *Build ID: *//p')
symbols=$(find "$work/symbols" -name '*.debug')
[ "${symbols#"$work/symbols/usr/lib/debug/.build-id/"}" = "$(echo "$id" | sed 's,..,&/,').debug" ] ||
    fail "the symbols of $id are in $symbols"
readelf --debug-dump=info --dwarf-depth=1 "$symbols" >"$work/units" 2>"$work/said" ||
    fail "readelf: $(cat "$work/said")"
grep -q '\./src/cli/main\.c$' "$work/units" || fail "the symbols lack main.c: $(grep DW_AT_name "$work/units")"
readelf --debug-dump=rawline "$symbols" >>"$work/units"
for folder in "$PWD/" /src/; do
    ! grep -F -e ": $folder" "$work/units" || fail "the lines above tell where it was built"
    ! grep -a -P -q -e "\\x00$folder" "$work/program/usr/bin/facegate" ||
        fail "the program tells that it was built in $folder"
done
rm -rf "$work/program" "$work/symbols"
echo "packages: $(cd "$work" && echo facegate_*.deb) in $name" >&2
tests/roots/in.sh --throwaway --bind-ro "$work:/packages" "$root" /src/tests/packages/inside.sh /packages
