#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual pages are clean mdoc, to mandoc and to groff (whose status is 0 all the same).
set -eu
failed=0
for page in man/*.[1-8]; do
	mandoc -Tlint -Wwarning "$page" || failed=1
	words=$(groff -mdoc -ww -z -Tutf8 -k "$page" 2>&1) || failed=1
	[ -z "$words" ] || {
		echo "$words"
		failed=1
	}
done
exit "$failed"
