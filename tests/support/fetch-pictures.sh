#!/bin/sh
# Fetches the six test pictures, group photos from the npm package @vladmandic/face-api (MIT), into tests/pictures and
# checks their sums. Pictures that are right are left alone; one appears whole or not at all.
#
# Usage: fetch-pictures.sh
set -eu

package=@vladmandic/face-api@1.7.15
here=$(cd "$(dirname "$0")" && pwd)
folder=$(dirname "$here")/pictures

sums() {
    cat <<'END'
8ecae4b267b2d3169e06e00c7dee97097aa2a94635d45216f7732a5f4943cb51  sample1.jpg
7d2b60ae6f13bf30f422e04df87451081a02c83de469056f25afb44b7000c691  sample2.jpg
8eb081c9efb14370fa94d9feab9e5fbeafd19a627491853a80c2bf67f7ffa936  sample3.jpg
729efa5923061d40eb4ed5f267a18cc7b8ba6f852bb2757b16d8b7e4937476fc  sample4.jpg
6d45095ebb182d8f975c0790e0e4eefd86fbb40609cf4b271776d92e12662938  sample5.jpg
9baad80f9d5e306fb9b8c0913d44445f1e95848df317530efb03d0934c57ba87  sample6.jpg
END
}

say() {
    echo "pictures: $*" >&2
}

# are_right FOLDER: whether all six are there and what they should be.
are_right() {
    [ -d "$1" ] && sums | (cd "$1" && sha256sum --check --status 2>/dev/null)
}

fail() {
    say "$1"
    {
        echo "By hand: take demo/sample1.jpg to sample6.jpg out of the npm package $package and put them into"
        echo "    $folder"
    } >&2
    exit 1
}

if are_right "$folder"; then
    say "all are in $folder"
    exit 0
fi
command -v npm >/dev/null 2>&1 || fail "npm is needed to fetch them, and is not there; run: make deps FOR=fetch"

mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work" "$folder"/.*.jpg.$$' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "fetching the npm package $package (12 MB)"
(cd "$work" && npm pack --ignore-scripts --loglevel=error --cache "$work/cache" "$package" >/dev/null) ||
    fail "the package could not be fetched"
tar --extract --gzip --file "$work"/*.tgz --directory "$work" package/demo
are_right "$work/package/demo" || fail "what came has the wrong SHA-256 sums and was thrown away"
for number in 1 2 3 4 5 6; do
    cp "$work/package/demo/sample$number.jpg" "$folder/.sample$number.jpg.$$"
    mv "$folder/.sample$number.jpg.$$" "$folder/sample$number.jpg"
done
say "all are in $folder"
