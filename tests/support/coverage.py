#!/usr/bin/python3
"""Prints how much of src the tests have reached, by room, and what they reached least.

Ends with 1 where it is less than the house asks for. The shims are not counted: they are C++, and what they do is
another library's. Every line is kept in BUILD/coverage/lines.txt.

Usage: coverage.py BUILD    a folder configured with clang and FG_COVERAGE=ON, in which tests ran
"""

import json
import pathlib
import subprocess
import sys

LINES = 90
BRANCHES = 80
WORST = 12  # files that are named


class Sum:
    """What there is and what was reached of it."""

    def __init__(self):
        self.count = {"lines": 0, "branches": 0}
        self.covered = {"lines": 0, "branches": 0}

    def add(self, summary):
        for kind in self.count:
            self.count[kind] += summary[kind]["count"]
            self.covered[kind] += summary[kind]["covered"]

    def percent(self, kind):
        return 100.0 * self.covered[kind] / self.count[kind] if self.count[kind] else 100.0

    def missed(self, kind):
        return self.count[kind] - self.covered[kind]

    def row(self, name):
        return "%-28s %6d %7.1f %% %7d %7.1f %%" % (
            name,
            self.count["lines"],
            self.percent("lines"),
            self.count["branches"],
            self.percent("branches"),
        )


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    source = pathlib.Path(__file__).resolve().parents[2] / "src"
    folder = build / "coverage"
    profiles = sorted(folder.glob("*.profraw"))
    if not profiles:
        sys.exit(f"coverage: nothing was counted in {folder}: was it configured with FG_COVERAGE, and did tests run?")
    merged = folder / "merged.profdata"
    subprocess.run(["llvm-profdata", "merge", "-sparse", "-o", merged, *profiles], check=True)
    # The daemon holds every source there is: what a test's own program counted is found by the name of the function.
    what = [build / "src/cli/facegate", f"-instr-profile={merged}"]
    counted = subprocess.run(["llvm-cov", "export", "-summary-only", *what], check=True, stdout=subprocess.PIPE)
    with open(folder / "lines.txt", "w", encoding="utf-8") as lines:
        subprocess.run(["llvm-cov", "show", "-show-branches=count", *what], check=True, stdout=lines)

    total, rooms, files = Sum(), {}, {}
    for entry in json.loads(counted.stdout)["data"][0]["files"]:
        path = pathlib.Path(entry["filename"]).resolve()
        if path.suffix == ".cpp" or source not in path.parents:
            continue
        name = str(path.relative_to(source))
        files[name] = Sum()
        for each in (files[name], rooms.setdefault(path.relative_to(source).parts[0], Sum()), total):
            each.add(entry["summary"])
    unseen = sorted({str(path.relative_to(source)) for path in source.glob("*/*.c")} - files.keys())

    print("%-28s %6s %9s %7s %9s" % ("coverage of src", "lines", "", "branches", ""))
    for name in sorted(rooms):
        print(rooms[name].row(name))
    print(total.row("all"))
    print("where most branches are left:")
    for name in sorted(files, key=lambda name: -files[name].missed("branches"))[:WORST]:
        print(f"  {name}: {files[name].missed('branches')} branches, {files[name].missed('lines')} lines")
    print(f"line by line: {folder / 'lines.txt'}")
    if unseen:
        sys.exit(f"coverage: not in the daemon, so not counted: {', '.join(unseen)}")
    if total.percent("lines") < LINES or total.percent("branches") < BRANCHES:
        sys.exit(f"coverage: at least {LINES} % of the lines and {BRANCHES} % of the branches are asked for")


if __name__ == "__main__":
    main()
