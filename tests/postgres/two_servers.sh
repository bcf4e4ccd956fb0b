#!/usr/bin/env bash
# tests/postgres/two_servers.sh COMMAND...: runs a command beside two new PostgreSQL, the second of
# which LIKENESS_SECOND_POSTGRES names; the first one finds its socket in /mnt. Exit code 77: there can
# be no server here.
set -euo pipefail
server=$(dirname "${BASH_SOURCE[0]}")/../../tools/postgres_server.sh
# shellcheck disable=SC2016  # for the inner bash to expand
exec "$server" bash -c '
  host=${LIKENESS_POSTGRES#*host=}
  export POSTGRES_BESIDE=${host%%&*} LIKENESS_SECOND_POSTGRES=$LIKENESS_POSTGRES
  exec "$@"' two_servers "$server" "$@"
