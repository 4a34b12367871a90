#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Links between documents lead somewhere, and the tests that docs/failures.md names exist."""

import re
import sys

import lintlib

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TEST = re.compile(r"`((?:\w+/)+test-[\w-]+\.(?:py|c))`([^;|\n]*)")


def check_links(top, path, text, report):
    for number, line in enumerate(text.split("\n"), 1):
        for match in LINK.finditer(line):
            if "://" not in match[1] and not (top / path.parent / match[1]).exists():
                report.add(path, number, f"{match[1]} does not exist: correct the link")


def check_tests(top, path, text, report):
    for number, line in enumerate(text.split("\n"), 1):
        for match in TEST.finditer(line):
            file = top / "tests" / match[1]
            if not file.is_file():
                report.add(path, number, f"tests/{match[1]} does not exist: name the test that proves it")
                continue
            source = file.read_text(encoding="utf-8")
            # Names are separated by commas; a title may hold one itself.
            if match[2].strip() and match[2].strip() in source:
                continue
            for name in filter(None, (word.strip() for word in match[2].split(","))):
                if name not in source:
                    report.add(path, number, f"tests/{match[1]} has no {name}: name the test that proves it")


def main():
    top = lintlib.root()
    report = lintlib.Report()
    for path in lintlib.files(top, "*.md"):
        text = lintlib.read(top, path)
        check_links(top, path, text, report)
        if path.name == "failures.md":
            check_tests(top, path, text, report)
    return report.done()


if __name__ == "__main__":
    sys.exit(main())
