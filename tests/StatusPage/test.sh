#!/usr/bin/env bash
# Runs the status page's browser tests: Chromium and Firefox against the Halley that was built in artifacts.
# The last line says "N passed, M failed"; the exit status is 0 only if all ran and passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null
source ../../eng/npm-suite.sh

need node:nodejs npm chromium firefox-esr flock:util-linux
# The browsers are driven as the client's own tests do it, with what is installed there.
step packages_of ../../clients/javascript
step packages_of .
step npm run --silent check
suite
finish
