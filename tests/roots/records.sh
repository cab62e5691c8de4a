#!/bin/sh
# Writes down in an unpacked root which package each shared library is of, and what depending on it means, where dpkg
# would have done so by installing: dpkg-shlibdeps reads it when a package is made for another architecture. A hook of
# mmdebstrap, called while the packages still lie in the root.
#
# Usage: records.sh ROOT
set -eu
database=$1/var/lib/dpkg
mkdir -p "$database/info"
echo 1 >"$database/info/format"

for package in "$1"/var/cache/apt/archives/*.deb; do
    # Named as dpkg names its files: with the architecture where packages of several may be installed together.
    name=$(dpkg-deb --field "$package" Package)
    case $(dpkg-deb --field "$package" Multi-Arch) in
    same) name=$name:$(dpkg-deb --field "$package" Architecture) ;;
    esac
    libraries=
    for record in shlibs symbols; do
        if dpkg-deb --info "$package" $record >"$database/info/$name.$record" 2>/dev/null; then
            libraries=yes
        else
            rm "$database/info/$name.$record"
        fi
    done
    [ -n "$libraries" ] || continue
    dpkg-deb --fsys-tarfile "$package" | tar --list |
        sed -e 's:^\.::' -e 's:\(.\)/$:\1:' -e 's:^/$:/.:' >"$database/info/$name.list"
    {
        dpkg-deb --field "$package" Package Version Architecture Multi-Arch Maintainer Description |
            sed '/^Package:/a Status: install ok unpacked'
        echo
    } >>"$database/status"
done
