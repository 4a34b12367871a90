#!/bin/sh
# SPDX-License-Identifier: MIT
# clang-tidy (.clang-tidy): the analyser, the rules of errors and signals, the size of functions.
set -eu
: "${LQ_BUILD_DIR:=build/dev}"
export LQ_BUILD_DIR

# What is compiled, less what the build generates.
sources() {
	python3 - <<'END'
import json, os, pathlib
build = pathlib.Path(os.environ["LQ_BUILD_DIR"])
paths = set()
for entry in json.loads((build / "compile_commands.json").read_text()):
    path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
    if build.resolve() not in path.parents:
        paths.add(str(path))
print("\n".join(sorted(paths)))
END
}

# One file a process: the analyser of 14 carries va_list states from one to the next.
found=$(mktemp)
trap 'rm -f "$found"' EXIT
sources | xargs -P "$(nproc)" -n 1 clang-tidy -p "$LQ_BUILD_DIR" --quiet >"$found" 2>/dev/null && exit 0
# The place and the words; `clang-tidy -p build/dev FILE` shows the path that leads there.
grep -E '^[^ ]+:[0-9]+:[0-9]+: (error|warning): ' "$found" |
	sed -e "s,^$PWD/,," -e 's,^build/[^/]*/\.\./\.\./,,' -e 's,^\(\.\./\)*,,' -e 's,: error:,:,' |
	sort -u
exit 1
