#!/usr/bin/env bash
# Runs Centrifugo's own JavaScript SDK, unmodified, against the server built in artifacts: in Node and in browsers.
# The last line says "N passed, M failed"; the exit status is 0 only if all ran and passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null
source ../../eng/npm-suite.sh

need node:nodejs npm chromium firefox-esr redis-server flock:util-linux
# The browsers are driven as our own client's tests do it, with what is installed there.
step packages_of ../javascript
step packages_of .
step ../javascript/node_modules/.bin/tsc --noEmit -p test/tsconfig.json
suite
suite --config vitest.browser.config.ts
finish
