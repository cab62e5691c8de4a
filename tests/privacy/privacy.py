#!/usr/bin/env python3
"""What must not be found: a picture on a disk, the token anywhere, a core. Prints what was looked at, for how much, and
what was found; beside it, what the same look finds where it must. Needs root, for namespaces and loop devices."""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import cores  # noqa: E402
import house  # noqa: E402
import pictures  # noqa: E402
import tokens  # noqa: E402


LONG = 600  # seconds from which on everything is tried with everything


class Report:
    """The table. A row fails where something was found, or in a comparison where nothing was."""

    def __init__(self):
        self.failed = 0

    def title(self, text):
        print(f"\n{text}", flush=True)

    def head(self, text):
        self.title(text)
        print(f"  {'':4} {'looked for':24} {'in':36} {'MB':>8} {'needles':>8} {'found':>8}")

    def note(self, text):
        print(f"  {text}", flush=True)

    def row(self, where, what, found, is_control):
        good = (found["found"] > 0) == is_control
        self.failed += not good
        verdict = "ok" if good else "FAIL"
        print(f"  {verdict:4} {what:24} {where:36} {found['bytes'] / 1e6:8.1f} {found['needles']:8} {found['found']:8}"
              + (" (must be)" if is_control else "")
              + (f" first at {found['first']}" if not good and not is_control else ""), flush=True)

    def check(self, good, text):
        self.failed += not good
        print(f"  {'ok' if good else 'FAIL':4} {text}", flush=True)


def prove(options):
    report, token = Report(), tokens.Token()
    began = time.monotonic()
    house.move_in(options.source, options.build)
    is_long = options.seconds >= LONG
    pictures.make_scenes(300 if is_long else 30)
    kept = pathlib.Path("/run/said")
    kept.write_bytes(pictures.prove(options.devices[:3], options.seconds, token.text, report))
    device = options.devices[3]
    with house.living_on(device):
        pictures.furnish("http://127.0.0.1", token.text)
        watcher = tokens.try_all(token, is_long, report)
        tokens.search_everywhere(token, watcher, report)
        cores.prove(token, report)
        report.head("The token, after all that")
        tokens.search_everywhere(token, watcher, report)
    report.row("the daemon's log of the runs before", "the token", tokens.search(token, kept), False)
    report.row("their disks, and that of this run", "the token",
               tokens.search(token, *options.devices[:2], device), False)
    tokens.compare(options.devices[4], token, report)
    print(f"\n{'all is well' if report.failed == 0 else f'{report.failed} FAILED'}, after "
          f"{time.monotonic() - began:.0f} s")
    return 0 if report.failed == 0 else 1


def stop(*_):
    raise SystemExit("privacy: asked to stop")


def supervise(options):
    """Makes the disks, lets the rest happen in there, and keeps what it says."""
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            raise house.Failure("neither root nor sudo: without namespaces and loop devices nothing was checked")
        os.execvp("sudo", ["sudo", sys.executable, *sys.argv])
    signal.signal(signal.SIGTERM, stop)
    output = options.output or options.build / "privacy"
    output.mkdir(parents=True, exist_ok=True)
    with house.disks(output, 5) as devices, open(output / "privacy.txt", "w", encoding="utf-8") as kept:
        words = house.inside(HERE / "privacy.py", "--source", HERE.parents[1], "--build", options.build.resolve(),
                             "--seconds", options.seconds, *devices)
        with subprocess.Popen(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as inside:
            try:
                for line in inside.stdout:
                    print(line, end="", flush=True)
                    kept.write(line)
            finally:
                inside.kill()
    return inside.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="where facegate was built")
    parser.add_argument("--seconds", type=float, default=3600, help="how long the daemon watches in the first run")
    parser.add_argument("--output", type=pathlib.Path, help="where the table is kept")
    parser.add_argument("--source", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("devices", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    try:
        return prove(options) if options.inside else supervise(options)
    except house.Failure as failure:
        print(f"privacy: {failure}", flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
