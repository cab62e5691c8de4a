#!/bin/bash
# The backend of the field under the servers that people run it with: Flask's own (werkzeug's), gunicorn, waitress, and
# nginx in front with its limit of 1 MB. test-backend passes at each, and a run over pictures gets everything there.
#
# Usage: test_servers.sh FACEGATE MODELS PICTURES
set -euo pipefail
facegate=$1 models=$2 pictures=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
chmod 711 "$work" # nginx that root starts has workers of another user
servers=()
trap '[ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 PATH=$PATH:/usr/sbin no_proxy='*'

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# serve NAME COMMAND...: starts it, and sets `port` to the one that it says it listens on.
serve() {
    local name=$1
    shift
    "$@" >"$work/$name.log" 2>&1 &
    servers+=($!)
    for _ in $(seq 300); do
        port=$(sed -n 's,.*http://127\.0\.0\.1:\([0-9][0-9]*\).*,\1,p' "$work/$name.log" | head -n 1)
        [ -z "$port" ] || return 0
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    fail "$name does not listen: $(cat "$work/$name.log")"
}

free_port() {
    /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# try URL SIZE: what test-backend says of it with frames of that size; its exit code
try() {
    printf '[delivery]\nbackend_url = %s\n[camera]\nwidth = %s\nheight = %s\n' "$1" "${2%x*}" "${2#*x}" >"$work/conf"
    "$facegate" test-backend --config "$work/conf" >"$work/said" 2>&1
}

# passes NAME URL SIZE
passes() {
    try "$2" "$3" || fail "$1: $(cat "$work/said")"
    [ "$(grep -c '^ok ' "$work/said")" -eq 4 ] || fail "$1: $(cat "$work/said")"
}

# A run over pictures of strangers: every event is delivered, or its exit code says so.
delivers() {
    "$facegate" run --source "images:$work/frames" --fps 5 --backend-url "$2" --models "$models" \
        --encodings "$here/../../encodings/example.json" --outbox "$work/outbox-$1.db" >"$work/said" 2>&1 ||
        fail "$1: $(cat "$work/said")"
    grep -qE '[1-9][0-9]* sent, 0 waiting, 0 set aside, 0 dropped, 0 lost' "$work/said" ||
        fail "$1: $(tail -n 3 "$work/said")"
    ! grep -q 'WARN .*sender' "$work/said" || fail "$1: $(grep 'WARN ' "$work/said")"
}

mkdir "$work/frames"
for number in 0 1 2 3 4 5 6 7 8 9; do
    cp "$pictures/sample1.jpg" "$work/frames/$number.jpg"
done

serve flask /usr/bin/python3 -m flask --app field_backend run --port "$(free_port)"
declare -A ports=([flask]=$port)
serve gunicorn gunicorn --bind 127.0.0.1:0 --threads 4 field_backend:app
ports[gunicorn]=$port
serve waitress waitress-serve --listen 127.0.0.1:0 field_backend:app
ports[waitress]=$port
for name in flask gunicorn waitress; do
    echo "$name takes what is posted"
    passes $name "http://127.0.0.1:${ports[$name]}" 1920x1080
    delivers $name "http://127.0.0.1:${ports[$name]}"
done

echo "nginx in front lets small pictures through, under a path too"
front=$(free_port)
cat >"$work/nginx.conf" <<END
daemon off;
worker_processes 1;
error_log stderr;
pid $work/nginx.pid;
events {}
http {
    access_log off;
    client_body_temp_path $work/body;
    proxy_temp_path $work/proxy;
    fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi;
    scgi_temp_path $work/scgi;
    server {
        listen 127.0.0.1:$front;
        location /api/ { proxy_pass http://127.0.0.1:${ports[gunicorn]}; }
        location /door/ { proxy_pass http://127.0.0.1:${ports[waitress]}/; }
        location / { return 200 "<!DOCTYPE html><h1>Welcome to nginx!</h1>"; }
    }
}
END
# It does not say where it listens, nor when.
serve nginx bash -c "echo http://127.0.0.1:$front; exec nginx -c '$work/nginx.conf'"
curl --silent --retry 60 --retry-delay 1 --retry-connrefused --output /dev/null "http://127.0.0.1:$front" ||
    fail "nginx: $(cat "$work/nginx.log")"
passes nginx "http://127.0.0.1:$front" 640x480
passes nginx "http://127.0.0.1:$front/door" 640x480
delivers nginx "http://127.0.0.1:$front/door"

echo "Its limit is named, and what makes pictures smaller"
! try "http://127.0.0.1:$front" 1920x1080 || fail "a picture above the limit passes: $(cat "$work/said")"
grep -q '413 .*(nginx: raise client_max_body_size; or send less: image = face, or a smaller width)' "$work/said" ||
    fail "$(cat "$work/said")"

echo "A page that is not the backend's is called that"
! try "http://127.0.0.1:$front/elsewhere" 640x480 || fail "nginx's own page passes: $(cat "$work/said")"
grep -q 'Welcome to nginx.*(a web page: is this the backend? Does the network want a login?)' "$work/said" ||
    fail "$(cat "$work/said")"
