# Shows a Makefile's targets by its ##@ sections; read twice, first for the width of the longest name.
# What a target's comment says in brackets at its end is about variables, and gets lines of its own.

function indented(text, by,    words, count, i, line) {
    count = split(text, words, " ")
    for (i = 1; i <= count; i++) {
        if (line != "" && length(line " " words[i]) > 79 - by) {
            printf "%" by "s%s\n", "", line
            line = ""
        }
        line = line == "" ? words[i] : line " " words[i]
    }
    printf "%" by "s%s\n", "", line
}

/^##@ / { section = substr($0, 5) }
!/^[a-z-]+:.*## / { next }
{
    name = says = $0
    sub(/:.*/, "", name)
    sub(/.*## /, "", says)
}
NR == FNR {
    if (length(name) > width) width = length(name)
    next
}
section != "" {
    print shown++ ? "\n" section : section
    section = ""
}
{
    variables = ""
    if (match(says, / \([^()]+\)$/)) {
        variables = substr(says, RSTART + 2, RLENGTH - 3)
        says = substr(says, 1, RSTART - 1)
    }
    printf "  make %-" width "s  %s\n", name, says
    if (variables != "") indented(variables, width + 11)
}
