#!/bin/sh
# What `cmake --install` puts where, and whether systemd takes it. Nothing is written outside a temporary folder.
#
# Usage: test_units.sh CMAKE BUILD
set -eu
cmake=$1
build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# install_to FOLDER PREFIX
install_to() {
    DESTDIR=$1 "$cmake" --install "$build" --prefix "$2" >"$work/install.log" 2>&1 || fail "install: $(cat "$work/install.log")"
}

# same WHAT EXPECTED ACTUAL
same() {
    [ "$2" = "$3" ] || fail "$1:
--- expected
$2
--- found
$3"
}

echo "Every file lies where its reader looks"
root=$work/root
install_to "$root" /usr
same "files below /usr" "./etc/facegate/facegate.conf
./usr/bin/facegate
./usr/lib/systemd/system/facegate-backend.service
./usr/lib/systemd/system/facegate.path
./usr/lib/systemd/system/facegate.service
./usr/lib/sysusers.d/facegate.conf
./usr/lib/tmpfiles.d/facegate.conf
./usr/lib/udev/rules.d/60-facegate.rules
./usr/share/bash-completion/completions/facegate
./usr/share/doc/facegate/LICENSE
./usr/share/doc/facegate/README.md
./usr/share/doc/facegate/SECURITY.md
./usr/share/doc/facegate/docs/architecture.md
./usr/share/doc/facegate/docs/architecture.svg
./usr/share/doc/facegate/docs/backend.md
./usr/share/doc/facegate/docs/configuration.md
./usr/share/doc/facegate/docs/decisions.md
./usr/share/doc/facegate/docs/detection.md
./usr/share/doc/facegate/docs/install.md
./usr/share/doc/facegate/docs/operations.md
./usr/share/doc/facegate/docs/privacy.md
./usr/share/doc/facegate/docs/security.md
./usr/share/doc/facegate/docs/testing.md
./usr/share/doc/facegate/example.conf
./usr/share/doc/facegate/examples/convert_minivision.py
./usr/share/facegate/encodings/README.md
./usr/share/facegate/encodings/example.json
./usr/share/facegate/models/README.md
./usr/share/facegate/models/fetch.sh
./usr/share/man/man5/facegate-encodings.5
./usr/share/man/man5/facegate.conf.5
./usr/share/man/man8/facegate-backend.8
./usr/share/man/man8/facegate.8" "$(cd "$root" && find . -type f | LC_ALL=C sort)"
[ -x "$root/usr/share/facegate/models/fetch.sh" ] || fail "fetch.sh is not executable"

echo "man and bash find theirs"
# How wide a page is, groff's versions see differently.
same "the first line of facegate(8)" "FACEGATE(8) System Administration FACEGATE(8)" \
    "$(LC_ALL=C.UTF-8 MANWIDTH=80 man -M "$root/usr/share/man" 8 facegate | head -n 1 | tr -s ' ')"
for page in "5 facegate.conf" "5 facegate-encodings" "8 facegate-backend" facegate; do
    # shellcheck disable=SC2086
    LC_ALL=C.UTF-8 man -M "$root/usr/share/man" $page >"$work/page" || fail "man does not find $page"
done
bash -c 'source "$1" && complete -p facegate >/dev/null' - "$root/usr/share/bash-completion/completions/facegate" ||
    fail "bash does not complete facegate"

echo "Another prefix is kept to, in the unit too"
install_to "$work/local" /usr/local
# systemd expands it.
# shellcheck disable=SC2016
grep -qx 'ExecStart=/usr/local/bin/facegate backend --data %S/facegate-backend $OPTIONS' \
    "$work/local/usr/local/lib/systemd/system/facegate-backend.service" ||
    fail "the backend's unit does not start /usr/local/bin/facegate"
grep -qx 'ExecStart=/usr/local/bin/facegate run' "$work/local/usr/local/lib/systemd/system/facegate.service" ||
    fail "the unit does not start /usr/local/bin/facegate"
[ -x "$work/local/usr/local/bin/facegate" ] || fail "/usr/local/bin/facegate is not there"
[ -f "$work/local/etc/facegate/facegate.conf" ] || fail "the configuration is not where the program reads it"

echo "A prefix that is not the system's leaves the system's configuration alone"
install_to "$work/elsewhere" /opt/facegate
same "what is outside /opt/facegate" "" "$(cd "$work/elsewhere" && find . -type f ! -path './opt/facegate/*')"
[ -f "$work/elsewhere/opt/facegate/share/doc/facegate/example.conf" ] ||
    fail "the configuration is not with the documents"
grep -q "facegate.conf, see /opt/facegate/share/doc/facegate/example.conf" "$work/install.log" ||
    fail "nobody is informed of it"

echo "A configuration that is there is left alone"
echo "[camera]" >"$root/etc/facegate/facegate.conf"
install_to "$root" /usr
same "facegate.conf after a second install" "[camera]" "$(cat "$root/etc/facegate/facegate.conf")"

echo "systemd takes the units without a word"
# The units they hang on, and the one program besides ours, so that the folder can stand for a machine.
units=/usr/lib/systemd/system
[ -d "$units" ] || units=/lib/systemd/system
cp -a "$units/." "$root/usr/lib/systemd/system/"
mkdir -p "$root/bin"
cp /bin/kill "$root/bin/kill"
# The copied units' programs are not there, and not ours to check.
# It looks whether there are the pages that the units name.
export MANPATH="$root/usr/share/man:"
said=$(systemd-analyze verify --root="$root" --recursive-errors=no facegate.service facegate.path \
    facegate-backend.service 2>&1) ||
    fail "verify: $said"
same "what verify says" "" "$said"
same "without a core dump or a swapped page, a picture stays off the disk" "LimitCORE=0
MemorySwapMax=0" "$(grep -E '^(LimitCORE|MemorySwapMax)=' "$root/usr/lib/systemd/system/facegate.service")"
for unit in facegate.service facegate-backend.service; do
    # In tenths.
    systemd-analyze security --offline=true --threshold=15 "$root/usr/lib/systemd/system/$unit" >"$work/security" ||
        fail "$unit is exposed more than 1.5: $(tail -n 1 "$work/security")"
done

echo "Its user and its folder come to be"
systemd-sysusers --root="$root" 2>"$work/sysusers" || fail "sysusers: $(cat "$work/sysusers")"
grep -q '^facegate:' "$root/etc/passwd" || fail "there is no user facegate"
grep -q '^video:.*:facegate$' "$root/etc/group" || fail "facegate is not in the group video"
if [ "$(id -u)" -eq 0 ]; then
    systemd-tmpfiles --root="$root" --create facegate.conf || fail "tmpfiles"
    same "mode of /var/lib/facegate" 700 "$(stat --format=%a "$root/var/lib/facegate")"
    same "its owner" "$(sed -n 's/^facegate:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/passwd")" \
        "$(stat --format=%u "$root/var/lib/facegate")"
else
    echo "(the folder is not checked: giving it to its user takes root)"
fi
