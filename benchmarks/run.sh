#!/usr/bin/env bash
# Measures Halley beside the floor and writes benchmarks/results/<date>-<name>.md. Each server runs alone, for one measure at a time, in
# a fresh process; servers take turns in every round, so that a ratio compares the same minutes.
#
#   benchmarks/run.sh [-r rounds] [-n name] [-m 'measure and options']...
#
#   FLOOR_THREADS=1 REACTORS=0  threads of the floor, and of Halley (0: one per core). Like for like needs equal numbers: a second
#                               thread makes a push dearer for anybody, since fewer events come from each wait
#   HALLEY=/path/to/halley      a published server; without it src/Halley.Server is published first; "none" leaves it out
#   ICOMET=/path/to/server      an original iComet server takes part too
#   FRONT=18100 ADMIN=18000     ports on loopback
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=5
name=table
measures=()
while getopts 'r:n:m:' option; do
    case $option in
        r) rounds=$OPTARG ;;
        n) name=$OPTARG ;;
        m) measures+=("$OPTARG") ;;
        *) exit 2 ;;
    esac
done
if [ ${#measures[@]} -eq 0 ]; then
    measures=(
        'hold --transport stream --channels own'
        'hold --transport poll --channels own'
        'hold --transport stream --channels one'
        'fanout --subscribers 10000 --messages 50'
        'push --subscribers 0'
        'push --subscribers 1'
    )
fi
heap_measures=(
    'hold --transport stream --channels own'
    'hold --transport stream --channels one'
    'fanout --subscribers 10000 --messages 50 --rounds 3'
    'push --subscribers 0 --rounds 3'
    'push --subscribers 1 --rounds 3'
)

front=${FRONT:-18100}
admin=${ADMIN:-18000}
floor_threads=${FLOOR_THREADS:-1}
reactors=${REACTORS:-0}
ulimit -n "$(ulimit -Hn)"
work=$(mktemp -d)
server_pid=
trap 'stop_server; rm -rf "$work"' EXIT

start_floor() {
    "$work/floor" -f "$front" -a "$admin" -t "$floor_threads" >"$work/log" 2>&1 &
    server_pid=$!
}

start_halley() {
    write_conf "$work/halley.conf" halley.pid
    HALLEY_ENGINE__REACTORS=$reactors "$halley" "$work/halley.conf" >"$work/log" 2>&1 &
    server_pid=$!
}

start_icomet() {
    write_conf "$work/icomet.conf" icomet.pid
    "$ICOMET" "$work/icomet.conf" >"$work/log" 2>&1 &
    server_pid=$!
}

# The shipped settings, but for the limits, for timeouts longer than a measure, and without address rules: the floor has none.
write_conf() {
    rm -f "${work:?}/$2"
    sed 's/^    /\t/; s/^\t    /\t\t/' >"$1" <<CONF
pidfile: $work/$2
logger:
    level: none
    output: stdout
admin:
    listen: 127.0.0.1:$admin
front:
    listen: 127.0.0.1:$front
    auth: none
    max_channels: 100000
    max_subscribers_per_channel: 100000
    channel_buffer_size: 10
    channel_timeout: 600
    polling_timeout: 600

CONF
}

stop_server() {
    if [ -n "$server_pid" ]; then
        kill "$server_pid" 2>/dev/null || true
        wait "$server_pid" 2>/dev/null || true
        server_pid=
    fi
}

wait_for_port() {
    for _ in $(seq 100); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
        sleep 0.1
    done
    echo "The server does not listen:" >&2
    cat "$work/log" >&2
    exit 1
}

# measure SERVER 'COMMAND OPTIONS'
measure() {
    "start_$1"
    wait_for_port "$front"
    wait_for_port "$admin"
    echo "$1: $2" >&2
    # shellcheck disable=SC2086  # the options are words
    if ! "$bench" bench $2 --server "$1" --pid "$server_pid" \
        --front "127.0.0.1:$front" --admin "127.0.0.1:$admin" --json >>"$work/lines"; then
        echo "$1: $2: failed, or deliveries went wrong" | tee -a "$work/trouble" >&2
    fi
    stop_server
}

describe_machine() {
    echo "# $(date +%F): $name"
    echo
    echo "* Machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores," \
        "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo); client and server share it, over loopback"
    echo "* Linux $(uname -r | cut -d- -f1), .NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1)," \
        "$(cc --version | head -1)"
    echo "* Commit: $(git rev-parse --short HEAD); servers: ${servers[*]}; floor threads: $floor_threads, reactors: $reactors (0: one per core); rounds: $rounds, servers in turn"
    echo "* Load average before: $1"
    echo
    echo "Commands of one round, each against a fresh server process:"
    echo
    printf '    halley bench %s\n' "${measures[@]}"
    [ ${#heap_measures[@]} -eq 0 ] || printf '    halley bench %s --heap halley-heap\n' "${heap_measures[@]}"
    echo
}

servers=(floor)
cc -O2 -pthread -o "$work/floor" benchmarks/floor/floor.c
# As it is shipped: for this kind of machine, compiled ahead, on the installed runtime. The load comes from this checkout, whatever is measured.
dotnet publish src/Halley.Server -c Release -o "$work/server" -v quiet --nologo \
    --use-current-runtime --self-contained false -p:PublishReadyToRun=true
dotnet publish benchmarks/Halley.Heap -c Release -o "$work/heap" -v quiet --nologo
bench=$work/server/halley
halley=${HALLEY:-$work/server/halley}
if [ "$halley" = none ]; then
    heap_measures=()
else
    servers+=(halley)
fi
if [ -n "${ICOMET:-}" ]; then
    servers+=(icomet)
fi
load_before=$(cut -d' ' -f1-3 /proc/loadavg)

for round in $(seq "$rounds"); do
    for line in "${measures[@]}"; do
        for server in "${servers[@]}"; do
            measure "$server" "$line"
        done
    done
done
for line in "${heap_measures[@]}"; do
    measure halley "$line --heap $work/heap/halley-heap"
done

result="benchmarks/results/$(date +%F)-$name.md"
mkdir -p benchmarks/results
{
    describe_machine "$load_before"
    if [ -e "$work/trouble" ]; then
        sort "$work/trouble" | uniq -c
        echo
    fi
    "$bench" bench table "$work/lines"
} >"$result"
echo "$result"
