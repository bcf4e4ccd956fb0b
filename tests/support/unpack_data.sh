#!/bin/sh
# unpack_data.sh FROM TO: unpacks the real pictures' archives in FROM into the folder TO, once, and
# links what else lies in FROM: tables of tags, and data sets that are read packed.
# Exits with 77 (ctest: skipped) where there are none: the project has no pictures of its own.
set -eu
from=$1
to=$2
if ! ls "$from"/*.tar >/dev/null 2>&1; then
  echo "no archives of real pictures in $from: the tests that need them are SKIPPED;" \
    "configure with -DLIKENESS_DATA=FOLDER to run them"
  exit 77
fi
mkdir -p "$to"
for archive in "$from"/*.tar; do
  name=$(basename "$archive" .tar)
  [ -d "$to/$name" ] && continue
  unpacking=$to/$name.unpacking
  rm -rf "$unpacking"
  mkdir "$unpacking"
  tar -xf "$archive" -C "$unpacking" --no-same-owner
  mv "$unpacking/$name" "$to/$name"
  rmdir "$unpacking"
done
for other in "$from"/*; do
  case $other in
    *.tar) ;;
    *) ln -sfn "$(realpath "$other")" "$to/$(basename "$other")" ;;
  esac
done
