#!/bin/sh
# Takes the debug symbols out of a program that is about to be packed, into a package of their own as Debian has it:
# NAME-dbgsym, where a debugger finds them by the program's build id. CPack's own kind names files that are not in it.
# Called by stage.cmake, with SOURCE_DATE_EPOCH set.
#
# Usage: symbols.sh PROGRAM FOLDER READELF OBJCOPY, with the fields of the control file for standard input
#   PROGRAM          is left without symbols
#   FOLDER           where the package goes
#   READELF OBJCOPY  those of the program's processor
set -eu
program=$1
folder=$2
readelf=$3
objcopy=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# That of the package's folders is that of this one.
chmod 755 "$work"

id=$("$readelf" --notes "$program" | sed -n 's/^ *Build ID: *//p')
if [ "${#id}" -lt 3 ]; then
    echo "symbols: ${program##*/} has no build id, by which a debugger could find its symbols" >&2
    exit 1
fi
rest=${id#??}
symbols=usr/lib/debug/.build-id/${id%"$rest"}/$rest.debug

umask 022
mkdir -p "$work/DEBIAN" "$work/${symbols%/*}" "$work/usr/share/doc"
"$objcopy" --only-keep-debug --compress-debug-sections "$program" "$work/$symbols"
chmod 644 "$work/$symbols"
"$objcopy" --strip-unneeded --remove-section=.comment "$program"
"$objcopy" --add-gnu-debuglink="$work/$symbols" "$program"

{
    cat
    echo "Build-Ids: $id"
    echo "Installed-Size: $(($(stat --format=%s "$work/$symbols") / 1024 + 1))"
} >"$work/DEBIAN/control"
name=$(sed -n 's/^Package: //p' "$work/DEBIAN/control")
# The program's, which this one depends on.
ln -s "${name%-dbgsym}" "$work/usr/share/doc/$name"
(cd "$work" && md5sum "$symbols" >DEBIAN/md5sums)
dpkg-deb --root-owner-group --build "$work" "$folder" >/dev/null
