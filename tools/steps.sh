# shellcheck shell=bash
# What ./quickstart, ./test and .ci/run share: to be sourced from the repository's root.

# As many compilers at a time as there are processors, and memory for 1.5 GB each.
jobs=$(awk -v cpus="$(nproc)" '/^MemAvailable:/ {
  fit = int($2 / 1500000); jobs = fit < cpus ? fit : cpus; print jobs < 1 ? 1 : jobs }' /proc/meminfo)

# quietly NAME COMMAND...: one line for a long command, and all it said only if it fails.
quietly() {
  local name=$1 start=$SECONDS
  shift
  local log=build/logs/${name//[^A-Za-z0-9]/_}.log
  mkdir -p build/logs
  echo "$name ..."
  if "$@" >"$log" 2>&1 </dev/null; then
    [ $((SECONDS - start)) -lt 3 ] || echo "$name: $((SECONDS - start)) s"
  else
    tail -n 40 "$log" >&2
    echo "$name: FAILED after $((SECONDS - start)) s; all of it is in $log" >&2
    return 1
  fi
}

# configure PRESET [OPTIONS]
configure() {
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  cmake --preset "$@"
}

# build PRESET [OPTIONS]
build() {
  cmake --build "build/$1" --parallel "$jobs" "${@:2}"
}
