#!/usr/bin/env bash
# tools/keep_shop.sh LIKENESS NAME: keeps a small shop as this likeness makes it, and what it answers from it, in
# tests/shops/NAME: every later one must open it and answer the same (tests/program/kept_shops_test.cpp).
# docs/releasing.md says when.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: tools/keep_shop.sh LIKENESS NAME" >&2; exit 2; }
likeness=$(realpath -- "$1")
kept=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/tests/shops/$2
[ ! -e "$kept" ] || { echo "keep_shop: $kept is there already: what is kept never changes" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
run() { "$likeness" "$@" --quiet --json; }

run sample pictures --count 12 >sample.json
mv pictures/000012.jpg .
run pack shop pictures --size 12x16 --tags pictures/tags.csv --key key >pack.json
mv 000012.jpg pictures/ # so that there are two packs
run pack shop pictures --tags pictures/tags.csv --key key >pack_again.json
# The smallest model that there is; without options that the first likeness did not have.
run train shop --latent 2 --epochs 1 --precision f32 --threads 1 >train.json
run embed shop >embed.json
run cluster shop --clusters 2 >cluster.json
run remove shop 000005 >remove.json
run verify shop >verify.json
run recommend shop --item 000003 --count 20 >recommend.json
run recommend shop --image pictures/000002.jpg --count 3 >recommend_image.json
cp pictures/000002.jpg query.jpg

mkdir -p "$kept"
rm -rf shop/runs shop/lock shop/lock.* # what can be made again, and what is of this machine
mv shop query.jpg recommend.json recommend_image.json "$kept/"
"$likeness" --version | head -n 1 >"$kept/made_by"
du -sh "$kept"
