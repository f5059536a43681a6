#!/usr/bin/env bash
# Builds halley_VERSION_ARCHITECTURE.deb. SOURCE_DATE_EPOCH is the time of all that is in it.
#
#   eng/package/deb.sh VERSION EXECUTABLE FOLDER
set -euo pipefail
version=$1
executable=$(realpath "$2")
out=$(realpath "$3")
cd "$(dirname "${BASH_SOURCE[0]}")"
root=../..
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
umask 022
chmod 755 "$tree"

case $(uname -m) in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
esac
# The oldest C library that has every function the executable was linked with.
glibc=$(objdump -T "$executable" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)

place() { install -m 644 -D "$1" "$tree$2"; }
place_compressed() {
  mkdir -p "$(dirname "$tree$2")"
  gzip -9nc "$1" >"$tree$2"
}

install -D "$executable" "$tree/usr/bin/halley"
place "$(dirname "$executable")/libe_sqlite3.so" /usr/lib/halley/libe_sqlite3.so
place debian/halley.json /etc/halley/halley.json
place debian/halley.logrotate /etc/logrotate.d/halley
place debian/halley.service /usr/lib/systemd/system/halley.service
place_compressed halley.1 /usr/share/man/man1/halley.1.gz
place completions/halley.bash /usr/share/bash-completion/completions/halley
place completions/halley.zsh /usr/share/zsh/vendor-completions/_halley
place completions/halley.fish /usr/share/fish/vendor_completions.d/halley.fish
place $root/LICENSE /usr/share/doc/halley/copyright
place_compressed $root/CHANGELOG.md /usr/share/doc/halley/changelog.gz
place $root/src/Halley.Server/halley.json /usr/share/doc/halley/examples/halley.json

mkdir "$tree/DEBIAN"
install -m 755 -t "$tree/DEBIAN" debian/postinst debian/prerm debian/postrm
install -m 644 -t "$tree/DEBIAN" debian/conffiles
size=$(du -k --apparent-size -s "$tree" | cut -f1)
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@GLIBC@/${glibc#GLIBC_}/; s/@SIZE@/$size/" \
  debian/control >"$tree/DEBIAN/control"
(cd "$tree" && find etc usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
chmod 644 "$tree/DEBIAN/control" "$tree/DEBIAN/md5sums"
dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/halley_${version}_$architecture.deb" >/dev/null
