# shellcheck shell=bash disable=SC2034,SC2154  # the script that reads this has and takes the variables
# An original iComet that somebody has built: ICOMET=/path/to/its/server. It takes part only where it is named.
. benchmarks/subjects/halley/conf.sh
about="iComet, with the settings of Halley"
options=(--server icomet --front "127.0.0.1:$port" --admin "127.0.0.1:$admin_port")
by_name_only=yes

prepare() {
    if [ ! -x "${ICOMET:-}" ]; then
        echo "ICOMET is \"${ICOMET:-}\"; it wants the path of an iComet server that was built" >&2
        return 1
    fi
}

start() {
    write_conf "$work/icomet.conf"
    exec "$ICOMET" "$work/icomet.conf"
}
