# shellcheck shell=bash
# shellcheck disable=SC2154  # scripts/exercise, which sources this, shares its names
# report.sh: add up the findings of scripts/judge, for people and for programs.

# add_up: from the findings, a line an area: AREA REACHED OF. Without one
# right output, or without the calls that are the work, only the build counts.
add_up() {
    cat "$folder"/{build,cases,memory}.tsv 2>/dev/null | awk -F'\t' -v worth="$(points)" '
        BEGIN { n = split(worth, word, " ")
                for (i = 1; i < n; i += 2) { area[++areas] = word[i]; of[word[i]] = word[i + 1] } }
        { kind = $1 ~ /^(work|call)$/ ? "calls" : $1
          if ($1 == "never" || ($1 == "work" && $2 == 0)) cheated = 1
          got[kind] += $2; all[kind] += $3 }
        END {
            for (i = 1; i <= areas; i++) {
                a = area[i]
                counts = a == "build" || (!cheated && got["output"] > 0)
                reached = !counts || (a == "build" && !all[a]) ? 0 : all[a] == 0 ? of[a] : int(of[a] * got[a] / all[a])
                print a, reached, of[a], counts ? "" : cheated ? "cheated" : "nothing"
            }
        }'
}

# points: what each area is worth.
points() {
    local text
    text=$(sed -n 's/^points: *//p' "expected/$lab/exercise/rules")
    printf '%s' "${text:-build 10 output 50 calls 10 memory 10 tidy 10 faults 10}"
}

# findings AREA...: what was lost there, with the details.
findings() {
    { cat "$folder"/{build,cases,memory}.tsv 2>/dev/null || true; } | while IFS=$'\t' read -r area got of title details; do
        [[ " $* " == *" $area "* && $got != "$of" ]] || continue
        printf '    - %s\n' "$title"
        [[ -z $details ]] || sed 's/^/        /' "$folder/$details"
    done
}

# section AREA: where the sheet helps.
section() {
    local name
    name=$(sed -n "s/^read: *$1 *= *//p" "expected/$lab/exercise/rules")
    case $1 in
        build | output) name=${name:-Make} ;;
        calls | faults) name=${name:-The calls} ;;
        *) name=${name:-Pitfalls} ;;
    esac
    printf 'labs/%s/README.md, "%s"' "$lab" "$name"
}

report() {
    local area got of counts said total=0 full=0 number=$((10#${lab%%-*}))
    while read -r area got of counts; do
        total=$((total + got)) full=$((full + of))
        printf '  %-8s %3d of %d\n' "$area" "$got" "$of"
        ((got < of)) || continue
        case $counts/$area in
            cheated/calls) printf '    what was printed counts only with the work that it comes from:\n' ;;
            nothing/output) ;;
            cheated/output) printf '    counts once the calls are made that are the work\n' ;;
            cheated/*) printf '    counts once the calls are made that are the work\n'; continue ;;
            nothing/*) printf '    counts once one output is right\n'; continue ;;
        esac
        if [[ $area == calls ]]; then
            findings never
            said=$(findings work call)
            [[ -z $said ]] ||
                printf '    not seen to succeed in the first case (make trace-%d shows what was):\n%s\n' "$number" "$said"
        else
            findings "$area"
        fi
        printf '    read: %s\n' "$(section "$area")"
    done < <(add_up) >"$folder/report"
    printf 'exercise %s: %d of %d points%s\n' "$lab" "$total" "$full" "$isolated"
    [[ -z $missing ]] || printf '%s\n' "$missing"
    cat "$folder/report"
    if [[ $name == labs && $total == "$full" ]]; then
        printf '%d of %d: next: make solution-%d, to compare\n' "$total" "$full" "$number"
    elif [[ $name == labs ]]; then
        printf '%d of %d: next: mend one of these, or make hint-%d\n' "$total" "$full" "$number"
    fi
    if [[ $name == labs ]]; then
        mkdir -p "$BUILD/progress"
        printf '%d %d\n' "$total" "$full" >"$BUILD/progress/$lab.points"
    fi
    [[ $total == "$full" ]]
}

# json: the same for programs: one object.
json() {
    local total full
    report >/dev/null || true
    read -r total full < <(awk '{ got += $2; of += $3 } END { print got, of }' <(add_up))
    { cat "$folder"/{build,cases,memory}.tsv 2>/dev/null || true; } | while IFS=$'\t' read -r area got of title details; do
        jq -n --arg area "$area" --arg name "$title" --argjson got "$got" --argjson of "$of" \
            --rawfile output "$folder/${details:-empty}" \
            '{name: $name, area: $area, status: (if $got == $of then "passed" else "failed" end), output: $output}'
    done | jq -s --arg lab "$lab" --argjson score "$total" --argjson of "$full" --arg why "$missing" \
        --arg isolated "${isolated:-yes}" \
        '{exercise: $lab, score: $score, max_score: $of, isolated: $isolated, error: $why, tests: .}'
    ((total == full))
}
