#!/usr/bin/env python3
"""The disks of tests/appliance, once the machine is off: none of the pictures that its backend got is on the machine's
own disk or in its swap. The same look finds them on the backend's disk, and finds in swap what others had in memory.

Usage: appliance.py FG_SCAN FOLDER"""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import house  # noqa: E402


def main():
    house.SCAN = pathlib.Path(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        got = pathlib.Path(work, "got")
        got.mkdir()
        # Reads the file system without mounting it.
        subprocess.run(["debugfs", "-R", f"rdump / {got}", folder / "backend"], check=True, capture_output=True)
        kinds = {}
        for name, found in (("the backend got", got.rglob("*.jpg")),
                            ("others had", (folder / "enrolled").glob("*.jpg"))):
            kinds[name] = house.Needles(pathlib.Path(work, name), knows_beginning=False)
            for path in found:
                kinds[name].add(path.read_bytes())
        for kind, disk, must_be in (("the backend got", "disk", False), ("the backend got", "swap", False),
                                    ("the backend got", "backend", True), ("others had", "swap", True)):
            if not kinds[kind].pictures:
                print(f"# FAIL there are no pictures that {kind}")
                return 1
            found = house.scan(kinds[kind].path, folder / disk)
            good = (found["found"] > 0) == must_be
            failed += not good
            print(f"# {'ok' if good else 'FAIL':4} of {kinds[kind].pictures} pictures that {kind}, {found['found']} of "
                  f"{found['needles']} needles are in its {disk} ({found['bytes'] / 1e6:.0f} MB)"
                  + (", as it must be" if must_be else ""), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
