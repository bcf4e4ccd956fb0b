#!/usr/bin/env bash
# tests/postgres/two_servers.sh COMMAND...: runs a command beside two new PostgreSQL, the second of
# which LIKENESS_SECOND_POSTGRES names. Exit code 77: there can be no server here.
set -euo pipefail
server=$(dirname "${BASH_SOURCE[0]}")/../../tools/postgres_server.sh
# shellcheck disable=SC2016  # for the inner bash to expand
exec "$server" bash -c 'LIKENESS_SECOND_POSTGRES=$LIKENESS_POSTGRES exec "$@"' two_servers "$server" "$@"
