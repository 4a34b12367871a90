#!/bin/sh
# SPDX-License-Identifier: MIT
# codespell; a word that it does not know, and that is right, goes into the list here.
set -eu
tools/list-files.sh '*' | grep -v '^tests/.*corpus' |
	xargs codespell --ignore-words-list='ba,fo,te,nd,ue,hist,ot,ans,tage' --quiet-level=3
