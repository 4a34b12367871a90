#!/bin/sh
# SPDX-License-Identifier: MIT
# ./dev lint [CHECK...]: runs every tools/check-*, or those named (`layers`, `exports`).
# A check prints `file:line: what is wrong, what to do`, and nothing when all is well.
set -eu

sh tools/dev/setup.sh --lint
mkdir -p build
sh tools/dev/build.sh build/dev
export LQ_BUILD_DIR=build/dev

if [ $# -eq 0 ]; then
	set -- tools/check-*
else
	for name; do
		shift
		set -- "$@" "tools/check-$name".*
	done
fi

output=$(mktemp)
trap 'rm -f "$output"' EXIT
trap 'exit 1' HUP INT TERM
n_failed=0
for check; do
	if "./$check" >"$output" 2>&1; then
		echo "ok      $check"
	else
		n_failed=$((n_failed + 1))
		cat "$output"
		echo "FAILED  $check"
	fi
done
echo "$# checks, $n_failed failed"
[ "$n_failed" -eq 0 ]
