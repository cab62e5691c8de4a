#!/bin/sh
# Runs a test that needs the models and the test pictures. Where they are missing it fails instead, and says how to get
# them. Without a command it only says whether they are there.
#
# Usage: fetched.sh [COMMAND ARGUMENT...]
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)

missing=
for file in models/shape_predictor_5_face_landmarks.dat models/dlib_face_recognition_resnet_model_v1.dat \
    models/fr_liveness.onnx models/fr_liveness.LICENSE \
    tests/pictures/sample1.jpg tests/pictures/sample2.jpg tests/pictures/sample3.jpg tests/pictures/sample4.jpg \
    tests/pictures/sample5.jpg tests/pictures/sample6.jpg; do
    [ -f "$source/$file" ] || missing="$missing $file"
done
if [ -n "$missing" ]; then
    echo "Tests that need the models or the test pictures fail: run \"make fetch\" in $source. Missing:$missing" >&2
    exit 1
fi
[ $# -eq 0 ] || exec "$@"
