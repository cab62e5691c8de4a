#!/bin/sh
# Makes a flat repository of the packages, and has apt in a clean Debian install from it. With the packages made a
# second time the repository is the same to the last bit.
#
# Usage: repository.sh ROOT BUILD FOLDER (a name of tests/roots/root.sh; what was packed, and where the packages are)
set -eu
name=$1
build=$(realpath "$2")
folder=$(realpath "$3")
cd "$(dirname "$0")/../.."
root=$(tests/roots/root.sh "$name")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# repository FOLDER PACKAGES: of those in a folder
SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH
repository() {
    systemd/debian/repository.sh "$1" "${name%-*}" "$2"/*.deb "$2"/debug/*.deb
}

echo "packages: a repository for ${name%-*}" >&2
repository "$work/repository" "$folder"
# shellcheck disable=SC1091
if [ "${name%-*}" = "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" ]; then
    echo "What is packed again is the same"
    systemd/debian/make.sh "$build" "$work/again" >"$work/said" 2>&1 || fail "make.sh: $(cat "$work/said")"
    repository "$work/second" "$work/again"
    said=$(diff --recursive "$work/repository" "$work/second" 2>&1) || fail "made again it is another: $said"
    rm -rf "$work/again" "$work/second"
else
    echo "(${name%-*} is not packed again: that takes its own system)"
fi

# The next commit's, for an upgrade, and a key of somebody else's.
mkdir -p "$work/next/debug" "$work/keys"
cp "$folder"/*.deb "$work/next"
cp "$folder"/debug/*.deb "$work/next/debug"
dpkg-deb --raw-extract "$work"/next/facegate_*.deb "$work/unpacked"
version=$(sed -n 's/^Version: //p' "$work/unpacked/DEBIAN/control")
sed -i "s/^Version: .*/Version: ${version%%[+~]*}+99999~${version#*~}/" "$work/unpacked/DEBIAN/control"
rm "$work"/next/facegate_*.deb "$work"/next/debug/*.deb
dpkg-deb --root-owner-group -Znone --build "$work/unpacked" "$work/next" >/dev/null
systemd/debian/repository.sh "$work/newer" "${name%-*}" "$work"/next/*.deb
rm -rf "$work/unpacked" "$work/next"

for key in ours theirs; do
    GNUPGHOME=$work/keys/$key
    export GNUPGHOME
    mkdir -m 700 "$GNUPGHOME"
    gpg --batch --quiet --passphrase '' --quick-generate-key "$key <$key@example.org>" default default never \
        >"$work/said" 2>&1 || fail "gpg: $(cat "$work/said")"
    gpg --batch --export >"$work/keys/$key.gpg"
done
# As docs/install.md has it.
GNUPGHOME=$work/keys/ours
cp -a "$work/repository" "$work/signed"
(cd "$work/signed" && gpg --batch --quiet --clearsign --output InRelease Release) || fail "gpg does not sign"
for key in ours theirs; do
    gpgconf --homedir "$work/keys/$key" --kill all
    rm -rf "$work/keys/$key"
done

chmod 755 "$work"
tests/roots/in.sh --throwaway --bind-ro "$work:/repositories" "$root" \
    /src/tests/packages/inside_repository.sh /repositories
