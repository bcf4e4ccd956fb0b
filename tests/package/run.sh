#!/usr/bin/env bash
# tests/package/run.sh 12|13 PACKAGE.deb: installs the package in a copy of the bare Debian that tools/in_debian.sh
# keeps, works there with what it brings, upgrades it while it serves, and removes it: package_test.py says what is
# looked at. Needs root, for it mounts and changes root.
set -euo pipefail

fail() {
  echo "package: $1" >&2
  exit 2
}

[ $# -eq 2 ] || fail "usage: tests/package/run.sh 12|13 PACKAGE.deb"
[ "$(id -u)" -eq 0 ] || fail "it mounts and changes root, which only root may: run it by sudo"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/likeness
place=${LIKENESS_DEBIAN:-$cache}/debian-$1
[ -d "$place/bare" ] || fail "$place/bare: is not there: make it by tools/in_debian.sh $1 true"
[ -f "$2" ] || fail "$2: is not there: make it by tools/package.sh"

if [ -z "${LIKENESS_IN_NAMESPACE-}" ]; then
  exec 9>"$place/lock" # what apt fetched is one command's at a time, as in tools/in_debian.sh
  flock --nonblock 9 || { echo "Debian $1 is in use, waiting ..."; flock 9; }
  # With mounts and processes of its own: however it ends, the kernel ends and unmounts all of them.
  tree=$(mktemp -d "$place/package.XXXXXX")
  trap 'rm -rf --one-file-system "$tree"' EXIT
  trap 'kill -KILL $!; exit 130' INT TERM HUP
  LIKENESS_IN_NAMESPACE=$tree unshare --mount --propagation private --pid --fork --kill-child "$0" "$@" <&0 &
  wait $!
  exit
fi

tree=$LIKENESS_IN_NAMESPACE
cp -a --reflink=auto "$place/bare/." "$tree"
cp -L --remove-destination /etc/resolv.conf /etc/hosts "$tree/etc/"
echo force-unsafe-io >"$tree/etc/dpkg/dpkg.cfg.d/fast" # dpkg flushes every file otherwise
# As the unit has it: nothing there but processes.
mount -t proc -o subset=pid proc "$tree/proc"
mount --rbind /dev "$tree/dev"
mkdir -p "$place/packages"
mount --bind "$place/packages" "$tree/var/cache/apt/archives"
mount -t proc proc /proc
exec /usr/bin/python3 "$(dirname "$0")/package_test.py" "$tree" "$2"
