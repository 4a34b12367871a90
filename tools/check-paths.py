#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No absolute path of a machine that somebody builds on: not in the tree, not in what is installed.

LQ_BUILD_DIR names the build whose installed files are looked at; without it the tree alone is.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

import lintlib

HOMES = re.compile(r"(?<![\w.$}])/(?:home|root|Users|work)/[\w.-]+")
# A path of documentation or of a fixed convention.
EXPECTED = re.compile(r"/home/(?:user|me)\b")


def check_tree(top, report):
    for path in lintlib.files(top):
        try:
            text = lintlib.read(top, path)
        except UnicodeDecodeError:
            continue  # a corpus
        for number, line in enumerate(text.split("\n"), 1):
            for match in HOMES.finditer(line):
                if not EXPECTED.match(match[0]):
                    report.add(path, number, f"{match[0]} is a path of one machine: make it relative")


def installed(build):
    done = subprocess.run(
        ["meson", "introspect", "--installed", build], capture_output=True, check=True
    )
    return [pathlib.Path(name) for name in json.loads(done.stdout)]


def check_build(top, build, report):
    needles = {str(top), str(pathlib.Path(build).resolve())}
    for path in installed(build):
        if not path.is_file():
            continue  # not built yet, or a folder
        data = path.read_bytes()
        for needle in needles:
            at = data.find(needle.encode() + b"/")
            if at >= 0:
                report.add(path, f"byte {at}", f"contains {needle}: pass -ffile-prefix-map")


def main():
    top = lintlib.root()
    report = lintlib.Report()
    check_tree(top, report)
    build = os.environ.get("LQ_BUILD_DIR")
    if build and (pathlib.Path(build) / "build.ninja").is_file():
        check_build(top, build, report)
    return report.done()


if __name__ == "__main__":
    sys.exit(main())
