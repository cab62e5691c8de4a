#!/bin/sh
# Has apt read the repositories of a release and say what it would install for a machine of each processor, as on a
# Debian that has nothing installed yet. So each dependency is known to that Debian. Nothing is installed.
#
# Usage: resolve.sh FOLDER (of systemd/debian/release.sh)
set -eu
folder=$(realpath "$1")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mirror=$(tests/roots/archive.sh)
key=/usr/share/keyrings/debian-archive-keyring.gpg

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# A suite before its backports.
for codename in $(find "$folder" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | LC_ALL=C sort); do
    repository=$folder/$codename
    suite=${codename%-backports}
    architectures=$(sed -n 's/^Architectures: //p' "$repository/Release")
    for architecture in $architectures; do
        own=$work/$suite-$architecture # with Debian's lists, which a suite has in common with its backports
        mkdir -p "$own/lists/partial" "$own/cache/archives/partial" "$own/sources" "$own/etc/apt/preferences.d"
        : >"$own/status"
        cat >"$own/apt.conf" <<END
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Dir::Cache "$own/cache";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$own/etc/apt/preferences.d";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$own/sources";
Dir::State "$own";
Dir::State::lists "$own/lists";
Dir::State::status "$own/status";
END
        rm -f "$own/sources/facegate.list"
        echo "deb [signed-by=$key] $mirror $suite main" >"$own/sources/debian.list"
        if [ "$suite" != "$codename" ]; then
            echo "deb [signed-by=$key] $mirror $codename main" >"$own/sources/backports.list"
            tests/roots/backports.sh "$own" # as docs/install.md has it
        fi
        if ! APT_CONFIG=$own/apt.conf apt-get --quiet --quiet update --error-on=any >"$work/said" 2>&1; then
            cat "$work/said" >&2
            echo "release: NOT TRIED: apt with $codename on $architecture, since Debian's lists cannot be had" >&2
            continue
        fi
        echo "deb [trusted=yes] file:$repository ./" >"$own/sources/facegate.list"
        APT_CONFIG=$own/apt.conf apt-get --quiet --quiet update --error-on=any >"$work/said" 2>&1 ||
            fail "apt refuses $codename: $(cat "$work/said")"
        [ ! -s "$work/said" ] || fail "apt says of $codename: $(cat "$work/said")"
        APT_CONFIG=$own/apt.conf apt-get install --simulate facegate facegate-dbgsym >"$work/said" 2>&1 ||
            fail "apt cannot install $codename on $architecture: $(cat "$work/said")"
        for package in facegate facegate-dbgsym facegate-models facegate-models-liveness; do
            grep -q "^Inst $package (" "$work/said" || fail "apt leaves out $package: $(cat "$work/said")"
        done
        echo "release: apt would install $codename on $architecture:" \
            "$(sed -n -E 's/^Inst (facegate|libcamera[0-9.]+|libcamera-ipa) \(([^ ]*) .*/\1 \2/p' "$work/said" |
                LC_ALL=C sort | paste --serial --delimiters ,)" >&2
    done
done
