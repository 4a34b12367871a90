#!/bin/sh
# SPDX-License-Identifier: MIT
# Every C file is as clang-format 14 writes it.
set -eu
tools/list-files.sh '*.c' '*.h' | xargs clang-format --dry-run -Werror || {
	echo "-> clang-format -i FILE"
	exit 1
}
