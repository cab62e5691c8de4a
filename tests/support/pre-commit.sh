#!/bin/sh
# Checks what is about to be committed: clang-format, the length of added lines, no paths of one machine. Reads the
# staged text, not the working copy, and changes nothing.
#
# Usage: ln -s ../../tests/support/pre-commit.sh .git/hooks/pre-commit
#        tests/support/pre-commit.sh
set -eu
export LC_ALL=C.UTF-8
cd "$(git rev-parse --show-toplevel)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=

# complain WHAT LINES: says it, if there are any lines
complain() {
    [ -n "$2" ] || return 0
    printf 'pre-commit: %s:\n%s\n' "$1" "$2" >&2
    failed=yes
}

against=HEAD
git rev-parse --verify --quiet HEAD >/dev/null || against=$(git hash-object -t tree /dev/null)
git diff --cached --name-only --diff-filter=ACMR "$against" >"$work/files"

# Added lines, as FILE:LINE:TEXT.
git diff --cached --no-color --no-ext-diff --unified=0 --diff-filter=ACMR --src-prefix=a/ --dst-prefix=b/ "$against" |
    awk '/^\+\+\+ / { sub(/^\+\+\+ (b\/)?/, ""); sub(/\t$/, ""); file = $0; next }
        /^@@ / { split($3, at, "[+,]"); line = at[2]; next }
        /^\+/ { print file ":" line++ ":" substr($0, 2) }' >"$work/added"

# A folder of one person or of one machine. Written so that it does not find itself.
complain "paths of one machine" \
    "$(grep -E '(^|[^A-Za-z0-9._$})"-])/([h]ome/[a-z]|[r]oot/|[w]ork/)' "$work/added" | grep -v '/[h]ome/pi/' || true)"

# What may be longer: a row of a table, a link.
complain "lines of more than 100 characters" \
    "$(grep -E '^[^:]*\.(c|h|cpp):[0-9]+:.{101,}' "$work/added" || true)"
complain "lines of more than 120 characters" \
    "$(grep -E '^[^:]*(\.(sh|py|md|cmake|css)|CMakeLists\.txt|Makefile):[0-9]+:.{121,}' "$work/added" |
        grep -vE '^[^:]*\.md:[0-9]+:(\||.*\]\()' || true)"

grep -E '\.(c|h|cpp)$' "$work/files" >"$work/sources" || true
if [ -s "$work/sources" ]; then
    case $(clang-format --version 2>/dev/null) in
    *"version 14."*)
        while read -r file; do
            git show ":$file" >"$work/staged"
            clang-format --assume-filename="$file" <"$work/staged" >"$work/formatted"
            cmp -s "$work/staged" "$work/formatted" || complain "not as clang-format lays it out" "$file"
        done <"$work/sources"
        ;;
    *) echo "pre-commit: NOT CHECKED with clang-format: that takes version 14" >&2 ;;
    esac
fi

if [ -n "$failed" ]; then
    echo "pre-commit: \"git commit --no-verify\" commits it all the same" >&2
    exit 1
fi
