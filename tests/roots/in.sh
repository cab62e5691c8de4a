#!/bin/sh
# Runs a command inside a root made by root.sh, in namespaces of its own: what it mounts or starts is gone when it ends.
# The repository is there as /src, read-only. The exit code is the command's.
#
# Usage: in.sh [--throwaway] [--bind FROM:TO] [--bind-ro FROM:TO]... ROOT COMMAND [ARGUMENT...]
#   --throwaway   what the command changes in the root is forgotten; only bound folders keep it
set -eu

if [ "$(id -u)" -ne 0 ]; then
    exec sudo --preserve-env=http_proxy,https_proxy "$0" "$@"
fi
source=$(cd "$(dirname "$0")/../.." && pwd)

# Once more, now inside the namespaces.
if [ "${1:-}" != --inside ]; then
    box=$(mktemp -d)
    trap 'rmdir "$box"' EXIT
    code=0
    unshare --mount --pid --fork --kill-child --propagation private "$0" --inside "$box" "$@" || code=$?
    exit $code
fi
box=$2
shift 2

throwaway=
binds=
while [ $# -gt 0 ]; do
    case $1 in
    --throwaway) throwaway=yes && shift ;;
    --bind | --bind-ro)
        binds="$binds$1 $2
"
        shift 2
        ;;
    *) break ;;
    esac
done
if [ $# -lt 2 ]; then
    echo "Usage: $0 [--throwaway] [--bind FROM:TO] [--bind-ro FROM:TO]... ROOT COMMAND [ARGUMENT...]" >&2
    exit 2
fi
root=$1
shift

if [ -n "$throwaway" ]; then
    mount -t tmpfs -o mode=755 box "$box"
    mkdir "$box/changed" "$box/work" "$box/root"
    mount -t overlay -o "lowerdir=$root,upperdir=$box/changed,workdir=$box/work" root "$box/root"
    root=$box/root
else
    mount --bind "$root" "$box"
    root=$box
fi

mkdir -p "$root/src"
mount --bind "$source" "$root/src"
mount -o remount,bind,ro "$root/src"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t tmpfs -o mode=755 run "$root/run"
for file in resolv.conf hosts; do
    if [ -f "/etc/$file" ]; then
        [ -e "$root/etc/$file" ] || : >"$root/etc/$file"
        mount --bind "/etc/$file" "$root/etc/$file"
    fi
done
printf %s "$binds" | while read -r how pair; do
    from=${pair%%:*} to=$root${pair#*:}
    mkdir -p "$to"
    mount --bind "$from" "$to"
    if [ "$how" = --bind-ro ]; then
        mount -o remount,bind,ro "$to"
    fi
done
exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    DEBIAN_FRONTEND=noninteractive ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} "$@"
