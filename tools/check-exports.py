#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the headers promise is what the version scripts name and what the built libraries export.

check-exports.py [ROOT]; LQ_BUILD_DIR names the build whose libraries are read, without it headers and
version scripts alone are compared.
"""

import os
import pathlib
import re
import subprocess
import sys

import lintlib

# Library -> its version script, and the public headers that are its. Values and the names of
# results belong to both: a handler uses them without knowing Redis.
LIBRARIES = {
    "libqueue": (
        "libqueue/libqueue.map",
        ["client", "enqueue", "error", "inspect", "job", "value", "version"],
    ),
    "libqueue-handler": (
        "worker/spawner/handler.map",
        ["error", "handler", "value", "worker"],
    ),
}
FUNCTION = re.compile(r"\bLQ_API\b[^;{}]*?\b(lq_\w+)\s*\(")


def declared(top, headers):
    """name -> (header, line) of every LQ_API function."""
    found = {}
    for header in headers:
        path = pathlib.PurePosixPath("include/libqueue", header + ".h")
        # Macros (LQ_HANDLERS) spell LQ_API for the user's own symbols.
        text = re.sub(
            r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
            lambda match: "\n" * match[0].count("\n"),
            lintlib.blank(lintlib.read(top, path)),
            flags=re.MULTILINE,
        )
        for match in FUNCTION.finditer(text):
            found[match[1]] = (path, text.count("\n", 0, match.start(1)) + 1)
    return found


def listed(top, script):
    """name -> line of the global symbols of a version script."""
    found = {}
    scope = None
    for number, line in enumerate(lintlib.read(top, script).split("\n"), 1):
        for word in re.findall(r"global:|local:|[\w*]+(?=;)", line):
            if word.endswith(":"):
                scope = word
            elif scope == "global:":
                found[word] = number
    return found


def exported(library):
    done = subprocess.run(
        ["nm", "-D", "--defined-only", "--format=posix", library],
        capture_output=True,
        text=True,
        check=True,
    )
    names = (line.split()[0].partition("@")[0] for line in done.stdout.splitlines())
    # The node of the version script itself is listed as an absolute symbol.
    return {name for name in names if not re.fullmatch(r"LIBQUEUE\w*_\d[\w.]*", name)}


def check(top, build, name, report):
    script, headers = LIBRARIES[name]
    promised = declared(top, headers)
    if not (top / script).is_file():
        report.add(script, 1, f"{name} has no version script: list its functions there")
        return
    named = listed(top, script)
    for function, (path, line) in promised.items():
        if function not in named:
            report.add(path, line, f"{function} is not in {script}: add it")
    for function, line in named.items():
        if function not in promised:
            report.add(script, line, f"{function} is in none of its headers: remove it, or declare it")
    library = build and next(pathlib.Path(build).rglob(f"{name}.so"), None)
    if not library:
        return
    built = exported(library)
    for function in sorted(set(named) - built):
        report.add(script, named[function], f"{function} is not defined in {name}.so: write it")
    for function in sorted(built - set(named)):
        report.add(script, 1, f"{name}.so exports {function}: make it hidden, or list it")


def main():
    top = lintlib.root()
    report = lintlib.Report()
    for name in LIBRARIES:
        check(top, os.environ.get("LQ_BUILD_DIR"), name, report)
    return report.done()


if __name__ == "__main__":
    sys.exit(main())
