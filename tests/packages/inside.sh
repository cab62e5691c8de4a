#!/bin/sh
# The part of install.sh that runs inside the clean Debian, as root.
#
# Usage: inside.sh FOLDER (with one of each package, and in its folder debug that of the debug symbols)
set -eu
program=$(echo "$1"/facegate_*.deb)
models=$(echo "$1"/facegate-models_*.deb)
liveness=$(echo "$1"/facegate-models-liveness_*.deb)
said=/tmp/said

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# same WHAT EXPECTED ACTUAL
same() {
    [ "$2" = "$3" ] || fail "$1:
--- expected
$2
--- found
$3"
}

# run COMMAND...: shows what it said only if it failed; apt has dpkg write to a terminal, which returns the carriage
run() {
    "$@" >"$said" 2>&1 </dev/null || fail "$*: $(cat "$said")"
    sed -i 's/\r$//' "$said"
}

# What is said at the first installation, in the order of README.md.
next_steps="facegate: the next steps:
  enrol people:  sudo facegate enroll --name Ada ada-1.jpg ada-2.jpg ada-3.jpg
  configure:     [delivery] backend_url in /etc/facegate/facegate.conf, or for the bundled backend
                 sudo systemctl enable --now facegate-backend
  check:         sudo facegate doctor"

# quiet COMMAND...: nothing is said beside the steps that dpkg and its helpers tell of
steps='^(Selecting|\(Reading|Preparing|Unpacking|Setting up|Removing|Purging|Processing triggers|Created symlink|debconf: delay)'
quiet() {
    run "$@"
    same "what is said beside dpkg's steps by: $*" "" "$(grep -vE "$steps" "$said" | grep -vxF "$next_steps" || true)"
}

# All there is, but for what this test and package managers keep for themselves.
files() {
    find / -xdev '(' -path /tmp -o -path /run -o -path /var/cache -o -path /var/log -o -path /var/lib/apt -o \
        -path /var/lib/dpkg ')' -prune -o -printf '%p %M %u:%g\n' | LC_ALL=C sort
    find /var/lib/dpkg/info -name 'facegate*' ! -name '*.list'
    find /run /dev/shm -name '*facegate*'
}

# The versions of a package for this system from one commit to the next: the package's own, and those beside it.
version=$(dpkg-deb --field "$program" Version)
system=${version#*~}
release=${version%%[+~]*}
commits=${version#"$release"}
commits=${commits%"~$system"}
commits=${commits#+}
newer="$release+$((${commits:-0} + 1))~$system"
case ${commits:-0} in
0) before=0.1.0~$system ;;
1) before=$release~$system ;;
*) before="$release+$((commits - 1))~$system" ;;
esac

# as PACKAGE VERSION FILE: the same package with another version, for any version of the models; in the program's own
# the configuration has another comment, for which nobody must be asked
as() {
    rm -rf /tmp/unpacked
    dpkg-deb --raw-extract "$1" /tmp/unpacked
    [ "$1" != "$program" ] || echo "# $2" >>/tmp/unpacked/usr/share/facegate/facegate.conf
    sed -i -e "s/^Version: .*/Version: $2/" -e 's/facegate-models (>= [0-9]*)/facegate-models/' \
        /tmp/unpacked/DEBIAN/control
    run dpkg-deb --root-owner-group -Znone --build /tmp/unpacked "$3"
}

unchanged="$(dpkg-deb --field "$models" Version) $(dpkg-deb --field "$liveness" Version) "

# versions: of the packages that are installed
versions() {
    # The format is dpkg's.
    # shellcheck disable=SC2016
    dpkg-query --show --showformat '${Version} ' facegate facegate-models facegate-models-liveness
}

# modes: what is to be found of who may do what
modes() {
    stat --format '%n %a %U:%G' /etc/facegate /etc/facegate/facegate.conf /var/lib/facegate
}
expected_modes="/etc/facegate 755 root:root
/etc/facegate/facegate.conf 644 root:root
/var/lib/facegate 700 facegate:facegate"

enabled() {
    systemctl is-enabled facegate.path facegate.service facegate-backend.service 2>&1 || true
}

# doctor EXIT: what is wrong, in lines of their own
doctor() {
    result=0
    facegate doctor --json >"$said" 2>/dev/null || result=$? # Debian 13's libcamera misses what a chroot lacks
    same "how doctor ended" "$1" "$result"
    grep -oE '"check": *"[^"]*", *"verdict": *"error"' "$said" | sed 's/"check": *"\([^"]*\)".*/\1/'
}

echo "apt installs them with what they need"
run apt-get --quiet --quiet update
run apt-get --yes --no-install-recommends install "$program" "$models" "$liveness"
sed -n '/^Setting up facegate/,$p' "$said" | grep -iE 'error|warning|fail|cannot|not found' && fail "the lines above"

same "the next steps" "$next_steps" "$(sed -n '/^facegate: the next steps/,/doctor$/p' "$said")"

echo "The user, the folders and the units are there"
same "the user" "/var/lib/facegate:/usr/sbin/nologin" "$(getent passwd facegate | cut -d: -f6-)"
id -nG facegate | grep -qw video || fail "facegate is not in the group video"
same "modes" "$expected_modes" "$(modes)"
same "what starts at boot" "enabled
enabled
disabled" "$(enabled)"
run systemd-analyze verify --man=no facegate.service facegate.path facegate-backend.service
same "what verify says" "" "$(cat "$said")"

echo "So are the manual and the completion"
for page in man8/facegate.8 man8/facegate-backend.8 man5/facegate.conf.5 man5/facegate-encodings.5; do
    zcat "/usr/share/man/$page.gz" | grep -q '^\.TH FACEGATE' || fail "$page is no page"
done
bash -c 'source /usr/share/bash-completion/completions/facegate && complete -p facegate' >/dev/null ||
    fail "bash does not complete facegate"
[ ! -e /usr/share/doc/facegate/LICENSE ] || fail "the licence is there twice"

echo "The liveness model is there, with its licence"
same "what fetch.sh still fetches" "models: all are in /usr/share/facegate/models" \
    "$(/usr/share/facegate/models/fetch.sh 2>&1)"

echo "The program works, and knows faces"
same "what facegate says of its version" "facegate ${version%%~*}" "$(facegate --version | head -n 1)"
echo '{"format": "facegate-encodings", "version": 1, "model": "dlib_face_recognition_resnet_model_v1", "people": []}' \
    >/tmp/nobody.json
facegate identify --encodings /tmp/nobody.json /src/tests/pictures/sample1.jpg >"$said" || fail "identify: $(cat "$said")"
[ "$(grep -c Refused "$said")" -ge 3 ] || fail "of three strangers only these were found: $(cat "$said")"

echo "doctor says what is still to do"
same "what doctor finds wrong" "encodings.file
camera.open
backend.connect" "$(doctor 1)"

echo "Purged, nothing is left of them"
run apt-get --yes purge facegate facegate-models facegate-models-liveness
same "what is left" "" "$(files | grep facegate || true)"
mkdir -p /etc/credstore
files >/tmp/before

echo "Installed again, it says nothing beside dpkg's steps"
mkdir /tmp/older /tmp/newer
as "$program" "$before" /tmp/older/facegate.deb
# As they had it with the program once.
as "$models" 0.2.0 /tmp/older/models.deb
as "$liveness" 0.2.0 /tmp/older/liveness.deb
quiet apt-get --quiet --quiet --yes --no-install-recommends install /tmp/older/*.deb
same "modes" "$expected_modes" "$(modes)"

echo "An upgrade keeps a changed configuration, and what was disabled"
printf '[delivery]\nsend_interval = 2\n' >>/etc/facegate/facegate.conf
cp /etc/facegate/facegate.conf /tmp/mine.conf
run systemctl disable facegate.service
run systemctl enable facegate-backend.service
quiet apt-get --quiet --quiet --yes --no-install-recommends install "$1"/*.deb
! grep -q 'next steps' "$said" || fail "an upgrade names the first steps: $(cat "$said")"
grep -q '^Unpacking facegate-models ' "$said" || fail "no models were unpacked: $(cat "$said")"
same "the versions" "$version $unchanged" "$(versions)"
cmp /tmp/mine.conf /etc/facegate/facegate.conf || fail "the changed configuration is gone"
same "what starts at boot" "enabled
disabled
enabled" "$(enabled)"

echo "Models that are the same are left alone by the next upgrade"
as "$program" "$newer" /tmp/newer/facegate.deb
quiet apt-get --quiet --quiet --yes --no-install-recommends install /tmp/newer/facegate.deb "$models" "$liveness"
same "the versions" "$newer $unchanged" "$(versions)"
! grep '^Unpacking facegate-models' "$said" || fail "the line above is about models that were there"

echo "A downgrade is refused, unless it is asked for"
if apt-get --quiet --quiet --yes --no-install-recommends install "$1"/*.deb >"$said" 2>&1; then
    fail "apt did it: $(cat "$said")"
fi
grep -q -e '--allow-downgrades' "$said" || fail "apt does not say how: $(cat "$said")"
same "the versions" "$newer $unchanged" "$(versions)"
run apt-get --yes --no-install-recommends --allow-downgrades install "$1"/*.deb
same "the versions" "$version $unchanged" "$(versions)"
cmp /tmp/mine.conf /etc/facegate/facegate.conf || fail "the changed configuration is gone"

echo "An outbox beside the encodings is not shut off by an upgrade"
drop_in=/etc/systemd/system/facegate.service.d/outbox.conf
printf 'SQLite format 3\0' >/var/lib/facegate/outbox.db.corrupt-1
run apt-get --yes --no-install-recommends install /tmp/newer/facegate.deb
[ ! -e "$drop_in" ] || fail "one that was set aside counts: $(cat "$said")"
mv /var/lib/facegate/outbox.db.corrupt-1 /var/lib/facegate/outbox.db
run apt-get --yes --no-install-recommends install --reinstall /tmp/newer/facegate.deb
same "the drop-in" "ReadWritePaths=/var/lib/facegate" "$(grep ^Read "$drop_in")"
grep -q '^facegate: /var/lib/facegate/outbox.db lies beside the encodings' "$said" ||
    fail "nothing is said: $(cat "$said")"
run systemd-analyze verify --man=no facegate.service
same "what verify says" "" "$(cat "$said")"

echo "Removing leaves the configuration and the data"
echo '{}' >/var/lib/facegate/encodings.json
echo word >/etc/facegate/token
mkdir -p /var/lib/private/facegate-backend /run/facegate "/dev/shm/facegate-$(id -u facegate)"
ln -s private/facegate-backend /var/lib/facegate-backend
quiet apt-get --quiet --quiet --yes remove facegate
cmp /tmp/mine.conf /etc/facegate/facegate.conf || fail "the changed configuration is gone"
for data in /var/lib/facegate/encodings.json /var/lib/facegate-backend/. /run/facegate; do
    [ -e "$data" ] || fail "$data is gone"
done
[ ! -e /usr/bin/facegate ] || fail "/usr/bin/facegate is still there"

echo "Installed again, all is as it was"
quiet apt-get --quiet --quiet --yes --no-install-recommends install /tmp/newer/facegate.deb "$models" "$liveness"
cmp /tmp/mine.conf /etc/facegate/facegate.conf || fail "the changed configuration is gone"
same "what starts at boot" "enabled
disabled
enabled" "$(enabled)"

echo "The debug symbols are of no other version"
if apt-get --quiet --quiet --yes --no-install-recommends install "$1"/debug/*.deb >"$said" 2>&1; then
    fail "apt installed them for $newer: $(cat "$said")"
fi
run apt-get --yes --no-install-recommends install --allow-downgrades "$1"/*.deb "$1"/debug/*.deb
find -L /usr/lib/debug/.build-id -name '*.debug' | grep -q . || fail "no symbols were installed"

echo "Purging takes them, and all there ever was"
echo word >/etc/credstore/facegate.token
quiet apt-get --quiet --quiet --yes purge facegate facegate-dbgsym facegate-models facegate-models-liveness
files >/tmp/after
same "what an installation leaves" "" "$(diff /tmp/before /tmp/after || true)"
