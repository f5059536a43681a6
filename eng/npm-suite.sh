# What the scripts that run tests of npm packages share: they source it, run steps and suites, and call finish last.
# The last line says "N passed, M failed"; the exit status is 0 only if all ran and passed.
export NO_COLOR=1 CI=1

passed=0
failed=0

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# The commands that the tests need, each with its Debian package: COMMAND:PACKAGE.
need() {
  local tool missing=()
  for tool in "$@"; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  echo "The tests need ${missing[*]}. As root: apt-get update && apt-get install ${missing[*]}"
  failed=$((failed + ${#missing[@]}))
  finish
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

# The packages of a folder, which other suites may want at the same time: installed by the first, and once.
packages_of() {
  flock "$1/package-lock.json" bash -c '[ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] ||
    npm --prefix "$1" ci --no-audit --no-fund --ignore-scripts --loglevel=error' npm-ci "$1"
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
