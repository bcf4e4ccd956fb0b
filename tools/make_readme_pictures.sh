#!/usr/bin/env bash
# tools/make_readme_pictures.sh [LIKENESS]: draws docs/pictures/sample.jpg, a sheet of the first 60
# pictures of the sample catalogue, with the program LIKENESS (build/release/app/likeness) and the
# command line of libvips (package libvips-tools).
set -euo pipefail
cd "$(dirname "$0")/.."
likeness=${1:-build/release/app/likeness}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$likeness" sample --quiet --count 60 "$folder/sample"
mkdir "$folder/small"
for picture in "$folder"/sample/*.jpg; do
  vips thumbnail "$picture" "$folder/small/$(basename "$picture" .jpg).png" 114 --height 152
done
mkdir -p docs/pictures
small=("$folder"/small/*.png)
vips arrayjoin "${small[*]}" "$folder/sheet.png" \
  --across 12 --shim 6 --background 255
vips jpegsave "$folder/sheet.png" docs/pictures/sample.jpg --Q 82 --optimize-coding
