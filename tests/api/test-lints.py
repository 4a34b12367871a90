#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The checks have teeth: each finds a violation that is planted in a small tree, and passes without it."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import lqtest

SOURCE = pathlib.Path(os.environ["LQ_SOURCE_DIR"])
HEAD = "/* SPDX-License-Identifier: MIT */\n/* A concept. */\n"
HEADER = HEAD + (
    "#ifndef LIBQUEUE_JOB_H\n#define LIBQUEUE_JOB_H\n"
    "#define LQ_API\nLQ_API int lq_one(void);\n#endif\n"
)


class Lints(unittest.TestCase):
    def run_check(self, name, tree, **environ):
        """Exit status and output of a check on a tree given as {path: text}."""
        with tempfile.TemporaryDirectory() as root:
            for path, text in tree.items():
                file = pathlib.Path(root, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            environment = {**os.environ, **environ}
            if "LQ_BUILD_DIR" not in environ:
                environment.pop("LQ_BUILD_DIR", None)
            # An absent tool (clang, for the tests alone) fails the lint of CI, not this test.
            environment.pop("CI", None)
            done = subprocess.run(
                [sys.executable, str(SOURCE / "tools" / f"check-{name}.py"), root],
                capture_output=True,
                text=True,
                env=environment,
                check=False,
            )
            # Where only what the tests need is installed, a check does without a tool and says so.
            errors = [line for line in done.stderr.splitlines() if not line.startswith("skipped: ")]
            self.assertEqual(errors, [])
            return done.returncode, done.stdout

    def assert_finds(self, name, tree, words, **environ):
        status, output = self.run_check(name, tree, **environ)
        self.assertEqual(status, 1, f"nothing was found in {tree}")
        self.assertRegex(output, r"(?m)^[\w./-]+:\d+: " + words)

    def assert_passes(self, name, tree):
        self.assertEqual(self.run_check(name, tree), (0, ""))

    def test_the_tree_is_seen_at_all(self):
        self.assert_passes("layers", {})
        self.assert_passes("layers", {"util/a.c": HEAD + '#include "a.h"\n', "util/a.h": HEAD})

    def test_layers(self):
        headers = {"util/a.h": HEAD, "libqueue/conn.h": HEAD, "libqueue/wire/wire.h": HEAD}
        for path, include, words in [
            ("util/a.c", '"conn.h"', "util includes libqueue/conn.h"),
            ("cli/cmd.c", '"conn.h"', "cli includes libqueue/conn.h"),
            ("cli/cmd.c", '"wire.h"', "cli includes libqueue/wire/wire.h"),
            ("worker/runner/r.c", '"../../libqueue/conn.h"', '"../../libqueue/conn.h" is no header'),
            ("libqueue/enqueue.c", "<hiredis/hiredis.h>", "hiredis is included by resp.c alone"),
            ("worker/manager/m.c", "<hiredis/hiredis.h>", "hiredis is included by resp.c alone"),
            ("libqueue/show.c", "<jansson.h>", "JSON is"),
            ("examples/e.c", '"a.h"', "examples includes util/a.h"),
        ]:
            with self.subTest(path=path, include=include):
                self.assert_finds("layers", {**headers, path: HEAD + f"#include {include}\n"}, words)

    def test_what_one_file_alone_may(self):
        for path, code, words in [
            ("libqueue/conn.c", "fd = socket(AF_UNIX, 0, 0);", "the library opens sockets"),
            ("libqueue/value.c", "msgpack_pack_nil(&packer);", "msgpack is packed by"),
            ("libqueue/enqueue.c", 'snprintf(b, n, "%s:{%s}:wait", p, q);', "key names are spelled"),
        ]:
            with self.subTest(path=path):
                self.assert_finds("layers", {path: HEAD + code + "\n"}, words)
        self.assert_passes("layers", {"libqueue/conn.c": HEAD + "/* socket( */ x.connect(y);\n"})

    def test_banned(self):
        for path, code, words in [
            ("util/a.c", "strcpy(a, b);", "strcpy is banned"),
            ("cli/a.c", "int n = atoi(text);", "atoi is banned"),
            ("tests/unit/a.c", "sleep (1);", "sleep is banned"),
            ("libqueue/a.c", 'getenv("HOME");', "getenv is banned"),
            ("libqueue/a.c", 'fprintf(stderr, "x");', "fprintf is banned"),
        ]:
            with self.subTest(code=code):
                self.assert_finds("banned", {path: HEAD + code + "\n"}, words)
        pause = "import time\ntime." + "sleep(1)\n"
        self.assert_finds("banned", {"tests/e2e/a.py": pause}, "sleep is banned in tests")
        self.assert_passes("banned", {"util/a.c": HEAD + 'x = "strcpy(a)"; /* atoi(x) */ strlen(a);\n'})

    def test_heads(self):
        self.assert_finds("heads", {"util/a.c": "int a;\n"}, "no licence")
        self.assert_finds("heads", {"util/a.c": HEAD.split("\n")[0] + "\n#include <x.h>\n"}, "no concept")
        self.assert_finds("heads", {"util/a.c": HEAD + "\n" * 400}, "402 lines, at most 400")
        self.assert_passes("heads", {"util/a.c": HEAD, "util/meson.build": "# " + HEAD})

    def test_headers(self):
        tree = {"include/libqueue/job.h": HEADER}
        self.assert_passes("headers", tree)
        for old, new, words in [
            ("int lq_one", "int class; int lq_one", r"g\+\+ -std=c\+\+11"),
            ("int lq_one(void)", "int lq_one(size_t n)", "gcc -std=c99"),
            ("LQ_API int", "struct two { struct { int a; }; };\nint", "gcc -std=c99"),
            ("JOB_H", "JOBS_H", "no guard"),
        ]:
            with self.subTest(new=new):
                self.assert_finds("headers", {"include/libqueue/job.h": HEADER.replace(old, new)}, words)

    def exports_tree(self, functions):
        names = ["client", "enqueue", "error", "inspect", "value", "version", "handler", "worker"]
        tree = {f"include/libqueue/{name}.h": HEAD for name in names}
        tree["include/libqueue/job.h"] = HEADER
        script = "LIBQUEUE_0 {\nglobal:\n" + "".join(f"\t{name};\n" for name in functions)
        tree["libqueue/libqueue.map"] = script + "local:\n\t*;\n};\n"
        tree["worker/spawner/handler.map"] = "LIBQUEUE_0 {\nlocal:\n\t*;\n};\n"
        return tree

    def test_exports_against_headers(self):
        self.assert_passes("exports", self.exports_tree(["lq_one"]))
        self.assert_finds("exports", self.exports_tree([]), "lq_one is not in")
        self.assert_finds("exports", self.exports_tree(["lq_one", "lq_two"]), "lq_two is in none")

    def test_exports_of_a_library(self):
        for code, words in [
            ("int lq_other(void); int lq_other(void) { return 0; }", "lq_one is not defined"),
            ("int lq_one(void) { return 0; } int lq_two(void) { return 0; }", "libqueue.so exports lq_two"),
        ]:
            with self.subTest(code=code), tempfile.TemporaryDirectory() as build:
                subprocess.run(
                    ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", f"{build}/libqueue.so"],
                    input=code.encode(),
                    check=True,
                )
                self.assert_finds(
                    "exports", self.exports_tree(["lq_one"]), words, LQ_BUILD_DIR=build
                )

    def test_docs(self):
        tree = {"tests/unit/test-a.c": "START_TEST(one)", "docs/x.md": "[a](failures.md)"}
        fails = "docs/failures.md"
        self.assert_passes("docs", {**tree, fails: "`unit/test-a.c` one; [x](x.md#a)"})
        self.assert_finds("docs", {**tree, fails: "`unit/test-a.c` one, two"}, ".* has no two")
        self.assert_finds("docs", {**tree, fails: "`unit/test-b.c`"}, "tests/unit/test-b.c does not exist")
        self.assert_finds("docs", {**tree, fails: "[y](y.md)"}, "y.md does not exist")

    def test_lua(self):
        head = "-- SPDX-License-Identifier: MIT\n-- one: does it.\n-- KEYS: 1 base\n-- ARGV: 0\n"
        head += "-- Returns: 1\n-- Invariant: none.\n-- use: push\n"
        push = "-- use: keys\nlocal function push(B)\n  call('RPUSH', B .. ':wait', 1)\nend\n"
        lua = "libqueue/lua/"
        tree = {
            lua + "one.lua": head + "local B = KEYS[1]\npush(B)\nreturn 1\n",
            lua + "parts/keys.lua": "local call = redis.call\n",
            lua + "parts/push.lua": push,
            "libqueue/script.c": "[LQ_SCRIPT_ONE] = LUA_SCRIPT(one, 1),\n",
        }
        self.assert_passes("lua", {})
        self.assert_passes("lua", tree)
        for path, old, new, words in [
            ("one.lua", "push(B)", "push(B .. ':wait')", "parts/push.lua and parts/pop.lua alone"),
            ("one.lua", "push(B)", "push(B, redis.call('TIME'))", "parts/clock.lua alone"),
            ("one.lua", "push(B)", "push(KEYS[1])", "KEYS and ARGV are bound"),
            ("one.lua", "-- Returns: 1\n", "", "the head has no line"),
            ("one.lua", "ARGV: 0", "ARGV: 1", "the head says ARGV: 1, the code uses 0"),
            ("one.lua", "KEYS: 1 base", "KEYS: 1+ bases", "the head says KEYS"),
            ("one.lua", "return 1", "return one", ".*accessing undefined variable"),
            ("one.lua", "return 1", "return 1" + "\n" * 80, "90 lines, at most 80"),
            ("parts/keys.lua", "local", "local function alone()\nend\nlocal", "nobody uses alone"),
        ]:
            with self.subTest(new=new):
                self.assert_finds("lua", {**tree, lua + path: tree[lua + path].replace(old, new)}, words)

    def test_paths(self):
        home = "/ho" + "me/ada/src/x.c"
        self.assert_finds("paths", {"docs/a.md": f"see {home}\n"}, home.removesuffix("/src/x.c") + " is")
        self.assert_passes("paths", {"docs/a.md": "see /usr/lib and ../home/x and /home/user/x\n"})


if __name__ == "__main__":
    lqtest.main()
