#!/bin/sh
# The manual pages: they say what the program's help says and what the installed configuration holds, they are well
# formed, and their examples work.
#
# Usage: test_manual.sh FACEGATE SOURCE PAGES (the folder of the pages)
set -eu
facegate=$1
source=$2
pages=$3
export LC_ALL=C.UTF-8 MANWIDTH=80
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# Words with one blank between them.
flat() {
    tr -s ' \n' '  '
}

# holds WHAT TEXT PART
holds() {
    case $2 in
    *"$3"*) ;;
    *) fail "$1 lacks \"$3\":
$2" ;;
    esac
}

for page in facegate.8 facegate-backend.8 facegate.conf.5 facegate-encodings.5; do
    echo "$page is well formed"
    said=$(mandoc -Tlint -Wwarning "$pages/$page" 2>&1) || fail "mandoc: $said"
    said=$(groff -man -ww -z "$pages/$page" 2>&1)
    [ -z "$said" ] || fail "groff: $said"
    said=$(man --warnings -E UTF-8 -l -Tutf8 -Z "$pages/$page" 2>&1 >/dev/null)
    [ -z "$said" ] || fail "man: $said"
    man -l "$pages/$page" | col -bx >"$work/$page"
    wide=$(grep -E '^.{81}' "$work/$page" || true)
    [ -z "$wide" ] || fail "wider than 80 columns: $wide"
    said=$("$facegate" help --man "$page" | diff - "$pages/$page") || fail "the file is older than the program: $said"
done

echo "Every command and every option is in facegate.8 or in the command's own page, as help has them"
# rows FILE: options and actions of a help text, one a line, blanks made single.
rows() {
    awk '/^  [^ ]/ { if (row != "") print row; row = $0; next }
        /^   / && row != "" { row = row " " $0; next }
        { if (row != "") print row; row = "" }
        END { if (row != "") print row }' "$1" | tr -s ' ' | sed 's/^ //'
}
common=$(sed -n '/^COMMON OPTIONS$/,/^EXIT STATUS$/p' "$work/facegate.8" | flat)
"$facegate" help >"$work/help"
commands=$(sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' "$work/help")
[ "$(echo "$commands" | wc -l)" -ge 12 ] || fail "help tells of these commands alone: $commands"
for command in $commands; do
    section=$(awk -v name="   $command" '/^ ? ? ?[^ ]/ { inside = $0 == name } inside' "$work/facegate.8" | flat)
    "$facegate" help "$command" >"$work/one"
    if grep -nE '^.{81}| $' "$work/one"; then
        fail "help $command has a line over 80 columns or with a blank at its end"
    fi
    holds "$command in facegate.8" "$section" "$(sed -n '1s/^Usage: //p' "$work/one")"
    holds "$command in facegate.8" "$section" \
        "$(sed -n '3,/^[A-Z].*:$/p' "$work/one" | grep -v ':$' | flat | sed 's/ *$//')"
    in=facegate.8
    if [ -e "$work/facegate-$command.8" ]; then
        in=facegate-$command.8
        holds "$command in facegate.8" "$section" "facegate-$command(8)"
        section=$(flat <"$work/$in")
        holds "$in" "$section" "$(sed -n '1s/^Usage: //p' "$work/one")"
    fi
    sed -n '/^Common options:$/,$p' "$work/one" >"$work/one.common"
    sed '/^Common options:$/,$d' "$work/one" >"$work/one.own"
    rows "$work/one.own" >"$work/rows"
    while read -r row; do
        holds "$command in $in" "$section" "$row"
    done <"$work/rows"
    rows "$work/one.common" >"$work/rows"
    [ -s "$work/rows" ] || fail "help $command tells of no common options"
    while read -r row; do
        holds "the common options" "$common" "$row"
    done <"$work/rows"
done

echo "Names that were used before are in facegate.8 alone"
page=$(flat <"$work/facegate.8")
holds "facegate.8" "$page" "(also --rfid)"
holds "facegate.8" "$page" "facegate enrol is the same command."
for words in help "help enroll"; do
    # shellcheck disable=SC2086
    if "$facegate" $words | grep -E 'rfid|enrol( |$)'; then
        fail "$words tells of a name that was used before"
    fi
done
said=$("$facegate" help enrol) || fail "help enrol: $said"
[ "$said" = "$("$facegate" help enroll)" ] || fail "help enrol says something else than help enroll: $said"

echo "Every key is in facegate.conf.5, with its default and its values"
keys=$(sed -n '/^KEYS$/,/^NOTES$/p' "$work/facegate.conf.5" | flat)
# "KEY = DEFAULT DESCRIPTION. Value: RANGE." out of the comments of the installed configuration.
awk '/^# / && about == "" { about = $0; sub(/^# /, "", about); sub(/:$/, "", about); next }
    /^#   / { range = $0; sub(/^# */, "", range); next }
    /^#[a-z]/ { sub(/^#/, ""); print $0 " " about ". Value: " range "." }
    { about = "" }' "$source/systemd/example.conf" >"$work/rows"
[ "$(wc -l <"$work/rows")" -ge 25 ] || fail "the configuration has these keys alone: $(cat "$work/rows")"
while read -r row; do
    holds "facegate.conf.5" "$keys" "$row"
done <"$work/rows"
holds "facegate.conf.5" "$keys" "Overridden by --backend-url, and by BACKEND_URL in the environment."

echo "Its examples are configurations"
awk -v work="$work" '/^\.EX/ { file = sprintf("%s/example%d.conf", work, ++count); next }
    /^\.EE/ { file = "" }
    file != "" { gsub(/\\-/, "-"); print > file }' "$pages/facegate.conf.5"
tried=0
for example in "$work"/example*.conf; do
    # One is systemd's.
    if ! grep -q '^\[Service\]' "$example"; then
        "$facegate" outbox --config "$example" --outbox "$work/none.db" >"$work/said" 2>&1 ||
            fail "$(cat "$example" "$work/said")"
        tried=$((tried + 1))
    fi
done
[ "$tried" -ge 4 ] || fail "only $tried examples were found"

echo "So are those of the encodings"
awk -v work="$work" '/^\.EX/ { file = sprintf("%s/encodings%d", work, ++count); next }
    /^\.EE/ { file = "" }
    file != "" { gsub(/\\-/, "-"); gsub(/\\\(dq/, "\""); print > file }' "$pages/facegate-encodings.5"
tried=0
for example in "$work"/encodings*; do
    if grep -q '^{' "$example"; then
        "$facegate" people list --json --encodings "$example" >"$work/said" 2>&1 ||
            fail "$(cat "$example" "$work/said")"
        holds "the people of the example" "$(flat <"$work/said")" '"Ada"'
        tried=$((tried + 1))
    fi
done
[ "$tried" -eq 1 ] || fail "$tried examples of a file were found"

echo "A file that breaks what facegate-encodings.5 says is refused, in the words of that page"
sed '0,/0\.215, /s///' "$work"/encodings2 >"$work/broken.json"
said=$("$facegate" people list --encodings "$work/broken.json" 2>&1) && fail "127 numbers were taken"
words='person 1 "Ada", encoding 1: has 127 numbers, not 128'
holds "what is said" "$said" "$words"
holds "facegate-encodings.5" "$(flat <"$work/facegate-encodings.5")" "has 127 numbers, not 128"

echo "What cannot be written is said"
# refused WORDS EXPECTED
refused() {
    result=0
    # shellcheck disable=SC2086
    said=$("$facegate" help $1 2>&1) || result=$?
    [ "$result $said" = "2 facegate help: $2
Try \"facegate help\"." ] || fail "help $1 ended with $result: $said"
}
refused "--man facegate.1" "unknown page \"facegate.1\": use facegate.8, facegate-backend.8, facegate.conf.5 or \
facegate-encodings.5"
refused "--completion fish" "unknown shell \"fish\": use bash"
refused "--man facegate.8 --completion bash" "use --man or --completion without anything else"
refused "frob" "unknown command \"frob\""
refused "enrole" "unknown command \"enrole\". Did you mean \"enroll\"?"
refused "run people" "give one command"
for words in "help --man facegate.8" help "help people" version "outbox --outbox $work/none.db"; do
    result=0
    # shellcheck disable=SC2086
    said=$("$facegate" $words 2>&1 >/dev/full) || result=$?
    [ "$result ${said%% (*}" = "1 facegate: cannot write to standard output: No space left on device" ] ||
        fail "a full disk is not noticed: $words ended with $result: $said"
done
