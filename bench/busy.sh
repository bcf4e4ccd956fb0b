#!/usr/bin/env bash
# bench/busy.sh SHOP [PROGRAM...]: how fast each program trains beside 0, 1, 2, 4 and 8 endless
# loops: the default descriptor and the plain autoencoder, in images/s, and that as a share of what
# is fair, the idle rate x processors / (processors + loops). Without a PROGRAM the one of
# build/release. Works on a copy of the shop, for MINUTES (0.5) each; ends what it starts.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || { echo "usage: bench/busy.sh SHOP [PROGRAM...]" >&2; exit 2; }
shop=$1
programs=("${@:2}")
[ ${#programs[@]} -gt 0 ] || programs=(build/release/app/likeness)
minutes=${MINUTES:-0.5}

work=$(mktemp -d)
loops=()
end_loops() {
  [ ${#loops[@]} -eq 0 ] || kill "${loops[@]}" 2>/dev/null || true
  [ ${#loops[@]} -eq 0 ] || wait "${loops[@]}" 2>/dev/null || true
  loops=()
}
finish() {
  end_loops
  [ -z "${training-}" ] || kill "$training" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# images_per_second PROGRAM OPTIONS...: of the epochs, without what comes before and after them.
images_per_second() {
  rm -rf "$work/shop"
  cp -r "$shop" "$work/shop"
  "$1" train "$work/shop" --name busy --minutes "$minutes" --seed 1 --quiet --json "${@:2}" \
    >"$work/out.json" &
  training=$!
  wait "$training"
  training=
  grep -o '"images_per_second":[0-9.]*,"seconds":[0-9.]*}*$\|"images_per_second":[0-9.]*' "$work/out.json" |
    tail -n 1 | grep -o '[0-9.]*' | head -n 1
}

processors=$(nproc)
declare -A idle
printf '%-10s %-12s %6s %10s %14s\n' program training loops images/s "share of fair"
for count in 0 1 2 4 8; do
  for options in "" "--latent 10"; do
    for i in "${!programs[@]}"; do
      for ((k = 0; k < count; ++k)); do
        while :; do :; done &
        loops+=($!)
      done
      # shellcheck disable=SC2086  # options are words
      rate=$(images_per_second "${programs[$i]}" $options)
      end_loops
      [ "$count" -gt 0 ] || idle[$i$options]=$rate
      awk -v name="$((i + 1))" -v what="${options:-default}" -v loops="$count" -v rate="$rate" \
        -v idle="${idle[$i$options]}" -v processors="$processors" 'BEGIN {
          printf "%-10s %-12s %6d %10.0f %14.2f\n", name, what, loops, rate,
            rate / (idle * processors / (processors + loops)) }'
    done
  done
done
