#!/usr/bin/env bash
# tools/tidy.sh FILE.cpp: clang-tidy over one source of build/release. One that passed is remembered
# by a checksum of everything that clang-tidy saw of it, headers included, and passes at once when
# nothing of that has changed. With LINT_UNTIL (seconds since 1970) and LINT_LEFT_OUT (a file) in the
# environment, one whose turn comes later is not looked at, and its name is added to that file.
set -euo pipefail
cd "$(dirname "$0")/.."
source=$1
build=build/release
passed=${XDG_CACHE_HOME:-$HOME/.cache}/likeness-lint
mkdir -p "$passed"

if [ -n "${LINT_UNTIL-}" ] && [ "$EPOCHSECONDS" -ge "$LINT_UNTIL" ]; then
  echo "$source" >>"$LINT_LEFT_OUT"
  exit 0
fi

# The arguments that compile the source: without the compiler, what it writes, and what clang does not
# know.
arguments=$(python3 - "$build/compile_commands.json" "$source" <<'PYTHON'
import json, os, shlex, sys

source = os.path.realpath(sys.argv[2])
of_gcc_alone = {"-fno-tree-pre"}
for entry in json.load(open(sys.argv[1])):
    if os.path.realpath(entry["file"]) == source:
        words = shlex.split(entry["command"])
        output = words.index("-o")
        first = 1 + os.path.basename(words[0]).startswith("ccache")
        arguments = words[first:output] + words[output + 2:]
        print("\n".join(word for word in arguments if word not in of_gcc_alone))
        break
else:
    sys.exit(f"{sys.argv[2]}: is not built by build/release, so nothing checks it")
PYTHON
)
mapfile -t arguments <<<"$arguments"

# Comments and macros stay in the preprocessed text: a NOLINT counts. Where the clone lies does not.
# (Boost's macros name files, which comments in macros would spoil.)
mark=$passed/$({
  clang-tidy-19 --version
  clang-tidy-19 --dump-config "$source" -- 2>/dev/null | sed "s|$PWD/||g"
  { clang++-19 "${arguments[@]}" -E -CC -dD -w 2>/dev/null ||
    clang++-19 "${arguments[@]}" -E -C -dD -w; } | sed "s|$PWD/||g"
} | sha256sum | cut -d' ' -f1)
[ ! -e "$mark" ] || exit 0

if seen=$(clang-tidy-19 --quiet "$source" -- "${arguments[@]}" -Wno-unknown-warning-option \
  2>/dev/null); then
  : >"$mark"
else
  printf '%s\n' "$seen"
  exit 1
fi
