# bash completion for facegate, written by "facegate help --completion bash".
# It does not need the functions of the package bash-completion.
# shellcheck shell=bash

_facegate_names=(%{names} )

# What a command accepts: options with their arguments, actions with theirs, operands.
_facegate_know() {
    options=() verbs=() operands=()
    case $1 in
%{commands}    esac
}

# Offers the words that begin with what was typed, quoted for bash.
_facegate_offer() {
    local typed=$value quote='' word lead='' front=''
    # Readline inserts replies after the last = or :; if these do not separate words, it replaces everything.
    if [[ $value == *"$raw" ]]; then
        lead=${value%"$raw"}
    else
        front=${raw%"$value"}
    fi
    case $typed in
    [\"\']*) quote=${typed:0:1} typed=${typed:1} ;;
    *) typed=${typed//\\/} ;;
    esac
    for word; do
        [[ $word == "$typed"* ]] || continue
        case $quote in
        \')
            [[ $word != *\'* ]] || continue
            ;;
        \")
            word=${word//\\/\\\\}
            word=${word//\"/\\\"}
            word=${word//\$/\\\$}
            word=${word//\`/\\\`}
            ;;
        *) printf -v word %q "$word" ;;
        esac
        COMPREPLY+=("$front${word#"$lead"}")
    done
}

# The people, if this user may read them. Otherwise nothing is offered and nothing is printed.
_facegate_people() {
    local people
    mapfile -t people < <(timeout 2 "$program" people --json "${given[@]}" 2>/dev/null |
        grep -oE '"name":[[:space:]]*"([^"\\]|\\.)*"' |
        sed -E 's/^"name":[[:space:]]*"(.*)"$/\1/; s/\\(["\\])/\1/g' | sort -u)
    _facegate_offer "${people[@]}"
}

# Completes one argument by its name in the manual.
_facegate_argument() {
    case $1 in
    *FILE* | *IMAGE*) compopt -o default ;;
    *DIR* | ATTACKS) compopt -o dirnames ;;
    NAME | OLD) _facegate_people ;;
    COMMAND) _facegate_offer "${_facegate_names[@]}" ;;
    PAGE) _facegate_offer facegate.8 facegate-backend.8 facegate.conf.5 facegate-encodings.5 ;;
    SHELL) _facegate_offer bash ;;
    SPEC)
        if [[ $value == images:* ]]; then
            compopt -o default
        else
            compopt -o nospace
            _facegate_offer %{sources}
        fi
        ;;
    esac
}

# Sets `argument` to the name of the option's argument.
_facegate_option() {
    local option
    argument=
    for option in "${options[@]}"; do
        [[ ${option%%=*} != "$1" || $option != *=* ]] || argument=${option#*=}
    done
}

_facegate_operand() {
    local at=$1 verb
    if ((${#verbs[@]} > 0)); then
        if ((at == 0)); then
            _facegate_offer "${verbs[@]%% *}"
            return
        fi
        for verb in "${verbs[@]}"; do
            if [[ ${verb%% *} == "${before[0]}" ]]; then
                read -ra operands <<<"$verb"
            fi
        done
    fi
    ((${#operands[@]} > 0)) || return
    if ((at >= ${#operands[@]})) && [[ ${operands[-1]} == *... ]]; then
        at=$((${#operands[@]} - 1))
    fi
    _facegate_argument "${operands[at]-}"
}

_facegate() {
    local program=$1 raw=${COMP_WORDS[COMP_CWORD]} value word parted='' argument='' i
    local words=() before=() given=() options verbs operands
    COMPREPLY=()
    # bash splits words at = and :; this joins them again.
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if ((${#words[@]} > 1)) && [[ -n $word && ($parted || $word =~ ^[:=]+$) ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        parted=
        [[ ! $word =~ ^[:=]+$ ]] || parted=yes
    done
    [[ ! $parted ]] || raw=
    value=${words[-1]}
    if ((${#words[@]} == 2)); then
        _facegate_offer "${_facegate_names[@]}" --help --version
        return
    fi
    _facegate_know "${words[1]}"
    for ((i = 2; i < ${#words[@]} - 1; i++)); do
        word=${words[i]}
        if [[ $word != -* ]]; then
            before+=("$word")
            continue
        fi
        if [[ $word != *=* ]]; then
            _facegate_option "$word"
            [[ $argument ]] || continue
            if ((i + 2 == ${#words[@]})); then
                _facegate_argument "$argument"
                return
            fi
            word+="=${words[++i]}"
        fi
        # List the people of the files named on the command line.
        [[ $word != --config=* && $word != --encodings=* ]] || given+=("$word")
    done
    if [[ $value == --*=* ]]; then
        _facegate_option "${value%%=*}"
        value=${value#*=}
        _facegate_argument "$argument"
    elif [[ $value == -* ]]; then
        _facegate_offer "${options[@]%%=*}" --help
    else
        _facegate_operand "${#before[@]}"
    fi
}

complete -F _facegate facegate
