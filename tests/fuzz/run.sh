#!/bin/sh
# Runs every fuzzer there is for a while, as many at a time as there are processors, on a copy of its seeds. Prints a line for each; what one found
# is kept and named, and ends this with 1.
#
# Usage: run.sh BUILD [FUZZER...]    FUZZ_SECONDS (30) each; without names all that BUILD has
set -eu

build=$(realpath "$1")
shift
here=$(dirname "$(realpath "$0")")
seconds=${FUZZ_SECONDS:-30}
PARALLEL=$(nproc)
MEMORY=1024 # MiB, as the sanitizers count
SLOW=10     # seconds for one input
export TZ=UTC ASAN_OPTIONS=detect_stack_use_after_return=0 LC_ALL=C.UTF-8

if [ "${1:-}" = --one ]; then
    name=$2
    work=$build/runs/$name
    log=$work/log
    rm -rf "$work"
    mkdir -p "$work/found"
    cp -r "$here/corpus/$name" "$work/corpus"
    verdict=well
    dictionary=
    [ ! -f "$here/$name.dict" ] || dictionary=-dict=$here/$name.dict
    (cd "$work" && exec "$build/tests/fuzz/fuzz_$name" ${dictionary:+"$dictionary"} -max_total_time="$seconds" \
        -rss_limit_mb=$MEMORY -timeout=$SLOW -print_final_stats=1 -artifact_prefix="$work/found/" corpus) \
        >"$log" 2>&1 || verdict=FOUND
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    coverage=$(sed -n 's/.*cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    size=$(find "$work/corpus" -type f | wc -l)
    printf '%-10s %10s %8s %7d  %s\n' "$name" "${runs:--}" "${coverage:--}" "$size" "$verdict"
    if [ "$verdict" != well ]; then
        grep -a -m 3 -E '^fuzz: |ERROR: |runtime error' "$log" | sed 's/^/    /' || true
        find "$work/found" -type f | sed 's/^/    the input is kept as /'
        echo "    what it said: $log"
        exit 1
    fi
    exit 0
fi

if [ $# -eq 0 ]; then
    for program in "$build"/tests/fuzz/fuzz_*; do
        set -- "$@" "$(basename "$program" | sed 's/^fuzz_//')"
    done
fi
echo "$# fuzzers, $seconds s each; edges reached of what is theirs, inputs that reach them"
printf '%-10s %10s %8s %7s\n' fuzzer runs edges inputs
if ! printf '%s\n' "$@" | xargs -P "$PARALLEL" -I NAME "$0" "$build" --one NAME; then
    echo "Each input that was found becomes a test, see tests/fuzz/CMakeLists.txt; then run it again." >&2
    exit 1
fi
