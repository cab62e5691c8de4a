#!/usr/bin/python3
"""The pages for people: links lead somewhere, and every file, function and make target they name exists.

Usage: test_docs.py SOURCE
"""

import pathlib
import re
import shutil
import sys
import tempfile

README_LINES = 150
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "encodings/README.md", "models/README.md"]
FOLDERS = ("src", "include", "tests", "systemd", "models", "encodings", "docs", ".ci", ".github")
# Fetched or made, so that a fresh clone does not have them.
MADE = ("models/", "tests/pictures")

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(rf"^(?:{'|'.join(re.escape(name) for name in FOLDERS)})/[\w./*+-]*$")
FUNCTION = re.compile(r"^(\w+)\(\)$")
NAME = re.compile(r"\bfg_[a-z0-9_]+\b")
MAKE = re.compile(r"^(?:[A-Z_]+=\S+ )*make ([a-z][a-z0-9-]*)")


def anchors(text):
    """The anchors of a page's headings, as GitHub makes them."""
    found = set()
    for heading in re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


class Tree:
    """What pages may name."""

    def __init__(self, root):
        self.root = root
        sources = [path for top in ("src", "include", "tests") for path in (root / top).rglob("*")
                   if path.suffix in (".c", ".h", ".cpp", ".cmake", ".txt")]
        self.words = set()
        for path in sources:
            self.words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        self.targets = set()
        for line in (root / "Makefile").read_text(encoding="utf-8").splitlines():
            rule = re.match(r"([\w ./-]+):(?!=)", line)
            if rule:
                self.targets.update(rule.group(1).split())

    def files(self, path):
        """The files of a path, which may hold a star."""
        return sorted(self.root.glob(path.rstrip("/"))) if "*" in path else \
            [self.root / path] if (self.root / path).exists() else []


def defines(path, function):
    """Whether a source defines the function, or a header has it."""
    if path.suffix == ".h":
        return re.search(rf"\b{function}\(", path.read_text(encoding="utf-8")) is not None
    pattern = rf"^(?:[A-Za-z_][^;{{}}=#\n]*[\s*:])?{function}\((?:[^;{{}}])*\)[^;{{}}]*\{{"
    return re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def check_links(root, page, text):
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (root / page).parent / file if file else root / page
        if not path.exists():
            yield f"the link {target} leads nowhere"
        elif anchor and path.suffix == ".md" and anchor not in anchors(path.read_text(encoding="utf-8")):
            yield f"the link {target} names no heading"


def check_names(tree, text):
    for line in text.splitlines():
        codes = CODE.findall(line)
        paths = [code for code in codes if PATH.match(code)]
        files = []
        for path in paths:
            found = tree.files(path)
            files += [file for file in found if file.is_file()]
            if not found and not path.startswith(MADE):
                yield f"there is no {path}"
        functions = [match.group(1) for match in map(FUNCTION.match, codes) if match]
        for function in functions:
            if files and not any(defines(file, function) for file in files):
                yield f"{function}() is not in {', '.join(paths)}"
            elif function not in tree.words:
                yield f"there is no {function}()"
        for code in codes:
            for name in NAME.findall(code):
                if name not in tree.words:
                    yield f"there is no {name}"
        commands = codes + ([line[4:]] if line.startswith("    ") else [])
        for target in [match.group(1) for match in map(MAKE.match, commands) if match]:
            if target not in tree.targets:
                yield f"there is no \"make {target}\""


def check(root):
    """What is wrong with the pages, a line for each."""
    tree = Tree(root)
    readme = (root / "README.md").read_text(encoding="utf-8")
    docs = sorted(str(path.relative_to(root)) for path in (root / "docs").glob("*.md"))
    wrong = []
    if len(readme.splitlines()) > README_LINES:
        wrong.append(f"README.md: {len(readme.splitlines())} lines, at most {README_LINES}")
    wrong += [f"README.md: it does not link to {page}" for page in docs if f"({page})" not in readme]
    for page in PAGES + docs:
        text = (root / page).read_text(encoding="utf-8")
        wrong += [f"{page}: {what}" for what in check_links(root, page, text)]
        wrong += [f"{page}: {what}" for what in check_names(tree, text)]
    return wrong


# What is done to a copy, and what the check must say then.
SPOILED = [
    ("README.md", "\n[a page](docs/none.md)\n", "README.md: the link docs/none.md leads nowhere"),
    ("README.md", "\n[a page](docs/install.md#none)\n", "README.md: the link docs/install.md#none names no heading"),
    ("README.md", "\n" * (README_LINES + 1), "README.md: "),
    ("docs/unlinked.md", "# A page\n", "README.md: it does not link to docs/unlinked.md"),
    ("docs/install.md", "\n`src/none.c`\n", "docs/install.md: there is no src/none.c"),
    ("docs/install.md", "\n`fg_none_at_all`\n", "docs/install.md: there is no fg_none_at_all"),
    ("docs/install.md", "\n`none_at_all()`\n", "docs/install.md: there is no none_at_all()"),
    ("docs/install.md", "\n`src/base/text.c` `fg_slot_take()`\n",
     "docs/install.md: fg_slot_take() is not in src/base/text.c"),
    ("docs/install.md", "\n`make nothing`\n", "docs/install.md: there is no \"make nothing\""),
    ("docs/install.md", "\n    make nothing\n", "docs/install.md: there is no \"make nothing\""),
]


def spoil(root, file, text):
    path = root / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text((before or "") + text, encoding="utf-8")
    wrong = check(root)
    if before is None:
        path.unlink()
    else:
        path.write_text(before, encoding="utf-8")
    return wrong


def try_itself(source):
    """Whether the check finds what is put into a copy of the tree."""
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name in FOLDERS:
            if (source / name).exists():
                shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns("*.dat", "pictures"))
        for path in source.iterdir():
            if path.is_file():
                shutil.copy(path, root)
        for file, text, expected in SPOILED:
            wrong = spoil(root, file, text)
            if not any(one.startswith(expected) for one in wrong):
                missed.append(f"a spoiled {file} is not noticed: {expected}")
    return missed


def main():
    source = pathlib.Path(sys.argv[1]).resolve()
    wrong = check(source)
    wrong += try_itself(source)
    for one in wrong:
        print(f"FAILED: {one}")
    print(f"{len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
