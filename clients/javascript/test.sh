#!/usr/bin/env bash
# Builds the browser client and runs its tests: against doubles, and in Chromium and Firefox against the server built in
# artifacts.
# The last line says "N passed, M failed"; the exit status is 0 only if all ran and passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null
source ../../eng/npm-suite.sh

# The built files are in the repository, for who has no node: they are to be what the sources give. They stay as they
# are meanwhile, since other suites read them.
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
same_as_committed() {
  diff -rq "$built/dist" dist && return
  echo "dist is not what the sources give: npm run build, and commit it."
  return 1
}

need node:nodejs npm chromium firefox-esr flock:util-linux
step packages_of .
step npm run --silent check
step npm run --silent build -- "$built/dist"
step same_as_committed
suite
suite --config vitest.browser.config.ts
finish
