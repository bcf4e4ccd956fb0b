#!/usr/bin/env bash
# tools/make_report_pictures.sh [LIKENESS]: makes the pictures of a report and of the service's page
# that README.md shows, from the sample catalogue, with the program LIKENESS
# (build/release/app/likeness) and the browser of the test group of tools/install_packages.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
likeness=$(realpath "${1:-build/release/app/likeness}")
repository=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$likeness" sample sample --quiet
"$likeness" pack shop sample --tags sample/tags.csv --key key --quiet
"$likeness" train shop --epochs 60 --quiet # a minute on Zen 5, whatever machine makes them
"$likeness" embed shop --quiet
"$likeness" cluster shop --quiet
"$likeness" report shop --quiet
pictures=$repository/docs/pictures
cp shop/report/pictures/strip-01.png "$pictures/strip.png"
cp shop/report/pictures/evolution.webp "$pictures/evolution.webp" # a fifth of the GIF
"$repository/tests/page/run.sh" report_pictures.mjs shop/report/index.html "$pictures"
"$repository/tests/page/run.sh" service_pictures.mjs "$likeness" shop "$pictures"
