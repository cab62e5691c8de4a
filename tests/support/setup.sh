#!/bin/sh
# Installs with apt-get what is missing for a purpose, saying what and why: what `make deps` does. Quick and silent when
# nothing is missing.
#
# Usage: setup.sh PURPOSE...           build, models, libraries, demo, fetch, test, slow, check, browser, privacy,
#                                      roots, deb, cross, appliance
#        setup.sh --check PURPOSE...   installs nothing: if something is missing, says what, and fails
#        setup.sh --list PURPOSE...    names the packages, and installs none; "heif": what test has besides on Debian 13
#
# Lists of packages are split into words on purpose.
# shellcheck disable=SC2086
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# What each purpose needs: Debian packages, 12 and 13 alike.
packages_for() {
    case $1 in
    build)
        echo gcc g++ make cmake ninja-build pkgconf
        packages_for libraries
        echo curl bzip2 ca-certificates
        ;;
    libraries)
        echo libcamera-dev libdlib-dev libjpeg62-turbo-dev libcurl4-openssl-dev libcjson-dev
        echo libturbojpeg0-dev libsqlite3-dev libsystemd-dev libinih-dev libexif-dev libssl-dev libmicrohttpd-dev
        echo zlib1g-dev
        ;;
    demo) echo python3 ;;
    # Only the liveness model comes from npm alone; what fetches the others is under build.
    models) [ -f "$here/../../models/fr_liveness.onnx" ] || packages_for npm ;;
    # Where all is fetched already, or npm is not Debian's, there is nothing to install.
    fetch) "$here/fetched.sh" 2>/dev/null || packages_for npm ;;
    npm) command -v npm >/dev/null || echo npm ;;
    test)
        echo libcmocka-dev libopenblas-dev git python3 python3-cryptography python3-flask openssl systemd
        echo man-db mandoc groff-base bsdextrautils shellcheck
        # Photos in the formats of libpng, libwebp and libheif, which these bring.
        echo python3-pil libheif-examples
        # shellcheck disable=SC1091
        [ "$(. /etc/os-release && echo "${VERSION_ID:-13}")" = 12 ] || packages_for heif
        ;;
    # From Debian 13 on, libheif has its codecs in packages of their own.
    heif) echo libheif-plugin-libde265 libheif-plugin-dav1d libheif-plugin-x265 libheif-plugin-aomenc ;;
    slow) echo gnuplot-nox gunicorn iproute2 nginx-light python3-waitress util-linux valgrind ;;
    check) echo clang clang-format clang-tidy libclang-rt-dev llvm cppcheck shellcheck ;;
    browser)
        # Whoever names a browser has one.
        [ -n "${FG_CHROMIUM:-}" ] || echo chromium fonts-inter fonts-noto-color-emoji openssl
        packages_for npm
        ;;
    privacy) echo e2fsprogs mount util-linux ;;
    roots) echo mmdebstrap debian-archive-keyring util-linux gnupg ;;
    deb) echo dpkg-dev lintian ;;
    cross) echo g++-aarch64-linux-gnu gcc-aarch64-linux-gnu binutils-aarch64-linux-gnu qemu-user-static dpkg-dev lintian ;;
    appliance) echo qemu-system-x86 ;;
    *)
        echo "setup: there is no purpose \"$1\"" >&2
        exit 2
        ;;
    esac
}

reason_for() {
    case $1 in
    build | libraries) echo "to build facegate and fetch its models" ;;
    demo) echo "for the demonstration" ;;
    models) echo "to fetch the liveness model from npm" ;;
    fetch) echo "to fetch the liveness model and the test pictures from npm" ;;
    test) echo "for the tests" ;;
    slow) echo "for the tests that take longer" ;;
    check) echo "to check the sources" ;;
    browser) echo "for the browser tests" ;;
    privacy) echo "to make a disk and look at it" ;;
    roots) echo "to make systems to test in" ;;
    deb) echo "to make packages" ;;
    cross) echo "to make packages for arm64 and try them" ;;
    appliance) echo "to boot a whole machine" ;;
    esac
}

# Those of the packages that are not installed.
missing_of() {
    for package in "$@"; do
        case $(dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null) in
        *" ok installed") ;;
        *) echo "$package" ;;
        esac
    done
}

# install REASON PACKAGE...
install() {
    reason=$1
    shift
    echo "setup: installing with apt-get, $reason: $*" >&2
    sudo=
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "setup: neither root nor sudo: have somebody run \"apt-get install $*\"" >&2
            exit 1
        fi
        sudo=sudo
    fi
    if [ -z "$updated" ]; then
        $sudo apt-get --quiet --quiet update || echo "setup: going on with the package lists of before" >&2
        updated=yes
    fi
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet --yes --no-install-recommends install "$@" >&2
}

if [ "${1:-}" = --list ]; then
    shift
    for purpose in "$@"; do
        packages_for "$purpose"
    done
    exit 0
fi

only_check=
if [ "${1:-}" = --check ]; then
    shift
    only_check=yes
fi

updated=
lacking=
for purpose in "$@"; do
    packages=$(packages_for "$purpose")
    [ -n "$packages" ] || continue
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        {
            echo "setup: this is no Debian or like it, so nothing is installed $(reason_for "$purpose")."
            echo "What is needed, by Debian's names:" $packages
        } >&2
        continue
    fi
    missing=$(missing_of $packages)
    [ -n "$missing" ] || continue
    if [ -n "$only_check" ]; then
        echo "setup: missing $(reason_for "$purpose"):" $missing >&2
        lacking="$lacking${lacking:+ }$purpose"
    else
        install "$(reason_for "$purpose")" $missing
    fi
done
if [ -n "$lacking" ]; then
    case $lacking in
    *" "*) lacking="\"$lacking\"" ;;
    esac
    echo "setup: run: make deps FOR=$lacking" >&2
    exit 1
fi
