#!/bin/sh
# Brings what the browser tests need from npm, playwright-core and axe-core, in the versions and with the sums of
# package-lock.json. Chromium and fonts must be installed. Quick and silent when all is there.
#
# Usage: tools.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=$1

"$here/../support/setup.sh" --check browser

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
