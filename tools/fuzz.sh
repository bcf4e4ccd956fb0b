#!/usr/bin/env bash
# tools/fuzz.sh [SECONDS] [TARGET...]: runs the fuzz targets (all, 60 seconds each), starting from
# the inputs in fuzz/corpus/. What it finds new stays in build/fuzz/found/; an input that crashes a
# target is left in build/fuzz/crashes/ and named. Put it into fuzz/corpus/ when it is mended.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] ||
  { echo "usage: tools/fuzz.sh [SECONDS] [TARGET...]" >&2; exit 2; }

# shellcheck source=tools/steps.sh
. tools/steps.sh
tools/install_packages.sh build fuzz
quietly "Configuring fuzz" configure fuzz
quietly "Building fuzz" build fuzz --target fuzz_targets

targets=("${@:2}")
if [ ${#targets[@]} -eq 0 ]; then
  for source in fuzz/*_fuzz.cpp; do targets+=("$(basename "$source" _fuzz.cpp)"); done
fi

run_one() {
  local target=$1 program=build/fuzz/fuzz/$1_fuzz log=build/fuzz/$1.log
  local found=build/fuzz/found/$target crashes=build/fuzz/crashes/$target-
  [ -x "$program" ] || { echo "fuzz: $target: no such target" >&2; return 1; }
  mkdir -p "$found" build/fuzz/crashes
  if "$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$crashes" "$found" "fuzz/corpus/$target" >"$log" 2>&1; then
    awk -v target="$target" '
      /^stat::number_of_executed_units/ {runs = $2}
      /DONE/ {for (i = 1; i < NF; ++i) if ($i == "cov:") edges = $(i + 1)}
      END {printf "fuzz: %s: ok, %d runs, %d edges of our code reached\n", target, runs, edges}' "$log"
  else
    tail -n 60 "$log" >&2
    # Where nobody can fetch a file, as in CI, it is read from here: base64 -d | zcat.
    for crash in "$crashes"*; do
      [ -s "$crash" ] && { echo "fuzz: $crash, by gzip and base64:"; gzip -9 <"$crash" | base64; } >&2
    done
    echo "fuzz: $target: FAILED; see $log" >&2
    return 1
  fi
}
export -f run_one
export seconds
export ASAN_OPTIONS=detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS=suppressions=$PWD/tools/lsan.supp:print_suppressions=0
# shellcheck disable=SC2016  # for the inner bash to expand
printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'run_one "$1"' run_one
