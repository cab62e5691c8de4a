#!/bin/bash
# Runs in the machine once it has booted, as a service, tells in TAP what it found, and turns the machine off. On the
# first failure it tells what the journal says and stops: what follows would only fail for the same reason.
set -u

enrolled=/var/lib/facegate/encodings.json
patience=300 # seconds that one thing may take on a machine that is busy
last=1040    # second of this script's in which it gives up, while there is time to tell why
token=$(cat /etc/facegate/backend.token)
number=0

# Twice by force is at once: nothing here is to be kept but what was reported, and what the disks have of pictures.
end() {
    journalctl --no-pager --output=short-monotonic >/dev/ttyS0
    sync
    systemctl poweroff --force --force
}
trap end EXIT

ok() {
    number=$((number + 1))
    echo "ok $number - $* ($(cut -d. -f1 /proc/uptime) s)"
}

# fail WHAT WHY
fail() {
    echo "not ok $((number + 1)) - $1"
    echo "# $2"
    systemctl status --no-pager --full --lines=0 facegate facegate-backend | sed 's/^/# /'
    journalctl --no-pager --output=short-monotonic --unit=facegate --unit=facegate-backend --lines=60 | sed 's/^/# /'
    exit 1
}

# soon COMMAND...: whether the command succeeds in time.
soon() {
    local end=$((SECONDS + patience))
    until "$@"; do
        [ $SECONDS -lt $end ] && [ $SECONDS -lt $last ] || return 1
        sleep 0.5
    done
}

# property NAME [UNIT]
property() {
    systemctl show --value --property="$1" "${2:-facegate}"
}

is() {
    [ "$(property "$1")" = "$2" ]
}

# restarted NUMBER: whether it runs again after more restarts than that.
restarted() {
    [ "$(property NRestarts)" -gt "$1" ] && is ActiveState active
}

# log ARGUMENT...: what facegate's unit has in the journal.
log() {
    journalctl --quiet --no-pager --output=cat --unit=facegate "$@"
}

logged() {
    log --grep="$1" --case-sensitive=yes >/dev/null
}

entries() {
    curl --silent --show-error --fail --max-time 60 --header "Authorization: Bearer $token" \
        http://127.0.0.1:5000/api/auth_logs
}

# count_of TEXT: how many of the backend's entries hold it.
count_of() {
    entries | grep -o "$1" | wc -l
}

# has NUMBER TEXT: whether at least so many of the backend's entries hold it.
has() {
    [ "$(count_of "$2")" -ge "$1" ]
}

# ledger FIELD: the number after it in "made 7 = sent 7 + set aside 0 + dropped 0 + waiting 0".
ledger() {
    facegate outbox | sed -n "s/.*: made .*\\<$1 \\([0-9]*\\).*/\\1/p"
}

has_waiting() {
    [ "$(ledger waiting)" -ge "$1" ]
}

starts_on_boot() {
    local what="facegate.service starts on boot and becomes ready"
    soon is ActiveState active || fail "$what" "it is $(property ActiveState)"
    is User facegate || fail "$what" "it runs as $(property User)"
    ok "$what"
}

# status NAME: a line of /proc/PID/status of the daemon.
status() {
    sed -n "s/^$1:[[:space:]]*//p" "/proc/$(property MainPID)/status"
}

is_upgraded() {
    local what="an upgrade keeps people, waiting events, configuration and what was enabled"
    local before people pid said events
    soon has 1 '"status": *"Accepted"' || fail "$what" "the version before accepts nobody"
    systemctl stop facegate-backend || fail "$what" "the backend does not stop"
    soon has_waiting 2 || fail "$what" "no event waits"
    before=$(facegate --version | head -n 1)
    people=$(sha256sum "$enrolled" /etc/facegate/facegate.conf)
    pid=$(property MainPID)
    apt_get install /srv/debs/*.deb || fail "$what" "$(tail -n 20 /run/apt.log)"
    echo "# $before, then $(facegate --version | head -n 1)"
    [ "$(facegate --version | head -n 1)" != "$before" ] || fail "$what" "it is still $before"
    soon is ActiveState active || fail "$what" "it is $(property ActiveState)"
    [ "$(property MainPID)" != "$pid" ] || fail "$what" "the old program still runs"
    [ "$(sha256sum "$enrolled" /etc/facegate/facegate.conf)" = "$people" ] || fail "$what" "a file is another one"
    said=$(systemctl is-enabled facegate.path facegate.service facegate-backend.service | tr '\n' ' ')
    [ "$said" = "enabled enabled enabled " ] || fail "$what" "enabled: $said"
    # The sum goes on over both versions' runs.
    events=$(($(ledger waiting) + $(ledger sent)))
    systemctl start facegate-backend || fail "$what" "the backend does not start"
    soon has "$events" '"status"' || fail "$what" "of $events events the backend has $(count_of '"status"')"
    [ "$(ledger dropped) $(ledger aside)" = "0 0" ] || fail "$what" "$(facegate outbox | tail -n 1)"
    accepted=$(count_of '"status": *"Accepted"')
    refused=$(count_of '"status": *"Refused"')
    ok "$what"
}

apt_get() {
    mkdir -p /var/cache/apt/archives/partial /var/lib/apt/lists/partial
    DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends "$@" >/run/apt.log 2>&1 </dev/null
}

is_not_downgraded_by_chance() {
    local what="a downgrade is refused, with the option that allows it"
    ! apt_get install /srv/before/*.deb || fail "$what" "it was done: $(tail -n 5 /run/apt.log)"
    grep -q -e --allow-downgrades /run/apt.log || fail "$what" "$(tail -n 5 /run/apt.log)"
    ok "$what"
}

# inside COMMAND...: as the service sees the disk.
inside() {
    nsenter --target "$(property MainPID)" --mount -- "$@"
}

cannot_write_encodings() {
    local what="its encodings are read-only to it, and an outbox on a disk is not" said
    said=$(inside touch "$enrolled.new" 2>&1) && fail "$what" "it can make $enrolled.new"
    [[ $said = *"Read-only file system"* ]] || fail "$what" "$said"
    inside touch -c "$enrolled" 2>/dev/null && fail "$what" "it can change $enrolled"
    said=$(inside touch "${enrolled%/*}/outbox/outbox.db.new" 2>&1) || fail "$what" "$said"
    inside rm "${enrolled%/*}/outbox/outbox.db.new"
    ok "$what"
}

is_shut_in() {
    local what="it runs with all of its hardening" said
    for unit in facegate facegate-backend; do
        # In tenths.
        said=$(systemd-analyze security --no-pager --threshold=15 "$unit" 2>&1 | tail -n 1; exit "${PIPESTATUS[0]}") ||
            fail "$what" "$said"
        echo "# $said"
    done
    said="$(status Seccomp) $(status NoNewPrivs) $(status CapEff) $(status CapBnd)"
    [ "$said" = "2 1 0000000000000000 0000000000000000" ] || fail "$what" "seccomp, privileges, capabilities: $said"
    said="$(property MemoryMax) $(property MemorySwapMax) $(property TasksMax) $(property LimitCORE)"
    [ "$said" = "1073741824 0 64 0" ] || fail "$what" "memory, swap, tasks, core: $said"
    ok "$what"
}

watches() {
    local what="it judges the camera's frames: the backend has Accepted and Refused entries"
    soon logged "Camera ready: " || fail "$what" "no camera"
    echo "# $(log --grep="Camera ready: ")"
    soon has $((accepted + 1)) '"status": *"Accepted"' || fail "$what" "none is Accepted"
    soon has $((refused + 1)) '"status": *"Refused"' || fail "$what" "none is Refused"
    has 1 '"user_name": *"Ada"' || fail "$what" "none names Ada: $(entries)"
    has 1 '"rfid_id": *"D8E2F1G3"' || fail "$what" "none has her badge: $(entries)"
    ok "$what"
}

has_token() {
    local what="the token that it sends is a credential" code
    code=$(curl --silent --output /dev/null --write-out '%{http_code}' http://127.0.0.1:5000/api/auth_logs)
    [ "$code" = 401 ] || fail "$what" "without the token the backend answers $code"
    code=$(stat --format='%U %a' "/run/credentials/facegate.service/token")
    [[ $code = *" 4"?0 ]] || fail "$what" "the credential is $code"
    ok "$what"
}

journal_finds() {
    local what="journalctl finds them by FACEGATE_STATUS" found
    found=$(log FACEGATE_STATUS=Accepted | head -n 1)
    [[ $found = *Ada* ]] || fail "$what" "Accepted: $found"
    found=$(log FACEGATE_STATUS=Refused | head -n 1)
    [ -n "$found" ] || fail "$what" "none is Refused"
    ok "$what"
}

comes_back() {
    local what="kill -9 brings it back, and the waiting events arrive" waited sent before
    before=$(property NRestarts)
    systemctl stop facegate-backend || fail "$what" "the backend does not stop"
    soon has_waiting 2 || fail "$what" "no event waits"
    kill -9 "$(property MainPID)"
    waited=$(ledger waiting)
    sent=$(ledger sent)
    soon restarted "$before" || fail "$what" "it is $(property ActiveState)"
    systemctl start facegate-backend || fail "$what" "the backend does not start"
    soon has $((sent + waited)) '"status"' ||
        fail "$what" "$waited waited and $sent were sent, but the backend has $(count_of '"status"')"
    echo "# $waited waited"
    ok "$what"
}

# A file in memory of 400 MiB more than there is room for, behind pictures that are nobody's secret and so must reach
# the swap.
squeeze() {
    mkdir -p /run/greedy
    mount -t tmpfs -o size=4G greedy /run/greedy
    cp /srv/enrolled/*.jpg /run/greedy/
    head -c "$(($(sed -n 's/^MemAvailable: *\([0-9]*\).*/\1/p' /proc/meminfo) + 400 * 1024))K" /dev/zero \
        >/run/greedy/zeros
}

is_not_swapped() {
    local what="while others are swapped, nothing of it is: not itself, and not the events that wait" used said
    swapon /dev/vdb || fail "$what" "there is no swap"
    systemctl stop facegate-backend || fail "$what" "the backend does not stop"
    soon has_waiting 2 || fail "$what" "no event waits"
    squeeze || fail "$what" "the memory cannot be filled"
    used=$(($(sed -n 's/^SwapTotal: *\([0-9]*\).*/\1/p' /proc/meminfo) - \
        $(sed -n 's/^SwapFree: *\([0-9]*\).*/\1/p' /proc/meminfo)))
    [ "$used" -gt 102400 ] || fail "$what" "only $used KiB are swapped at all"
    said="$(cat /sys/fs/cgroup/system.slice/facegate.service/memory.swap.current) $(status VmSwap)"
    echo "# $((used / 1024)) MiB are swapped, of the daemon $said; $(ledger waiting) events wait"
    [ "$said" = "0 0 kB" ] || fail "$what" "$said"
    umount /run/greedy
    systemctl start facegate-backend || fail "$what" "the backend does not start"
    soon is_delivered || fail "$what" "$(facegate outbox | tail -n 1)"
    ok "$what"
}

is_delivered() {
    [ "$(ledger waiting)" = 0 ]
}

watchdog_bites() {
    local what="kill -STOP trips the watchdog" before
    before=$(property NRestarts)
    kill -STOP "$(property MainPID)"
    soon restarted "$before" || fail "$what" "it is $(property ActiveState)"
    logged "Watchdog timeout" || fail "$what" "the journal tells of no watchdog"
    ok "$what"
}

leaves_no_core() {
    local what="a crash writes no core" where=/var/lib/facegate/outbox/core before
    before=$(property NRestarts)
    echo "$where.%p" >/proc/sys/kernel/core_pattern
    # One that may write a core does, so that the daemon's would be found.
    systemd-run --quiet --wait --uid=facegate --property=LimitCORE=infinity sh -c 'kill -SEGV $$$$'
    rm "$where".* || fail "$what" "nor does that of a process that may"
    kill -SEGV "$(property MainPID)"
    soon restarted "$before" || fail "$what" "it is $(property ActiveState)"
    ! ls "$where".* 2>/dev/null || fail "$what" "there is one"
    ok "$what"
}

refuses_broken_encodings() {
    local what="broken encodings leave it stopped with exit 78 and a clear line" said
    systemctl --no-warn stop facegate || fail "$what" "it does not stop"
    is Result success || fail "$what" "the stop ended with $(property Result)"
    # facegate.path starts it: the file changed.
    echo '{"format": "facegate-encodings", "version": 1' >"$enrolled"
    soon is ActiveState failed || fail "$what" "it is $(property ActiveState)"
    is ExecMainStatus 78 || fail "$what" "it ended with $(property ExecMainStatus)"
    said=$(log --grep="^Error loading encodings: $enrolled: " | tail -n 1)
    [ -n "$said" ] || fail "$what" "the journal does not say so"
    echo "# $said"
    ok "$what"
}

waits_for_encodings() {
    local what="without encodings it waits, and facegate enroll alone brings it up" said
    rm "$enrolled"
    systemctl reset-failed facegate
    systemctl start facegate || fail "$what" "systemctl start fails"
    is ActiveState inactive || fail "$what" "it is $(property ActiveState)"
    is ConditionResult no || fail "$what" "its condition is met"
    said=$(facegate enroll --name Ada --badge D8E2F1G3 /srv/enrolled/*.jpg 2>&1) || fail "$what" "$said"
    soon is ActiveState active || fail "$what" "it is $(property ActiveState)"
    ok "$what"
}

adds_up() {
    local what="nothing was lost on the way" line
    systemctl --no-warn stop facegate || fail "$what" "it does not stop"
    line=$(facegate outbox | tail -n 1)
    echo "# $line"
    [ "$(ledger dropped) $(ledger aside)" = "0 0" ] || fail "$what" "$line"
    has "$(ledger sent)" '"status"' || fail "$what" "the backend has $(count_of '"status"'): $line"
    ok "$what"
}

echo "1..15"
starts_on_boot
is_upgraded
is_not_downgraded_by_chance
is_shut_in
cannot_write_encodings
watches
has_token
journal_finds
comes_back
is_not_swapped
watchdog_bites
leaves_no_core
refuses_broken_encodings
waits_for_encodings
adds_up
