#!/usr/bin/env bash
# Writes anew what each package promises, from its code, into PublicAPI.Unshipped.txt beside its project: a build fails
# where the two differ. After a release, what was promised moves to PublicAPI.Shipped.txt.
#
#   eng/public-api.sh [PROJECT]...      src/Halley.Core, say; without one, every package of src
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

projects=("$@")
if [ $# -eq 0 ]; then
  mapfile -t projects < <(git ls-files 'src/*/PublicAPI.Unshipped.txt' | xargs -n 1 dirname)
fi
for project in "${projects[@]}"; do
  echo '#nullable enable' >"$project/PublicAPI.Unshipped.txt"
  dotnet restore "$project" -v quiet
  dotnet format analyzers "$project/$(basename "$project").csproj" --no-restore --severity warn --diagnostics RS0016
done
git diff --stat -- '*/PublicAPI.Unshipped.txt'
