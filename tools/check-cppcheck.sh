#!/bin/sh
# SPDX-License-Identifier: MIT
# cppcheck over what is compiled.
set -eu
cppcheck --project="${LQ_BUILD_DIR:-build/dev}/compile_commands.json" -j "$(nproc)" --quiet \
	--enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	--suppress=missingIncludeSystem --suppress=varFuncNullUB --library=posix \
	--template='{file}:{line}: {message} ({id})'
