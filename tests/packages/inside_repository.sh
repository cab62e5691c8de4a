#!/bin/sh
# The part of repository.sh that runs inside the clean Debian, as root.
#
# Usage: inside_repository.sh FOLDER (with the folders repository, newer, signed and keys)
set -eu
folder=$1
said=/tmp/said
list=/etc/apt/sources.list.d/facegate.list

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# run COMMAND...: shows what it said only if it failed
run() {
    "$@" >"$said" 2>&1 </dev/null || fail "$*: $(cat "$said")"
}

# update: reads the lists again; a warning is a failure too
update() {
    run apt-get --quiet --quiet update --error-on=any
    [ ! -s "$said" ] || fail "apt-get update says: $(cat "$said")"
}

# refused WHY: by update
refused() {
    if apt-get --quiet --quiet update --error-on=any >"$said" 2>&1; then
        fail "apt takes $1"
    fi
}

# versions: of facegate, here and in the repository
versions() {
    LC_ALL=C apt-cache policy facegate | sed -n -e 's/^  Installed: //p' -e 's/^  Candidate: //p' | paste -s -d ' '
}

echo "apt installs facegate and its models from the repository"
version=$(dpkg-deb --field "$folder"/repository/facegate_*.deb Version)
# What is there later replaces it, as on a server.
cp -a "$folder/repository" /srv/facegate
echo "deb [trusted=yes] file:/srv/facegate ./" >$list
update
run apt-get --yes --no-install-recommends install facegate facegate-models-liveness
[ "$(versions)" = "$version $version" ] || fail "installed and offered are $(versions)"
facegate --version | grep -q -F -x "facegate ${version%%~*}" || fail "facegate says: $(facegate --version)"
dpkg-query --show facegate-models >/dev/null || fail "the models are missing"
[ ! -e /usr/lib/debug/.build-id ] || fail "debug symbols were installed"
run apt-get --yes install facegate-dbgsym

echo "A newer one is an upgrade"
rm -rf /srv/facegate
cp -a "$folder/newer" /srv/facegate
update
run apt-get --yes purge facegate-dbgsym
run apt-get --yes upgrade
newer=$(dpkg-deb --field "$folder"/newer/facegate_*.deb Version)
[ "$(versions)" = "$newer $newer" ] || fail "installed and offered are $(versions)"

echo "A list with other sums is refused"
echo >>/srv/facegate/Packages
gzip --best --no-name --keep --force /srv/facegate/Packages
rm /var/lib/apt/lists/*facegate* # which it would still have, of the same Release
refused "another list"

echo "Signed, it needs no trust but in the key"
rm -rf /srv/facegate
cp -a "$folder/signed" /srv/facegate
cp "$folder/keys/ours.gpg" /etc/apt/keyrings/facegate.gpg
echo "deb [signed-by=/etc/apt/keyrings/facegate.gpg] file:/srv/facegate ./" >$list
update
cp "$folder/keys/theirs.gpg" /etc/apt/keyrings/facegate.gpg
refused "a key of somebody else's"
cp "$folder/keys/ours.gpg" /etc/apt/keyrings/facegate.gpg
sed -i 's/^Label: .*/Label: other/' /srv/facegate/InRelease
refused "a changed file with the signature"
