# shellcheck shell=bash
# How tools/in_debian.sh and tools/postgres_server.sh make a Debian that has nothing but git: to be
# sourced. Needs debootstrap and root.

# mirror CODENAME: the first of apt's sources here that is a mirror of Debian with that release.
mirror() {
  local found uri
  found=$(mktemp)
  while read -r uri; do
    if /usr/lib/apt/apt-helper download-file "$uri/dists/$1/InRelease" "$found" >&2 &&
      grep -q '^Origin: Debian$' "$found"; then
      rm -f "$found"
      echo "$uri"
      return
    fi
  done < <(apt-get update --print-uris | sed -nE "s|^'(https?:[^']*)/dists/[a-z]+/InRelease'.*|\1|p")
  rm -f "$found"
  echo "none of apt's sources here is a mirror of Debian that has $1" >&2
  return 1
}

# make_bare CODENAME FOLDER: under another name until it is whole, so that what an interrupted run
# left is made again. By `quietly`, where no command that fails ends the script: hence the &&.
make_bare() {
  local uri with=git
  uri=$(mirror "$1") || return
  case $uri in https:*) with+=,ca-certificates ;; esac
  rm -rf --one-file-system "$2.part" &&
    debootstrap --variant=minbase --include="$with" "$1" "$2.part" "$uri" &&
    mv "$2.part" "$2"
}
