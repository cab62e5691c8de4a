#!/bin/sh
# Has apt take libcamera, and nothing else, from the backports in a root that is made. A hook of mmdebstrap, called
# before it installs anything.
#
# Usage: backports.sh ROOT
set -eu
cat >"$1/etc/apt/preferences.d/libcamera" <<END
Package: src:libcamera
Pin: release n=*-backports
Pin-Priority: 600
END
