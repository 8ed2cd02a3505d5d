#!/bin/sh
# Runs a script beside this file with the npm package that package.json pins.
#
#   node.sh SCRIPT [ARG...]
#
# The package is installed once for each lock file, under .cache/ in the root of
# the repository; its directory is the script's first argument.
set -eu
for tool in node npm; do
	command -v $tool >/dev/null || {
		echo "$tool is missing: Node.js 20 or newer holds the contract of the API against the AWS SDK" >&2
		exit 1
	}
done
gen=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$gen/../.." && pwd)
dir=$root/.cache/guardduty-npm-$(cksum <"$gen/package-lock.json" | cut -d' ' -f1)
if [ ! -d "$dir" ]; then
	mkdir -p "$root/.cache"
	tmp=$(mktemp -d "$dir.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	cp "$gen/package.json" "$gen/package-lock.json" "$tmp"
	(cd "$tmp" && npm ci --ignore-scripts --no-audit --no-fund) >&2
	[ -d "$dir" ] || mv "$tmp" "$dir"
fi
script=$1
shift
node "$gen/$script" "$dir" "$@"
