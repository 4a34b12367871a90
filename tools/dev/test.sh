#!/bin/sh
# SPDX-License-Identifier: MIT
# ./dev test: builds, runs every test, counts them.
set -eu

dir=build/dev
model_too=yes
for argument; do
	shift
	case $argument in
	--asan)
		dir=build/asan
		# What is Python and Lua alone is the same there.
		model_too=
		;;
	--mutations)
		set -- "$@" --suite mutations
		;;
	--interop)
		set -- "$@" --suite interop
		;;
	*)
		set -- "$@" "$argument"
		;;
	esac
done
[ -n "$model_too" ] || set -- "$@" --no-suite model

sh tools/dev/setup.sh
mkdir -p build
if [ "$dir" = build/asan ]; then
	sh tools/dev/build.sh "$dir" -Db_sanitize=address,undefined -Db_lundef=false
	export ASAN_OPTIONS='detect_leaks=1:halt_on_error=1:abort_on_error=0:strict_string_checks=1'
	export UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1'
else
	sh tools/dev/build.sh "$dir"
fi

# A test that cannot run where it must is a failure, not a gap.
export LQ_TESTS_MUST_RUN=1
rm -f "$dir/meson-logs/testlog.junit.xml"
status=0
meson test -C "$dir" --no-rebuild --print-errorlogs "$@" </dev/null || status=$?
python3 tools/count-tests.py "$dir/meson-logs/testlog.junit.xml" || status=1
exit "$status"
