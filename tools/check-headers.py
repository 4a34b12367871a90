#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each public header compiles alone, twice, without a warning, as C99 and as C++11, by gcc and clang."""

import re
import shutil
import subprocess
import sys

import lintlib

COMPILERS = [("gcc", "c", "c99"), ("clang", "c", "c99"), ("g++", "c++", "c++11"), ("clang++", "c++", "c++11")]
FLAGS = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
MAX_LINES = 250


def compile_alone(top, compiler, language, standard, name):
    text = f"#include <libqueue/{name}>\n" * 2 + "extern int lint_not_empty;\n"
    return subprocess.run(
        [compiler, "-x", language, f"-std={standard}", *FLAGS, f"-I{top / 'include'}", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


def main():
    top = lintlib.root()
    report = lintlib.Report()
    headers = lintlib.files(top, "include/libqueue/*.h")
    missing = sorted({compiler for compiler, _, _ in COMPILERS if not shutil.which(compiler)})
    for compiler, language, standard in COMPILERS:
        for path in headers if compiler not in missing else []:
            done = compile_alone(top, compiler, language, standard, path.name)
            if done.returncode != 0:
                first = next((l for l in done.stderr.split("\n") if "error" in l), done.stderr)
                line = re.search(rf"{path.name}:(\d+)", first)
                report.add(path, line[1] if line else 1, f"{compiler} -std={standard}: {first}")
    for path in headers:
        text = lintlib.read(top, path)
        guard = "LIBQUEUE_" + re.sub(r"\W", "_", path.stem).upper() + "_H"
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            report.add(path, 1, f"no guard of its path: use {guard}")
        if text.count("\n") > MAX_LINES:
            report.add(path, MAX_LINES, f"over {MAX_LINES} lines: split it by concept")
    return report.done() or (lintlib.skip(" and ".join(missing)) if missing else 0)


if __name__ == "__main__":
    sys.exit(main())
