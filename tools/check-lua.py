#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Lua scripts and their parts:

  - head blocks tell purpose, KEYS, ARGV, Returns, Invariant; their counts agree with the
    code and with the table in libqueue/script.c
  - KEYS and ARGV are bound to locals at the margin and named nowhere else
  - the keys `wait` and `ghosts` are named by the parts push and pop alone
  - one part reads the clock; files have at most 80 lines; whatever a part has is used
  - luacheck finds nothing in the scripts as they are composed
"""

import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import lintlib

LINES_MAX = 80
OWNERS = ("push.lua", "pop.lua")
PLACES = re.compile(r"""(['"]):?(?:wait|ghosts)\1|:(?:wait|ghosts)\b""")
WAIT_REPLY = "return 'wait'"
TOOLS = pathlib.Path(__file__).resolve().parent


def load_embedder():
    spec = importlib.util.spec_from_file_location("embed_lua", TOOLS / "embed-lua.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Check:
    def __init__(self, top):
        self.top, self.report, self.embed = top, lintlib.Report(), load_embedder()
        folder = top / "libqueue" / "lua"
        self.scripts = sorted(folder.glob("*.lua"))
        self.parts = sorted((folder / "parts").glob("*.lua"))

    def add(self, path, line, text):
        self.report.add(path.relative_to(self.top), line, text)

    def check_lines(self, path):
        n = len(self.embed.source(path)) - 1
        if n > LINES_MAX:
            self.add(path, n, f"{n} lines, at most {LINES_MAX}: make a part of one duty")
        for _, number, line in self.embed.code(path):
            if path.name not in OWNERS and PLACES.search(line) and line.strip() != WAIT_REPLY:
                self.add(path, number, "parts/push.lua and parts/pop.lua alone name wait and ghosts: use their functions")
            if "'TIME'" in line and path.name != "clock.lua":
                self.add(path, number, "parts/clock.lua alone reads the clock: use now_ms()")
            if re.search(r"\b(KEYS|ARGV)\b", line) and not line.startswith("local "):
                self.add(path, number, "KEYS and ARGV are bound to locals at the top, use those")

    def check_head(self, path, n_keys):
        head = "\n".join(self.embed.source(path))
        for start in (f"{path.stem}: ", "KEYS: ", "ARGV: ", "Returns: ", "Invariant: "):
            if f"\n-- {start}" not in head:
                self.add(path, 1, f'the head has no line that begins "-- {start}"')
        code = "\n".join(line for _, _, line in self.embed.code(path))
        for word in ("KEYS", "ARGV"):
            said = re.search(rf"^-- {word}: (\d+\+?)", head, re.M)
            used = str(max([int(n) for n in re.findall(rf"\b{word}\[(\d+)\]", code)], default=0))
            if re.search(rf"\b{word}\b(?!\[)", code):
                # All of them are passed on or walked through: the head alone knows how many.
                used = said[1] if said and said[1].endswith("+") else "any number"
            if said and said[1] != used:
                self.add(path, 1, f"the head says {word}: {said[1]}, the code uses {used}")
        keys = re.search(r"^-- KEYS: (\d+\+?)", head, re.M)
        if keys and n_keys != (-1 if keys[1].endswith("+") else int(keys[1])):
            self.add(path, 1, f"libqueue/script.c says {n_keys} keys, the head {keys[1]}")

    def check_table(self):
        source = lintlib.read(self.top, "libqueue/script.c")
        table = {name: int(n) for name, n in re.findall(r"= LUA_SCRIPT\((\w+), (-?\d+)\)", source)}
        for path in self.scripts:
            self.check_head(path, table.get(path.stem))

    def check_use(self):
        everything = "\n".join(line for path in self.scripts + self.parts for _, _, line in self.embed.code(path))
        for path in self.parts:
            for _, number, line in self.embed.code(path):
                for name in re.findall(r"^local function (\w+)", line):
                    if len(re.findall(rf"\b{name}\b", everything)) < 2:
                        self.add(path, number, f"nobody uses {name}: remove it")

    def check_composed(self):
        with tempfile.TemporaryDirectory() as folder:
            lines = {path.name: self.embed.composed(path) for path in self.scripts}
            for name, found in lines.items():
                pathlib.Path(folder, name).write_text("".join(line + "\n" for _, _, line in found), encoding="ascii")
            options = ["--config", str(TOOLS.parent / ".luacheckrc"), "--formatter", "plain", "--no-color", "--codes"]
            run = subprocess.run(
                ["luacheck", *options, *sorted(lines)], cwd=folder, capture_output=True, text=True, check=False
            )
        told = set()
        for name, number, text in re.findall(r"^([\w-]+\.lua):(\d+):\d+: (.*)$", run.stdout, re.M):
            path, line, _ = lines[name][int(number) - 1]
            if (path, line, text) not in told:
                told.add((path, line, text))
                self.add(path, line, text)

    def run(self):
        for path in self.scripts + self.parts:
            self.check_lines(path)
        if self.scripts:
            self.check_table()
            self.check_use()
        if not shutil.which("luacheck"):
            return self.report.done() or lintlib.skip("luacheck")
        if self.scripts:
            self.check_composed()
        return self.report.done()


if __name__ == "__main__":
    sys.exit(Check(lintlib.root()).run())
