#!/bin/bash
# The demonstration behind `make run`: enrols a person from a test picture, watches a camera, or without one a moving
# picture cut from the test pictures, posts what it sees to a backend, and shows what that has logged. All it makes
# lies in FOLDER, build/demo if none is named. BACKEND_URL names a backend; without it there is one on port 5000,
# started here if need be.
#
# Usage: demo.sh BUILD [FOLDER] (BUILD is the folder of a build with facegate and fg_sequence)
#
# What only the trap calls is taken for unreachable.
# shellcheck disable=SC2317
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
support=$root/tests/support
demo=${2:-$root/build/demo}
facegate=$build/src/cli/facegate
sequence=$build/tests/support/fg_sequence
config=$demo/facegate.conf
usual=http://127.0.0.1:5000
without_terminal=20 # seconds with a camera where nobody can press Ctrl-C

daemon=
backend=
memory=

say() {
    echo "demo: $*"
}

fail() {
    echo "demo: $*" >&2
    exit 1
}

# end PID...: tells processes of ours to stop and waits until they did.
end() {
    for pid in "$@"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "$@"; do
        while kill -0 "$pid" 2>/dev/null; do
            wait "$pid" 2>/dev/null || true
        done
    done
}

clean_up() {
    # The daemon first: it sends what waits.
    [ -z "$daemon" ] || end "$daemon"
    [ -z "$backend" ] || end "$backend"
    [ -z "$memory" ] || rm -rf "$memory"
}

# start_backend PORT: starts ours, with 0 on a free port, and sets url.
start_backend() {
    : >"$demo/backend.out"
    # In a session of its own, so that a Ctrl-C meant for the daemon leaves it there to take the last events.
    setsid "$facegate" backend --listen "127.0.0.1:$1" --data "$demo/data" >"$demo/backend.out" 2>"$demo/backend.err" &
    backend=$!
    until url=$(sed -n 's/^listening on //p' "$demo/backend.out") && [ -n "$url" ]; do
        kill -0 "$backend" 2>/dev/null || fail "the backend did not start: $(cat "$demo/backend.err")"
        sleep 0.1
    done
    say "started a backend; its page: $url/"
}

is_backend() {
    "$facegate" test-backend --dry-run --config "$config" --backend-url "$1"
}

listens() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# A face goes only to what answers a GET as a backend does.
choose_backend() {
    if [ -n "${BACKEND_URL:-}" ]; then
        url=${BACKEND_URL%/}
        is_backend "$url" || fail "$url (BACKEND_URL) does not answer as a backend does: nothing was posted"
    elif ! listens 5000; then
        start_backend 5000
    elif is_backend "$usual" >"$demo/asked.out" 2>&1; then
        url=$usual
        say "posting to the backend that is there, $url"
    else
        say "what listens on port 5000 does not answer as a backend does: it gets nothing"
        start_backend 0
    fi
}

# cut FIRST FRAMES FROM TO PICTURE: frames of 640x480 from a window of 1200x900 that moves over a test picture.
cut() {
    "$sequence" --first "$1" --frames "$2" --from "$3" --to "$4" --size 1200x900 --out-size 640x480 \
        "$root/tests/pictures/$5" "$demo/frames"
}

# enrolled N OPTION...: the N-th picture that Ada is enrolled from, out of another one than she is watched in.
enrolled() {
    number=$1
    shift
    "$sequence" --first "$number" --frames 1 --from 1320,80 --to 1320,80 --size 480x480 "$@" \
        "$root/tests/pictures/sample1.jpg" "$demo/enrolled"
}

# Three views of her, as anybody should have: near, farther away, in less light.
make_pictures() {
    mkdir -p "$demo/frames" "$demo/enrolled"
    enrolled 0 --out-size 480x480
    enrolled 1 --out-size 240x240
    enrolled 2 --out-size 300x300 --light 60
    cut 0 60 0,0 300,300 sample5.jpg
    cut 60 90 340,60 640,90 sample3.jpg
    cut 150 30 100,0 600,300 sample4.jpg
}

# Runs the daemon, or what runs it, until it ends; sets ended to its exit code.
watch_door() {
    "$@" &
    daemon=$!
    ended=0
    while kill -0 "$daemon" 2>/dev/null; do
        # A signal ends the wait, not the daemon.
        wait "$daemon" && ended=0 || ended=$?
    done
    daemon=
}

rm -rf "$demo"
mkdir -p "$demo"
trap clean_up EXIT
trap 'exit 143' TERM HUP
trap 'exit 130' INT
export no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"
unset SEND_INTERVAL

cat >"$config" <<END
[vision]
models = $root/models
[access]
encodings = $demo/encodings.json
END

make_pictures
"$facegate" enroll --config "$config" --name Ada --badge D8E2F1G3 "$demo"/enrolled/*.jpg
choose_backend
before=$(/usr/bin/python3 "$support/entries.py" "$url" last)

# A Ctrl-C is for the daemon, which the terminal tells by itself.
trap true INT
run=("$facegate" run --config "$config" --backend-url "$url" --send-interval 2)
camera=
if "$facegate" cameras --config "$config" >"$demo/cameras.out" 2>/dev/null; then
    camera=yes
    say "watching a camera: $(head -n 1 "$demo/cameras.out")"
    # Not the folder of a daemon that may run here, and like that one not on a disk.
    memory=$(mktemp -d /dev/shm/facegate-demo-XXXXXX)
    run+=(--source auto --outbox "$memory/outbox.db")
    if [ -t 1 ]; then
        say "Ctrl-C ends it; to be known to it, in another terminal, with three pictures or more:"
        say "  $facegate enroll --config $config --name NAME IMAGE..."
    else
        run=(timeout --preserve-status "$without_terminal" "${run[@]}")
    fi
else
    say "no camera here: watching a moving picture instead, in which Ada and strangers pass"
    run+=(--source "images:$demo/frames" --fps 10)
fi
watch_door "${run[@]}"
trap 'exit 130' INT

echo
say "what the backend has logged:"
if ! /usr/bin/python3 "$support/entries.py" "$url" after "$before"; then
    [ -n "$camera" ] || fail "nothing came in"
    say "nothing: no face was seen"
fi
if [ -n "$backend" ]; then
    say "the pictures are in $demo/data/static/img"
else
    say "the pictures are at $url followed by their image_path"
fi
if [ -n "$backend" ] && [ -t 1 ]; then
    say "look at it on $url/ - Ctrl-C ends it"
    trap true INT
    wait "$backend" || true
fi
exit "$ended"
