#!/usr/bin/env bash
# Builds everything that is handed out, for this machine's architecture, into artifacts/package/: a tarball and a Debian
# package of the native executable, NuGet packages of the libraries, the npm package, and SHA256SUMS over them. Needs
# the .NET SDK, gcc, zlib1g-dev, dpkg-deb and npm. The version is that of Directory.Build.props.
#
#   eng/package.sh                 everything
#   eng/package.sh native          only the executable, artifacts/native/halley, and the library beside it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
out=$PWD/artifacts/package

case $(uname -m) in
  x86_64) runtime=linux-x64 ;;
  aarch64) runtime=linux-arm64 ;;
  *)
    echo "There is no native executable for $(uname -m), only for x86_64 and aarch64." >&2
    exit 1
    ;;
esac

# A warning of the trimmer or of the compiler is an error (Directory.Build.props), and ends this.
dotnet publish src/Halley.Server -c Release -r "$runtime" -p:PublishAot=true -o artifacts/native -v quiet --nologo
[ "${1:-}" = native ] && exit

version=$(dotnet msbuild src/Halley.Server -getProperty:Version)
# The same sources give the same archives: times are the commit's, and nobody owns the files.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
rm -rf "$out"
mkdir -p "$out"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

tarball() {
  local name=halley-$version-$runtime
  local tree=$stage/$name
  install -D artifacts/native/halley "$tree/halley"
  install -m 644 -t "$tree" artifacts/native/libe_sqlite3.so LICENSE src/Halley.Server/halley.json eng/package/halley.1
  install -m 644 -D -t "$tree/completions" eng/package/completions/*
  tar -C "$stage" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -c "$name" |
    gzip -9n >"$out/$name.tar.gz"
}

# The libraries and the tool: every project of the solution that is a package.
libraries() {
  local origin
  # A clone of a public repository names it; the SDK then says of each source file where that is (Source Link).
  origin=$(git remote get-url origin 2>/dev/null || true)
  [[ $origin == https://* ]] && export PublishRepositoryUrl=true
  dotnet pack Halley.slnx -c Release -o "$out" -v quiet --nologo -p:WarnOnPackingNonPackableProject=false
}

tarball
eng/package/deb.sh "$version" artifacts/native/halley "$out"
libraries
npm pack --silent --pack-destination "$out" ./clients/javascript >/dev/null
(cd "$out" && sha256sum -- * >"$stage/SHA256SUMS" && mv "$stage/SHA256SUMS" .)
ls -l "$out"
