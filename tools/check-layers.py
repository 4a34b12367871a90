#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each folder includes only what docs/architecture.md ("The rule of includes") lets it see.

What one file alone may do (hiredis, packing msgpack, opening sockets, spelling
key names, JSON) is checked too.
"""

import re
import sys

import lintlib

# Folder -> folders whose headers it may include, besides its own. The longest match counts.
MAY_SEE = {
    "include/libqueue": [],
    "util": [],
    "util/json": ["include/libqueue", "util"],
    "libqueue/codec": ["include/libqueue", "util", "libqueue/worker-api"],
    "libqueue/wire": ["util"],
    "libqueue/lua": [],
    "libqueue/worker-api": ["include/libqueue", "util", "libqueue/codec", "libqueue"],
    "libqueue/handler": ["include/libqueue", "util", "libqueue/codec", "libqueue/wire"],
    "libqueue": ["include/libqueue", "util", "libqueue/codec", "libqueue/worker-api"],
    "worker/kill": ["util"],
    "worker/manager": [
        "include/libqueue", "util", "libqueue/wire", "libqueue/worker-api", "worker", "worker/kill",
    ],
    "worker/spawner": [
        "include/libqueue", "util", "libqueue/wire", "libqueue/handler", "worker/kill", "worker/runner",
    ],
    "worker/runner": ["include/libqueue", "util", "libqueue/wire", "libqueue/handler", "worker/kill"],
    "worker": ["include/libqueue", "util", "worker/manager"],
    "cli": ["include/libqueue", "util", "util/json"],
    "examples": ["include/libqueue"],
    "bench": ["include/libqueue", "util"],
}

HIREDIS = re.compile(r"hiredis/")
JANSSON = re.compile(r"jansson\.h")
PACKING = re.compile(r"\bmsgpack_(?:pack|sbuffer|packer)\w*\s*\(")
SOCKETS = re.compile(r"(?<![\w.>])(?:socket|connect|getaddrinfo)\s*\(")
KEY_NAME = re.compile(
    r'"[^"\n]*(?:lq:|%s:\{|:(?:job|wait|ghosts|scheduled|deferred|held|leases|finished|kept|failed'
    r"|canceled|stopped|stops|waiters|waits|done|wake|ctl|meta|lock|stats|queues|workers|worker"
    r'|name)(?=[:"%]))[^"\n]*"'
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.MULTILINE)

# Pattern, where it is looked for, the files that may, and what to say.
ONLY_ONE = [
    (HIREDIS, "", ["libqueue/resp.c"], "hiredis is included by resp.c alone: use resp.h"),
    (PACKING, "", ["libqueue/codec/pack.c"], "msgpack is packed by codec/pack.c alone: use pack.h"),
    (SOCKETS, "libqueue", ["libqueue/link.c"], "the library opens sockets in link.c alone"),
    (KEY_NAME, "libqueue", ["libqueue/keys.c"], "key names are spelled by keys.c alone: use keys.h"),
    (JANSSON, "", ["cli/*", "util/json/*", "worker/exec/*"], "JSON is the command line's, by util/json"),
]


def folder_of(path):
    """The folder of the table that a file belongs to; None: anything goes (tests)."""
    folder = str(path.parent)
    while folder not in MAY_SEE and "/" in folder:
        folder = folder.rpartition("/")[0]
    return folder if folder in MAY_SEE else None


def resolve(path, name, bracket, headers, allowed):
    """The tree's header that an include means, one that may be seen first; None: one of the system."""
    if bracket == "<":
        wanted = "include/" + name
        return next((header for header in headers if str(header) == wanted), None)
    here = path.parent / name
    if here in headers:
        return here
    found = sorted(header for header in headers if header.match("*/" + name))
    return next((header for header in found if folder_of(header) in allowed), found[0] if found else None)


def check_includes(path, text, headers, report):
    folder = folder_of(path)
    if folder is None:
        return
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        header = resolve(path, match[2], match[1], headers, (folder, *MAY_SEE[folder]))
        if header is None:
            is_script = folder == "libqueue" and match[2].endswith(".lua.h")  # made by the build
            if match[1] == '"' and not is_script:
                report.add(path, line, f'"{match[2]}" is no header of the tree: use <{match[2]}>')
            continue
        seen = folder_of(header)
        if seen not in (folder, *MAY_SEE[folder]):
            allowed = ", ".join(MAY_SEE[folder]) or "nothing"
            where = seen or header.parent
            report.add(path, line, f"{folder} includes {header} of {where}; it may see {allowed}")


def check_only_one(path, text, report):
    if str(path).startswith("tests/"):
        return
    for pattern, below, allowed, words in ONLY_ONE:
        if not str(path).startswith(below) or any(path.match(glob) for glob in allowed):
            continue
        source = lintlib.blank(text, keep_strings=True)
        if pattern is SOCKETS:
            source = lintlib.blank(text)
        for match in pattern.finditer(source):
            report.add(path, source.count("\n", 0, match.start()) + 1, words)


def main():
    top = lintlib.root()
    report = lintlib.Report()
    sources = lintlib.files(top, "*.c", "*.h")
    headers = {path for path in sources if path.suffix == ".h" and path.parts[0] != "tests"}
    for path in sources:
        text = lintlib.read(top, path)
        check_includes(path, text, headers, report)
        check_only_one(path, text, report)
    return report.done()


if __name__ == "__main__":
    sys.exit(main())
