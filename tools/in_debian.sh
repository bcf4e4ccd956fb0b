#!/usr/bin/env bash
# tools/in_debian.sh 12|13 COMMAND...: runs a command as a stranger would, in a fresh clone of the
# present commit on a Debian that has nothing but git. Needs root, for it mounts and changes root.
#
# The clone has the path that it has here, with the tests' pictures beside it and the same ccache:
# what was compiled once by the same compiler is not compiled again. Kept between runs, in
# LIKENESS_DEBIAN (without it ~/.cache/likeness), for each release N:
#   debian-N/bare      the Debian, made once by debootstrap from the mirror that apt uses here
#   debian-N/packages  what apt fetched for it
#   debian-N/run       a copy of bare where the command ran; the next run makes another
# and for all of them npm/, what npm fetched for the tests of the page. Where LIKENESS_PACKAGES names a
# folder here, the clone's build/packages is that folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/steps.sh
. tools/steps.sh
# shellcheck source=tools/bare_debian.sh
. tools/bare_debian.sh

fail() {
  echo "in_debian: $1" >&2
  exit 2
}

case ${1-} in
  12) codename=bookworm ;;
  13) codename=trixie ;;
  *) fail "there are 12 and 13; usage: tools/in_debian.sh 12|13 COMMAND..." ;;
esac
[ $# -ge 2 ] || fail "no command; usage: tools/in_debian.sh 12|13 COMMAND..."
[ "$(id -u)" -eq 0 ] || fail "it mounts and changes root, which only root may: run it by sudo"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/likeness
place=${LIKENESS_DEBIAN:-$cache}/debian-$1
bare=$place/bare
run=$place/run

# Run by `quietly`, where no command that fails ends the script: hence the &&.
make_run() {
  rm -rf --one-file-system "$run" &&
    cp -a --reflink=auto "$bare" "$run" &&
    cp -L --remove-destination /etc/resolv.conf /etc/hosts "$run/etc/" &&
    echo force-unsafe-io >"$run/etc/dpkg/dpkg.cfg.d/fast" && # dpkg flushes every file otherwise
    mkdir -p "$run$(dirname "$PWD")" &&
    git clone --quiet --no-checkout "$PWD" "$run$PWD" &&
    git -C "$run$PWD" checkout --quiet --detach "$commit"
}

# within FOLDER PATH OPTIONS: FOLDER is found at PATH of the run.
within() {
  mkdir -p "$1" "$run$2"
  mount --bind -o "$3" "$1" "$run$2"
}

enter() {
  mount -t proc proc "$run/proc"
  mount -t sysfs -o ro sys "$run/sys"
  mount --rbind /dev "$run/dev"
  within "$place/packages" /var/cache/apt/archives rw
  within "${CCACHE_DIR:-$HOME/.cache/ccache}" /root/.cache/ccache rw
  within "$cache/npm" /root/.cache/likeness/npm rw
  [ -z "${LIKENESS_PACKAGES-}" ] || within "$LIKENESS_PACKAGES" "$PWD/build/packages" rw
  [ ! -d ../shared/data ] || within ../shared/data "$(dirname "$PWD")/shared/data" ro
  local given=("HOME=/root" "PATH=/usr/sbin:/usr/bin:/sbin:/bin" "TERM=${TERM:-dumb}") name
  # How to reach the mirror, how ccache is set up here (what a compiler says in another language is
  # another result to it), and how tools/steps.sh is to build.
  for name in http_proxy https_proxy no_proxy CCACHE_MAXSIZE CCACHE_BASEDIR CCACHE_NOHASHDIR LANG \
    CONFIGURE_OPTIONS; do
    [ -z "${!name-}" ] || given+=("$name=${!name}")
  done
  # shellcheck disable=SC2016  # for the inner bash to expand
  chroot "$run" env -i "${given[@]}" bash -c 'cd "$1" && exec "${@:2}"' bash "$PWD" "${@:2}"
}

commit=$(git rev-parse HEAD)
if [ -z "${LIKENESS_IN_DEBIAN-}" ]; then
  tools/install_packages.sh debian
  mkdir -p "$place"
  exec 9>"$place/lock"
  flock --nonblock 9 || { echo "Debian $1 is in use, waiting ..."; flock 9; }
  [ -z "$(git status --porcelain)" ] || echo "in_debian: what is not committed is left out" >&2
  # With mounts and processes of its own: however it ends, the kernel ends and unmounts all of them.
  LIKENESS_IN_DEBIAN=$1 unshare --mount --propagation private --pid --fork --kill-child \
    tools/in_debian.sh "$@" <&0 &
  trap 'kill -KILL $!; exit 130' INT TERM HUP
  wait $!
else
  [ -d "$bare" ] || quietly "Making a bare Debian $1" make_bare "$codename" "$bare"
  quietly "Cloning ${commit:0:12} into Debian $1" make_run
  enter "$@"
fi
