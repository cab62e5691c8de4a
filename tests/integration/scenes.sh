#!/bin/sh
# Makes what the daemon's tests look at, once for all of them: a door that Ada and strangers pass (640x480, cut from the
# test pictures), single faces, and a gallery with Ada in it, enrolled from another picture than the door's.
set -eu
facegate=$1
sequence=$2
source=$3
scenes=$4

rm -rf "$scenes"
mkdir -p "$scenes/door" "$scenes/quiet" "$scenes/single"
pictures=$source/tests/pictures

# 30 frames with Ada among others, then 30 of strangers alone.
"$sequence" --from 340,60 --to 640,90 --size 1200x900 --out-size 640x480 --frames 30 --first 0 \
    "$pictures/sample3.jpg" "$scenes/door"
"$sequence" --from 0,0 --to 300,300 --size 1200x900 --out-size 640x480 --frames 30 --first 30 \
    "$pictures/sample5.jpg" "$scenes/door"
# 19 frames of a wall and one with a large face.
"$sequence" --from 0,400 --to 300,400 --size 640x480 --out-size 640x480 --frames 19 --first 0 \
    "$pictures/sample2.jpg" "$scenes/quiet"
"$sequence" --from 1260,60 --to 1260,60 --size 640x480 --out-size 640x480 --frames 1 --first 19 \
    "$pictures/sample1.jpg" "$scenes/quiet"
# One face, two faces, none.
"$sequence" --from 1320,80 --to 1320,80 --size 480x480 --out-size 480x480 --frames 1 --first 0 \
    "$pictures/sample1.jpg" "$scenes/single"
mv "$scenes"/single/*.jpg "$scenes/ada.jpg"
"$sequence" --from 1300,60 --to 1300,60 --size 480x480 --out-size 480x480 --frames 1 --first 0 \
    "$pictures/sample2.jpg" "$scenes/single"
mv "$scenes"/single/*.jpg "$scenes/bob.jpg"
"$sequence" --from 940,150 --to 940,150 --size 900x600 --out-size 900x600 --frames 1 --first 0 \
    "$pictures/sample3.jpg" "$scenes/single"
mv "$scenes"/single/*.jpg "$scenes/two.jpg"
"$sequence" --from 0,0 --to 0,0 --size 320x240 --out-size 320x240 --frames 1 --first 0 \
    "$pictures/sample1.jpg" "$scenes/single"
mv "$scenes"/single/*.jpg "$scenes/nobody.jpg"
rmdir "$scenes/single"

"$facegate" enroll --models "$source/models" --encodings "$scenes/encodings.json" \
    --name Ada --rfid D8E2F1G3 "$scenes/ada.jpg"
