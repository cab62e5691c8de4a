#!/bin/sh
# Makes the machine's disk: the root it runs in (see tests/roots/in.sh --throwaway) with facegate's earlier packages
# installed and the files of machine/ added. Leaves disk, kernel and initrd in the folder.
#
# Usage: image.sh FOLDER (with the earlier packages in before, those to upgrade to in debs, JPEG files named 0.jpg ...
# in frames, others in enrolled)
set -eu
folder=$1

install() {
    apt-get --quiet --quiet --yes --no-install-recommends "$@"
}

# The lists are fetched only if the packages depend on something that the root does not hold. What the new ones depend
# on is there before the machine runs, which has no network.
with() {
    install install "$@" || { apt-get --quiet --quiet update && install install "$@"; }
}
with "$folder"/debs/*.deb
install purge facegate facegate-models facegate-models-liveness
with "$folder"/before/*.deb
cp -r "$folder/before" "$folder/debs" /srv/

cp -r /src/tests/appliance/machine/. /
cp -r "$folder/frames" "$folder/enrolled" /srv/
# As README.md says, the one for the daemon and the same word for the backend.
(
    umask 077
    mkdir -p /etc/credstore
    head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >/etc/credstore/facegate.token
    cp /etc/credstore/facegate.token /etc/facegate/backend.token
)
facegate enroll --name Ada --badge D8E2F1G3 /srv/enrolled/*.jpg

# The package has enabled the daemon itself.
systemctl enable facegate-backend.service appliance.service
systemd-machine-id-setup
echo door >/etc/hostname
# What the backend keeps is on a disk of its own: this one is looked at for pictures afterwards.
mkdir -p /var/lib/private
chmod 700 /var/lib/private
echo "/dev/vdc /var/lib/private ext4 defaults 0 0" >>/etc/fstab

cp "$(echo /boot/vmlinuz-*)" "$folder/vmlinuz"
cp "$(echo /boot/initrd.img-*)" "$folder/initrd"
# Without what is mounted in the root, and what the machine does not read.
mount --bind / /mnt
rm -rf /mnt/boot/* /mnt/var/cache/apt/* /mnt/var/lib/apt/lists/*
rm -f "$folder/disk"
mke2fs -q -t ext4 -d /mnt "$folder/disk" 2G
