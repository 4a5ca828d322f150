# lint-sheet.awk: the rules for a text in Markdown; see scripts/lint.
#
# Prints FILE:LINE: what is wrong and why. A sheet of a lab is known by
# its path; -v targets= lists what make can build, `lab-%` and the like.

FNR == 1 {
    finish()
    file = FILENAME
    folder = file
    sub(/[^\/]*$/, "", folder)
    is_sheet = file ~ /^labs\/[^\/]*\/README.md$/
    number = file
    gsub(/^labs\/|-.*/, "", number)
    number += 0
    split("", items)
    section = fence = calls = links = ""
    sections = 0
    split("", filled)
    if (is_sheet && index($0, "# Lab " number ": ") != 1)
        complain(1, "the first line is to be `# Lab " number ": title`")
}

/^```/ {
    check_fence()
    next
}

fence != "" {
    if (fence != "c" && fence != "text")
        check_paths($0)
    if ((fence == "sh" || fence == "step") && /^make /)
        check_target($0)
    if (section == "Run" && $0 == "make lab-" number)
        filled["run"] = 1
    next
}

/^## / && is_sheet { check_section() }

/^[0-9]+\. / { items[section]++ }

section == "The calls" && /^\|/ {
    split($0, cell, "|")
    calls = calls " " cell[2]
}

{
    check_paths($0)
    check_targets($0)
}

END { finish() }

function complain(line, what) {
    printf "%s:%d: %s\n", file, line, what
}

function check_fence() {
    if (fence != "") {
        fence = ""
        return
    }
    fence = substr($0, 4)
    fence_line = FNR
    if (is_sheet && fence !~ /^(sh|step|diff|c|text)$/)
        complain(FNR, "```" fence ": a block is sh, step, diff, c or text: the tests run it by that")
    if (fence == "")
        fence = "text"
    filled[section] = 1
}

function check_section() {
    section = substr($0, 4)
    if (section != order[++sections])
        complain(FNR, "section \"" section "\": here is to come \"" order[sections] "\"")
}

# Each [text](path) is there, seen from the text's folder; and each
# scripts/NAME, seen from the top.
function check_paths(line,    rest, path) {
    rest = line
    while (match(rest, /\]\([^)#]+/)) {
        path = substr(rest, RSTART + 2, RLENGTH - 2)
        rest = substr(rest, RSTART + RLENGTH)
        links = links " " path " "
        if (path !~ /^https?:/)
            check_path(folder path)
    }
    while (match(line, /(^|[ `])scripts\/[a-z]+[a-z.-]*[a-z]/)) {
        path = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        sub(/^[ `]/, "", path)
        check_path(path)
    }
}

function check_path(path) {
    if (!(path in missing))
        missing[path] = system("test -e '" path "'") != 0
    if (missing[path])
        complain(FNR, "it names " path ", which is not there")
}

function check_targets(line) {
    while (match(line, /`make [^`]*`/)) {
        check_target(substr(line, RSTART + 1, RLENGTH - 2))
        line = substr(line, RSTART + RLENGTH)
    }
}

# Every word of `make lab-3 BUILD=/tmp/x` that is a target, is it one?
function check_target(command,    i, n, word, stem) {
    sub(/ *(#|&&|\|).*/, "", command)
    n = split(command, word, " ")
    for (i = 2; i <= n; i++) {
        stem = word[i]
        sub(/-[^-].*$/, "-%", stem)
        if (word[i] !~ /[=\/]|^-/ && index(" " targets " ", " " stem " ") == 0)
            complain(FNR, "make has no target " word[i])
    }
}

function finish(    i) {
    if (file == "")
        return
    if (fence != "")
        complain(fence_line, "this block is never closed")
    if (!is_sheet)
        return
    if (sections < 11)
        complain(FNR, "the sheet ends before its section \"" order[sections + 1] "\"")
    if (!("run" in filled))
        complain(FNR, "section \"Run\" does not show `make lab-" number "` as a ```sh block")
    if (!("Investigate" in filled))
        complain(FNR, "section \"Investigate\" has no command; make lab-" number " shows its first")
    if (items["Answers"] != items["Predict"])
        complain(FNR, items["Predict"] + 0 " questions under Predict, and " items["Answers"] + 0 " answers")
    check_programs()
}

# -v listed="labs/01-x/y.c:4:call ...": each has its row, each file a link.
function check_programs(    i, n, entry, part, name) {
    n = split(listed, entry, " ")
    for (i = 1; i <= n; i++) {
        split(entry[i], part, ":")
        name = part[1]
        if (index(name, folder) != 1)
            continue
        sub(/.*\//, "", name)
        if (index(links, " " name " ") == 0) {
            complain(1, "no link to " name)
            links = links " " name " "
        }
        if (calls !~ "[^A-Za-z0-9_]" part[3] "\\(")
            printf "%s:%d: %s has no row in \"The calls\" of %s\n", part[1], part[2], part[3], file
    }
}

BEGIN {
    split("Predict,Run,Investigate,Modify,Make,The calls,Pitfalls,What the kernel does,Read more,Hints,Answers", order, ",")
}
