# shellcheck shell=bash disable=SC2034,SC2154  # the script that reads this has and takes the variables
# Halley as it is published, over its stream. REACTORS: 0, one per core, unless said otherwise.
. benchmarks/subjects/halley/conf.sh
about="Halley $(git rev-parse --short HEAD), as published, reactors: ${REACTORS:-0} (0: one per core)"
options=(--server halley --front "127.0.0.1:$port" --admin "127.0.0.1:$admin_port")

prepare() { true; }    # the script has published it, for its halley bench

start() {
    write_conf "$work/halley.conf"
    HALLEY_ENGINE__REACTORS=${REACTORS:-0} exec "$halley" "$work/halley.conf"
}
