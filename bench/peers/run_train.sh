#!/usr/bin/env bash
# bench/peers/run_train.sh PICTURES [ROUNDS]: trains the network xception on a folder of pictures in
# PyTorch and in likeness, one after the other, ROUNDS times (3), and prints the median images/s of
# each. Alternating, so that whatever else the machine does slows all of them. Run it on an idle one.
# LIKENESS, PYTHON: the programs; STEPS: of a peer in a round (8); MINUTES: of likeness (0.5).
set -euo pipefail
# shellcheck source=bench/peers/rounds.sh
. "$(dirname "$0")/rounds.sh"
pictures=${1:?folder of pictures}
rounds=${2:-3}

pack "$pictures"
for round in $(seq "$rounds"); do
  for variant in f32-nchw f32-channels-last bf16-channels-last; do
    rate=$(run_peer train_peer.py "$variant" --steps "${STEPS:-8}")
    note "$round" "pytorch-$variant" "$rate"
  done
  for precision in f32 bf16; do
    rate=$(run_likeness train "$shop" --network xception --precision "$precision" --epochs 1 \
      --minutes "${MINUTES:-0.5}" --batch 64 --name "bench-$precision-$round")
    note "$round" "likeness-$precision" "$rate"
  done
done
print_medians "xception, training, batch 64, 2 threads: median of $rounds rounds"
