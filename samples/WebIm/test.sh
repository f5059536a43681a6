#!/usr/bin/env bash
# Runs the messenger's browser tests: Chromium and Firefox against the messenger and the Halley that were built in artifacts.
# The last line says "N passed, M failed"; the exit status is 0 only if all ran and passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/test" || exit 1
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

for tool in node npm chromium firefox-esr setpriv; do
  if ! command -v "$tool" >/dev/null; then
    echo "The tests need $tool. As root: apt-get update && apt-get install nodejs npm chromium firefox-esr util-linux"
    failed=$((failed + 1))
  fi
done
[ "$failed" -eq 0 ] || finish

# The browsers are driven as the client's own tests do it, with what is installed there.
step npm --prefix ../../../clients/javascript ci --no-audit --no-fund --ignore-scripts --loglevel=error
step npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
step npm run --silent check
suite
finish
