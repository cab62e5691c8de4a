#!/bin/sh
# Whether a root of Debian 13 can be made here to test in; if not, says why.
set -eu
architecture=$(dpkg --print-architecture 2>/dev/null || uname -m)
if [ "$architecture" != amd64 ]; then
    echo "check: NOT TESTED with libcamera of Debian 13's backports: that takes amd64, and this is $architecture" >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    echo "check: NOT TESTED with libcamera of Debian 13's backports: that takes root or sudo" >&2
    exit 1
fi
