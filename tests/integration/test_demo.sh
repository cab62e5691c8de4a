#!/bin/bash
# What `make run` shows, against a backend of its own: Ada is enrolled with views enough, and accepted.
#
# Usage: test_demo.sh BUILD SOURCE
set -euo pipefail
build=$1
source=$2
work=$(mktemp -d)
backend=

clean_up() {
    [ -z "$backend" ] || kill "$backend" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

"$build/src/cli/facegate" backend --listen 127.0.0.1:0 --data "$work/data" >"$work/backend.out" 2>"$work/backend.err" &
backend=$!
until url=$(sed -n 's/^listening on //p' "$work/backend.out") && [ -n "$url" ]; do
    kill -0 "$backend" 2>/dev/null || fail "the backend did not start: $(cat "$work/backend.err")"
    sleep 0.1
done

BACKEND_URL=$url "$source/tests/support/demo.sh" "$build" "$work/demo" >"$work/said" 2>&1 ||
    fail "the demonstration ended with $?: $(cat "$work/said")"

echo "Ada is enrolled with as many views as anybody should have"
grep -q "^Enrolled Ada: 3 new encodings, 3 in all, " "$work/said" || fail "it said: $(cat "$work/said")"
! grep -q "Of 100 visits" "$work/said" || fail "it asks for more views: $(cat "$work/said")"

if grep -q "^demo: watching a camera" "$work/said"; then
    echo "NOT CHECKED that she is accepted: this machine has a camera, and the demonstration watches it"
else
    echo "She is accepted and strangers are refused, and the backend's log shows both"
    grep -Eq "^[0-9]+ +[-0-9T:]+ +Accepted +Ada +D8E2F1G3 " "$work/said" || fail "it said: $(cat "$work/said")"
    grep -Eq "^[0-9]+ +[-0-9T:]+ +Refused +Inconnu +00000000 " "$work/said" || fail "it said: $(cat "$work/said")"
fi
