#!/usr/bin/python3
"""What keeps the house in order. Prints each fault with its file and the rule it breaks; ends with 1 if there is one.

  circles   files of src that need each other, by an include or by a call
  lines     a file past 600 lines
  rooms     a room that includes or links another that is not left of it, or that is linked and not used
  purpose   a .c file of src that does not begin with a comment that says what it is for
  names     a name that was given up (retired.txt)

The rooms, in the order in which data moves, are written down here and nowhere else.

Usage: layout.py [ROOT]     ROOT: the folder that holds src, include, tests and docs
"""

import pathlib
import re
import sys

ROOMS = ["base", "camera", "vision", "gallery", "decision", "delivery", "daemon", "cli"]
# What each room may use: those left of it. The bundled backend is a house of its own that stands on base; the command
# that starts it is the only one to know it.
MAY_USE = {room: set(ROOMS[:index]) for index, room in enumerate(ROOMS)}
MAY_USE["backend"] = {"base"}
MAY_USE["cli"].add("backend")

MOST_LINES = 600
SOURCES = {".c", ".cpp", ".h"}
COUNTED = SOURCES | {".py", ".sh", ".js", ".mjs", ".css", ".html", ".cmake"}
NAMED = COUNTED | {".md", ".txt", ".5", ".8", ".bash", ".svg", ".in", ".film"}

# Ours in either form: with "..." and, since include/ is on the way of both, with <...>.
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"|<(?=facegate/))([^">]+)[">]', re.MULTILINE)
# A text may hold what looks like a comment, and a comment what looks like a text.
COMMENT_OR_TEXT = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'""", re.DOTALL)
NAME = re.compile(r"\bfg_\w+")
# As clang-format lays definitions out: from the first column, and the brace on a line of its own.
FUNCTION = re.compile(r"^(?!static\b)[A-Za-z_][\w \t*:]*?[ *](fg_\w+)\([^;{}]*\)\s*(?:noexcept\s*)?\n\{", re.MULTILINE)
VARIABLE = re.compile(r"^(?!static\b|extern\b|typedef\b)[A-Za-z_][\w \t*]*?[ *](fg_\w+)(?:\[\w*\])?\s*=", re.MULTILINE)


def files_below(folder, suffixes):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in suffixes)


class House:
    """The files of a tree, and what is wrong with them."""

    def __init__(self, root):
        self.root = root
        self.src = root / "src"
        self.public = root / "include" / "facegate"
        self.faults = []

    def fault(self, path, text):
        self.faults.append(f"{path.relative_to(self.root)}: {text}")

    def room_of(self, path):
        """The room a file belongs to; None for a header that every room speaks."""
        below = self.src if self.src in path.parents else self.public
        parts = path.relative_to(below).parts
        return parts[0] if len(parts) > 1 else None

    def sources(self):
        return files_below(self.src, SOURCES) + files_below(self.public, SOURCES)

    def find(self, path, included):
        """The file that an include means: beside the one that includes, in its room, or in include/."""
        room = self.room_of(path)
        places = [path.parent, self.root / "include"]
        if room is not None:
            places.insert(1, self.src / room)
        for place in places:
            found = place / included
            if found.is_file():
                return found
        return None

    def check_rooms(self):
        used = {room: set() for room in MAY_USE}
        for path in self.sources():
            room = self.room_of(path)
            if room is not None and room not in MAY_USE:
                self.fault(path, f'"{room}" is no room')
                continue
            for included in INCLUDE.findall(path.read_text()):
                if ".." in included.split("/"):
                    self.fault(path, f'includes "{included}": no way leads out of a room')
                    continue
                found = self.find(path, included)
                if found is None:
                    self.fault(path, f'includes "{included}", which is neither in its room nor public')
                    continue
                other = self.room_of(found)
                if other in (None, room):
                    continue
                if room is None:
                    self.fault(path, f'includes "{included}": what every room speaks stands on no room')
                elif other not in MAY_USE[room]:
                    self.fault(path, f'includes "{included}": {room} must not know {other}')
                else:
                    used[room].add(other)
        for room in used:
            self.check_links(room, used[room])

    def check_links(self, room, used):
        """A room is linked with the rooms that it uses, and with no others."""
        path = self.src / room / "CMakeLists.txt"
        if not path.is_file():
            return
        call = re.search(rf"fg_room\({room}\b(.*?)\)\s*$", path.read_text(), re.DOTALL | re.MULTILINE)
        linked = set(re.findall(r"\bfg_(\w+)", call.group(1))) & set(MAY_USE) if call else set()
        for other in sorted(linked - used):
            self.fault(path, f"links {other}, which {room} " + ("must not know" if other not in MAY_USE[room] else "does not use"))
        for other in sorted(used - linked):
            self.fault(path, f"does not link {other}, which {room} uses")

    def graph(self):
        """What each file needs: the headers it includes, and the sources whose functions it calls."""
        needs, home, texts = {}, {}, {}
        for path in self.sources():
            needs[path] = {self.find(path, included) for included in INCLUDE.findall(path.read_text())}
            if path.suffix != ".h":
                texts[path] = COMMENT_OR_TEXT.sub("", path.read_text())
                for name in FUNCTION.findall(texts[path]) + VARIABLE.findall(texts[path]):
                    home[name] = path
        for path, text in texts.items():
            needs[path] |= {home[name] for name in NAME.findall(text) if name in home}
        return {path: others - {path, None} for path, others in needs.items()}

    def check_circles(self):
        for circle in circles(self.graph()):
            names = [str(path.relative_to(self.root)) for path in [*circle, circle[0]]]
            self.faults.append("circle: " + " -> ".join(names))

    def check_lines(self):
        for name in ("src", "include", "tests"):
            for path in files_below(self.root / name, COUNTED):
                if not is_foreign(path):
                    lines = len(path.read_text(errors="replace").splitlines())
                    if lines > MOST_LINES:
                        self.fault(path, f"{lines} lines: at most {MOST_LINES}, so split it")

    def check_purpose(self):
        for path in files_below(self.src, {".c", ".cpp"}):
            if not path.read_text().startswith("/*"):
                self.fault(path, "begins with no comment on what it is for")

    def check_names(self, retired):
        for name in ("src", "include", "tests", "docs", "README.md"):
            top = self.root / name
            paths = [top] if top.is_file() else files_below(top, NAMED)
            for path in paths:
                if is_foreign(path) or path.parent == pathlib.Path(__file__).resolve().parent:
                    continue
                for number, line in enumerate([path.stem, *path.read_text(errors="replace").splitlines()]):
                    for rule, instead in retired:
                        found = rule.search(line)
                        if found:
                            where = f"line {number}" if number else "its name"
                            self.fault(path, f'{where}: "{found.group(0)}" was given up: {instead}')


def is_foreign(path):
    """Not written by hand here: seeds of fuzzers, and what npm writes down."""
    return "corpus" in path.parts or "node_modules" in path.parts or path.name == "package-lock.json"


def circles(needs):
    """The strongly connected parts of more than one module, each as a way round. Source: Tarjan, 1972."""
    index, low, stack, on_stack, found = {}, {}, [], set(), []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        for other in sorted(needs.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in on_stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = []
            while True:
                other = stack.pop()
                on_stack.discard(other)
                part.append(other)
                if other == node:
                    break
            if len(part) > 1:
                found.append(way_round(needs, set(part)))

    sys.setrecursionlimit(10000)
    for node in sorted(needs):
        if node not in index:
            visit(node)
    return found


def way_round(needs, part):
    """The shortest way from the first module of a part back to it, to be read by a person."""
    start = min(part)
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop(0)
        for other in sorted(needs[way[-1]] & part):
            if other == start:
                return way
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return sorted(part)


def read_retired(path):
    """Lines of NAME: INSTEAD. A name is a regular expression for a word or a part of an identifier, in any case."""
    rules = []
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, instead = line.partition(": ")
            rules.append((re.compile(rf"(?<![A-Za-z])(?:{name})(?![a-z])", re.IGNORECASE), instead))
    return rules


def check(root, retired=None):
    """Everything that is wrong, a line each."""
    house = House(root)
    house.check_rooms()
    house.check_circles()
    house.check_lines()
    house.check_purpose()
    house.check_names(read_retired(pathlib.Path(__file__).resolve().parent / "retired.txt") if retired is None else retired)
    return house.faults


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]).resolve()
    faults = check(root)
    print("".join(f"layout: {fault}\n" for fault in faults), end="", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
