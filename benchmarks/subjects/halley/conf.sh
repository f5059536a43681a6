# shellcheck shell=bash disable=SC2154  # the script that reads this has the variables
# write_conf FILE: iComet's settings as shipped, which Halley reads too, but for the limits, for timeouts longer than a measure, and without
# address rules: the others have none.
write_conf() {
    rm -f "$work/server.pid"
    sed 's/^    /\t/; s/^\t    /\t\t/' >"$1" <<CONF
pidfile: $work/server.pid
logger:
    level: none
    output: stdout
admin:
    listen: 127.0.0.1:$admin_port
front:
    listen: 127.0.0.1:$port
    auth: none
    max_channels: 100000
    max_subscribers_per_channel: 100000
    channel_buffer_size: 10
    channel_timeout: 600
    polling_timeout: 600

CONF
}
