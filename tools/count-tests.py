#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the results in meson's JUnit file: count-tests.py FILE.

A program that speaks TAP counts for each of its points, any other for one. Prints
`N passed, N failed, N skipped`. Exit 1 if anything failed, or was skipped
although CI=true or LQ_TESTS_MUST_RUN=1 says that everything must run.
"""

import os
import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    passed = failed = skipped = 0
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        cases = suite.findall("testcase")
        for case in cases:
            if case.find("skipped") is not None:
                skipped += 1
            elif case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            else:
                passed += 1
        # A program that died between two points, or reached its time limit.
        if not cases or int(suite.get("errors", 0)) > len(suite.findall("testcase/error")):
            failed += 1
    return passed, failed, skipped


def main():
    try:
        passed, failed, skipped = count(sys.argv[1])
    except (OSError, ElementTree.ParseError) as error:
        print(f"{sys.argv[1]}: no test results: {error}", file=sys.stderr)
        return 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    must_run = os.environ.get("CI") == "true" or os.environ.get("LQ_TESTS_MUST_RUN") == "1"
    if skipped and must_run:
        print("a skipped test counts as a failure here", file=sys.stderr)
        return 1
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
