#!/usr/bin/env bash
# tests/page/run.sh [FILE.mjs ARGUMENTS...]: runs a file of this folder with what drives a browser:
# Node.js, Debian's Chromium, and the npm packages of package-lock.json. npm fetches these once and
# checks them against the sha512 there; they are kept in ~/.cache/likeness/npm, and nothing is asked
# of a network after that. Without a file it only fetches. Where something is not to be had it says
# what, and exits with 77, which ctest calls skipped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

skip() {
  echo "SKIPPED: the page was not tried in a browser: $1" >&2
  exit 77
}

require() {
  command -v "$1" || skip "there is no $1: tools/install_packages.sh test installs it"
}

# What is not there may be left out; what is not what it was is a failure.
refuse() {
  local said
  said=$(grep -i -m 1 'npm err' "$1" || tail -n 1 "$1")
  case $said in *EINTEGRITY*) echo "run.sh: a package is not what package-lock.json says" >&2; exit 1 ;; esac
  skip "npm cannot fetch its packages: $said"
}

# Under another name until they are whole, for several tests may begin at a time.
fetch() {
  require npm >/dev/null
  mkdir -p "$(dirname "$packages")"
  part=$(mktemp -d "$packages.XXXXXX")
  trap 'rm -rf "$part"' EXIT
  cp "$here/package.json" "$here/package-lock.json" "$part"
  npm ci --prefix "$part" --ignore-scripts --no-audit --no-fund --fetch-retries 1 \
    --fetch-retry-mintimeout 2000 >"$part/log" 2>&1 || refuse "$part/log"
  mv -T "$part" "$packages" 2>/dev/null || [ -d "$packages" ]
}

node=$(require node)
chromium=$(require chromium)
lock=$(sha256sum "$here/package-lock.json")
packages=${XDG_CACHE_HOME:-$HOME/.cache}/likeness/npm/${lock:0:16}
[ -d "$packages" ] || fetch
[ $# -gt 0 ] || exit 0
LIKENESS_NPM=$packages LIKENESS_CHROMIUM=$chromium exec "$node" "$here/$1" "${@:2}"
