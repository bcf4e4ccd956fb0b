#!/usr/bin/env bash
# tools/package.sh [FOLDER]: makes the package of this Debian, likeness_VERSION_amd64.deb, in FOLDER (without it
# build/packages), and asks lintian what is wrong with it. docs/releasing.md says what becomes of it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/steps.sh
. tools/steps.sh
folder=$(realpath -m -- "${1-build/packages}")

make_package() {
  cmake --build build/release --parallel "$jobs" --target likeness likeness_vips manual package_documents &&
    cpack --config build/release/CPackConfig.cmake -B build/cpack &&
    mkdir -p "$folder" && mv build/cpack/likeness_*.deb "$folder/"
}

tools/install_packages.sh build package
# It is dated by its commit, which is what the files of a release's archive have.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)
export SOURCE_DATE_EPOCH
rm -rf build/cpack "$folder"/likeness_*.deb
quietly "Configuring" configure release
quietly "Making the package" make_package
lintian --allow-root --fail-on error --suppress-tags initial-upload-closes-no-bugs "$folder"/likeness_*.deb
ls -l "$folder"/likeness_*.deb
