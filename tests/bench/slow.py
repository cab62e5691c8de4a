#!/usr/bin/env python3
"""facegate held to a part of one processor, as a slow board would run it: how many frames it looks at, how soon it
decides, how much memory it takes.

The daemon itself runs, at films that come in at 30 frames a second as a camera's do, with the liveness model if that
is there. It stays on one processor. Needs root, for a control group with a quota of time."""

import argparse
import collections
import http.server
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARES = (1, 1 / 2, 1 / 4, 1 / 10)
FILMS = (("one", 1), ("three", 3))  # and how many people are in it
FPS = 30
PERIOD = 10000  # microseconds: short, so that the quota slows the daemon down rather than stops it now and then
# Of the one who is known, in the picture that no film has.
KNOWN = ("--from", "1320,80", "--to", "1320,80", "--size", "480x480", "--out-size", "480x480", "--frames", "1")

Figures = collections.namedtuple("Figures", "fps accepted all_decided used memory")


class Quota:
    """A control group that gets at most a share of one processor: of version 2, or of 1."""

    def __init__(self):
        name = f"facegate-slow-{os.getpid()}"
        for root, version in (("/sys/fs/cgroup", 2), ("/sys/fs/cgroup/unified", 2), ("/sys/fs/cgroup/cpu", 1)):
            root = pathlib.Path(root)
            knob = "cpu.max" if version == 2 else "cpu.cfs_quota_us"
            try:
                if version == 2:
                    (root / "cgroup.subtree_control").write_text("+cpu")
                (root / name).mkdir()
            except OSError:
                continue
            self.folder, self.version = root / name, version
            if (self.folder / knob).exists():
                return
            self.folder.rmdir()
        sys.exit("slow: no control group with a quota of processor time can be made: this takes root, and cgroups")

    def set(self, share):
        quota = int(share * PERIOD)
        if self.version == 2:
            (self.folder / "cpu.max").write_text(f"{quota} {PERIOD}")
        else:
            (self.folder / "cpu.cfs_quota_us").write_text("-1")
            (self.folder / "cpu.cfs_period_us").write_text(str(PERIOD))
            (self.folder / "cpu.cfs_quota_us").write_text(str(quota))

    def join(self):
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self):
        self.folder.rmdir()


class Backend(http.server.BaseHTTPRequestHandler):
    """Takes every event."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = b'{"message": "ok", "id": 1, "image_path": "/static/img/1.jpg"}'
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Door:
    def __init__(self, build, folder, url):
        self.facegate = build / "src/cli/facegate"
        self.films = build / "tests/films"
        self.folder = folder
        self.common = ["--models", ROOT / "models", "--encodings", folder / "encodings.json"]
        # The people of these films are cut out of photographs, so a check for life has to let them pass.
        config = folder / "facegate.conf"
        config.write_text(f"[access]\nliveness = warn\n[delivery]\nbackend_url = {url}\n")
        self.common += ["--config", config]
        sequence = build / "tests/support/fg_sequence"
        run([sequence, *KNOWN, ROOT / "tests/pictures/sample1.jpg", folder])
        run([self.facegate, "enroll", *self.common, "--name", "Ada", folder / "frame-0000.jpg"])

    def run(self, film, options, prepare=None):
        """Each line of the trace, with when it came; and what the daemon took in all."""
        argv = [self.facegate, "run", *self.common, "--source", f"images:{self.films / film}", "--trace", "-", *options]
        with open(self.folder / "log", "wb") as log:
            daemon = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=log, preexec_fn=prepare)
            with daemon.stdout as trace:
                lines = [(time.monotonic(), json.loads(line)) for line in trace]
            _, status, usage = os.wait4(daemon.pid, 0)
            daemon.returncode = os.waitstatus_to_exitcode(status)
        if daemon.returncode != 0:
            sys.exit(f"slow: facegate ended with {daemon.returncode}:\n{(self.folder / 'log').read_text()}")
        return lines, usage


def run(argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"slow: {argv[0]} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def status_of(track):
    decision = track.get("decision") or {}
    return decision.get("status", "Undecided")


def first_seen(lines):
    """When, in the film, each track that gets a verdict is there first; and the one that is accepted."""
    seen, decided, accepted = {}, set(), None
    for _, line in lines:
        for track in line.get("tracks", []):
            seen.setdefault(track["id"], line["time"])
            if status_of(track) != "Undecided":
                decided.add(track["id"])
            if status_of(track) == "Accepted" and accepted is None:
                accepted = track["id"]
    if accepted is None:
        sys.exit("slow: nobody was accepted even at full speed")
    return seen[accepted], sorted(seen[track] for track in decided)


def measure(lines, usage, known_at, people_at):
    """Lateness is counted from when everything that needs no time shows the face first."""
    frames = [(came, line) for came, line in lines if "tracks" in line and not line.get("end")]
    start = min(came - line["time"] for came, line in frames)
    accepted = all_decided = None
    decided = set()
    for came, line in frames:
        for track in line["tracks"]:
            if status_of(track) == "Undecided":
                continue
            decided.add(track["id"])
            if status_of(track) == "Accepted" and accepted is None:
                accepted = came - start - known_at
            if len(decided) == len(people_at) and all_decided is None:
                all_decided = came - start - people_at[-1]
    last = frames[-1][1]
    fps = (len(frames) - 1) / (last["time"] - frames[0][1]["time"])
    used = usage.ru_utime + usage.ru_stime
    return Figures(fps, accepted, all_decided, used, usage.ru_maxrss / 1024)


def middle(runs):
    """Field by field the median of all runs; a verdict that does not come is the latest of all."""

    def of(values):
        value = statistics.median(float("inf") if value is None else value for value in values)
        return None if value == float("inf") else value

    return Figures(*(of(values) for values in zip(*runs)))


def seconds(value):
    return "never" if value is None else f"{value:.2f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--processor", type=int, default=max(os.sched_getaffinity(0)), help="which one it stays on")
    parser.add_argument("--runs", type=int, default=3, help="of which the median is printed")
    options = parser.parse_args()
    build = options.build.resolve()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = pathlib.Path(tempfile.mkdtemp(dir="/dev/shm", prefix="facegate-slow-"))
    quota = Quota()

    def hold():
        quota.join()
        os.sched_setaffinity(0, {options.processor})
        os.setpriority(os.PRIO_PROCESS, 0, -20)

    try:
        door = Door(build, folder, f"http://127.0.0.1:{server.server_port}")
        version = run([door.facegate, "version", "--verbose"])
        isa = next((line.strip() for line in version.splitlines() if line.startswith("kernels")), "")
        print(f"{isa}; the median of {options.runs} runs; 640x480 at {FPS} frames a second")
        print("Seconds from when a face is there to the verdict; CPU of the whole run\n")
        print(f"{'film':6} {'of one core':>11} {'frames/s':>9} {'accepted after':>15} {'all decided after':>18} "
              f"{'CPU':>7} {'memory':>9}", flush=True)
        for film, people in FILMS:
            quota.set(1)
            known_at, people_at = first_seen(door.run(film, [], hold)[0])
            if len(people_at) != people:
                sys.exit(f"slow: {len(people_at)} verdicts in the film {film}, not {people}")
            for share in SHARES:
                quota.set(share)
                of = middle([measure(*door.run(film, ["--fps", str(FPS)], hold), known_at, people_at)
                             for _ in range(options.runs)])
                print(f"{film:6} {f'1/{round(1 / share)}':>11} {of.fps:9.1f} {seconds(of.accepted):>15} "
                      f"{seconds(of.all_decided):>18} {of.used:5.1f} s {of.memory:6.0f} MB", flush=True)
    finally:
        quota.remove()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
