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
elif [ "${CI-}" = true ]; then
	meson configure "$dir" -Dwerror=true
fi
ninja -C "$dir" --quiet >"$dir.log" 2>&1 || {
	cat "$dir.log" >&2
	exit 1
}
grep -B 2 -A 8 "warning:" "$dir.log" >&2 || :
