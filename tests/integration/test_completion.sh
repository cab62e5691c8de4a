#!/bin/bash
# The completion for bash: what it offers for a line, asked of its function as bash would, and then a few lines typed
# at a real bash in a terminal.
#
# Usage: test_completion.sh FACEGATE SCRIPT
set -euo pipefail
facegate=$1
script=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

echo "The script is what the program writes, and clean"
"$facegate" help --completion bash | cmp - "$script" || fail "it is older than the program"
shellcheck "$script"

# A facegate whose people are known; it takes down how it was asked for them, and prints any other words.
cat >"$work/facegate" <<'END'
#!/bin/sh
if [ "$1 $2" = "people --json" ]; then
    echo "$*" >>"${0%/*}/asked"
    exec cat "${0%/*}/people.json"
fi
printf '<word>%s</word>\n' "$@"
echo "<end>"
END
chmod +x "$work/facegate"
cat >"$work/people.json" <<'END'
[{"name":"Ada","rfid_id":null,"nearest":{"name":"Bob"}},
 {"name": "Ada L.", "encodings": 2}, {"name":"Zoé \"Zed\" O'Neil $5"}, {"name":"team:blue"}]
END

# shellcheck source=/dev/null
source "$script"

# What bash does with these is its own affair; here they are taken down.
compopt() {
    file_names+=" $*"
}

# expect WHAT REPLIES WORD...: the cursor is behind the last word, words are parted as bash parts them. REPLIES have
# commas between them, and at the end what kind of file names bash is to offer.
expect() {
    local what=$1 expected=$2 replies file_names=''
    shift 2
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _facegate "$1" "${!#}" "${*: -2:1}" || true
    printf -v replies '%s,' "${COMPREPLY[@]}"
    replies=${replies%,}$file_names
    [[ $replies == "$expected" ]] || fail "$what: $* completes to \"$replies\", not \"$expected\""
}

run=$work/facegate
commands=$("$facegate" help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | paste -sd ,)
echo "Commands"
expect "every command" "$commands,--help,--version" "$run" ""
expect "some" "import,identify" "$run" "i"
expect "one" "test-backend" "$run" "te"
expect "none" "" "$run" "frob"
expect "of help" "cameras" "$run" help cam
expect "of one that is not there" "" "$run" frob ""

echo "Options"
for command in ${commands//,/ }; do
    options=$("$facegate" help "$command" | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | paste -sd ,)
    expect "of $command" "$options,--help" "$run" "$command" "--"
done
expect "of a command by its other name" "--badge" "$run" enrol "--b"
expect "never by their other name" "" "$run" enroll "--r"
expect "begun" "--backend-url" "$run" run "--b"
expect "after others" "--config" "$run" run --fps 5 --outbox=x --c
expect "of no other command" "" "$run" people "--fps"

echo "Their arguments"
expect "a file" " -o default" "$run" run --config ""
expect "a file at the =" " -o default" "$run" run --config =
expect "a file begun" " -o default" "$run" run --config = /et
expect "a folder" " -o dirnames" "$run" backend --data ""
expect "a folder of attacks" " -o dirnames" "$run" evaluate --attacks ""
expect "a folder beside attacks" " -o dirnames" "$run" evaluate --attacks attacks ""
expect "a source" "auto,libcamera:,images: -o nospace" "$run" run --source ""
expect "a source behind =" "images: -o nospace" "$run" run --source = im
expect "a source's pictures" " -o default" "$run" run --source images : /door
expect "a source's pictures behind =" " -o default" "$run" run --source = images :
expect "a number" "" "$run" run --fps ""
expect "an address" "" "$run" run --backend-url http : //127.0.0.1 : ""
expect "a page" "facegate.8,facegate-backend.8,facegate.conf.5,facegate-encodings.5" "$run" help --man f
expect "a shell" "bash" "$run" help --completion ""
expect "none of a flag" "" "$run" run --loop ""
expect "none of a flag, but an operand" " -o default" "$run" identify --json ""

echo "Actions and operands"
expect "of the outbox" "list,retry,drop" "$run" outbox ""
expect "of the outbox, begun" "retry" "$run" outbox --outbox x.db r
expect "one is enough" "" "$run" outbox retry ""
expect "of people" "remove,rename" "$run" people "re"
expect "pictures" " -o default" "$run" identify a.jpg ""
expect "a file of several" " -o default" "$run" import a.pickle ""
expect "a file of one" " -o default" "$run" export ""
expect "no second" "" "$run" export a.json ""
expect "none" "" "$run" cameras ""

echo "People"
expect "by the beginning" "Ada,Ada\\ L." "$run" people remove A
expect "with an accent and all that means something to bash" "Zoé\\ \\\"Zed\\\"\\ O\\'Neil\\ \\\$5" "$run" people remove Z
expect "in quotes" "Zoé \\\"Zed\\\" O'Neil \\\$5" "$run" people remove '"Zo'
expect "in single quotes" "Ada,Ada L." "$run" people remove "'A"
expect "behind a blank" "Ada\\ L." "$run" people remove 'Ada\ '
expect "behind a colon" "blue" "$run" people remove team : bl
expect "behind a colon that parts no words" "team:blue" "$run" people remove team:bl
expect "of an option" "Bob" "$run" enroll --name = B
expect "of an option that = does not part" "--name=Bob" "$run" enroll --name=B
expect "whose badge" "Bob" "$run" people badge B
expect "the old name" "Bob" "$run" people rename B
expect "not the new one" "" "$run" people rename Bob ""
: >"$work/asked"
expect "of the files that were named" "Bob" "$run" people --config c.conf --encodings = e.json remove B
[[ $(<"$work/asked") == "people --json --config=c.conf --encodings=e.json" ]] || fail "asked: $(<"$work/asked")"
cp "$work/people.json" "$work/people.old"
echo "facegate: encodings.json: Permission denied" >"$work/people.json"
expect "nobody where they cannot be read" "" "$run" people remove ""
expect "nobody where there is no program" "" "$work/nothing" people remove ""

echo "At a terminal"
mv "$work/people.old" "$work/people.json"
python3 "$here/completion_terminal.py" "$script" "$work"
