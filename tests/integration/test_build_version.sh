#!/bin/sh
# The version: it counts the commits since the release, and a build after a commit has that commit's.
#
# Usage: test_build_version.sh CMAKE SOURCE
set -eu
cmake=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# same WHAT EXPECTED ACTUAL
same() {
    [ "$2" = "$3" ] || fail "$1:
--- expected
$2
--- found
$3"
}

# Nothing of this user's, nor of the hook that may run this.
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org

# A project of one file, with a line of a changelog that a release has.
repository=$work/repository
mkdir -p "$repository/src" "$repository/include/facegate"
cp "$source/src/version.cmake" "$repository/src"
cp "$source/include/facegate/version.h" "$repository/include/facegate"
cat >"$repository/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(facegate VERSION 0.2.0 LANGUAGES C)
include(src/version.cmake)
fg_version(source)
add_executable(say say.c ${source})
target_include_directories(say PRIVATE include)
add_dependencies(say fg_version_now)
END
cat >"$repository/say.c" <<'END'
#include "facegate/version.h"

#include <stdio.h>

int main(void)
{
    puts(fg_version);
}
END
printf '## [0.2.0] - 2026-01-01\n\n## [0.1.0] - 2025-01-01\n' >"$repository/CHANGELOG.md"
build=$work/build
"$cmake" -S "$repository" -B "$build" -G Ninja >"$work/said" 2>&1 || fail "configure: $(cat "$work/said")"

# version: builds, and has the program say its own
version() {
    "$cmake" --build "$build" >"$work/said" 2>&1 || fail "build: $(cat "$work/said")"
    "$build/say"
}

# notice: what the last build said about counting
notice() {
    grep '^version: ' "$work/said" || true
}

commit() {
    git -C "$repository" add .
    git -C "$repository" commit --quiet --allow-empty --message "$1"
}

echo "Sources of an archive have the version of the release, and nothing is said"
same "without a repository" 0.2.0 "$(version)"
git init --quiet "$work"
same "below a repository of something else" 0.2.0 "$(version)"
same "what is said" "" "$(notice)"
rm -rf "$work/.git"

echo "So has the commit of the release, and each commit after it counts"
git init --quiet --initial-branch=main "$repository"
version >/dev/null
same "what is said before the first commit" 1 "$(notice | wc -l)"
commit release
same "the release" 0.2.0 "$(version)"
commit second
same "the next commit" 0.2.0+1 "$(version)"
commit third
same "the one after" 0.2.0+2 "$(version)"
same "what is said" "" "$(notice)"
echo "- A change." >>"$repository/CHANGELOG.md"
same "with a change that is not committed" 0.2.0+2 "$(version)"

echo "It is another branch's after a checkout, and packed branches are found"
git -C "$repository" checkout --quiet -b other HEAD~1
same "one commit before" 0.2.0+1 "$(version)"
git -C "$repository" pack-refs --all
commit fourth
same "with a commit on it" 0.2.0+2 "$(version)"
git -C "$repository" merge --quiet --no-edit main
same "with the others merged" 0.2.0+4 "$(version)"

echo "Where nothing was committed, nothing is linked again"
before=$(stat --format %y "$build/say")
version >/dev/null
same "when the program was linked" "$before" "$(stat --format %y "$build/say")"

echo "A date that changes is a release, and so is the next version"
sed -i 's/2026-01-01/2026-02-02/' "$repository/CHANGELOG.md"
same "before the date is committed" 0.2.0+4 "$(version)"
commit date
same "with the date" 0.2.0 "$(version)"
commit fifth
sed -i '1i ## [0.3.0] - 2026-03-03\n' "$repository/CHANGELOG.md"
sed -i 's/VERSION 0\.2\.0/VERSION 0.3.0/' "$repository/CMakeLists.txt"
same "before the next version is committed" 0.3.0 "$(version)"
commit next
same "with the next version" 0.3.0 "$(version)"
commit sixth
same "and a commit" 0.3.0+1 "$(version)"

echo "A second working copy of the same repository has its own"
git -C "$repository" worktree add --quiet "$work/tree" HEAD~1
same "there" 0 "$("$cmake" -P "$work/tree/src/version.cmake")"
commit seventh
same "here" 2 "$("$cmake" -P "$repository/src/version.cmake")"

echo "Where git cannot tell, this is said"
git clone --quiet --depth 1 "file://$repository" "$work/shallow"
same "in a part of the history" "0
version: the commits since 0.3.0 are not counted: this clone has only a part of them; \"git fetch --unshallow\" brings \
the others" "$("$cmake" -P "$work/shallow/src/version.cmake" 2>&1 | LC_ALL=C sort)"
rm -rf "$work/shallow/.git"
echo "gitdir: /nowhere" >"$work/shallow/.git"
same "out of reach" "0
version: the commits since 0.3.0 are not counted: git: fatal: not a git repository: /nowhere" \
    "$("$cmake" -P "$work/shallow/src/version.cmake" 2>&1 | LC_ALL=C sort)"
if [ "$(id -u)" -eq 0 ]; then
    chown -R 65534 "$repository"
    same "in a repository of another user" 2 "$("$cmake" -P "$repository/src/version.cmake" 2>&1)"
else
    echo "(a repository of another user is not tried: giving it away takes root)"
fi

echo "A number that is given holds"
same "given" 41 "$("$cmake" -D COMMITS=41 -P "$work/shallow/src/version.cmake")"
said=$("$cmake" -D COMMITS=many -P "$work/shallow/src/version.cmake" 2>&1) && fail "a word was taken for a number"
echo "$said" | grep -q 'FG_COMMITS is "many": it takes a number' || fail "of a word is said: $said"
