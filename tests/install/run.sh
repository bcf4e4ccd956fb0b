#!/bin/sh
# run.sh CMAKE BUILD WORK: installs BUILD below WORK, moves the installed tree (it must not depend
# on where it was put), then builds the small program in project/ with it: once by
# find_package(likeness), once by pkg-config, each also with every object of our libraries, so that
# a library that one of them needs and the package does not name is an undefined symbol here.
set -eu
cmake=$1
build=$2
work=$3
project=$(cd "$(dirname "$0")/project" && pwd)

rm -rf "$work"
mkdir -p "$work"
"$cmake" --install "$build" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$work/prefix"
"$work/prefix/bin/likeness" --version
test -f "$work/prefix/share/man/man1/likeness-pack.1.gz"
"$work/prefix/bin/likeness" sample "$work/sample" --count 2  # needs what is loaded later
loaded=$(find "$work/prefix" -name liblikeness-vips.so)
mv "$loaded" "$work/away.so"
if "$work/prefix/bin/likeness" sample "$work/other" --count 2 2>"$work/absent.log"; then exit 1; fi
grep "liblikeness-vips.so: .*; install likeness as a whole" "$work/absent.log"
mv "$work/away.so" "$loaded"

libraries=$(find "$work/prefix" -name 'liblikeness-*.a')
modules=$(printf '%s\n' "$libraries" | sed 's|.*/liblikeness-||; s|\.a$||' | paste -s -d ';')
"$cmake" -G Ninja -S "$project" -B "$work/by-cmake" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_BUILD_TYPE=Release -DMODULES="$modules"
"$cmake" --build "$work/by-cmake"
"$work/by-cmake/outside"
"$work/by-cmake/everything"

PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name likeness.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046,SC2086  # their output is words
{
  c++ -std=c++20 -O1 "$project/outside.cpp" -o "$work/by-pkg-config" \
    $(pkg-config --cflags --libs likeness)
  c++ -std=c++20 -O1 "$project/outside.cpp" -o "$work/everything" \
    -Wl,--whole-archive $libraries -Wl,--no-whole-archive \
    $(pkg-config --cflags --libs likeness)
}
"$work/by-pkg-config"
"$work/everything"
