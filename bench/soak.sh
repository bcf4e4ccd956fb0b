#!/usr/bin/env bash
# bench/soak.sh SHOP PICTURES [MINUTES] [PROGRAM]: whether the service stays as it is under a mixed
# load, for MINUTES (10): what is like an item and a picture, pages of items, their pictures, and
# pictures put and deleted again, by 16 connections. A line a minute: memory and open files, on
# average, and how many answers of 5xx there were; at the end how the last minute compares with the
# first. Memory and files should differ by less than 2 %, and there should be no 5xx. SHOP has an
# active model; PICTURES is a folder of JPEGs. Works on a copy of the shop; ends what it starts.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: bench/soak.sh SHOP PICTURES [MINUTES] [PROGRAM]" >&2; exit 2; }
shop=$1
pictures=$(realpath "$2")
minutes=${3:-10}
program=${4:-build/release/app/likeness}
script=$(dirname "$0")/serve.lua
warm_seconds=300  # at most
[[ $minutes =~ ^[1-9][0-9]*$ ]] || { echo "soak: $minutes: give whole minutes" >&2; exit 2; }

# shellcheck source=bench/service.sh
. "$(dirname "$0")/service.sh"
start_service "$shop" "$program"

# counted: all answers so far, and those of 5xx.
counted() {
  curl -s "http://$address/metrics" | awk '
    /^likeness_requests_total/ { all += $2; if ($1 ~ /status="5/) wrong += $2 }
    END { print all + 0, wrong + 0 }'
}

# sample: resident memory, private memory (kB), open files.
sample() {
  awk '/^VmRSS/ { all = $2 } /^RssAnon/ { own = $2 } END { printf "%d %d ", all, own }' "/proc/$service/status"
  find "/proc/$service/fd" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l
}

wrk -t1 -c16 "-d$((60 * minutes + warm_seconds + 60))s" -s "$script" "http://$address" -- mixed "$work/keys.txt" "$pictures" \
  >"$work/wrk.txt" 2>&1 &
load=$!
# Until each picture was put and deleted three times, and the service has what it keeps.
read -r answers wrong <<<"$(counted)"
while [ "$answers" -lt 30000 ] && [ $SECONDS -lt $warm_seconds ]; do
  sleep 1
  read -r answers wrong <<<"$(counted)"
done
[ "$answers" -ge 30000 ] || echo "soak: in $warm_seconds s only $answers answers: it may still grow" >&2

printf '%6s %12s %12s %6s %11s %6s\n' minute "resident MB" "private MB" files answers/s 5xx
for ((minute = 1; minute <= minutes; ++minute)); do
  : >"$work/samples.txt"
  end=$((SECONDS + 60))
  while [ $SECONDS -lt $end ]; do
    sample >>"$work/samples.txt"
    sleep 1
  done
  kill -0 "$service" || { echo "soak: the service has ended" >&2; exit 1; }
  kill -0 "$load" || { echo "soak: the load has ended:" >&2; cat "$work/wrk.txt" >&2; exit 1; }
  read -r answers_now wrong_now <<<"$(counted)"
  awk -v minute="$minute" -v answers=$((answers_now - answers)) -v wrong=$((wrong_now - wrong)) '
    { all += $1; own += $2; files += $3 }
    END { printf "%6d %12.1f %12.1f %6.1f %11.0f %6d\n", minute, all / NR / 1024, own / NR / 1024, files / NR,
            answers / 60, wrong }' "$work/samples.txt" | tee -a "$work/minutes.txt"
  answers=$answers_now wrong=$wrong_now
done
awk 'NR == 1 { all = $2; own = $3; files = $4 } { wrong += $6 }
  END { printf "last minute / first: resident %.3f, private %.3f, files %.3f; 5xx: %d\n", $2 / all, $3 / own,
          $4 / files, wrong }' "$work/minutes.txt"
