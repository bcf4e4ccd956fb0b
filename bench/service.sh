# To be sourced: a service of a copy of a shop, which ends with the script, however that ends.
# shellcheck shell=bash

finish() {
  [ -z "${load-}" ] || { kill "$load" && wait "$load"; } 2>/dev/null || true
  [ -z "${service-}" ] || { kill "$service" && wait "$service"; } 2>/dev/null || true
  [ -z "${work-}" ] || rm -rf "$work"
}

# start_service SHOP PROGRAM: sets `work`, a folder that goes, too, with 1,000 keys in keys.txt; `service`, its
# process; `address`. Who sets `load` lets that process end before it.
start_service() {
  trap finish EXIT
  trap 'exit 130' INT TERM HUP
  work=$(mktemp -d)
  cp -r "$1" "$work/shop"
  : >"$work/ready.json"
  "$2" serve "$work/shop" --listen 127.0.0.1:0 --json --quiet >"$work/ready.json" &
  service=$!
  while ! grep -q listen "$work/ready.json"; do
    kill -0 "$service" || { echo "bench: the service does not start" >&2; exit 1; }
    sleep 0.05
  done
  address=$(grep -o '"listen":"[^"]*' "$work/ready.json" | cut -d'"' -f4)
  curl -s "http://$address/api/v1/items?count=1000" | grep -o '"key":"[^"]*' | cut -d'"' -f4 >"$work/keys.txt"
}
