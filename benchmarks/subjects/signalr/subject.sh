# shellcheck shell=bash disable=SC2034,SC2154  # the script that reads this has and takes the variables
# SignalR: a hub with groups, the JSON protocol over WebSocket. Published like Halley: compiled ahead, on the installed runtime.
# All else is what a user gets: the web SDK's server garbage collector, which adapts to what lives, and pings every 15 seconds.
about=".NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.AspNetCore.App \([^ ]*\).*/\1/p' | tail -1), default settings, log from Warning on"
options=(--server signalr --front "127.0.0.1:$port" --admin "127.0.0.1:$port")

prepare() {
    dotnet publish benchmarks/subjects/signalr -c Release -o "$work/app" -v quiet --nologo \
        --use-current-runtime --self-contained false -p:PublishReadyToRun=true
}

start() { ASPNETCORE_URLS=http://127.0.0.1:$port exec "$work/app/signalr"; }
