#!/bin/sh
# Makes a Debian system in a folder, to build, install or run facegate in, and prints its path. One that is there already
# is used again, unless what it is to hold has changed. Takes the packages from where this machine takes its own.
#
# Usage: root.sh NAME
#   trixie-build     Debian 13 with what builds and tests facegate, and a libcamera that plays files as a camera
#   backports-build  the same with the libcamera of Debian 13's backports, which is about Raspberry Pi OS's
#   bookworm-clean   Debian 12 with nothing but apt, to install packages in
#   trixie-clean     the same of Debian 13
#   trixie-boot      Debian 13 that boots, for the appliance
#   arm64-sysroot    this machine's own Debian for arm64, unpacked but not configured, to build against
#   trixie-arm64     the same of Debian 13
#   backports-arm64  the same with the libcamera of Debian 13's backports
#   trixie-cross     Debian 13 with what builds and packs facegate for arm64, against the two before
#
# They lie in build/roots, or where FG_ROOTS says. Only root can make one: for others sudo asks.
#
# Lists of packages are split into words on purpose.
# shellcheck disable=SC2086
set -eu
cd "$(dirname "$0")/../.."

if [ $# -ne 1 ]; then
    sed -n 's/^# \(Usage: \)/\1/p' "$0" >&2
    sed -n 's/^#   \([a-z0-9]*-[a-z0-9]*\)  .*/  \1/p' "$0" >&2
    exit 2
fi
name=$1
folder=${FG_ROOTS:-$PWD/build/roots}
if [ "$(id -u)" -ne 0 ]; then
    exec sudo --preserve-env=http_proxy,https_proxy FG_ROOTS="$folder" tests/roots/root.sh "$@"
fi

build="$(tests/support/setup.sh --list build)"
variant=apt architecture=amd64 options='' records='' backports=''
case $name in
trixie-build | backports-build)
    suite=trixie
    packages="$build $(tests/support/setup.sh --list test heif slow privacy deb) libcamera-tools libcamera-ipa"
    [ "$name" = trixie-build ] || backports=trixie-backports
    ;;
bookworm-clean | trixie-clean)
    suite=${name%-clean}
    packages=ca-certificates
    ;;
trixie-boot)
    suite=trixie
    packages="linux-image-amd64 systemd-sysv udev dbus kmod e2fsprogs curl libcamera-ipa"
    # What facegate's package depends on, so that installing it fetches nothing.
    packages="$packages libcamera0.4 libcurl4t64 libcjson1 libturbojpeg0 libjpeg62-turbo"
    packages="$packages libmicrohttpd12t64 libinih1 libexif12 procps ca-certificates"
    ;;
trixie-cross)
    suite=trixie
    packages="cmake ninja-build pkgconf $(tests/support/setup.sh --list cross)"
    ;;
arm64-sysroot | trixie-arm64 | backports-arm64)
    suite=trixie # the cross compiler's own, for its libraries
    # shellcheck disable=SC1091
    [ "$name" != arm64-sysroot ] || suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    [ "$name" != backports-arm64 ] || backports=trixie-backports
    variant=extract
    architecture=arm64
    packages="base-files $(tests/support/setup.sh --list libraries) libcmocka-dev libopenblas-dev"
    # What the tests load by name.
    packages="$packages libwebp7 libheif1"
    [ "$suite" != trixie ] || packages="$packages $(tests/support/setup.sh --list heif)"
    records=yes
    ;;
*)
    echo "root: there is no root \"$name\"" >&2
    exit 2
    ;;
esac

tests/support/setup.sh --check roots
mirror=$(tests/roots/archive.sh)
root=$folder/$name
wanted="$suite $architecture $variant $options${records:+with records and links}${backports:+with $backports} $packages"
mkdir -p "$folder"
exec 9>"$folder/$name.lock"
flock 9
if [ -d "$root" ] && [ "$(cat "$root.holds" 2>/dev/null)" = "$wanted" ]; then
    echo "$root"
    exit 0
fi

echo "root: making $name, Debian's $suite for $architecture, of about $(echo "$packages" | wc -w) packages; this takes a minute or two" >&2
rm -rf "$root" "$root.new" "$root.holds"
include=$(echo $packages | tr ' ' ',')
source="deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror"
if ! mmdebstrap --quiet --mode=root --variant=$variant --architectures=$architecture --include="$include" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    ${records:+--extract-hook="$PWD/tests/roots/records.sh"} \
    ${backports:+--setup-hook="$PWD/tests/roots/backports.sh"} $options \
    "$suite" "$root.new" "$source $suite main" ${backports:+"$source $backports main"} \
    9>&- >"$folder/$name.log" 2>&1; then
    tail -n 20 "$folder/$name.log" >&2
    echo "root: $name could not be made; the lines above are the end of $folder/$name.log" >&2
    exit 1
fi
# A linker would look for what absolute links lead to in this machine, and take the archive beside them instead.
if [ -n "$records" ]; then
    find "$root.new/usr/lib" -type l -lname '/*' | while read -r link; do
        ln -sfnr "$root.new$(readlink "$link")" "$link"
    done
fi
mv "$root.new" "$root"
echo "$wanted" >"$root.holds"
echo "root: $name is ready, $(du -sh "$root" | cut -f1)" >&2
echo "$root"
