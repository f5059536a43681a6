#!/usr/bin/env bash
# Does the same work with several servers on this machine and writes benchmarks/results/<date>-<name>.md, and .svg beside it. Each server
# runs alone, for one measure at a time, in a fresh process; servers take turns in every round, so that a ratio compares the same minutes.
#
#   benchmarks/side-by-side.sh [options] [subject]...      a subject is a folder in benchmarks/subjects; without any, all take part
#
#   -r ROUNDS        3 unless said otherwise
#   -n NAME          of the results; side-by-side unless said otherwise
#   -m 'MEASURE'     words for halley bench, such as 'fanout --subscribers 1000', instead of the three below; may be repeated
#   --full           the table of the floor and Halley: polls and one channel for all too, and what the managed heap holds
#   --add NAME SUBSCRIBE-URL PUBLISH-URL 'PID [options of halley bench]'
#                    a server that already runs; {channel} and {message} stand in the URLs; may be repeated
#
#   PORT=18100                       the port of the server that is measured; the next one is for publishers where they have their own
#   HALLEY=/path/to/halley           the Halley that is measured; without it the one of this checkout, published first
#   BENCH=/path/to/halley            the one that measures; without it the one of this checkout
#   FLOOR_THREADS=1 REACTORS=0       threads of the floor and of Halley (0: one per core). Like for like needs equal numbers
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=3
name=side-by-side
full=
measures=()
subjects=()
added=()
declare -A added_options abouts
while [ $# -gt 0 ]; do
    case $1 in
        -r | -n | -m) [ $# -ge 2 ] || { echo "$1 wants a value" >&2; exit 2; } ;;&
        -r) rounds=$2; shift ;;
        -n) name=$2; shift ;;
        -m) measures+=("$2"); shift ;;
        --full) full=yes ;;
        --add)
            [ $# -ge 5 ] || { echo "--add wants NAME SUBSCRIBE-URL PUBLISH-URL 'PID [options]'" >&2; exit 2; }
            added+=("$2")
            added_options[$2]="--subscribe $3 --publish $4 --pid $5"
            abouts[$2]="$3"
            shift 4
            ;;
        -*) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
        *)
            [ -e "benchmarks/subjects/$1/subject.sh" ] || { echo "There is no benchmarks/subjects/$1/subject.sh" >&2; exit 2; }
            subjects+=("$1")
            ;;
    esac
    shift
done
[[ $rounds =~ ^[1-9][0-9]{0,2}$ ]] || { echo "-r is \"$rounds\"; it wants a number of rounds" >&2; exit 2; }
[[ $name =~ ^[A-Za-z0-9._-]+$ ]] || { echo "-n is \"$name\"; it wants letters, digits, dots and hyphens: it becomes a file's name" >&2; exit 2; }

is_named=${#subjects[@]}
if [ "$is_named" -eq 0 ]; then
    subjects=(floor halley)
    if [ -z "$full" ]; then
        for folder in benchmarks/subjects/*/; do
            case $(basename "$folder") in
                floor | halley) ;;
                *) grep -q '^by_name_only=yes' "$folder/subject.sh" || subjects+=("$(basename "$folder")") ;;
            esac
        done
    fi
fi
heap_measures=()
if [ ${#measures[@]} -eq 0 ]; then
    measures=(hold 'fanout --subscribers 10000 --messages 50' push)
    if [ -n "$full" ]; then
        measures=(
            'hold'
            'hold --transport poll'
            'hold --channels one'
            'fanout --subscribers 10000 --messages 50'
            'push --subscribers 0'
            'push --subscribers 1'
        )
        heap_measures=(
            'hold'
            'hold --channels one'
            'fanout --subscribers 10000 --messages 50 --rounds 3'
            'push --subscribers 0 --rounds 3'
            'push --subscribers 1 --rounds 3'
        )
    fi
fi

port=${PORT:-18100}
# shellcheck disable=SC2034  # subjects take it
admin_port=$((port + 1))
ulimit -n "$(ulimit -Hn)"
scratch=$(mktemp -d)
server_pid=
trap 'stop_server; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# read_subject NAME: about, options, prepare and start, as benchmarks/README.md describes them
read_subject() {
    work=$scratch/$1
    mkdir -p "$work"
    # shellcheck source=/dev/null
    . "benchmarks/subjects/$1/subject.sh"
}

stop_server() {
    if [ -n "$server_pid" ]; then
        kill "$server_pid" 2>/dev/null || true
        for _ in $(seq 400); do
            kill -0 "$server_pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$server_pid" 2>/dev/null || true
        wait "$server_pid" 2>/dev/null || true
        server_pid=
    fi
}

wait_for_port() {
    for _ in $(seq 100); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
            return
        fi
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.1
    done
    echo "$2 does not listen on port $1:" >&2
    cat "$scratch/log" >&2
    return 1
}

# note SUBJECT 'MEASURE': what went wrong, for the report
note() { echo "$1: $2: failed, or deliveries went wrong" | tee -a "$scratch/trouble" >&2; }

# measure SUBJECT 'MEASURE AND OPTIONS' [heap]
measure() {
    echo "$1: $2${3:+ (heap)}" >&2
    (read_subject "$1" && start) >"$scratch/log" 2>&1 &
    server_pid=$!
    if wait_for_port "$port" "$1"; then
        local options work about
        read_subject "$1"
        # shellcheck disable=SC2086  # the measure's options are words
        "$bench" bench $2 "${options[@]}" --pid "$server_pid" --children --label "$1" --json ${3:+--heap "$scratch/heap/halley-heap"} \
            >>"$scratch/lines" || note "$1" "$2"
    else
        note "$1" "$2"
    fi
    stop_server
}

# measure_added NAME 'MEASURE AND OPTIONS'
measure_added() {
    echo "$1: $2" >&2
    # shellcheck disable=SC2086  # both are words
    "$bench" bench $2 ${added_options[$1]} --children --label "$1" --json >>"$scratch/lines" || note "$1" "$2"
}

publish() { dotnet publish "$1" -c Release -o "$2" -v quiet --nologo; }

describe_run() {
    echo "# $(date +%F): $name"
    echo
    echo "* Machine: $machine; client and servers share it, over loopback"
    echo "* Linux $(uname -r | cut -d- -f1), .NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([^ ]*\).*/\1/p' | tail -1)," \
        "$(cc --version | head -1)"
    echo "* Commit: $(git rev-parse --short HEAD); rounds: $rounds, servers in turn"
    echo "* Load average before: $load_before; after: $(cut -d' ' -f1-3 /proc/loadavg)"
    echo
    echo "| server | what it is |"
    echo "|---|---|"
    for subject in "${subjects[@]}" "${added[@]}"; do
        echo "| $subject | ${abouts[$subject]} |"
    done
    echo
    if [ -e "$scratch/left-out" ]; then
        cat "$scratch/left-out"
        echo
    fi
    echo "In each round, against a fresh process of each:"
    echo
    printf '    halley bench %s\n' "${measures[@]}"
    if [ ${#heap_measures[@]} -gt 0 ]; then
        printf '    halley bench %s --heap halley-heap\n' "${heap_measures[@]}"
    fi
    echo
    echo "![Each server as a multiple of the floor: bytes per connection, CPU per delivered message, per subscription and per push]($(basename "$result").svg)"
    echo
}

machine="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
for given in "${HALLEY:-}" "${BENCH:-}"; do
    [ -z "$given" ] || [ -x "$given" ] || { echo "HALLEY or BENCH is \"$given\"; it wants the path of a published halley" >&2; exit 2; }
done
# shellcheck disable=SC2034  # a subject takes it
halley=${HALLEY:-$scratch/published/halley}
bench=${BENCH:-$scratch/published/halley}
if [ -z "${HALLEY:-}" ] || [ -z "${BENCH:-}" ]; then
    publish src/Halley.Server "$scratch/published"
fi
if [ ${#heap_measures[@]} -gt 0 ]; then
    publish benchmarks/Halley.Heap "$scratch/heap"
fi
ready=()
for subject in "${subjects[@]}"; do
    if (read_subject "$subject" && prepare) >"$scratch/why" 2>&1; then
        ready+=("$subject")
        abouts[$subject]=$(read_subject "$subject" && echo "$about")
    elif [ "$is_named" -gt 0 ]; then
        cat "$scratch/why" >&2
        exit 1
    else
        echo "Left out: $subject. $(tail -1 "$scratch/why")" | tee -a "$scratch/left-out" >&2
    fi
done
subjects=("${ready[@]}")
if [ ${#subjects[@]} -eq 0 ] && [ ${#added[@]} -eq 0 ]; then
    echo "There is nothing to measure" >&2
    exit 1
fi

load_before=$(cut -d' ' -f1-3 /proc/loadavg)
: >"$scratch/lines"
for ((round = 1; round <= rounds; round++)); do
    for line in "${measures[@]}"; do
        for subject in "${subjects[@]}"; do
            measure "$subject" "$line"
        done
        for subject in "${added[@]}"; do
            measure_added "$subject" "$line"
        done
    done
done
for line in "${heap_measures[@]}"; do
    measure halley "$line" heap
done

result="benchmarks/results/$(date +%F)-$name"
mkdir -p benchmarks/results
"$bench" bench plot "$scratch/lines" --title "$name, $(date +%F): $machine" >"$result.svg"
{
    describe_run
    if [ -e "$scratch/trouble" ]; then
        sort "$scratch/trouble" | uniq -c | sed 's/^ *\([0-9]*\) /* \1 × /'
        echo
    fi
    "$bench" bench table "$scratch/lines" --brief
    "$bench" bench table "$scratch/lines"
} >"$result.md"
echo "$result.md $result.svg"
[ ! -e "$scratch/trouble" ]
