#!/bin/sh
# SPDX-License-Identifier: MIT
# Every shell script, by its first line, passes shellcheck.
set -eu
tools/list-files.sh '*' | while read -r file; do
	case $(head -c 20 "$file" | head -n 1 | tr -d '\0') in
	'#!/bin/sh' | '#!/bin/bash') echo "$file" ;;
	esac
done | xargs shellcheck --external-sources --format=gcc
