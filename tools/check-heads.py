#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every source begins with its licence and the concept it holds, and is of a size to be read."""

import sys

import lintlib

SPDX = "SPDX-License-Identifier: MIT"
MAX_LINES = {".c": 400, ".h": 400, ".py": 400, ".sh": 400, ".lua": 120}
CODE = ("*.c", "*.h", "*.py", "*.sh", "*.lua", "meson.build", "dev", ".ci/run")
# Here the name says it all.
NO_CONCEPT = ("meson.build", "tests/unit/test-*.c")


def concept_follows(lines):
    """Whether the next line that is not empty is a comment (or docstring) with words in it."""
    for line in lines:
        words = line.strip().lstrip("/*#-\"' \t")
        if words:
            return not line.lstrip().startswith(("#include", "#define", "import", "static"))
        if not line.strip():
            return False
    return False


def names_itself(top, path):
    """Whether the name says it, or, for a C file, the header that it implements."""
    has_header = path.suffix == ".c" and (top / path.with_suffix(".h")).is_file()
    return has_header or any(map(path.match, NO_CONCEPT))


def main():
    top = lintlib.root()
    report = lintlib.Report()
    for path in lintlib.files(top, *CODE):
        lines = lintlib.read(top, path).split("\n")
        at = next((n for n, line in enumerate(lines[:3]) if SPDX in line), None)
        if at is None:
            report.add(path, 1, f"no licence: begin with a comment `{SPDX}`")
        elif not names_itself(top, path) and not concept_follows(lines[at + 1 :]):
            report.add(path, at + 2, "no concept: say in one comment line what this file is")
        limit = MAX_LINES.get(path.suffix)
        if limit and path.parts[0] == "tests":
            limit += 100  # a test is a list of cases
        if limit and len(lines) - 1 > limit:
            report.add(path, limit, f"{len(lines) - 1} lines, at most {limit}: split it by concept")
    return report.done()


if __name__ == "__main__":
    sys.exit(main())
