#!/bin/sh
# Puts the screenshot that the browser tests made into the README's place, small enough to be kept in the repository.
#
# Usage: picture.sh BUILD (a folder in which the test browser.pictures passed)
set -eu
limit=300000
from=$1/screenshots/desktop-light.png
to=$(cd "$(dirname "$0")" && pwd)/page.png

size=$(stat --format %s "$from")
if [ "$size" -gt "$limit" ]; then
    echo "picture: $from has $size bytes; more than $limit are not kept in the repository" >&2
    exit 1
fi
cp "$from" "$to"
