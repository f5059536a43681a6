#!/usr/bin/env bash
# Builds the browser client and runs its tests: against doubles, and in Chromium and Firefox against the server built in artifacts.
# The last line says "N passed, M failed"; the exit status is 0 only if all ran and passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null
source ../../eng/npm-suite.sh

# The built files are in the repository, for who has no node: they are to be what the sources give.
committed=$(mktemp -d)
trap 'rm -rf "$committed"' EXIT
same_as_committed() {
  diff -rq "$committed/dist" dist && return
  echo "dist was not what the sources give. It is now: commit it."
  return 1
}

need node:nodejs npm chromium firefox-esr flock:util-linux
step packages_of .
step npm run --silent check
cp -r dist "$committed"
step npm run --silent build
step same_as_committed
suite
suite --config vitest.browser.config.ts
finish
