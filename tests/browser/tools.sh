#!/bin/sh
# Brings what the browser tests need: Chromium and fonts from Debian, playwright-core and axe-core from npm, these in the
# versions and with the sums of package-lock.json. Quick and silent when all is there.
#
# Usage: tools.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=$1

# Whoever names a browser has one.
[ -n "${FG_CHROMIUM:-}" ] || "$here/../support/setup.sh" browser
command -v npm >/dev/null 2>&1 || "$here/../support/setup.sh" npm

# The mark is the last to be made.
if cmp -s "$here/package-lock.json" "$folder/complete"; then
    exit 0
fi
rm -rf "$folder"
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder"
(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --cache "$folder/cache" >/dev/null)
rm -rf "$folder/cache"
cp "$here/package-lock.json" "$folder/complete"
