"""The house that the daemon lives in for a while: namespaces in which all that can be written to is memory, or one
disk that is made for it and looked at from below afterwards."""

import contextlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

# Where a daemon may leave something. The rest of the machine's file systems cannot be written to in there.
ON_DISK = ("etc", "home", "root", "tmp", "var")
IN_MEMORY = ("/run", "/dev/shm")
NO_DISK = {"tmpfs", "devtmpfs", "proc", "sysfs", "devpts", "mqueue", "cgroup", "cgroup2", "bpf", "debugfs", "tracefs",
           "securityfs", "pstore", "configfs", "fusectl", "hugetlbfs", "binfmt_misc", "efivarfs", "rpc_pipefs", "ramfs"}
USER = 61234
DISK_SIZE = 96 << 20
DISK = pathlib.Path("/run/disk")
SOURCE, BUILD = pathlib.Path("/run/src"), pathlib.Path("/run/build")
FACEGATE, SCAN = BUILD / "src/cli/facegate", BUILD / "tests/privacy/fg_scan"


class Failure(Exception):
    """What is wrong, as a person is to read it."""


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure(f"{words[0]}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


# Outside.

@contextlib.contextmanager
def disks(folder, count):
    """Images with an empty ext4, as block devices."""
    images, devices = [], []
    try:
        for number in range(count):
            with tempfile.NamedTemporaryFile(dir=folder, prefix="disk-", delete=False) as file:
                images.append(file.name)
                file.truncate(DISK_SIZE)
            run("mkfs.ext4", "-q", file.name)
            try:
                devices.append(run("losetup", "--find", "--show", file.name).strip())
            except Failure as failure:
                raise Failure(f"{failure}. A disk made for this is looked at below its file system, which takes "
                              "loop devices and root: without them nothing was checked") from None
        yield devices
    finally:
        for device in devices:
            subprocess.run(["losetup", "--detach", device], check=False)
        for image in images:
            os.unlink(image)


def inside(program, *words):
    """The command that runs a script of ours in there; it ends with all that it started."""
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private",
            "/usr/bin/python3", str(program), "--inside", *map(str, words)]


# Inside.

def mounts():
    """Every mount: device, folder, whether it can be written to, type. What lies over another comes after it."""
    with open("/proc/self/mountinfo", encoding="ascii") as file:
        for line in file:
            left, _, right = line.partition(" - ")
            words = left.split(" ")
            kind, _, options = right.split(" ", 2)
            writable = "rw" in words[5].split(",") and "rw" in options.strip().split(",")
            yield words[2], words[4].encode().decode("unicode_escape"), writable, kind


def move_in(source, build):
    """Shuts every disk, and hangs memory over where short-lived files lie."""
    os.chdir("/")
    for _, folder, writable, kind in list(mounts()):
        if writable and kind not in NO_DISK:
            run("mount", "--options", "remount,bind,ro", folder)
    # Before /run and /var are gone, where they may lie.
    hold = pathlib.Path("/dev/shm")
    run("mount", "--types", "tmpfs", "--options", "mode=1777", "memory", hold)
    for name, folder in (("src", source), ("build", build)):
        (hold / name).mkdir()
        run("mount", "--bind", folder, hold / name)
        run("mount", "--options", "remount,bind,ro", hold / name)
    run("mount", "--types", "tmpfs", "--options", "mode=755", "memory", "/run")
    for folder in (SOURCE, BUILD):
        folder.mkdir()
        run("mount", "--move", hold / folder.name, folder)
    run("mount", "--types", "tmpfs", "--options", "mode=1777", "memory", "/dev/shm")
    DISK.mkdir()


def own(path, mode=0o700):
    """A folder for the daemon's user."""
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    os.chown(path, USER, USER)
    path.chmod(mode)
    return path


@contextlib.contextmanager
def living_on(device):
    """The device's file system is what /var, /tmp, /home, /root and /etc lie on."""
    run("mount", device, DISK)
    shutil.copytree("/etc", DISK / "etc", symlinks=True)
    run("umount", DISK)
    # From here on what is written reaches the disk at once, so that also a short-lived file leaves its mark.
    run("mount", "--options", "sync,noatime", device, DISK)
    mounted = []
    try:
        for name in ON_DISK:
            (DISK / name).mkdir(exist_ok=True)
            run("mount", "--bind", DISK / name, f"/{name}")
            mounted.append(f"/{name}")
        os.chmod("/tmp", 0o1777)
        for folder in ("/var/lib/facegate", "/var/log/facegate", "/home/facegate", "/etc/facegate", "/run/facegate"):
            own(folder)
        yield
    finally:
        os.sync()
        for folder in reversed(mounted):
            run("umount", folder)
        run("umount", DISK)


def writable_disks(device):
    """The folders of the disk that is made for this; a Failure where another can be written to."""
    number = os.stat(device).st_rdev
    ours = f"{os.major(number)}:{os.minor(number)}"
    folders = []
    for disk, folder, writable, kind in mounts():
        if not writable or kind in NO_DISK:
            continue
        if disk != ours:
            raise Failure(f"{folder} ({kind}) can be written to, but is not looked at")
        folders.append(folder)
    return folders


def leave_nothing_in_memory():
    for folder in ("/run/facegate", *(str(path) for path in pathlib.Path("/dev/shm").iterdir())):
        shutil.rmtree(folder, ignore_errors=True)


def scan(needles, *paths):
    """What fg_scan says of these files or devices."""
    return json.loads(run(SCAN, needles, *paths))


def swaps():
    """Where the machine swaps to."""
    lines = pathlib.Path("/proc/swaps").read_text(encoding="ascii").splitlines()[1:]
    return [line.split()[0] for line in lines]


class Needles:
    """Short pieces of pictures, so close to each other that every whole 4 KiB page of one holds some."""

    SPACING, SIZE, DISTINCT = 1024, 16, 12

    def __init__(self, path, knows_beginning=True):
        self.path, self.known, self.pictures = path, set(), 0
        self.knows_beginning = knows_beginning
        self.file = open(path, "wb", buffering=0)

    def add(self, picture):
        mark = hash(picture)
        if mark in self.known:
            return
        self.known.add(mark)
        # How every picture of ours begins, in case one is there that was never sent.
        records = []
        if self.knows_beginning and self.pictures == 0:
            records = [struct.pack("=I", 0xFFFFFFFF) + picture[:self.SIZE]]
        at = picture.rindex(b"\xff\xda") + 14
        while at + self.SIZE <= len(picture):
            piece = picture[at:at + self.SIZE]
            if len(set(piece)) >= self.DISTINCT:
                records.append(struct.pack("=I", self.pictures) + piece)
                at += self.SPACING
            else:
                at += 1
        self.file.write(b"".join(records))
        self.pictures += 1
