#!/usr/bin/env bash
# tools/in_debian_13.sh COMMAND...: runs a command as a stranger would, in a fresh clone of the
# present commit on a bare Debian 13. tools/in_debian.sh says how.
exec "$(dirname "${BASH_SOURCE[0]}")/in_debian.sh" 13 "$@"
