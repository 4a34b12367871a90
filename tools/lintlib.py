# SPDX-License-Identifier: MIT
"""What the checks in Python share: the files of a tree, C text without comments, the report.

A check is `check-NAME.py [ROOT]`; ROOT (the current directory) lets a test point it at a
planted violation.
"""

import os
import pathlib
import re
import subprocess
import sys

CODE_FOLDERS = ("include", "util", "libqueue", "worker", "cli", "examples", "bench", "tests")
COMMENT_OR_TEXT = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL
)


def root():
    return pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()


def files(top, *patterns):
    """Paths below top that git knows or would add (all, where there is no git), relative, sorted."""
    git = ["git", "-C", str(top), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = None
    if (top / ".git").exists():
        found = subprocess.run(git, capture_output=True, check=True).stdout.decode().split("\0")
    else:
        found = [str(path.relative_to(top)) for path in top.rglob("*") if "build" not in path.parts]
    paths = (pathlib.PurePosixPath(name) for name in found if name)
    return sorted(
        path
        for path in paths
        if (top / path).is_file() and (not patterns or any(path.match(p) for p in patterns))
    )


def read(top, path):
    return (top / path).read_text(encoding="utf-8")


def blank(text, keep_strings=False):
    """C text with comments (and string literals) blanked, line numbers as before."""

    def replace(match):
        found = match.group()
        if keep_strings and found[0] == '"':
            return found
        return "\n" * found.count("\n") or " "

    return COMMENT_OR_TEXT.sub(replace, text)


class Report:
    """Prints findings as `file:line: what, what to do`; done() is the exit status."""

    def __init__(self):
        self.n = 0

    def add(self, path, line, text):
        print(f"{path}:{line}: {text}")
        self.n += 1

    def done(self):
        return 1 if self.n else 0


def skip(tool):
    """Ends a check whose tool is absent: loudly, and as a failure where all must run."""
    print(f"skipped: {tool} is not installed (./dev setup)", file=sys.stderr)
    sys.exit(1 if os.environ.get("CI") == "true" else 0)
