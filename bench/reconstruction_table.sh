#!/usr/bin/env bash
# bench/reconstruction_table.sh SHOP [MINUTES] [SIZES]: trains both networks for each latent size and
# prints the table of docs/training.md: how far reconstructions of pictures that were not trained on
# are off. MINUTES (5) are those of one training; SIZES ("3 5 10 50 100 500"). The models stay in the
# shop, named NETWORK-SIZE-MINUTESm.
set -euo pipefail
usage="usage: bench/reconstruction_table.sh SHOP [MINUTES] [SIZES]"
shop=${1:?$usage}
minutes=${2:-5}
sizes=${3:-3 5 10 50 100 500}
likeness=${LIKENESS:-$(dirname "$0")/../build/release/app/likeness}

# number FIELD JSON: the last number of that name, which is that of the whole training.
number() { grep -oE "\"$1\":[0-9.e+-]+" <<<"$2" | tail -1 | cut -d: -f2; }

echo "| latent | network | validation MAE | images/s | epochs | million multiply-adds | parameters |"
echo "|--:|---|--:|--:|--:|--:|--:|"
for size in $sizes; do
  for network in compact xception; do
    json=$("$likeness" train "$shop" --network "$network" --latent "$size" --minutes "$minutes" \
      --name "$network-$size-${minutes}m" --quiet --json)
    printf '| %d | %s | %.4f | %.0f | %d | %.1f | %d |\n' "$size" "$network" \
      "$(number validation_mae "$json")" "$(number images_per_second "$json")" \
      "$(number epoch "$json")" "$(number multiply_adds "$json" | awk '{print $1 / 1e6}')" \
      "$(number parameters "$json")"
  done
done
