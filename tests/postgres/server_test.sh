#!/usr/bin/env bash
# tests/postgres/server_test.sh: tools/postgres_server.sh gives its command a server, two of them at
# once one each, and leaves nothing: no process, no file. Exit code 77: there can be no server here.
set -euo pipefail
server=$(dirname "${BASH_SOURCE[0]}")/../../tools/postgres_server.sh
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

fail() {
  echo "server_test: $1" >&2
  exit 1
}

"$server" true || exit $?
[ -z "$(ls -A "$TMPDIR")" ] || fail "files are left: $(ls -A "$TMPDIR")"

status=0
"$server" bash -c 'exit 3' || status=$?
[ "$status" -eq 3 ] || fail "the command's exit code 3 became $status"

# The inner one asks for the outer one's socket and its own.
# shellcheck disable=SC2016  # for the inner bash to expand
"$server" bash -c '
  socket() { sed -nE "s|.*host=([^&]*)&.*|\1/.s.PGSQL.5432|p" <<<"$LIKENESS_POSTGRES"; }
  outer=$(socket) "$0" bash -c "$(declare -f socket)"'\''
    [ -S "$outer" ] && [ -S "$(socket)" ] && [ "$outer" != "$(socket)" ]
  '\''
' "$server" || fail "two servers do not run at once"

"$server" sleep 1000 &
script=$!
until grep -qs '^ready' "$TMPDIR"/*/data/postmaster.pid; do
  kill -0 "$script" || fail "it ended too early"
  sleep 0.1
done
socket=$(echo "$TMPDIR"/*/.s.PGSQL.5432)
kill -TERM "$script"
wait "$script" || true
[ ! -S "$socket" ] || fail "ended by a signal it leaves its server"
[ -z "$(ls -A "$TMPDIR")" ] || fail "ended by a signal it leaves files: $(ls -A "$TMPDIR")"
