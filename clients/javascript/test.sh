#!/usr/bin/env bash
# Builds the browser client and runs its tests: against doubles, and in Chromium and Firefox against the server built in artifacts.
# The last line says "N passed, M failed"; the exit status is 0 only if all ran and passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null
export NO_COLOR=1 CI=1

passed=0
failed=0

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# A step that has to succeed before the next makes sense.
step() {
  echo "== $*"
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    finish
  fi
}

# The built files are in the repository, for who has no node: they are to be what the sources give.
committed=$(mktemp -d)
trap 'rm -rf "$committed"' EXIT
same_as_committed() {
  diff -rq "$committed/dist" dist && return
  echo "dist was not what the sources give. It is now: commit it."
  return 1
}

# Vitest's own count, from its report; a test that was skipped has not passed.
suite() {
  local report
  report=$(mktemp)
  echo "== vitest $*"
  npx --no-install vitest run "$@" --reporter=default --reporter=json --outputFile.json="$report"
  local status=$?
  read -r succeeded unsuccessful < <(node -e '
    const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    console.log(report.numPassedTests, report.numTotalTests - report.numPassedTests);' "$report" 2>/dev/null)
  rm -f "$report"
  passed=$((passed + ${succeeded:-0}))
  failed=$((failed + ${unsuccessful:-0}))
  if [ "$status" -ne 0 ] && [ "${unsuccessful:-0}" -eq 0 ]; then
    failed=$((failed + 1))
  fi
}

for tool in node npm chromium firefox-esr; do
  if ! command -v "$tool" >/dev/null; then
    echo "The tests need $tool. As root: apt-get update && apt-get install nodejs npm chromium firefox-esr"
    failed=$((failed + 1))
  fi
done
[ "$failed" -eq 0 ] || finish

step npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
step npm run --silent check
cp -r dist "$committed"
step npm run --silent build
step same_as_committed
suite
suite --config vitest.browser.config.ts
finish
