#!/bin/sh
# Makes a flat repository for apt of packages for one version of Debian: the packages, their list, and the sums of that.
#
# Usage: repository.sh FOLDER CODENAME PACKAGE...
#   FOLDER     what is made; it must not be there yet
#   CODENAME   the Debian that the packages are for
#   PACKAGE    those of debug symbols go to FOLDER/debug
# SOURCE_DATE_EPOCH is the time that Release gets: apt passes over one that is older than what it has.
set -eu
folder=$1
codename=$2
shift 2

mkdir -p "${folder%/*}"
mkdir "$folder"
for package in "$@"; do
    to=$folder
    case ${package##*/} in
    *-dbgsym_*) to=$folder/debug ;;
    esac
    mkdir -p "$to"
    cp "$package" "$to/"
done

cd "$folder"
# It reports how many it found, and that no file of overrides is given.
dpkg-scanpackages --multiversion . >Packages 2>Packages.log || {
    cat Packages.log >&2
    exit 1
}
rm Packages.log
gzip --best --no-name --keep Packages

architectures=$(sed -n 's/^Architecture: //p' Packages | grep -v '^all$' | sort -u | paste --serial --delimiters ' ')
{
    echo "Origin: facegate"
    echo "Label: facegate"
    echo "Codename: $codename"
    echo "Date: $(LC_ALL=C date --utc --date "@$SOURCE_DATE_EPOCH" "+%a, %d %b %Y %T UTC")"
    echo "Architectures: $architectures"
    echo "SHA256:"
    for file in Packages Packages.gz; do
        echo " $(sha256sum <"$file" | cut -d ' ' -f 1) $(stat --format %s "$file") $file"
    done
} >Release
