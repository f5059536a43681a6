# shellcheck shell=bash disable=SC2154  # the script that reads this has the variables
# Halley over WebSocket, like for like with SignalR and Socket.IO.
. benchmarks/subjects/halley/subject.sh
options+=(--transport websocket)
