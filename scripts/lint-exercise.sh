# shellcheck shell=bash
# lint-exercise.sh: are the rules and mistakes of an exercise what docs/authors.md
# says? scripts/lint sources this, and has `complain`.

areas='build output calls memory tidy faults'

# check_rule FILE LINE RULE: one line of a file `rules`.
check_rule() {
    local text=${3#*: } regex error section status=0
    regex=${text%% -- *}
    case $3 in
        '#'* | '') return ;;
        'work: '* | 'never: '* | 'call: '* | 'cause: '*)
            [[ $text == *?' -- '?* ]] || complain "$1" "$2" 'REGEX -- what it is' ;;
        'fault: '*)
            read -r _ error regex <<<"$text"
            grep -qw "NAME($error)" common/errno_name.h ||
                complain "$1" "$2" "fault: CALL ERROR: there is no error ${error:-(none)}" ;;
        'read: '*)
            section=${text#*= }
            { [[ " $areas " == *" ${text%% = *} "* ]] &&
                grep -qx "## $section" "labs/$(basename "${1%/exercise/*}")/README.md"; } ||
                complain "$1" "$2" 'read: AREA = a section of the sheet' ;;
        'points: '*)
            [[ $text =~ ^((${areas// /|})\ [0-9]+\ ?)+$ ]] || complain "$1" "$2" 'points: AREA N AREA N ...'
            return ;;
        *) complain "$1" "$2" "what is \"${3%%:*}:\"?" && return ;;
    esac
    # shellcheck disable=SC2319  # 2: it cannot be read
    [[ '' =~ $regex ]] 2>/dev/null || status=$?
    ((status < 2)) || complain "$1" "$2" "no regular expression: $regex"
}

# check_exercises: of all labs.
check_exercises() {
    local file line lines number cases
    for file in expected/*/exercise/rules; do
        number=0
        mapfile -t lines <"$file"
        for line in "${lines[@]}"; do
            check_rule "$file" "$((++number))" "$line"
        done
        cases=("${file%rules}"*.case)
        grep -q '^run:' "${cases[0]}" ||
            complain "${cases[0]}" 1 'no run: the first case runs the program itself, also under strace and valgrind'
    done
    for file in tests/exercises/*/*.patch; do
        [[ " $areas " == *" $(sed -n 's/^area: *//p; /^---/q' "$file") "* ]] ||
            complain "$file" 1 "area: one of $areas"
        grep -q '^says: .' "$file" || complain "$file" 1 'says: what the report has to say'
    done
}
