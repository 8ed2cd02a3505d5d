#!/bin/sh
# Runs a Node script against the npm package that package.json pins.
#
#   node.sh SCRIPT [ARG...]
#
# The package is installed once for each lock file, under .cache/ in the root of
# the repository, and its directory is the script's first argument.
set -eu
gen=$(cd "$(dirname "$0")" && pwd)
sum=$(cksum <"$gen/package-lock.json" | cut -d' ' -f1)
cache=$gen/../../.cache
dir=$cache/guardduty-npm-$sum
if [ ! -d "$dir" ]; then
	mkdir -p "$cache"
	tmp=$(mktemp -d "$dir.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	cp "$gen/package.json" "$gen/package-lock.json" "$tmp"
	(cd "$tmp" && npm ci --ignore-scripts --no-audit --no-fund) >&2
	[ -d "$dir" ] || mv "$tmp" "$dir"
fi
script=$1
shift
node "$gen/$script" "$dir" "$@"
