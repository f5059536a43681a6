#compdef halley
# What halley itself would take next: its command line answers, so that this is never behind.
local -a suggested
suggested=(${(f)"$("${words[1]}" "[suggest:${#LBUFFER}]" "$LBUFFER" 2>/dev/null)"})
(( ${#suggested} )) && compadd -- $suggested
[[ $PREFIX == -* ]] || _files
