# shellcheck shell=bash
# What run_train.sh and run_embed.sh have in common; they source it. Sets up `work`, a folder that is
# removed at the end, and `shop` in it with the pictures packed; collects rates and prints medians.
# LIKENESS, PYTHON: the programs.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
likeness=${LIKENESS:-$here/../../build/release/app/likeness}
python=${PYTHON:-/usr/bin/python3}
export PYTHONDONTWRITEBYTECODE=1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shop=$work/shop

pack() {  # PICTURES: sets `packed`, the first pack of the shop
  "$likeness" pack "$shop" "$1" --size 60x80 --quiet
  local packs=("$shop"/packs/*.pack)
  packed=${packs[0]}
}

# field NAMES... <FILE: follows the names into a JSON document.
field() {
  "$python" -c '
import functools, json, sys
step = lambda value, key: value[int(key) if key.isdigit() else key]
print(functools.reduce(step, sys.argv[1:], json.load(sys.stdin)))' "$@"
}

run_peer() {  # SCRIPT VARIANT OPTIONS...: prints images/s
  local script=$1 variant=$2
  shift 2
  if ! "$python" "$here/$script" --variant "$variant" --pictures "$packed" --threads 2 --json "$@" \
    >"$work/json" 2>"$work/messages"; then
    cat "$work/messages" >&2
    return 1
  fi
  field variants 0 images_per_second <"$work/json"
}

run_likeness() {  # ARGUMENTS...: prints images/s
  "$likeness" "$@" --threads 2 --json --quiet >"$work/json" || return
  field images_per_second <"$work/json"
}

note() {  # ROUND NAME RATE
  echo "$2 $3" >>"$work/rates"
  printf 'round %s: %-34s %9.1f images/s\n' "$1" "$2" "$3" >&2
}

print_medians() {  # TITLE
  echo "$1; PyTorch $("$python" -c 'import torch; print(torch.__version__)')"
  "$python" - "$work/rates" <<'PYTHON'
import collections, statistics, sys

rates = collections.defaultdict(list)
for line in open(sys.argv[1]):
    name, rate = line.split()
    rates[name].append(float(rate))
medians = {name: statistics.median(values) for name, values in rates.items()}
best_peer = max(rate for name, rate in medians.items() if name.startswith("pytorch"))
for name, rate in medians.items():
    print(f"{name:34} {rate:9.1f} images/s  {rate / best_peer:6.2f} x the fastest peer")
PYTHON
}
