# What halley itself would take next: its command line answers, so that this is never behind.
function __halley_suggested
    set -l line (commandline --cut-at-cursor)
    set -l length (string length -- "$line")
    halley "[suggest:$length]" "$line" 2>/dev/null
end
complete --command halley --arguments '(__halley_suggested)'
