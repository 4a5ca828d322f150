# match.awk: is the second file what the first one says it should be?
#
#     awk -f match.awk [-v order=process] WANT GOT
#
# In WANT `<pid>` stands for any word without a blank, and for the same word
# wherever it stands again; two names never stand for the same word. With
# order=process the lines of each process (what stands before the first `:`)
# are compared in their own order, and lines of different processes may come
# in any order. Blanks at the end of a line do not count. Prints a diff of the
# whole (-: expected, +: got), control characters made visible, if they
# differ. Exit status: 0 they match, 1 they do not.

function who(line) {
    return order == "process" && line ~ /^[^:]*:/ ? substr(line, 1, index(line, ":")) : ""
}

# escape: the text as a regular expression that matches it alone.
function escape(text) {
    gsub(/[][\\.*+?(){}|^$\/]/, "\\\\&", text)
    return text
}

# fits: does GOT's line match WANT's? If so, binds the names that are new.
function fits(want, got,    name, value, after, known, fresh) {
    split("", fresh)
    while (match(want, /<[a-z][a-z0-9-]*>/)) {
        if (substr(got, 1, RSTART - 1) != substr(want, 1, RSTART - 1))
            return 0
        got = substr(got, RSTART)
        name = substr(want, RSTART, RLENGTH)
        want = substr(want, RSTART + RLENGTH)
        after = substr(want, 1, 1)
        if (name in bound || name in fresh)
            value = name in bound ? bound[name] : fresh[name]
        else {
            value = got
            sub(after == "" || after == "<" ? "[ \t].*" : "[ \t" escape(after) "].*", "", value)
            for (known in bound)
                if (bound[known] == value)
                    return 0
            fresh[name] = value
        }
        if (value == "" || substr(got, 1, length(value)) != value)
            return 0
        got = substr(got, length(value) + 1)
    }
    if (want != got)
        return 0
    for (name in fresh)
        bound[name] = fresh[name]
    return 1
}

# next_wanted: the next line of WANT behind line w of that process, or 0.
function next_wanted(w, process) {
    for (w++; w <= wanted; w++)
        if (who(want[w]) == process)
            return w
    return 0
}

# next_got: the same of GOT.
function next_got(g, process) {
    for (g++; g <= lines; g++)
        if (who(got[g]) == process)
            return g
    return 0
}

# pair: find the line of WANT for line g of GOT: the next one of its process,
# or, where lines are missing, one of those behind it. Where none fits, the
# line stands for the next one, unless that is only late.
function pair(g,    process, w, late, tries) {
    process = who(got[g])
    for (w = next_wanted(at[process] + 0, process); w && tries++ < 9; w = next_wanted(w, process))
        if (fits(want[w], got[g])) {
            at[process] = w
            partner[w] = g
            good[g] = 1
            return
        }
    w = next_wanted(at[process] + 0, process)
    late = next_got(g, process)
    if (w && !(late && fits(want[w], got[late])))
        at[process] = w
}

# shown: WANT's line with the values that its names have.
function shown(line,    name, out) {
    while (match(line, /<[a-z][a-z0-9-]*>/)) {
        name = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1) (name in bound ? bound[name] : name)
        line = substr(line, RSTART + RLENGTH)
    }
    return out line
}

# visible: control characters as ^X, so that no report can drive a terminal.
function visible(line,    i, c, out) {
    if (line !~ /[\001-\010\013-\037\177-\377]/)
        return line
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        out = out (c in code ? code[c] : c)
    }
    return out
}

BEGIN {
    for (i = 1; i < 256; i++) {
        c = sprintf("%c", i)
        if (i < 32 && i != 9) code[c] = "^" sprintf("%c", i + 64)
        if (i > 126) code[c] = sprintf("\\x%02x", i)
    }
}

{ sub(/[ \t\r]+$/, "") }
FNR == NR && FILENAME == ARGV[ARGC - 2] { want[++wanted] = $0; next }
{ got[++lines] = $0 }

END {
    for (g = 1; g <= lines; g++) {
        pair(g)
        bad += !(g in good)
    }
    for (w = 1; w <= wanted; w++)
        bad += !(w in partner)
    if (!bad)
        exit 0
    for (w = g = 1; w <= wanted || g <= lines;) {
        if (w <= wanted && !(w in partner))
            print "- " visible(shown(want[w++]))
        else if (g <= lines && !(g in good))
            print "+ " visible(got[g++])
        else {
            if (g <= lines) print "  " visible(got[g++])
            w++
        }
        if (++printed >= 30) {
            print "  ..."
            break
        }
    }
    exit 1
}
