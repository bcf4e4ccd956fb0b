# shellcheck shell=bash
# What ./quickstart, ./test and .ci/run share: to be sourced from the repository's root.

# As many compilers at a time as there are processors, and memory for 1.5 GB each.
jobs=$(awk -v cpus="$(nproc)" '/^MemAvailable:/ {
  fit = int($2 / 1500000); jobs = fit < cpus ? fit : cpus; print jobs < 1 ? 1 : jobs }' /proc/meminfo)

# What ccache has from one clone counts in every other.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# quietly NAME COMMAND...: a line for a long command and how far it is, and all it said only if it
# fails.
quietly() {
  local name=$1 start=$SECONDS status=0
  shift
  local log=build/logs/${name//[^A-Za-z0-9]/_}.log
  mkdir -p build/logs
  echo "$name ..."
  : >"$log"
  tell_progress "$name" "$log" &
  local teller=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$teller" 2>/dev/null || true
  wait "$teller" 2>/dev/null || true
  [ ! -t 1 ] || printf '\r\033[K'
  if [ "$status" -eq 0 ]; then
    [ $((SECONDS - start)) -lt 3 ] || echo "$name: $((SECONDS - start)) s"
  else
    tail -n 40 "$log" >&2
    echo "$name: FAILED after $((SECONDS - start)) s; all of it is in $log" >&2
    return 1
  fi
}

# Until it is ended, or who called it is: on a terminal a line that is written anew, elsewhere one
# now and then. Ninja says [steps done/all].
tell_progress() {
  local name=$1 log=$2 start=$SECONDS every=30 next ended='\n' finished all
  if [ -t 1 ]; then every=1 ended='\033[K\r'; fi
  next=$every
  while sleep 1 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    local seconds=$((SECONDS - start)) far=""
    [ "$seconds" -ge "$next" ] || continue
    next=$((seconds + every))
    read -r finished all < <(sed -nE 's|^\[([0-9]+)/([0-9]+)\].*|\1 \2|p' "$log" | tail -n 1) || true
    [ -z "$all" ] || far="$finished of $all steps, $((100 * finished / all)) %, "
    printf "%s: %s%d min %02d s so far$ended" "$name" "$far" $((seconds / 60)) $((seconds % 60))
  done
}

# configure PRESET [OPTIONS]: with those in CONFIGURE_OPTIONS, too.
configure() {
  local more
  read -r -a more <<<"${CONFIGURE_OPTIONS-}"
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  cmake --preset "$@" "${more[@]}"
}

# build PRESET [OPTIONS]
build() {
  cmake --build "build/$1" --parallel "$jobs" "${@:2}"
}
