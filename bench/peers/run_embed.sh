#!/usr/bin/env bash
# bench/peers/run_embed.sh PICTURES [ROUNDS]: runs the encoder of xception over a folder of pictures
# in PyTorch, and that of xception and of compact in likeness, one after the other, ROUNDS times (3),
# and prints the median images/s of each. Run it on an idle machine.
# LIKENESS, PYTHON: the programs; STEPS: of a peer in a round (10).
set -euo pipefail
# shellcheck source=bench/peers/rounds.sh
. "$(dirname "$0")/rounds.sh"
pictures=${1:?folder of pictures}
rounds=${2:-3}

pack "$pictures"
# A new model for each round, as a picture is embedded once by each; how good it is does not matter.
for round in $(seq "$rounds"); do
  for network in xception compact; do
    run_likeness train "$shop" --network "$network" --epochs 1 --minutes 0.1 \
      --name "$network-$round" >/dev/null
  done
done
for round in $(seq "$rounds"); do
  for variant in f32-nchw f32-channels-last bf16-channels-last f32-channels-last-folded \
    bf16-channels-last-folded; do
    rate=$(run_peer embed_peer.py "$variant" --steps "${STEPS:-10}")
    note "$round" "pytorch-$variant" "$rate"
  done
  for network in xception compact; do
    rate=$(run_likeness embed "$shop" --model "$network-$round")
    note "$round" "likeness-$network" "$rate"
  done
done
print_medians "embedding, 2 threads: median of $rounds rounds"
