#!/bin/sh
# SPDX-License-Identifier: MIT
# ./dev bench [ROUNDS]: builds for release, measures, prints a table, writes build/bench.json.
set -eu

sh tools/dev/setup.sh
mkdir -p build
sh tools/dev/build.sh build/bench --buildtype=release -Dtests=false
ninja -C build/bench --quiet bench
export LQ_BUILD_DIR=build/bench PYTHONPATH=tests/support PYTHONDONTWRITEBYTECODE=1
python3 bench/run.py "${1-5}" build/bench.json
