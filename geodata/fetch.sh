#!/bin/sh
# Fetches the country and network data and puts country.mmdb and asn.mmdb into a directory: fetch.sh [DIR], by default the
# one that the build embeds. Needs npm and Go.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$here"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
packages=node_modules/@ip-location-db
"${GO:-go}" run ./compile "$out/asn.mmdb" "$packages/asn/asn-ipv4.csv" "$packages/asn/asn-ipv6.csv"
cp "$packages/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb" "$out/country.mmdb"
ls -l "$out/country.mmdb" "$out/asn.mmdb"
