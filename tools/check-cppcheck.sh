#!/bin/sh
# SPDX-License-Identifier: MIT
# cppcheck over what is compiled. It does not know the cleanup attribute: leaks are the sanitizers'.
set -eu
cppcheck --project="${LQ_BUILD_DIR:-build/dev}/compile_commands.json" -j "$(nproc)" --quiet \
	--enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	--suppress=missingIncludeSystem -D__GNUC__=12 --suppress=resourceLeak --suppress=memleak --suppress=varFuncNullUB --library=posix \
	--template='{file}:{line}: {message} ({id})'
