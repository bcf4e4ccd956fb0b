#!/usr/bin/env bash
# tools/install_packages.sh GROUP...: installs the Debian packages (12 or 13) of these groups that
# are missing, and touches nothing when none is. The only list of what likeness needs from outside.
set -euo pipefail

groups="build, test, ccache, package, lint, fuzz, debian, proxy and peers"
release=$(sed -nE 's/^VERSION_ID="?([0-9]+).*/\1/p' /etc/os-release || true)
release=${release:-13}  # testing has no number yet

packages_of() {
  case $1 in
    build)  # the release build, its tests and benchmarks included
      echo g++ cmake ninja-build pkgconf
      echo libdnnl-dev libhwy-dev libhnswlib-dev     # arithmetic, SIMD, approximate search
      echo libeigen3-dev                             # eigenvectors
      echo libturbojpeg0-dev libjpeg62-turbo-dev libvips-dev zlib1g-dev  # pictures, compressed data sets
      echo gnuplot-nox fonts-dejavu-core             # charts, and the letters of all that is drawn
      echo libutf8proc-dev                           # one spelling of each key
      echo libsqlite3-dev libxxhash-dev              # the shop's database, checksums
      echo nlohmann-json3-dev libcli11-dev libfmt-dev
      echo libonnx-dev libprotobuf-dev protobuf-compiler  # models as ONNX
      [ "$release" -lt 13 ] || echo libonnxruntime-dev  # pretrained encoders; Debian 12 has none
      echo libpq-dev                                 # PostgreSQL
      echo libjs-three                               # the report's plot to turn, embedded
      echo libboost-dev libsodium-dev libarchive-dev # HTTP, the keys for it, many items at once
      echo esbuild node-react node-react-dom         # the service's page, bundled and embedded
      echo libgtest-dev libbenchmark-dev
      ;;
    test)
      echo ccache                            # spares compiling again
      echo chromium nodejs                   # the pages in a browser
      # Fetches what drives it (tests/page/run.sh); a Node.js that is not Debian's may have it inside.
      command -v npm >/dev/null || echo npm
      echo python3                           # tests that are scripts
      # Training by several processes: not in `build`, for it brings a compiler of Fortran and 320 MB.
      echo libopenmpi-dev openmpi-bin
      echo imagemagick python3-pil           # pictures of every kind, made and decoded by others
      echo python3-jsonschema                # the service's answers against its description
      echo zsh                               # what it completes
      echo python3-hypothesis                # requests to the service, made from its description
      echo parallel jq python3-yaml          # the commands of docs/beyond.md
      # Writes AVIF for the tests of decoding; Debian 12 has it inside libheif1.
      [ "$release" -lt 13 ] || echo libheif-plugin-aomenc
      ;;
    ccache) echo ccache ;;
    package) echo dpkg-dev file lintian libopenmpi-dev ;;  # tools/package.sh
    # The service behind a proxy. Not in `test`: where there is a systemd, it would be started there.
    proxy) echo nginx-light caddy ;;
    debian) echo debootstrap debian-archive-keyring ;;  # tools/in_debian.sh
    lint) echo clang-format-19 clang-tidy-19 clang-19 libomp-19-dev shellcheck python3 ;;
    fuzz) echo clang-19 libclang-rt-19-dev libomp-19-dev ;;
    peers) echo time python3-numpy python3-pil python3-sklearn python3-torch libopenblas0 ;;  # bench/peers/
    *)
      echo "install_packages: $1: no such group; there are $groups" >&2
      return 2
      ;;
  esac
}

fail() {
  echo "install_packages: $1" >&2
  exit 1
}

[ $# -gt 0 ] || { echo "usage: tools/install_packages.sh GROUP...; there are $groups" >&2; exit 2; }
wanted=()
for group in "$@"; do
  words=$(packages_of "$group")
  read -r -d '' -a words <<<"$words" || true
  wanted+=("${words[@]}")
done

command -v apt-get >/dev/null ||
  fail "this system has no apt-get: install what these Debian packages hold: ${wanted[*]}"

missing=()
for package in $(printf '%s\n' "${wanted[@]}" | sort -u); do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null ||
    fail "packages are missing, and this is neither root nor is there sudo; as root, run: apt-get install ${missing[*]}"
  as_root=(sudo)
  [ -t 0 ] || as_root+=(-n)  # nobody there to type a password
  "${as_root[@]}" true ||
    fail "packages are missing, and sudo was refused; as root, run: apt-get install ${missing[*]}"
fi

# Waits for another apt to finish, and tries again: a mirror is sometimes away for a moment.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" </dev/null
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing ${#missing[@]} packages: ${missing[*]}"
for pause in 5 20 stop; do
  # A list that cannot be fetched matters only if a package is then not found.
  apt update >"$log" 2>&1 || true
  if apt install "${missing[@]}" >>"$log" 2>&1; then
    exit 0
  fi
  [ "$pause" = stop ] || { echo "apt-get failed, trying again in $pause s"; sleep "$pause"; }
done
tail -n 15 "$log" >&2
fail "apt-get could not install: ${missing[*]}"
