#!/usr/bin/env python3
"""Types lines with TAB at a bash in a pseudo-terminal and checks what it would run: completion with readline in it.

Usage: completion_terminal.py SCRIPT FOLDER (where a program "facegate" lies that knows people and prints its words)
"""
import os
import pty
import re
import select
import sys
import time

script, folder = sys.argv[1:]
PATIENCE = 30

os.chdir(folder)
os.makedirs("a folder", exist_ok=True)
for name in ("door conf.txt", "pic one.jpg"):
    open(name, "w").close()

# What is typed, with \t for TAB, and the words that bash then makes of it.
LINES = [
    ("facegate peo\trem\tAda\\ \t", ["people", "remove", "Ada L."]),
    ("facegate people remove \"Zo\t", ["people", "remove", "Zoé \"Zed\" O'Neil $5"]),
    ("facegate people remove Zo\t", ["people", "remove", "Zoé \"Zed\" O'Neil $5"]),
    ("facegate people remove team:\t", ["people", "remove", "team:blue"]),
    ("facegate enroll --name=Zo\tpic\t", ["enroll", "--name=Zoé \"Zed\" O'Neil $5", "pic one.jpg"]),
    ("facegate run --conf\tdoo\t", ["run", "--config", "door conf.txt"]),
    ("facegate run --config=doo\t", ["run", "--config=door conf.txt"]),
    ("facegate run --source im\tpic\t", ["run", "--source", "images:pic one.jpg"]),
    ("facegate backend --data a\t", ["backend", "--data", "a folder/"]),
]


unread = b""


def read_until(terminal, text):
    """What bash wrote up to `text`; what came after it is kept for the next call."""
    global unread
    end = time.monotonic() + PATIENCE
    while text not in unread:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            sys.exit(f"FAILED: bash did not come to {text!r}: {unread!r}")
        unread += os.read(terminal, 65536)
    seen, unread = unread.split(text, 1)
    return seen


child, terminal = pty.fork()
if child == 0:
    os.environ.update(PATH=folder + ":" + os.environ["PATH"], TERM="dumb", INPUTRC="/dev/null", HISTFILE="/dev/null")
    os.execlp("bash", "bash", "--norc", "--noprofile", "-i")

# In pieces, so that the echo of the line is not taken for the prompt.
os.write(terminal, f"source '{script}'; bind 'set bell-style none'; PS1='rea''dy> '\n".encode())
failed = False
for typed, expected in LINES:
    read_until(terminal, b"ready> ")
    os.write(terminal, typed.encode() + b"\n")
    answer = read_until(terminal, b"<end>").decode()
    words = re.findall(r"^<word>(.*)</word>\r?$", answer, re.MULTILINE)
    if words != expected:
        print(f"FAILED: {typed!r} became {words}, not {expected}: {answer!r}", file=sys.stderr)
        failed = True
os.write(terminal, b"exit\n")
os.waitpid(child, 0)
sys.exit(1 if failed else 0)
