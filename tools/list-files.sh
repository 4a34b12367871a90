#!/bin/sh
# SPDX-License-Identifier: MIT
# The files of the tree that match the patterns, one a line; in a tree without git, those outside build/.
set -eu
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
	git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
	exit
fi
for pattern; do
	find . -path './build*' -prune -o -type f -path "./${pattern#./}" -print
done | sed 's,^\./,,' | sort -u
