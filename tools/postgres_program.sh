#!/usr/bin/env bash
# tools/postgres_program.sh NAME ARGUMENTS...: runs psql, pg_dump or another program of the tree that
# tools/postgres_server.sh makes, on the files of this system: Debian 12's pg_dump refuses a server
# that is newer.
set -euo pipefail
tree=${LIKENESS_DEBIAN:-${XDG_CACHE_HOME:-$HOME/.cache}/likeness}/postgres-17
[ $# -ge 1 ] || { echo "usage: tools/postgres_program.sh NAME ARGUMENTS..." >&2; exit 2; }
exec "$tree/lib64/ld-linux-x86-64.so.2" --library-path "$tree/lib/x86_64-linux-gnu:$tree/usr/lib/x86_64-linux-gnu" \
  "$tree/usr/lib/postgresql/17/bin/$1" "${@:2}"
