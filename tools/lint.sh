#!/usr/bin/env bash
# tools/lint.sh [FILE.cpp...]: everything that a machine can say about style.
# Without files: format, layers, shell scripts, and clang-tidy over all sources, those that changed
# last first; one that has not changed since it last passed costs little (tools/tidy.sh).
# With LINT_SECONDS in the environment, sources whose turn comes later are left out, and counted.
# With files: clang-tidy over those alone.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8

tidy() {
  [ -e build/release/compile_commands.json ] || cmake -G Ninja --preset release >/dev/null
  printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" tools/tidy.sh
}

if [ $# -gt 0 ]; then
  tidy "$@"
  exit
fi

failed=0
part() {
  local name=$1 start=$SECONDS
  shift
  if "$@"; then
    echo "lint: $name: ok, $((SECONDS - start)) s"
  else
    echo "lint: $name: FAILED"
    failed=1
  fi
}

# tests/install/project/ is not built by us but by the test that installs us.
not_built=(-e '^tests/install/')
if ! pkg-config --exists libonnxruntime; then
  echo "lint: SKIPPED: onnx_runtime.cpp and onnx_session.cpp: need libonnxruntime-dev (Debian 13)"
  not_built+=(-e '^likeness/encoder/onnx_runtime\.cpp$' -e '^tests/encoder/onnx_session\.cpp$')
fi
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp')
# Changed and not committed, changed by a commit, all others.
mapfile -t sources < <({
  git diff --name-only HEAD
  git log --format= --name-only
  printf '%s\n' "${files[@]}"
} | awk '/\.cpp$/ && !seen[$0]++' | grep -xF -f <(printf '%s\n' "${files[@]}") |
  grep -v "${not_built[@]}")
mapfile -t scripts < <(git grep --untracked -lE '^#(!.*sh|.*shellcheck shell=bash)$' -- ':!*.md')

part "format of ${#files[@]} files" clang-format-19 --dry-run -Werror "${files[@]}"
part "layers" tools/check_layers.sh
part "${#scripts[@]} shell scripts" shellcheck "${scripts[@]}"
LINT_LEFT_OUT=$(mktemp)
trap 'rm -f "$LINT_LEFT_OUT"' EXIT
[ -z "${LINT_SECONDS-}" ] || export LINT_UNTIL=$((EPOCHSECONDS + LINT_SECONDS)) LINT_LEFT_OUT
part "clang-tidy over ${#sources[@]} sources" tidy "${sources[@]}"
left_out=$(wc -l <"$LINT_LEFT_OUT")
[ "$left_out" -eq 0 ] || echo "lint: SKIPPED: $left_out sources: $LINT_SECONDS s were gone"
exit "$failed"
