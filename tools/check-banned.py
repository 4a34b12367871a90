#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Functions that are not called here, with what to call instead."""

import re
import sys

import lintlib

UNSAFE = {
    "strcpy": "lengths travel with pointers: memcpy with a size that was checked",
    "strcat": "use a buffer (util/buffer.h)",
    "strncpy": "it leaves text unterminated: memcpy with a size that was checked",
    "sprintf": "use snprintf, or a buffer",
    "vsprintf": "use vsnprintf, or a buffer",
    "gets": "use getline",
    "strtok": "it keeps hidden state: use strtok_r or strcspn",
    "atoi": "it cannot fail: use util/parse.h",
    "atol": "it cannot fail: use util/parse.h",
    "atoll": "it cannot fail: use util/parse.h",
    "strtol": "errno, ends and ranges are easily missed: use util/parse.h",
    "strtoul": "it takes negative numbers: use util/parse.h",
    "strtoll": "errno, ends and ranges are easily missed: use util/parse.h",
    "strtoull": "it takes negative numbers: use util/parse.h",
    "system": "no shell: fork and exec",
    "popen": "no shell: fork and exec",
    "alloca": "the stack has no error: malloc",
    "sleep": "wait for an event with a deadline",
    "usleep": "wait for an event with a deadline",
    "tmpnam": "use mkstemp",
    "rand": "use getrandom",
    "srand": "use getrandom",
}
# The library is a guest in somebody's service.
GUEST = {
    "fork": "the library makes no process",
    "exit": "the library never ends its host: return an error",
    "abort": "the library never ends its host: return an error (assert is for our own invariants)",
    "printf": "the library prints nothing: set the client's error",
    "fprintf": "the library prints nothing: set the client's error",
    "perror": "the library prints nothing: set the client's error",
    "puts": "the library prints nothing: set the client's error",
    "syslog": "the library logs nothing",
    "getenv": "the library reads no environment: the caller passes what is needed",
    "signal": "the library alters no dispositions",
    "sigaction": "the library alters no dispositions",
    "setlocale": "the library alters no globals",
}
PARSERS = "util/parse*.c"


def banned_in(path):
    banned = dict(UNSAFE)
    if path.match(PARSERS) or path.parts[0] == "tests":
        banned = {name: why for name, why in banned.items() if not name.startswith("strto")}
    if path.match("tests/*/*-module.c"):  # a handler may be slow
        del banned["sleep"], banned["usleep"]
    if str(path).startswith("libqueue/") and not str(path).startswith("libqueue/handler/"):
        banned.update(GUEST)
    return banned


def main():
    top = lintlib.root()
    report = lintlib.Report()
    for path in lintlib.files(top, "*.c", "*.h"):
        banned = banned_in(path)
        pattern = re.compile(r"(?<![\w.>])(" + "|".join(banned) + r")\s*\(")
        for number, line in enumerate(lintlib.blank(lintlib.read(top, path)).split("\n"), 1):
            for match in pattern.finditer(line):
                report.add(path, number, f"{match[1]} is banned; {banned[match[1]]}")
    scripts = lintlib.files(top, "tests/*.py", "tests/**/*.py", "tests/**/*.sh")
    for path in scripts:
        for number, line in enumerate(lintlib.read(top, path).split("\n"), 1):
            if re.search(r"\btime\.sleep\(|^\s*sleep\s", line):
                report.add(path, number, "sleep is banned in tests; wait for an event with a deadline")
    return report.done()


if __name__ == "__main__":
    sys.exit(main())
