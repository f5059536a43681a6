# shellcheck shell=bash disable=SC2154  # the script that reads this has the variables
# Halley over server-sent events, like for like with nchan and Kestrel.
. benchmarks/subjects/halley/subject.sh
options+=(--transport sse)
