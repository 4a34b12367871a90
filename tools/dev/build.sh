#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh DIR [MESON OPTION...]: configures DIR where that is needed, and builds.
set -eu

dir=$1
shift
[ "${CI-}" != true ] || set -- -Dwerror=true "$@"
if [ ! -f "$dir/build.ninja" ]; then
	meson setup "$dir" "$@" >"$dir.log" 2>&1 || {
		cat "$dir.log" >&2
		exit 1
	}
elif [ -n "$(find . -path './build*' -prune -o -name meson.build -newer "$dir/build.ninja" -print)" ]; then
	# A folder that is new is found by fs.exists(), of which ninja knows nothing.
	meson setup --reconfigure "$dir" "$@" >"$dir.log" 2>&1 || {
		cat "$dir.log" >&2
		exit 1
	}
elif [ "${CI-}" = true ]; then
	meson configure "$dir" -Dwerror=true
fi
ninja -C "$dir" --quiet >"$dir.log" 2>&1 || {
	cat "$dir.log" >&2
	exit 1
}
grep -B 2 -A 8 "warning:" "$dir.log" >&2 || :
