#!/usr/bin/env bash
# What the packages Halley.Core and Halley.Protocol promise stands in PublicAPI.Unshipped.txt beside each project. A
# build does not look at it; ./test does, so that a change of it is seen.
#
#   eng/public-api.sh              writes it anew, from the code
#   eng/public-api.sh --check      fails where that would change something
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CheckPublicApi=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [ "${1:-}" = --check ]; then
  dotnet build src/Halley.Protocol -c Release -v quiet --nologo -clp:NoSummary && exit
  echo "If what packages promise is meant to change: eng/public-api.sh" >&2
  exit 1
fi

for project in src/Halley.Core src/Halley.Protocol; do
  echo '#nullable enable' >"$project/PublicAPI.Unshipped.txt"
  dotnet restore "$project" -v quiet
  dotnet format analyzers "$project/$(basename "$project").csproj" --no-restore --severity warn --diagnostics RS0016
done
git diff --stat -- '*/PublicAPI.Unshipped.txt'
