# shellcheck shell=bash disable=SC2034,SC2154  # the script that reads this has and takes the variables
# Socket.IO in Node: rooms, over WebSocket only; the version stands in package-lock.json.
about="Node $(node --version 2>/dev/null), socket.io $(sed -n 's/.*"socket.io": "\(.*\)".*/\1/p' benchmarks/subjects/socketio/package.json), 1 process"
options=(--server socketio --front "127.0.0.1:$port" --admin "127.0.0.1:$port")

prepare() {
    if ! command -v npm >/dev/null; then
        echo "Socket.IO needs Node and npm. As root: apt-get update && apt-get install nodejs npm" >&2
        return 1
    fi
    cp benchmarks/subjects/socketio/{package.json,package-lock.json,server.js} "$work" &&
        npm ci --prefix "$work" --no-audit --no-fund --loglevel=error
}

start() { PORT=$port NODE_ENV=production exec node "$work/server.js"; }
