#!/usr/bin/python3
"""gcc's -fanalyzer over every C file of src, as the build compiles it. Each warning is an error.

Usage: analyze.py BUILD [FILE...]   BUILD: a folder configured with gcc, for its compile_commands.json
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "src"
SECONDS = 120  # for one file
# Where gcc 12 loses a pointer that is stored in an element whose number it cannot know, and takes it for leaked. Leaks
# there are found by AddressSanitizer.
EXCUSED = {
    "gallery/gallery.c": ["-Wno-analyzer-malloc-leak"],  # a person's name
    "base/folder.c": ["-Wno-analyzer-malloc-leak"],  # a name in the list
    "gallery/import/gallery_read.c": ["-Wno-analyzer-malloc-leak"],  # a file's texts
    "cli/evaluate/evaluate_trial.c": ["-Wno-analyzer-malloc-leak"],  # a picture's encoding
    "vision/kernels/network_planner.c": ["-Wno-analyzer-malloc-leak"],  # a layer's factors, bias and slopes
}


def commands(build):
    """Each C file of src with the folder and the command that compile it; some are compiled for tests too."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if path.suffix == ".c" and SOURCES in path.parents:
            found.setdefault(path, (entry["directory"], shlex.split(entry["command"])))
    return found


def analyze(path, folder, command):
    """What gcc says about the file; nothing where it is content."""
    compiler = next(i for i, word in enumerate(command) if os.path.basename(word) == "gcc")
    words = command[compiler:]
    words[words.index("-o") + 1] = "/dev/null"
    words += ["-fanalyzer", "-Werror"] + EXCUSED.get(str(path.relative_to(SOURCES)), [])
    try:
        run = subprocess.run(words, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"{path}: not analyzed within {SECONDS} s\n"
    return run.stdout or (f"{path}: gcc ended with {run.returncode}\n" if run.returncode else "")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    found = commands(build)
    wanted = {pathlib.Path(name).resolve() for name in sys.argv[2:]} or set(SOURCES.rglob("*.c"))
    missing = wanted - set(found)
    for path in sorted(missing):
        print(f"{path}: {build} does not compile it", file=sys.stderr)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        reported = list(pool.map(lambda path: analyze(path, *found[path]), sorted(wanted - missing)))
    print("".join(reported), end="", file=sys.stderr)
    return 1 if missing or any(reported) else 0


sys.exit(main())
