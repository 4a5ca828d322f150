# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # compare sets what callers read; lib.sh has limit
# judge.sh: is what a lab printed what it should print? lib.sh sources it.

# normalise TEXT: give values that differ from run to run a fixed name; sets
# `normal`. pid=4711 becomes pid=<pid-1>, numbered by first appearance: the
# same value twice keeps the same name. A time is only <time>, and a count
# that depends on the machine only <count>: whether two are equal is chance.
normalise() {
    local line rest word key found='(^|[^0-9A-Za-z_])((addr|count|key|pid|semid|shmid|time)=[0-9A-Za-z:+-]+)'
    local -A names=() counts=()
    normal=''
    while IFS= read -r line; do
        if [[ $line != *=* ]]; then
            normal+=$line$'\n'
            continue
        fi
        rest=$line line=''
        while [[ $rest =~ $found ]]; do
            word=${BASH_REMATCH[2]} key=${BASH_REMATCH[3]}
            if [[ $key == time || $key == count ]]; then
                names[$word]="$key=<$key>"
            elif [[ -z ${names[$word]-} ]]; then
                counts[$key]=$((${counts[$key]-0} + 1))
                names[$word]="$key=<$key-${counts[$key]}>"
            fi
            line+=${rest%%"${BASH_REMATCH[0]}"*}${BASH_REMATCH[1]}${names[$word]}
            rest=${rest#*"${BASH_REMATCH[0]}"}
        done
        normal+=$line$rest$'\n'
    done <<<"${1%$'\n'}"
}

# compare LAB PROGRAM STATUS FILE [TEXT]: judge a run that ended with STATUS
# and printed FILE, or TEXT. Sets `verdict` to pass, fail, skip or error, and
# `reason` to why in one line. On a difference writes it to FILE.diff.
compare() {
    local expected=expected/$1/$2.txt text=${5-} want='' normal
    verdict=fail reason=''
    (($# == 5)) || IFS= read -r -N 100000 text <"$4" || true
    case $3 in
        0) ;;
        77) skip_reason "$text" ;;
        124) reason="still ran after $limit s and was stopped" ;;
        126 | 127) verdict=error reason="could not be started" ;;
        129 | 1[3-9]?) reason="was killed by SIG$(kill -l "$3")" ;;
        *) reason="ended with exit status $3, not 0" ;;
    esac
    [[ -z $reason ]] || return 0
    if [[ ! -f $expected ]]; then
        verdict=error reason="there is no $expected to compare with"
        return
    fi
    IFS= read -r -N 100000 want <"$expected" || true
    normalise "$text"
    if [[ $normal != "$want" ]]; then
        compare_steps "$expected" "$4"
    elif [[ $# == 4 ]] && IFS= read -r -d '' text <"$4"; then
        reason='printed a byte 0'
    elif [[ $text != *$'\n' ]]; then
        reason='did not end its last line'
    else
        verdict=pass
    fi
}

# skip_reason TEXT: a skip has a reason, or is a failure.
skip_reason() {
    verdict=fail reason='ended with 77, a skip, and gave no reason'
    [[ ! $'\n'$1 =~ $'\n''skip: '([^$'\n']+) ]] ||
        verdict=skip reason=${BASH_REMATCH[1]}
}

# without_steps STEPS: drop the lines of steps that were skipped, named
# as in `pages: skip: why`, from standard input.
without_steps() {
    awk -v names="$1" '
        BEGIN { split(names, list, "\n"); for (i in list) gone[list[i]] }
        { step = $0; sub(/: .*/, "", step) }
        !(step in gone)'
}

# compare_steps EXPECTED FILE: compare what is left without skipped steps.
compare_steps() {
    local steps
    [[ -d ${2%/*} ]] || mkdir "${2%/*}"
    steps=$(sed -n 's/^\([^ ]*\): skip: .*/\1/p' <<<"$normal" | sort -u)
    without_steps "$steps" <"$1" >"$2.want"
    printf '%s' "$normal" | without_steps "$steps" >"$2.rest"
    if diff -a -u --label "$1" --label "this run" \
        "$2.want" "$2.rest" >"$2.diff"; then
        rm "$2.diff"
        verdict=pass reason="without ${steps//$'\n'/, }"
        return
    fi
    reason="printed something else than $1"
}

# matches_text WANT GOT: is file GOT what WANT says? WANT comes from a
# sheet: a number matches any number, a run of blanks any run of blanks,
# and a line `...` any lines.
matches_text() {
    awk '
        function fits(w, g) {
            for (; w <= wanted; w++) {
                if (want[w] == "...") {
                    for (w++; g <= lines + 1; g++)
                        if (fits(w, g))
                            return 1
                    return 0
                }
                if (g > lines || want[w] != got[g++])
                    return 0
            }
            return g > lines
        }
        { gsub(/0x[0-9a-f]+|[0-9]+/, "N"); gsub(/[ \t]+/, " ")
          sub(/ $/, "") }
        FNR == NR { want[++wanted] = $0; next }
        { got[++lines] = $0 }
        END { exit !fits(1, 1) }' "$1" "$2"
}
