#!/usr/bin/env bash
# bench/peers/run_pack.sh FOLDER [ROUNDS]: packs the pictures of FOLDER by the plain way in Python
# (pack_peer.py) and by `likeness pack`, in turns, ROUNDS (5) times after one warm-up each, and
# prints the medians: rate, ratio, size of the file, peak resident memory.
# Whole processes are timed, from start to exit, for both.
set -euo pipefail
usage="usage: bench/peers/run_pack.sh FOLDER [ROUNDS]"
folder=$(realpath -- "${1:?$usage}")
[ -d "$folder" ] || { echo "run_pack: $1: is not a folder; $usage" >&2; exit 2; }
rounds=${2-5}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "run_pack: $rounds: is no number; $usage" >&2; exit 2; }
cd "$(dirname "$0")/../.."
tools/install_packages.sh build peers
likeness=build/release/app/likeness
[ -x "$likeness" ] || { echo "run_pack: $likeness is missing: run ./quickstart first" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# timed NAME COMMAND...: appends "seconds kilobytes" to NAME's list.
timed() {
  local name=$1
  shift
  if ! /usr/bin/time -f '%e %M' -o "$work/time" "$@" >"$work/$name.out" 2>&1; then
    cat "$work/$name.out" >&2
    echo "run_pack: $name failed" >&2
    exit 1
  fi
  cat "$work/time" >>"$work/$name"
}
peer() { timed peer /usr/bin/python3 bench/peers/pack_peer.py "$folder" "$work/peer.pickle"; }
ours() {
  rm -rf "$work/shop"
  timed ours "$likeness" pack "$work/shop" "$folder" --fit stretch --quiet --json
}

peer && ours  # into the page cache
rm "$work/peer" "$work/ours"
for ((round = 0; round < rounds; ++round)); do peer && ours; done

pictures() { grep -oE "$1" "$work/$2.out" | grep -oE '[0-9]+'; }
bytes() { find "$1" -type f -printf '%s\n' | awk '{sum += $1} END {print sum}'; }
row() {  # NAME TEXT PICTURES BYTES
  sort -n "$work/$1" | awk -v text="$2" -v pictures="$3" -v bytes="$4" '
    {seconds[NR] = $1; if ($2 > peak) peak = $2}
    END {
      median = (seconds[int((NR + 1) / 2)] + seconds[int(NR / 2) + 1]) / 2
      printf "| %s | %.2f | %.0f | %.1f | %.0f |\n", text, median, pictures / median, bytes / 1e6, peak / 1024
    }'
}
packed=$(pictures '"packed": *[0-9]+' ours)
read_by_peer=$(pictures '^[0-9]+ pictures' peer)
echo "| $(basename "$folder"), $packed pictures to 60x80, medians of $rounds | seconds | pictures/s | file, MB | peak memory, MB |"
echo "|---|--:|--:|--:|--:|"
row peer "Python, Pillow and NumPy, pickled" "$read_by_peer" "$(bytes "$work/peer.pickle")" | tee "$work/table"
row ours "\`likeness pack\`, $(nproc) threads" "$packed" "$(bytes "$work/shop/packs")" | tee -a "$work/table"
awk -F'|' '{rate[NR] = $4} END {printf "ratio of the rates: %.1f\n", rate[2] / rate[1]}' "$work/table"
