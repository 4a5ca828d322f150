# lint-program.awk: the rules for the source of a program; see scripts/lint.
#
# Prints FILE:LINE: what is wrong and why. With -v header=1 it expects a
# program's header; without, only the rules for each line.

FNR == 1 {
    finish()
    file = FILENAME
    in_header = header
    fields = 0
    note = statement = field = ""
    split("", wanted); split("", noted); split("", used); split("", mapped)
}

{ check_line() }

in_header { check_header(); next }

/^[ \t]*\/\// {
    if (note == "" || !in_note)
        start_note()
    note = note $0
    if (++note_lines == 7 && note_start > 1)
        complain(note_start, "a note of more than 6 lines: split or shorten it")
    next
}

{
    if (in_note)
        end_note()
    if ($0 == "")
        note = ""
    check_code()
}

END { finish() }

function complain(line, what) {
    printf "%s:%d: %s\n", file, line, what
    bad = 1
}

function start_note() {
    in_note = 1
    note = ""
    note_start = FNR
    note_lines = 0
}

function end_note() {
    in_note = 0
    has_both = note ~ /\*Cost:\*/ && note ~ /\*Fails:\*/
    if (!has_both && note ~ /\*(Cost|Fails):\*/)
        complain(note_start, "a note with only one of *Cost:* and *Fails:*")
}

function check_line(    all, good, rest) {
    if (length($0) > 72)
        complain(FNR, "a line of " length($0) " columns: 72 fit beside the prose")
    if ($0 ~ /\t|[ \t]$/)
        complain(FNR, "a tab, or a blank at the end of the line")
    rest = $0
    all = gsub(/%[-0-9]*p/, "&", rest)
    good = gsub(/addr=%p/, "&", rest)
    if (all > good)
        complain(FNR, "%p without addr= before it: it differs in every run")
}

# The title, then Teaches, Calls, Run and See in this order, then a blank.
function check_header(    name) {
    name = file
    gsub(/.*\/|\.c$/, "", name)
    if (FNR == 1 && index($0, "// " name ": ") != 1)
        complain(1, "the first line is to be `// " name ": what it shows`")
    if (match($0, /^\/\/ [A-Z][a-z]+:/)) {
        field = substr($0, 4, RLENGTH - 4)
        if (field != order[fields + 1])
            complain(FNR, "`" field ":` out of order: Teaches, Calls, Run, See")
        fields++
    }
    if (field == "Calls" && $0 ~ /^\/\//)
        add_calls($0)
    if ($0 !~ /^\/\//) {
        in_header = 0
        if (fields != 4 || $0 != "")
            complain(FNR, "the header is to have Teaches, Calls, Run, See, and a blank line after")
    }
}

function add_calls(line,    i, n, list) {
    sub(/^\/\/ *(Calls:)?/, "", line)
    n = split(line, list, /[ ,]+/)
    for (i = 1; i <= n; i++)
        if (list[i] != "")
            wanted[list[i]] = FNR
}

# A line of code: without its strings and comments.
function check_code(    code, call) {
    code = $0
    gsub(/\\"/, "", code)
    gsub(/"[^"]*"/, "\"\"", code)
    sub(/\/\/.*/, "", code)
    if (code ~ /(^|[^a-z_])(u|nano|clock_nano)?sleep *\(/)
        complain(FNR, "sleep: a pause is no order; wait for an event instead")
    for (call in wanted)
        if (code ~ "(^|[^A-Za-z0-9_]|SYS_)" call "( *\\(|,)") {
            used[call] = 1
            if (note != "" && has_both)
                noted[call] = 1
        }
    statement = statement " " code
    if (code ~ /[;{}]$|^$/) {
        check_mapping(statement)
        statement = ""
    }
}

# Does it compare what mmap or shmat returned with NULL?
function check_mapping(s,    name) {
    for (name in mapped)
        if (s ~ "(^|[^A-Za-z0-9_])" name " *[!=]= *NULL" ||
            s ~ "NULL *[!=]= *" name "([^A-Za-z0-9_]|$)" ||
            s ~ "(!|(if|while) *\\( *)" name " *(\\)|&&|\\|\\|)")
            complain(FNR, name ": a failed " mapped[name] " is not NULL, so this never sees it")
    if (s ~ /(mmap|shmat|mremap) *\([^;]*\) *\)? *[!=]= *NULL/)
        complain(FNR, "a failed mmap or shmat is not NULL, so this never sees it")
    if (match(s, /[A-Za-z_][A-Za-z0-9_]* *= *[^=]/)) {
        name = substr(s, RSTART, RLENGTH)
        sub(/ *=.*/, "", name)
        delete mapped[name]
        if (match(s, /= *(\([^()]*\) *)?(mmap|shmat|mremap) *\(/))
            mapped[name] = s ~ /shmat *\(/ ? "shmat" : "mmap"
    }
    if (s ~ /^ }/)
        split("", mapped)
}

function finish(    call) {
    if (in_header && file != "")
        complain(FNR, "the header has no end")
    for (call in wanted)
        if (!(call in used))
            complain(wanted[call], "Calls: names " call ", which is never called")
        else if (!(call in noted))
            complain(wanted[call], call ": no note with *Cost:* and *Fails:* above a use of it")
}

BEGIN { split("Teaches Calls Run See", order) }
