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
# Single pictures: a name, the picture, the corner and size of the window, the size it becomes, then how it is spoilt.
single() {
    name=$1 picture=$2 at=$3 size=$4 out=$5
    shift 5
    "$sequence" --from "$at" --to "$at" --size "$size" --out-size "$out" --frames 1 --first 0 "$@" \
        "$pictures/$picture.jpg" "$scenes/single"
    mv "$scenes"/single/*.jpg "$scenes/$name.jpg"
}
single ada sample1 1320,80 480x480 480x480
single ada-again sample3 840,150 640x480 640x480
single bob sample2 1300,60 480x480 480x480
single two sample3 940,150 900x600 900x600
single nobody sample1 0,0 320x240 320x240
single dark sample1 1320,80 480x480 480x480 --light 20
single blurred sample1 1320,80 480x480 480x480 --blur 13
single small sample1 1320,80 480x480 100x100
rmdir "$scenes/single"

# Somebody who is to be enrolled at the camera: nobody, several, far, in the dark, out of focus, moving, then standing
# still in three views. For a camera with 10 frames a second, which takes four of them to see that somebody stands still.
mkdir "$scenes/sitting"
first=0
sit() {
    frames=$1 picture=$2 from=$3 to=$4 size=$5
    shift 5
    "$sequence" --from "$from" --to "$to" --size "$size" --out-size 640x480 --frames "$frames" --first "$first" "$@" \
        "$pictures/$picture.jpg" "$scenes/sitting"
    first=$((first + frames))
}
sit 2 sample2 0,400 0,400 640x480
sit 2 sample1 640,40 640,40 1280x960
sit 2 sample2 300,0 300,0 1600x1200
sit 2 sample1 1240,80 1240,80 640x480 --light 20
sit 5 sample1 1240,80 1240,80 640x480 --blur 13
sit 3 sample1 1140,80 1240,80 640x480
sit 9 sample1 1240,80 1240,80 640x480
sit 6 sample3 840,150 840,150 640x480
sit 6 sample1 1240,80 1240,80 640x480 --light 50

# An album of everybody in the test pictures, each face cut out twice; but for Grace, who is in two of the pictures and is
# cut out of each once.
crop() {
    mkdir -p "$scenes/album/$1"
    "$sequence" --from "$4,$5" --to "$4,$5" --size "$6x$6" --out-size "$6x$6" --frames 1 --first 0 \
        "$pictures/sample$3.jpg" "$scenes/album"
    mv "$scenes/album/frame-0000.jpg" "$scenes/album/$1/$2.jpg"
}
# face NAME PICTURE X Y WIDTH: its box, as in known_faces.h
face() {
    for cut in 1 2; do
        margin=$(($5 * (20 + 25 * cut) / 100))
        side=$(($5 + 2 * margin))
        x=$(($3 > margin ? $3 - margin : 0)) y=$(($4 > margin ? $4 - margin : 0))
        x=$((x + side > 1920 ? 1920 - side : x))
        crop "$1" "$cut" "$2" "$x" "$y" "$side"
    done
}
crop grace 1 1 1354 136 410
crop grace 2 3 909 135 490
face 1-left 1 376 376 216
face 1-middle 1 830 472 216
face 2 2 1448 214 180
face 3-left 3 567 376 216
face 3-right 3 1499 352 216
face 4-right 4 1229 194 180
face 4-left 4 615 113 216
face 4-middle 4 950 209 216
face 5-top 5 791 134 180
face 5-turned 5 615 448 216
face 5-left 5 376 926 216
face 5-middle 5 1090 234 180
face 5-right 5 1380 448 216
face 6-right 6 1165 376 216
face 6-middle 6 639 376 216
face 6-left 6 251 509 259
face 6-far-right 6 1451 328 216

"$facegate" enroll --models "$source/models" --encodings "$scenes/encodings.json" \
    --name Ada --badge D8E2F1G3 "$scenes/ada.jpg"
