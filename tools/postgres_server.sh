#!/usr/bin/env bash
# tools/postgres_server.sh COMMAND...: runs a command beside a PostgreSQL 17 with pgvector that is
# new and empty, and ends with the command. LIKENESS_POSTGRES is its address: a socket that only root
# reaches. For tests and for trying things out. Exits 77, and says why, where there can be none.
#
# The server is Debian 13's, for 12 has no pgvector, in a tree that is made once and kept beside
# those of tools/in_debian.sh (LIKENESS_DEBIAN or ~/.cache/likeness): postgres-17. Its data are in a
# temporary folder, so that any number of servers run from one tree.
#   POSTGRES_OPTIONS  further options of the server, such as "-c shared_buffers=2GB"
#   POSTGRES_BESIDE   the folder of another server's socket, which this one finds as /mnt
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/steps.sh
. tools/steps.sh
# shellcheck source=tools/bare_debian.sh
. tools/bare_debian.sh

skip() {
  echo "postgres_server: SKIPPED: $1: nothing that needs a PostgreSQL was tried" >&2
  exit 77
}

[ $# -ge 1 ] || { echo "usage: tools/postgres_server.sh COMMAND..." >&2; exit 2; }
place=${LIKENESS_DEBIAN:-${XDG_CACHE_HOME:-$HOME/.cache}/likeness}
tree=$place/postgres-17
bare=$place/debian-13/bare
programs=/usr/lib/postgresql/17/bin

# Run by `quietly`: see tools/bare_debian.sh. Nothing is started in the tree.
make_tree() {
  rm -rf --one-file-system "$tree.part" &&
    { [ -d "$bare" ] || make_bare trixie "$bare"; } &&
    cp -a --reflink=auto "$bare" "$tree.part" &&
    cp -L --remove-destination /etc/resolv.conf /etc/hosts "$tree.part/etc/" &&
    echo force-unsafe-io >"$tree.part/etc/dpkg/dpkg.cfg.d/fast" &&
    printf '#!/bin/sh\nexit 101\n' >"$tree.part/usr/sbin/policy-rc.d" &&
    chmod +x "$tree.part/usr/sbin/policy-rc.d" &&
    mkdir -p "$tree.part/etc/postgresql-common" &&
    echo 'create_main_cluster = false' >"$tree.part/etc/postgresql-common/createcluster.conf" &&
    in_tree_part apt-get -qq update &&
    in_tree_part apt-get -qq -y --no-install-recommends install postgresql-17 postgresql-17-pgvector &&
    in_tree_part apt-get clean &&
    mv "$tree.part" "$tree"
}

in_tree_part() {
  chroot "$tree.part" env -i DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" no_proxy="${no_proxy-}" "$@"
}

# In a namespace of its own: what is mounted here, and whatever still runs, goes with its end.
serve() {
  mount -t proc proc "$tree/proc"
  mount --rbind /dev "$tree/dev"
  mount --bind "$work" "$tree/srv"
  [ -z "${POSTGRES_BESIDE-}" ] || mount --bind "$POSTGRES_BESIDE" "$tree/mnt"
  local as_postgres=(chroot --userspec=postgres:postgres "$tree" env -i LANG=C.UTF-8) options
  read -r -a options <<<"${POSTGRES_OPTIONS-}"
  chown "$(stat -c %u:%g "$tree/var/lib/postgresql")" "$work"
  "${as_postgres[@]}" "$programs/initdb" -D /srv/data --auth=trust --encoding=UTF8 --no-sync
  exec "${as_postgres[@]}" "$programs/postgres" -D /srv/data -k /srv -c listen_addresses= "${options[@]}"
}

if [ -n "${LIKENESS_POSTGRES_WORK-}" ]; then
  work=$LIKENESS_POSTGRES_WORK
  serve
fi

[ "$(id -u)" -eq 0 ] || skip "only root may mount and change root"
unshare --mount --pid --fork true 2>/dev/null || skip "nothing may be mounted here"
if [ ! -d "$tree" ]; then
  command -v debootstrap >/dev/null || skip "there is no debootstrap (tools/install_packages.sh debian)"
  mkdir -p "$place/debian-13"
  exec 8>"$place/postgres-17.lock"
  flock 8
  [ -d "$tree" ] || quietly "Making a Debian 13 with PostgreSQL" make_tree >&2 ||
    skip "a Debian 13 with PostgreSQL could not be made"
  exec 8>&-
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/likeness-postgres.XXXXXX")
log=$work.log
LIKENESS_POSTGRES_WORK=$work unshare --mount --propagation private --pid --fork --kill-child \
  tools/postgres_server.sh serve >"$log" 2>&1 </dev/null &
server=$!
command=
end() {
  {
    [ -z "$command" ] || kill -TERM "$command" || true
    # The server ends its processes before itself; one that is not ready yet has none.
    pkill -QUIT -P "$server" postgres || kill -KILL "$server" || true
    wait "$server" || true
  } 2>/dev/null
  rm -rf --one-file-system "$work" "$log"
}
trap end EXIT
trap 'exit 130' INT TERM HUP
until grep -qs '^ready' "$work/data/postmaster.pid"; do
  if ! kill -0 "$server" 2>/dev/null; then
    tail -n 20 "$log" >&2
    echo "postgres_server: the server did not start" >&2
    exit 1
  fi
  sleep 0.1
done
cd "$OLDPWD"
# Not in the foreground, where a signal would wait for its end.
LIKENESS_POSTGRES="postgresql:///postgres?host=$work&user=postgres" "$@" <&0 &
command=$!
status=0
wait "$command" || status=$?
command=
(exit "$status")
