#!/bin/sh
# What reads the code instead of running it: clang-format, clang-tidy, gcc -fanalyzer, cppcheck, shellcheck. Each must
# be quiet.
#
# Usage: lint.sh BUILD GCC_BUILD (folders configured with clang and with gcc, for their compile_commands.json)
set -eu
build=$(cd "$1" && pwd)
gcc_build=$(cd "$2" && pwd)
shift 2
cd "$(dirname "$0")/../.."

say() {
    echo "lint: $*"
}

# Other versions lay code out differently and find other things; the code is measured by Debian 12's.
if clang-format --version | grep -q 'version 14\.' && clang-tidy --version | grep -q 'version 14\.'; then
    say "clang-format"
    find include src tests '(' -name '*.[ch]' -o -name '*.cpp' ')' -print0 | xargs -0 clang-format --dry-run -Werror

    say "clang-tidy"
    find src tests/support '(' -name '*.c' -o -name 'libcamera*.cpp' ')' -print0 |
        xargs -0 -P "$(nproc)" -n 4 clang-tidy --quiet -p "$build" 2>"$build/clang-tidy.err" || {
        cat "$build/clang-tidy.err" >&2
        exit 1
    }
else
    say "NOT CHECKED with clang-format and clang-tidy: that takes version 14, and this is $(clang-format --version)"
fi

if [ "$(gcc -dumpversion)" = 12 ]; then
    say "gcc -fanalyzer"
    tests/support/analyze.py "$gcc_build"
else
    say "NOT CHECKED with gcc -fanalyzer: that takes version 12, and this is $(gcc -dumpfullversion)"
fi

say "cppcheck"
for room in src/*/; do
    set -- "$@" -I "$room"
done
find src tests/support -name '*.c' -print0 |
    xargs -0 cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem -j "$(nproc)" -D_GNU_SOURCE -I include "$@"

say "shellcheck"
find . -path ./build -prune -o -name '*.sh' -print0 | xargs -0 shellcheck .ci/run systemd/debian/p*st* systemd/debian/prerm systemd/debian/tools/*
