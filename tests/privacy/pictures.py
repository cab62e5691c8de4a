"""No picture on a disk: the daemon watches a door while its backend comes and goes, and afterwards the disk is looked
at from below. Where its outbox is put on the disk, the same look finds the pictures, so that it can see."""

import collections
import contextlib
import glob
import itertools
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import house
import receiver as receiving
import werkzeug.serving

PICTURES = pathlib.Path("/run/door")
LOG = pathlib.Path("/var/log/facegate/facegate.log")
CONFIG = pathlib.Path("/etc/facegate/facegate.conf")
SPELL = 3  # seconds that the backend stays up, or away
# How it is away, in turn.
AWAY = ({"mode": "status", "code": 500}, {"mode": "hang"}, {"mode": "close", "when": "early"}, {"mode": "lost"},
        {"mode": "status", "code": 401}, {"mode": "close", "when": "middle"})
KEPT = 12  # copies of the outbox, to see that pictures did wait there


class Store(receiving.Store):
    """In memory, and of the pictures it keeps their needles."""

    def __init__(self, needles):
        super().__init__(None)
        self.needles = needles

    def add(self, record, picture, recognise):
        with self.lock:
            self.needles.add(picture)
        return super().add(record, picture, recognise)


class Receiver:
    def __init__(self, needles, token):
        self.store, self.behaviour = Store(needles), receiving.Behaviour()
        app = receiving.make_app(self.store, self.behaviour, token)
        self.server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True, request_handler=receiving.Quiet)
        self.url = f"http://127.0.0.1:{self.server.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.behaviour.set({"mode": "ok"})
        self.server.shutdown()
        self.server.server_close()

    def stored(self):
        with self.store.lock:
            return len(self.store.entries)


def make_scenes(frames):
    """A door that Ada and strangers pass, and Ada enrolled. In memory: their pictures are not to be taken for ours."""
    sequence, pictures = house.BUILD / "tests/support/fg_sequence", house.SOURCE / "tests/pictures"
    for folder in (PICTURES, PICTURES.with_name("ada")):
        folder.mkdir()
    window = ("--size", "1200x900", "--out-size", "640x480")
    house.run(sequence, "--from", "340,60", "--to", "640,90", *window, "--frames", frames, "--first", 0,
              pictures / "sample3.jpg", PICTURES)
    house.run(sequence, "--from", "0,0", "--to", "300,300", *window, "--frames", frames, "--first", frames,
              pictures / "sample5.jpg", PICTURES)
    house.run(sequence, "--from", "1320,80", "--to", "1320,80", "--size", "480x480", "--out-size", "480x480",
              "--frames", 1, "--first", 0, pictures / "sample1.jpg", PICTURES.with_name("ada"))
    house.run(house.FACEGATE, "enroll", "--models", house.SOURCE / "models", "--encodings", "/run/encodings.json",
              "--name", "Ada", "--badge", "D8E2F1G3", PICTURES.with_name("ada") / "frame-0000.jpg")


def furnish(url, token, outbox=None, more="token_file = /run/keys/token\n"):
    """The configuration and the people, on the disk as they are on a real door; the token in memory."""
    keys = pathlib.Path("/run/keys")
    keys.mkdir(exist_ok=True)
    keys.chmod(0o711)
    file = keys / "token"
    file.write_text(token + "\n", encoding="ascii")
    os.chown(file, house.USER, house.USER)
    file.chmod(0o400)
    CONFIG.write_text(f"[vision]\nmodels = {house.SOURCE}/models\n[access]\n"
                      f"encodings = /var/lib/facegate/encodings.json\n"
                      f"[delivery]\nbackend_url = {url}\nsend_interval = 0.5\ntimeout = 2\n{more}"
                      + (f"outbox = {outbox}\n" if outbox else ""), encoding="ascii")
    people = pathlib.Path("/var/lib/facegate/encodings.json")
    people.write_bytes(pathlib.Path("/run/encodings.json").read_bytes())
    for path in (CONFIG, people):
        os.chown(path, house.USER, house.USER)
        path.chmod(0o600)


def start(words, log, environment, **options):
    """The daemon's program, as the user it has on a real door."""
    with open(log, "ab") as file:
        return subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=file, stderr=file, cwd="/var/lib/facegate",
            user=house.USER, group=house.USER, extra_groups=[], env={
                "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/home/facegate", **environment}, **options)


@contextlib.contextmanager
def watching(environment):
    """The daemon. A run over images has an outbox of its own beside the usual one, unless it is given another."""
    words = [house.FACEGATE, "run", "--config", CONFIG, "--source", f"images:{PICTURES}", "--fps", 8, "--loop"]
    outbox = re.search("^outbox = (.*)", CONFIG.read_text(), re.MULTILINE)
    daemon = start(words + (["--outbox", outbox[1]] if outbox else []), LOG, environment)
    try:
        yield daemon
    finally:
        if daemon.poll() is None:
            daemon.kill()
        daemon.wait()


def flap(receiver, seconds, outbox):
    """The backend is there, away, there ... Returns copies of the outbox at the ends of times away."""
    copies, end = [], time.monotonic() + seconds
    spell = min(SPELL, seconds / 8)
    for order in itertools.cycle(AWAY):
        for is_away in (False, True):
            receiver.behaviour.set(order if is_away else {"mode": "ok"})
            time.sleep(spell)
            if is_away and len(copies) < KEPT:
                copies += [pathlib.Path(path).read_bytes() for path in glob.glob(f"{outbox}/*.db*")]
        if time.monotonic() >= end:
            receiver.behaviour.set({"mode": "ok"})
            return copies


# What a run left: the needles of what was sent, how many events that were, the outbox as it was now and then, all that
# was said, and which folders were the disk.
Left = collections.namedtuple("Left", "needles events outbox said folders")


def watch(device, seconds, token, environment, folder, outbox=None, before_end=lambda: None):
    """One run, with its disk. The outbox is in `folder` by default, else what the configuration names."""
    needles = house.Needles(f"/run/needles-{pathlib.Path(device).name}")
    receiver = Receiver(needles, token)
    try:
        with house.living_on(device):
            for path in environment.values():
                house.own(path)
            furnish(receiver.url, token, outbox)
            folders = house.writable_disks(device)
            with watching(environment) as daemon:
                patience = time.monotonic() + 60
                while receiver.stored() == 0 and daemon.poll() is None and time.monotonic() < patience:
                    time.sleep(0.1)
                copies = flap(receiver, seconds, folder) if receiver.stored() else []
                daemon.send_signal(signal.SIGTERM)
                code = daemon.wait(timeout=90)
            said = LOG.read_bytes()
            # With 1 something waited when it was asked to stop, or had been dropped: no matter here.
            if code not in (0, 1) or b" Stopped: " not in said or receiver.stored() == 0:
                raise house.Failure(f"the daemon ended with {code}, and {receiver.stored()} events arrived: "
                                    f"{said[-2000:].decode()}")
            for path in glob.glob(f"{outbox}*") if outbox else ():
                os.unlink(path)
            before_end()
    finally:
        receiver.close()
    return Left(needles, receiver.stored(), copies, said, folders)


def check_outbox(left, name):
    """That pictures did wait there, or the run proves nothing."""
    path = pathlib.Path(f"/run/outbox-{name}")
    path.write_bytes(b"".join(left.outbox))
    found = house.scan(left.needles.path, path)
    path.unlink()
    if found["pictures"] == 0:
        raise house.Failure(f"{name}: no picture ever waited in the outbox, so that nothing was tried")
    return found


def leave_frame():
    """A frame as it is in memory, written to the disk and removed, which the look must find."""
    path = "/var/lib/facegate/frame"
    house.run(house.SCAN, "--plane", path, PICTURES / "frame-0000.jpg")
    os.unlink(path)


def prove(devices, seconds, token, report):
    """The table's rows about pictures. Returns what the daemons said."""
    frames = pathlib.Path("/run/needles-frames")
    house.run(house.SCAN, "--planes", frames, *sorted(PICTURES.iterdir()))
    on_disk = {"RUNTIME_DIRECTORY": "/var/lib/facegate/run", "XDG_RUNTIME_DIR": "/tmp/run"}
    shared = f"/dev/shm/facegate-{house.USER}"
    short = min(seconds, 60)
    runs = (
        ("as the service", seconds, {"RUNTIME_DIRECTORY": "/run/facegate"}, "/run/facegate", None),
        ("by hand, with runtime folders on the disk", short / 2, on_disk, shared, None),
        ("to compare: the outbox is on the disk", short / 2, {}, "/var/lib/facegate", "/var/lib/facegate/outbox.db"),
    )
    said = []
    for (name, time_given, environment, folder, outbox), device in zip(runs, devices):
        is_control = outbox is not None
        left = watch(device, time_given, token, environment, folder, outbox,
                     before_end=leave_frame if is_control else lambda: None)
        waited = check_outbox(left, name)
        report.head(f"Pictures, {name}: {time_given:.0f} s, {left.events} events, {left.needles.pictures} different "
                    f"pictures; {waited['pictures']} of them seen waiting in {folder}")
        if outbox is None:
            report.note(f"one disk was all that could be written to, as {', '.join(left.folders)}")
        where = f"disk ({device}, ext4)"
        report.row(where, "pictures sent", house.scan(left.needles.path, device), is_control)
        report.row(where, "frames in memory", house.scan(frames, device), is_control)
        if not is_control:
            for swap in house.swaps():
                report.row(f"swap {swap}", "pictures sent", house.scan(left.needles.path, swap), False)
            if not house.swaps():
                report.note("swap: this machine has none")
        said.append(left.said)
        house.leave_nothing_in_memory()
    return b"".join(said)
