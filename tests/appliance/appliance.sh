#!/bin/bash
# A whole machine: boots Debian 13 under emulation with facegate's own packages installed and libcamera's virtual
# camera, lets it check itself (machine/usr/lib/appliance/checks.sh), and shows what it finds. Everything stays in
# build/appliance: checks.log is what is shown here, console.log what the machine said while it ran.
#
# The units are as they are shipped, but for two drop-ins. What the machine adds lies in machine/: a configuration and a
# watchdog with more patience, a token for the backend, the camera, and the checks.
#
# It boots with an earlier version's packages, which it upgrades while it runs.
#
# After it is off, its disk and its swap are looked at from here for the pictures that its backend got, which keeps them
# on a disk of its own.
#
# Usage: appliance.sh BUILD BEFORE PACKAGE... (BUILD is a build with fg_sequence and fg_scan, BEFORE a folder with the
# earlier packages; all as seen from the top of the repository)
set -eu
cd "$(dirname "$0")/../.."
sequence=$1/tests/support/fg_sequence
scan=$1/tests/privacy/fg_scan
before=$2
shift 2
folder=$PWD/build/appliance
export PATH=$PATH:/usr/sbin:/sbin
limit=1200 # seconds that the machine may take

say() {
    echo "appliance: $*"
}

# cut FOLDER PICTURE OPTION...: one step of a moving picture, or more.
cut() {
    "$sequence" "${@:3}" "tests/pictures/$2" "$folder/$1"
}

# Ada and a stranger, before a camera that sways a little: to one side and back.
make_pictures() {
    local size=(--size 800x600 --out-size 320x240) number=0 picture
    cut cut sample3.jpg --frames 8 --from 506,150 --to 520,150 "${size[@]}"
    cut cut sample3.jpg --frames 8 --first 8 --from 520,150 --to 506,150 "${size[@]}"
    for picture in "$folder"/cut/*.jpg; do
        mv "$picture" "$folder/frames/$number.jpg"
        number=$((number + 1))
    done
    rmdir "$folder/cut"
    cut enrolled sample1.jpg --frames 1 --from 1320,80 --to 1320,80 --size 480x480 --out-size 480x480
}

# To swap to, and for what the backend keeps.
make_disks() {
    truncate --size 1G "$folder/swap"
    mkswap --quiet "$folder/swap"
    mkdir --mode 700 "$folder/private"
    truncate --size 128M "$folder/backend"
    mke2fs -q -t ext4 -d "$folder/private" "$folder/backend"
    rmdir "$folder/private"
}

# Not -cpu max: a fused multiply-add, which OpenBLAS would use there, is emulated slower than its two halves.
boot() {
    timeout --foreground "$limit" qemu-system-x86_64 -machine pc -accel tcg,thread=multi \
        -cpu SandyBridge,-x2apic,-tsc-deadline -m 2048 -smp 2 \
        -vga none -display none -monitor none -nic none -no-reboot \
        -serial "file:$folder/console.log" -serial stdio \
        -kernel "$folder/vmlinuz" -initrd "$folder/initrd" -append "root=/dev/vda rw console=ttyS0 panic=-1" \
        -drive "file=$folder/disk,format=raw,if=virtio,cache=unsafe" \
        -drive "file=$folder/swap,format=raw,if=virtio,cache=unsafe" \
        -drive "file=$folder/backend,format=raw,if=virtio,cache=unsafe" </dev/null
}

rm -rf "$folder"
mkdir -p "$folder"/{before,debs,frames,cut,enrolled}
cp "$before"/*.deb "$folder/before/"
cp "$@" "$folder/debs/"
make_pictures
make_disks
root=$(tests/roots/root.sh trixie-boot)
say "making a disk with" "$(cd "$before" && echo *.deb)" "to be upgraded to" "${@##*/}"
if ! tests/roots/in.sh --throwaway --bind "$folder:/srv/out" "$root" /src/tests/appliance/image.sh /srv/out \
    >"$folder/image.log" 2>&1; then
    tail -n 20 "$folder/image.log" >&2
    say "the disk could not be made: the lines above are the end of build/appliance/image.log" >&2
    exit 1
fi

say "booting; it has $((limit / 60)) minutes"
boot | sed -u 's/\r$//' | tee "$folder/checks.log" || true
looked=yes
/usr/bin/python3 tests/privacy/appliance.py "$scan" "$folder" || looked=
rm -f "$folder/disk" "$folder/swap" "$folder/backend"

planned=$(sed -n 's/^1\.\.//p' "$folder/checks.log")
passed=$(grep -c '^ok ' "$folder/checks.log" || true)
if [ -n "$planned" ] && [ "$passed" -eq "$planned" ] && [ -n "$looked" ]; then
    say "all $passed checks passed, after $((SECONDS / 60)) min $((SECONDS % 60)) s"
    exit 0
fi
if [ -z "$planned" ]; then
    tail -n 20 "$folder/console.log" >&2
    say "the machine did not get to its checks: the lines above are the end of build/appliance/console.log" >&2
elif grep -q '^not ok ' "$folder/checks.log"; then
    say "FAILED: $(grep '^not ok ' "$folder/checks.log")" >&2
elif [ -z "$looked" ]; then
    say "FAILED: the look at its disks" >&2
else
    say "FAILED: $passed of $planned checks passed in the time it had; see build/appliance" >&2
fi
exit 1
