# shellcheck shell=bash disable=SC2034,SC2154  # the script that reads this has and takes the variables
# The epoll server in C (../../floor/floor.c): what the kernel costs. FLOOR_THREADS: 1 unless said otherwise.
about="C, ${FLOOR_THREADS:-1} thread(s), history, escaping and timers left out"
options=(--server floor --front "127.0.0.1:$port" --admin "127.0.0.1:$admin_port")

prepare() { cc -O2 -pthread -o "$work/floor" benchmarks/floor/floor.c; }

start() { exec "$work/floor" -f "$port" -a "$admin_port" -t "${FLOOR_THREADS:-1}"; }
