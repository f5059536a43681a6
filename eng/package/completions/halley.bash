# What halley itself would take next: its command line answers, so that this is never behind.
_halley() {
  local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]}
  # halley alone knows its words; the shell knows the files that may stand there too.
  mapfile -t COMPREPLY < <(
    compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word"
    [[ $word == -* ]] || compgen -f -- "$word"
  )
}
complete -o filenames -F _halley halley
