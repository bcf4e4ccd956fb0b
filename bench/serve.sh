#!/usr/bin/env bash
# bench/serve.sh SHOP PICTURES [PROGRAM]: what the service answers in a second, asked by wrk with 64
# connections on the same processors (32 where pictures are put), for SECONDS_EACH (20): what is
# like an item (also while a job trains), recommendations for a picture, and pictures put under new
# keys; and how many items a second come in by a request of thousands. SHOP has an active model;
# PICTURES is a folder of JPEGs. Works on a copy of the shop; ends what it starts.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: bench/serve.sh SHOP PICTURES [PROGRAM]" >&2; exit 2; }
shop=$1
pictures=$(realpath "$2")
program=${3:-build/release/app/likeness}
seconds=${SECONDS_EACH:-20}
script=$(dirname "$0")/serve.lua

# shellcheck source=bench/service.sh
. "$(dirname "$0")/service.sh"
start_service "$shop" "$program"

# measure NAME CONNECTIONS
measure() {
  wrk -t1 "-c$2" "-d${seconds}s" --latency -s "$script" "http://$address" -- "$1" "$work/keys.txt" "$pictures" \
    >"$work/wrk.txt"
  awk -v name="$1" -v connections="$2" '
    $1 == "50%" { half = $2 } $1 == "99%" { most = $2 } /Requests\/sec/ { rate = $2 }
    /Non-2xx/ { wrong = $NF }
    END { printf "%-10s %11d %11.0f %10s %10s %8d\n", name, connections, rate, half, most, wrong }' "$work/wrk.txt"
}
printf '%-10s %11s %11s %10s %10s %8s\n' what connections requests/s "50 %" "99 %" refused
measure similar 64
measure recommend 64
measure similar 8
job=$(curl -s -d '{"verb": "train", "options": {"minutes": 5, "name": "bench"}}' "http://$address/api/v1/jobs" |
  grep -o '"id":[0-9]*' | cut -d: -f2)
sleep 3  # until it is at work
echo "while a job trains:"
measure similar 64
measure similar 8
curl -s -o "$work/job.json" -X DELETE "http://$address/api/v1/jobs/$job"
while curl -s "http://$address/api/v1/jobs/$job" | grep -q '"state":"running"'; do sleep 0.1; done
measure put 32
# Thousands by one request, under keys of their own.
find "$pictures" -maxdepth 1 -type f -printf '%f\n' | sed -n 1,9000p >"$work/names.txt"
tar -cf "$work/load.tar" --transform 's,^,load/,' -C "$pictures" -T "$work/names.txt"
seconds=$(curl -s -o "$work/loaded.txt" -w '%{time_total}' -H 'Content-Type: application/x-tar' \
  --data-binary "@$work/load.tar" "http://$address/api/v1/items")
awk -v seconds="$seconds" '/"status":201/ { new++ } END {
  printf "%-10s %11d %11.0f items/s, of %d sent %d are new\n", "load", 1, new / seconds, NR, new }' "$work/loaded.txt"
memory=$(awk '/^RssAnon/ { print $2 / 1024 }' "/proc/$service/status")
printf 'private memory of the service at the end: %.0f MB\n' "$memory"
