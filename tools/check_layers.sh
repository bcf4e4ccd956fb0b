#!/usr/bin/env bash
# Checks what docs/architecture.md promises of the modules below likeness/:
# - a file includes its own module and those that its DEPENDS names, directly or through another;
# - a DEPENDS names only modules that stand above its own in CMakeLists.txt, so there is no circle;
# - a third-party header stays in at most two files of a module and out of every header that others
#   get (HEADERS in its CMakeLists.txt);
# - the table of modules in that document is true;
# - no two headers define types of one name, for a program of both would take either's functions;
# - nothing is built for one machine's CPU only.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() { printf 'layer: %s\n' "$1" >&2; bad=1; }

declare -A reach  # module -> " a b c ": what it may include
while read -r module; do
  allowed=" $module "
  names=$(tr '\n' ' ' <"likeness/$module/CMakeLists.txt" |
    sed -nE 's/.*likeness_module\([^)]*DEPENDS ([a-z ]*).*/\1/p')
  for name in $names; do
    if [ -n "${reach[$name]-}" ]; then
      allowed+="${reach[$name]}"
    else
      complain "likeness/$module/CMakeLists.txt: DEPENDS $name, which does not stand above it"
    fi
  done
  reach[$module]=$allowed
  words=$(sed -nE "s/^\| .$module. \|.*\| ([^|]*)\|\$/\1/p" docs/architecture.md | tr -d '`,')
  [ "$(tr -s ' ' <<<"x $words")" = "$(tr -s ' ' <<<"x $names ")" ] ||
    complain "docs/architecture.md: $module depends on '$names', and the table says '$words'"
done < <(sed -n 's|^add_subdirectory(likeness/\(.*\))|\1|p' CMakeLists.txt)
[ "${#reach[@]}" -gt 0 ] || complain "CMakeLists.txt: names no module"

while IFS=: read -r file include; do
  module=${file#likeness/}
  module=${module%%/*}
  target=${include#*\"likeness/}
  target=${target%%/*}
  case "${reach[$module]-}" in
    *" $target "*) ;;
    *) complain "$file includes likeness/$target/, which $module does not depend on" ;;
  esac
done < <(grep -r --include='*.[ch]pp' '^#include "likeness/' likeness)

for header in dnnl oneapi turbojpeg vips hwy hnswlib sqlite3 nlohmann CLI xxhash xxh_x86dispatch boost libpq-fe mpi onnx onnxruntime_cxx_api; do
  files=$(grep -rlE --include='*.[ch]pp' "^#include <${header}[./]" likeness || true)
  for file in $files; do
    ! grep -qwF "${file##*/}" "${file%/*}/CMakeLists.txt" || [ "${file%.hpp}" = "$file" ] ||
      complain "$file: a header that others get includes <$header>"
  done
  crowded=$(printf '%s\n' "$files" | cut -d/ -f2 | sort | uniq -c | awk '$1 > 2 && $2 {print $2}')
  [ -z "$crowded" ] || complain "more than two files of module $crowded include <$header>"
done

twice=$(find likeness app -name '*.hpp' -exec awk '/^namespace [a-z:]+ \{/ { space = $2 }
  /^(struct|class|enum class) [A-Z][A-Za-z0-9]*( final)?( : .*)? \{/ {
    print space "::" ($1 == "enum" ? $3 : $2) }' {} + | sort | uniq -d)
[ -z "$twice" ] || complain "two headers define ${twice//$'\n'/ and }"

if grep -rnE 'march=|mtune=' CMakeLists.txt CMakePresets.json cmake likeness app; then
  complain "a build for one kind of CPU: SIMD is chosen as the program runs"
fi
exit "$bad"
