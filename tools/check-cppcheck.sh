#!/bin/sh
# SPDX-License-Identifier: MIT
# cppcheck over what is compiled.
set -eu
# It does not know the cleanup attribute: leaks are for the sanitizers to find. Its mmap() knows
# no -1, its readdir() no glibc; it does not read <sys/queue.h> and misreads uthash's macros.
cppcheck --project="${LQ_BUILD_DIR:-build/dev}/compile_commands.json" -j "$(nproc)" --quiet \
	--enable=warning,performance,portability --inline-suppr --error-exitcode=1 --library=posix \
	--suppress=resourceLeak --suppress=memleak --suppress=leakReturnValNotUsed \
	--suppress=varFuncNullUB --suppress=readdirCalled --suppress=invalidFunctionArg \
	--suppress=invalidFunctionArgBool --suppress=uninitvar --suppress=nullPointer:examples/module.c \
	--suppress=missingIncludeSystem -D__GNUC__=12 --library=tools/cppcheck.cfg \
	--template='{file}:{line}: {message} ({id})'
