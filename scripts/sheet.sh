# shellcheck shell=bash
# sheet.sh: read a lab's sheet, and keep what a student has done.
#
# What was done is kept in $BUILD/progress, which make clean leaves alone.

kept=$BUILD/progress

# keep: make that folder.
keep() {
    mkdir -p "$kept" 2>/dev/null ||
        error "cannot write to $BUILD. Name another folder: make BUILD=/tmp/memlabs ..."
}

# section LAB NAME: the text of that section.
section() {
    awk -v name="## $2" '/^## / { inside = $0 == name; next } inside' "labs/$1/README.md"
}

# item NAME LAB K: the K-th of the numbered items in that section, on one line.
# Nothing if there are fewer.
item() {
    section "$2" "$1" | awk -v k="$3" '
        /^[0-9]+\. / { n++; sub(/^[0-9]+\. /, "") }
        n == k { sub(/^ +/, ""); text = text (text == "" || $0 == "" ? "" : " ") $0 }
        END { if (text != "") print text }'
}

# folded INDENT: standard input in lines of 72 columns, those after the first
# indented.
folded() {
    fold -s -w $((72 - ${#1})) | sed "2,\$s/^/$1/; s/ *\$//"
}
