#!/usr/bin/env bash
# Uses each package of artifacts/package as whoever gets it does, in a place of its own: nothing here sees the sources,
# and nothing stays behind. eng/package.sh builds them first. Root is not needed.
# The last line says "N passed, M failed"; the exit status is 0 only if all ran and passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
exec </dev/null
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
repository=$PWD
packages=$PWD/artifacts/package
place=$(mktemp -d)
server=
passed=0
failed=0

end_server() {
  [ -n "$server" ] || return 0
  kill "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  server=
}
trap 'end_server; rm -rf "$place"' EXIT
trap 'exit 130' INT TERM

# check 'WHAT HOLDS' COMMAND...
check() {
  local claim=$1
  shift
  if "$@" >"$place/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok: $claim"
  else
    failed=$((failed + 1))
    echo "FAILED: $claim"
    sed 's/^/  /' "$place/log"
  fi
}

# files_of ROOT: all but dpkg's own notes.
files_of() { find "$1" -not -path '*/var/lib/dpkg*' | sort; }
port_of() { # subscribers|publishers: where the server that runs says they come
  local address
  for _ in $(seq 200); do
    address=$(sed -n "s/^.*$1 [a-z ]*to \(127.0.0.1:[0-9]*\).*/\1/p" "$place/server.log")
    [ -n "$address" ] && echo "$address" && return
    sleep 0.05
  done
  return 1
}

# One message goes through an installed executable, and back out of it. COMMAND...: what serves.
serves() {
  local front admin heard
  "$@" --front 127.0.0.1:0 --admin 127.0.0.1:0 --set logger.output=stderr >"$place/server.log" 2>&1 &
  server=$!
  if ! { front=$(port_of 'subscribers come') && admin=$(port_of publishers); }; then
    cat "$place/server.log"
    end_server
    return 1
  fi
  "$1" push news 'it rains' --admin "$admin" && heard=$("$1" sub news --front "$front" --seq 1 --count 1)
  end_server
  echo "heard: $heard"
  [ "$heard" = $'1\tit rains' ]
}

# What the package is and has, whoever installs it.
version=$(dotnet msbuild src/Halley.Server -getProperty:Version)
check 'SHA256SUMS is right, and has every package' bash -c "cd '$packages' && sha256sum --check --strict SHA256SUMS &&
  [ \$(wc -l <SHA256SUMS) -eq \$(ls | grep -vc SHA256SUMS) ]"

# The tarball.
tar -C "$place" -xzf "$packages"/halley-"$version"-linux-*.tar.gz
tree=$(echo "$place"/halley-*-linux-*)
check 'the tarball has what belongs in it' bash -c "cd '$tree' &&
  [ \"\$(find . -type f | sort | tr '\n' ' ')\" = './LICENSE ./completions/halley.bash ./completions/halley.fish \
./completions/halley.zsh ./halley ./halley.1 ./halley.json ./libe_sqlite3.so ' ]"
says_version() { [ "$("$1" --version)" = "halley $version" ]; }
check 'its executable says the version, and needs no .NET' \
  env -i PATH=/nowhere DOTNET_ROOT=/nowhere "$tree/halley" doctor --connections 1
check 'the version is that of Directory.Build.props' says_version "$tree/halley"
check 'it serves with its halley.json' serves "$tree/halley" "$tree/halley.json"
check 'with a storage, it keeps what is published' serves "$tree/halley" "$tree/halley.json" --data "$place/data"
check 'the storage is there' test -s "$place/data/halley.db"
check 'with workers, it starts itself once more' serves "$tree/halley" "$tree/halley.json" --workers 2
names_all() {
  local command
  for command in $("$tree/halley" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    grep -q "^\.BI* $command\b" "$tree/halley.1" || { echo "the page does not name $command"; return 1; }
  done
}
check 'the manual page names every command' names_all
page_is_whole() { ! groff -man -Tutf8 -ww "$tree/halley.1" 2>&1 >/dev/null | grep .; }
check 'the manual page is well formed' page_is_whole
completes() { # LINE WANTED
  local -a COMP_WORDS COMPREPLY
  local COMP_LINE=$1 COMP_POINT=${#1} COMP_CWORD
  PATH=$tree:$PATH
  # shellcheck source=/dev/null
  . "$tree/completions/halley.bash"
  read -ra COMP_WORDS <<<"$1"
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _halley
  echo "completed: ${COMPREPLY[*]}"
  [[ " ${COMPREPLY[*]} " == *" $2 "* ]]
}
check 'the shell completes commands' completes 'halley pus' push
check 'the shell completes options of a command' completes 'halley bench --subs' --subscribers

# The Debian package, into an empty root: installed, started, upgraded, removed, purged.
root=$place/root
mkdir -p "$root"/{etc/systemd/system,var/{log,lib/systemd,lib/dpkg/{updates,info,triggers}}}
touch "$root"/var/lib/dpkg/{status,available} "$root"/etc/{passwd,group,shadow,gshadow}
files_of "$root" >"$place/before"
package() {
  dpkg --root="$root" --log=/dev/null --force-not-root --force-script-chrootless --force-depends --force-bad-path \
    --force-confold "$@"
}
deb=$(echo "$packages"/halley_"$version"_*.deb)
check 'the Debian package installs' package --install "$deb"
check 'it makes a system user' grep -q '^halley:.*nologin$' "$root/etc/passwd"
check 'what it installed serves with its configuration' serves "$root/usr/bin/halley" "$root/etc/halley/halley.json"
check 'it finds the library of a storage' serves "$root/usr/bin/halley" --data "$place/installed"
verify_unit() {
  command -v systemd-analyze >/dev/null || return 0
  sed "s#/usr/bin/halley#$root/usr/bin/halley#" "$root/usr/lib/systemd/system/halley.service" >"$place/halley.service"
  ! systemd-analyze verify --man=no "$place/halley.service" 2>&1 | grep halley.service
}
check 'systemd has nothing to say about its unit' verify_unit
says_ready() { # as systemd waits for it
  python3 - "$root/usr/bin/halley" "$place/notify" <<'PYTHON'
import os, signal, socket, subprocess, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[2])
manager.settimeout(20)
words = [sys.argv[1], "--front", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
server = subprocess.Popen(words, env={**os.environ, "NOTIFY_SOCKET": sys.argv[2]})
try:
    assert manager.recv(99).split(b"\n")[0] == b"READY=1"
    server.send_signal(signal.SIGTERM)
    assert manager.recv(99) == b"STOPPING=1"
    assert server.wait(20) == 0
finally:
    server.kill()
PYTHON
}
check 'it tells systemd that it listens, and that it ends' says_ready
echo '{ "front": { "max_channels": 5 } }' >"$root/etc/halley/halley.json"
mkdir -p "$root/var/log/halley" "$root/var/lib/halley"
echo line | tee "$root/var/log/halley/halley.log" >"$root/var/lib/halley/halley.db"
mkdir "$place/next"
eng/package/deb.sh "$version.1" artifacts/native/halley "$place/next"
check 'a newer one takes its place' package --install "$place/next/"*.deb
upgraded() {
  [ "$(dpkg-query --admindir="$root/var/lib/dpkg" -Wf '${Version} ${Status}' halley)" = \
    "$version.1 install ok installed" ]
}
check 'the upgrade is complete' upgraded
check 'the configuration stays as it was edited' grep -q max_channels "$root/etc/halley/halley.json"
check 'it is removed' package --remove halley
check 'removed, it leaves its configuration' test -f "$root/etc/halley/halley.json"
check 'it is purged' package --purge halley
# useradd's own copies of what was there before are not ours.
leaves_nothing() {
  ! files_of "$root" | diff "$place/before" - | grep '^[<>]' | grep -v '/etc/[a-z]*-$' &&
    ! grep . "$root"/etc/{passwd,group,shadow,gshadow}
}
check 'purged, it leaves nothing' leaves_nothing

# The NuGet packages: a project that has them from the folder, and what else they need from where this machine has it.
consumer=$place/consumer
mkdir "$consumer"
cat >"$consumer/nuget.config" <<XML
<configuration>
  <packageSources><add key="halley" value="$packages" /></packageSources>
  <fallbackPackageFolders>
    <add key="machine" value="${NUGET_PACKAGES:-$HOME/.nuget/packages}" />
  </fallbackPackageFolders>
</configuration>
XML
{
  echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>'
  echo '<TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup><ItemGroup>'
  for file in "$packages"/Halley.*.nupkg; do
    echo "<PackageReference Include=\"$(basename "$file" ".$version.nupkg")\" Version=\"$version\" />"
  done
  echo '</ItemGroup></Project>'
} >"$consumer/Consumer.csproj"
# The programs that the packages' own descriptions show; only what needs no server runs.
libraries='Halley.Core Halley.Protocol Halley.Redis Halley.Sqlite'
# shellcheck disable=SC2016  # the backquotes are Markdown's
snippet() { unzip -p "$packages/$1.$version.nupkg" README.md | sed -n '/^```csharp$/,/^```$/{/^```/!p}'; }
{
  for id in $libraries; do snippet "$id"; done | grep '^using [A-Z][A-Za-z.]*;$' | sort -u
  for id in $libraries; do
    echo "async Task ${id/./}() {"
    snippet "$id" | grep -v '^using [A-Z][A-Za-z.]*;$'
    echo "await Task.CompletedTask; }"
  done
  echo 'await HalleyCore(); await HalleyProtocol(); Func<Task>[] unused = [HalleyRedis, HalleySqlite];'
  echo 'Func<Halley.AspNetCore.IHalleyBuilder, object> chosen = halley => args.Length == 0'
  echo '  ? Microsoft.Extensions.DependencyInjection.HalleySqliteBuilderExtensions.UseSqlite(halley, "channels")'
  echo '  : Microsoft.Extensions.DependencyInjection.HalleyRedisBuilderExtensions.UseRedis(halley, "127.0.0.1:6379");'
} >"$consumer/Program.cs"
consumes() {
  # In a folder of their own, so that the next build of the same version is not taken from what was kept of this one.
  NUGET_PACKAGES="$place/nuget" dotnet build "$consumer" -c Release -o "$consumer/bin" -v quiet --nologo &&
    [ "$(dotnet "$consumer/bin/Consumer.dll")" = $'1\nit%20rains' ]
}
check 'a project builds and runs with the NuGet packages' consumes
described() {
  local file spec
  for file in "$packages"/*.nupkg; do
    spec=$(unzip -p "$file" '*.nuspec')
    for part in '<readme>README.md</readme>' '>MIT</license>' '<authors>The Halley authors<'; do
      grep -qF "$part" <<<"$spec" || { echo "$file has no $part"; return 1; }
    done
    [[ $file == "$packages"/halley.* ]] || unzip -l "$file" | grep '\.xml$' ||
      { echo "$file has no documentation"; return 1; }
  done
}
check 'they say what they are, and have their documentation' described

# The .NET tool.
tool_installs() {
  dotnet tool install halley --tool-path "$place/tools" --version "$version" --configfile "$consumer/nuget.config" &&
    says_version "$place/tools/halley"
}
DOTNET_ROOT=$(dirname "$(realpath "$(command -v dotnet)")")
export DOTNET_ROOT
check 'the .NET tool installs, and says the version' tool_installs
check 'it serves, with a storage' serves "$place/tools/halley" --data "$place/data of the tool"

# The npm package.
mkdir "$place/page"
imports() {
  cd "$place/page" && npm init --yes >/dev/null &&
    npm install --offline --no-audit --no-fund --loglevel=error "$packages"/halley-client-"$version".tgz &&
    node --input-type=module -e 'import * as halley from "halley-client"; console.log(Object.keys(halley));
      if (Object.keys(halley).length === 0) process.exit(1)' &&
    node -e 'if (Object.keys(require("halley-client")).length === 0) process.exit(1)'
}
check 'the npm package installs and is imported' imports

cd "$repository" || exit 1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
