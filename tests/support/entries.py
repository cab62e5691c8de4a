#!/usr/bin/python3
"""What a backend has logged, for people.

    entries.py URL last             the highest id, 0 without entries
    entries.py URL after ID         a table of the entries above that id; exit 1 if there are none
"""

import json
import sys
import urllib.request

COLUMNS = ("id", "timestamp", "status", "user_name", "rfid_id", "reason", "image_path")


def read(url):
    with urllib.request.urlopen(url + "/api/auth_logs", timeout=10) as answer:
        return json.load(answer)


def table(entries):
    rows = [COLUMNS] + [[str(entry.get(name) or "") for name in COLUMNS] for entry in entries]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())


def main():
    if len(sys.argv) == 3 and sys.argv[2] == "last":
        print(max((entry["id"] for entry in read(sys.argv[1])), default=0))
        return 0
    if len(sys.argv) == 4 and sys.argv[2] == "after":
        entries = [entry for entry in read(sys.argv[1]) if entry["id"] > int(sys.argv[3])]
        table(entries)
        return 0 if entries else 1
    print(__doc__.strip(), file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"entries: {sys.argv[1]} does not answer as the contract says: {error}")
