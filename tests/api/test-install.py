#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is installed is all that a user needs: programs, pages, and what examples and the README build with."""

import os
import pathlib
import re
import shlex
import subprocess
import tempfile

import lqtest

SOURCE = pathlib.Path(os.environ["LQ_SOURCE_DIR"])
INSTALLED = [
    "bin/lq",
    "bin/lq-worker",
    "libexec/libqueue/lq-spawner",
    "**/libqueue.so",
    "**/libqueue-handler.so",
    "**/pkgconfig/libqueue.pc",
    "**/pkgconfig/libqueue-handler.pc",
    "include/libqueue/libqueue.h",
    "include/libqueue/handler.h",
    "include/libqueue/worker.h",
    "share/man/man1/lq.1",
    "share/man/man8/lq-worker.8",
    "share/man/man3/libqueue.3",
    "share/bash-completion/completions/lq",
    "share/zsh/site-functions/_lq",
    "share/fish/vendor_completions.d/lq.fish",
]


class Install(lqtest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="lqtest-install-")
        cls.addClassCleanup(cls.directory.cleanup)
        stage = pathlib.Path(cls.directory.name, "stage")
        cls.command(
            "meson", "install", "-C", os.environ["LQ_BUILD_DIR"], "--no-rebuild", "--quiet",
            "--destdir", str(stage),
        )  # fmt: skip
        pc = next(stage.rglob("libqueue.pc"))
        cls.stage, cls.libdir = stage, pc.parent.parent
        cls.prefix = next(stage.rglob("bin/lq")).parent.parent
        cls.environ = {
            **os.environ,
            "PKG_CONFIG_PATH": str(pc.parent),
            "PKG_CONFIG_SYSROOT_DIR": str(stage),
            "LD_LIBRARY_PATH": str(cls.libdir),
            "PATH": f"{cls.prefix}/bin:{os.environ['PATH']}",
        }

    @staticmethod
    def command(*words, **options):
        done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
        if done.returncode != 0:
            raise AssertionError(f"{shlex.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def build(self, source, name):
        """Builds as the README says, from what the source includes; the path."""
        text = source.read_text()
        output = pathlib.Path(self.directory.name, name)
        base = ["cc", "-Wall", "-Wextra", "-Werror", str(source), "-o", str(output)]
        if "main(" not in text:
            output = output.with_suffix(".so")
            base[-1] = str(output)
            package, kind, base = "libqueue-handler", ["--cflags"], [*base, "-shared", "-fPIC"]
        else:
            package = "libqueue-handler" if "<libqueue/worker.h>" in text else "libqueue"
            kind = ["--cflags", "--libs"]
        flags = shlex.split(self.command("pkg-config", *kind, package, env=self.environ))
        self.command(*base, *flags)
        return output

    def run_worker(self, server, module):
        return self.worker(
            server, modules=[str(module)], environ=self.environ,
            program_path=f"{self.prefix}/bin/lq-worker",
        )  # fmt: skip

    def test_everything_is_there(self):
        missing = [name for name in INSTALLED if not list(self.prefix.glob(name))]
        self.assertEqual(missing, [])

    def test_nothing_internal_is_there(self):
        headers = {path.name for path in self.prefix.rglob("*.h")}
        self.assertEqual(headers, {path.name for path in SOURCE.glob("include/libqueue/*.h")})

    def test_examples_build(self):
        sources = sorted(SOURCE.glob("examples/*.c"))
        self.assertGreaterEqual(len(sources), 5)
        for source in sources:
            with self.subTest(source=source.name):
                self.build(source, source.stem)

    def test_an_installed_worker_runs_an_example(self):
        server = self.server()
        worker = self.run_worker(server, self.build(SOURCE / "examples/module.c", "module"))
        words = [f"{self.prefix}/bin/lq", "-u", server.url, "enqueue", "--wait=20s", "greet", "name=Ada"]
        self.assertIn("Ada", self.command(*words, env=self.environ))
        self.assertEqual(worker.stop(), 0)

    def test_the_readme_is_true(self):
        blocks = re.findall(r"```c\n(.*?)```", (SOURCE / "README.md").read_text(), re.DOTALL)
        server = self.server()
        built = []
        for number, block in enumerate(blocks):
            source = pathlib.Path(self.directory.name, f"readme{number}.c")
            source.write_text(block.replace("redis://127.0.0.1:6379/0", server.url))
            built.append(self.build(source, f"readme{number}"))
        service, module = built
        job = self.command(str(service), env=self.environ).strip()
        worker = self.worker(
            server, "mail", modules=[str(module)], environ=self.environ,
            program_path=f"{self.prefix}/bin/lq-worker",
        )  # fmt: skip
        lqtest.wait_until(
            lambda: lqtest.lq_json(server, "show", "-q", "mail", job)["state"] == "scheduled",
            "the first attempt asks for another",
        )
        self.assertEqual(worker.stop(), 0)

    def test_a_subproject_builds(self):
        top = pathlib.Path(self.directory.name, "user")
        (top / "subprojects").mkdir(parents=True)
        (top / "subprojects/libqueue").symlink_to(SOURCE)
        (top / "meson.build").write_text(
            "project('user', 'c', default_options: ['c_std=gnu11'])\n"
            "subproject('libqueue', default_options: ['tests=false', 'werror=false'])\n"
            "executable('user', 'user.c', dependencies: dependency('libqueue'))\n"
        )
        (top / "user.c").write_text(
            "#include <libqueue/libqueue.h>\n#include <stdio.h>\n"
            "int main(void) { return puts(lq_version()) < 0; }\n"
        )
        self.command("meson", "setup", str(top / "build"), str(top))
        self.command("ninja", "-C", str(top / "build"), "user")
        self.assertRegex(self.command(str(top / "build/user")), r"^\d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    lqtest.main()
