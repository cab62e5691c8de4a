#!/usr/bin/python3
"""Does the compiler itself keep each room's private headers from every other room?

For each room a file of one line is compiled as the build compiles that room. It must compile with a header of the
room's own and with one that every room speaks, and fail with a private header of each other room, because that is not
found.

Usage: private.py BUILD     BUILD: a configured folder, for its compile_commands.json
"""

import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

import layout

ROOT = pathlib.Path(__file__).resolve().parents[2]


def private_headers(room):
    """By what name the room's own files include them."""
    return sorted(str(path.relative_to(ROOT / "src" / room)) for path in (ROOT / "src" / room).rglob("*.h"))


def compilers(build):
    """The words that compile C in each room, without its file."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        words = shlex.split(entry["command"])
        if path.suffix == ".c" and ROOT / "src" in path.parents and f"fg_{path.relative_to(ROOT / 'src').parts[0]}.dir" in entry["command"]:
            end = words.index("-MD") if "-MD" in words else words.index("-o")
            found.setdefault(path.relative_to(ROOT / "src").parts[0], words[:end])
    return found


def compile_line(words, included):
    """What the compiler says to a file that includes this; nothing where it compiles."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "line.c")
        path.write_text(f'#include "{included}"\n')
        run = subprocess.run([*words, "-w", "-fsyntax-only", str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, check=False)
        return run.stdout or ("failed" if run.returncode else "")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    words = compilers(build)
    faults, tried = [], 0
    for room in layout.MAY_USE:
        if room not in words:
            faults.append(f"{room}: {build} does not compile it")
            continue
        own = private_headers(room)
        for included in [*own[:1], "facegate/frame.h"]:
            said = compile_line(words[room], included)
            if said:
                faults.append(f'{room} cannot include "{included}":\n{said}')
        for other in layout.MAY_USE:
            others = [header for header in private_headers(other) if header not in own]
            if other == room or not others:
                continue
            for included in (others[0], f"{other}/{others[0]}"):
                tried += 1
                said = compile_line(words[room], included)
                if f"{included}: No such file" not in said and f"'{included}' file not found" not in said:
                    faults.append(f'{room} can include "{included}" of {other}')
    print("".join(f"private: {fault}\n" for fault in faults), end="", file=sys.stderr)
    print(f"{tried} private headers of other rooms tried, {len(faults)} faults")
    return 1 if faults or tried == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
