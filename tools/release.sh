#!/usr/bin/env bash
# tools/release.sh FOLDER: makes what is published of the present commit: the sources as an archive, the package of
# each Debian, made and tried in a bare one, and the checksums of all. docs/releasing.md says what comes before and
# after. Needs root, as tools/in_debian.sh does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/steps.sh
. tools/steps.sh

fail() {
  echo "release: $1" >&2
  exit 2
}

[ $# -eq 1 ] || fail "usage: tools/release.sh FOLDER"
version=$(sed -nE 's/^project\(likeness VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
[ -n "$version" ] || fail "CMakeLists.txt: names no version"
[ -z "$(git status --porcelain)" ] || fail "something is not committed: a release is a commit"
grep -qF "## [$version]" CHANGELOG.md || fail "CHANGELOG.md: has no section [$version]: say what is new in it"
[ -d "tests/shops/$version" ] ||
  fail "tests/shops/$version: is not there: keep a shop by tools/keep_shop.sh build/release/app/likeness $version"

mkdir -p "$1"
folder=$(realpath -- "$1")
rm -f "$folder"/likeness* "$folder"/SHA256SUMS
git archive --prefix="likeness-$version/" HEAD | gzip -9n >"$folder/likeness-$version.tar.gz"
for debian in 12 13; do
  made=$folder/debian-$debian
  LIKENESS_PACKAGES=$made tools/in_debian.sh "$debian" \
    bash -c 'tools/install_packages.sh ccache && tools/package.sh'
  quietly "Trying the package of Debian $debian" tests/package/run.sh "$debian" "$made"/likeness_*.deb
  mv "$made"/likeness_*.deb "$folder/"
  rmdir "$made"
done
cd "$folder"
sha256sum -- likeness* >SHA256SUMS
cat SHA256SUMS
