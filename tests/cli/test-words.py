#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What people type: what is wrong on its face, where options stand, URLs, help, completions, Ctrl-C."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

import lqtest
from lqrun import COMMANDS, NOWHERE, run, start

SOURCE = pathlib.Path(os.environ["LQ_SOURCE_DIR"])


LONG = "x" * 129

# Words, and what the message must contain. Each is exit 2, said before a connection is tried.
WRONG = [
    (["nonsense"], "no such command: nonsense"),
    (["--nonsense"], "no option --nonsense"),
    (["-x", "info"], "no option -x"),
    (["enqueue"], "missing"),
    (["enqueue", "h", "--nonsense"], "See `lq help enqueue`"),
    (["enqueue", "h", "-z"], "no option -z"),
    (["enqueue", "h", "--id"], "needs a value"),
    (["enqueue", "h", "--front=yes"], "takes no value"),
    (["enqueue", "bad name"], "no handler"),
    (["enqueue", "--", "-h"], "no handler"),
    (["enqueue", ""], "no handler"),
    (["enqueue", LONG], "no handler"),
    (["enqueue", "-q", "", "h"], "no queue's name"),
    (["enqueue", "-q", "a:b", "h"], "no queue's name"),
    (["enqueue", "-q", LONG, "h"], "no queue's name"),
    (["enqueue", "--id", "-a", "h"], "no id"),
    (["enqueue", "--id", LONG, "h"], "no id"),
    (["enqueue", "--in", "soon", "h"], "no duration"),
    (["enqueue", "--in", "-5s", "h"], "no duration"),
    (["enqueue", "--in", "5y", "h"], "no duration"),
    (["enqueue", "--in", "", "h"], "no duration"),
    (["enqueue", "--in", "forever", "h"], "never starts"),
    (["enqueue", "--at", "2030-01-01T00:00:00", "h"], "zone"),
    (["enqueue", "--at", "tomorrow", "h"], "no time"),
    (["enqueue", "--at", "@x", "h"], "no time"),
    (["enqueue", "--at", "@253402300800", "h"], "--at \"@253402300800\": after the year 9999"),
    (["enqueue", "--in", "40000d", "h"], "--in \"40000d\": over 100 years"),
    (["enqueue", "--at", "2030-13-01T00:00:00Z", "h"], "no time"),
    (["enqueue", "--in", "1s", "--at", "@1", "h"], "cannot both be"),
    (["enqueue", "--timeout", "0", "h"], "no time"),
    (["enqueue", "--timeout", "-1", "h"], "no duration"),
    (["enqueue", "--retry", "-1", "h"], "further attempts"),
    (["enqueue", "--retry", "many", "h"], "further attempts"),
    (["enqueue", "--retry", "2147483647", "h"], "further attempts"),
    (["enqueue", "--backoff", "5s..1s", "h"], "less than the first"),
    (["enqueue", "--backoff", "5s..", "h"], "no duration"),
    (["enqueue", "--backoff", "..5s", "h"], "no duration"),
    (["enqueue", "--backoff", "forever", "h"], "never starts"),
    (["enqueue", "--result-ttl", "x", "h"], "no duration"),
    (["enqueue", "--failure-ttl", "x", "h"], "no duration"),
    (["enqueue", "--ttl", "x", "h"], "no duration"),
    (["enqueue", "--unique", "", "h"], "1 to 255"),
    (["enqueue", "--unique", "k" * 256, "h"], "1 to 255"),
    (["enqueue", "--unique", "k:0s", "h"], "no time"),
    (["enqueue", "--unique", "k:40000d", "h"], "over 100 years"),
    (["enqueue", "--wait=x", "h"], "no duration"),
    (["enqueue", "--wait=", "h"], "--wait= is empty"),
    (["enqueue", "h", "word"], "key=text"),
    (["enqueue", "h", "=1"], "no key"),
    (["enqueue", "h", b"a=\xff"], "not UTF-8"),
    (["enqueue", "h", b"\xff=1"], "not UTF-8"),
    (["enqueue", "h", "a=1", "a=2"], "twice"),
    (["enqueue", "h", "a:=x"], "no JSON"),
    (["enqueue", "h", "a:="], "empty"),
    (["enqueue", "h", "a:=1 2"], "no JSON"),
    (["enqueue", "h", "a:=" + "[" * 32 + "]" * 32], "at most 31"),
    (["enqueue", "h", 'a:={"$bin":"x"}'], "base64"),
    (["enqueue", "h", "@/nowhere"], "No such file"),
    (["enqueue", "h", "@/"], "directory"),
    (["enqueue", "-", "more"], "too many"),
    (["enqueue", "--wait", "-"], "do not go with a stream"),
    (["info", "a:b"], "no queue"),
    (["info", "--watch=0"], "--watch"),
    (["info", "--watch=x"], "no duration"),
    (["info", "--watch="], "--watch= is empty"),
    (["info", "--watch=2h"], "--watch"),
    (["list"], "missing"),
    (["list", "none"], "no state"),
    (["list", "queued", "failed"], "too many"),
    (["list", "-q", "a b", "queued"], "no queue"),
    (["list", "--limit", "0", "queued"], "--limit"),
    (["list", "--limit", "x", "queued"], "--limit"),
    (["list", "--limit", "1000001", "queued"], "--limit"),
    (["list", "--after", "x", "queued"], "needs -q"),
    (["list", "--by", "color", "queued"], "handler, kind or worker"),
    (["list", "--by", "kind", "queued"], "failed"),
    (["list", "--by", "worker", "queued"], "started"),
    (["list", "--by", "handler", "--limit", "5", "queued"], "no --limit"),
    (["show"], "missing"),
    (["show", "a b"], "no job can have the id"),
    (["show", LONG], "no job can have the id"),
    (["show", "a", "b"], "too many"),
    (["wait"], "missing"),
    (["wait", "--timeout", "x", "a"], "no duration"),
    (["wait", "-q", "?", "a"], "no queue"),
    (["retry"], "missing"),
    (["retry", "--all"], "needs -q"),
    (["retry", "--all", "-q", "a", "id"], "too many"),
    (["retry", "--all", "-q", "a", "--handler", "a b"], "no handler"),
    (["retry", "-n", "id"], "go with --all"),
    (["retry", "a", "b c"], "no job can have the id"),
    (["cancel"], "missing"),
    (["cancel", "a/b"], "no job can have the id"),
    (["delete"], "missing"),
    (["delete", "--all"], "needs a value"),
    (["delete", "--all", "none", "-q", "a"], "no state"),
    (["delete", "--all", "started", "-q", "a"], "running"),
    (["delete", "--all", "failed"], "needs -q"),
    (["pause"], "missing"),
    (["pause", "a:b"], "no queue"),
    (["pause", "--all", "a"], "too many"),
    (["pause", "--for", "x", "a"], "no duration"),
    (["pause", "--for", "40000d", "a"], "over 100 years"),
    (["pause", "--for", "0", "a"], "--for 0"),
    (["resume"], "missing"),
    (["resume", "--all", "a"], "too many"),
    (["empty"], "missing"),
    (["empty", ""], "no queue"),
    (["workers", "a"], "too many"),
    (["ping", "a"], "too many"),
    (["help", "nonsense"], "no command"),
    (["help", "a", "b"], "too many"),
]

WRONG_URLS = ["", "http://host", "redis://", "redis://host:port", "redis://host/x", "unix://", "@/nowhere",
              "redis://host:99999", "redis://h?prefix=", "x" * 3000]


class Words(lqtest.TestCase):
    def test_what_is_wrong_on_its_face(self):
        for words, wanted in WRONG:
            with self.subTest(words=words):
                done = run(NOWHERE, *words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertIn(wanted, done.stderr)
                self.assertIn("lq", done.stderr)

    def test_wrong_urls(self):
        for url in WRONG_URLS:
            with self.subTest(url=url[:40]):
                done = run(NOWHERE, "ping", "-u", url)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertNotEqual(done.stderr, "")

    def test_a_url_in_a_wrong_place_is_not_told(self):
        url = "redis://user:secret@host/0"
        for words in (
            [url], ["ping", url], ["info", url], ["show", url], ["list", url], ["help", url], ["enqueue", url],
            ["enqueue", "h", url], ["enqueue", "--id", url, "h"], ["enqueue", "-q", url, "h"], ["retry", "-q", url, "a"],
        ):
            done = run(NOWHERE, *words)
            self.assertEqual(done.returncode, 2, (words, done.stderr))
            self.assertNotIn("secret", done.stderr)

    def test_redis_that_is_not_there(self):
        for words in (["ping"], ["info"], ["list", "failed"], ["enqueue", "h"], ["cancel", "a"], ["enqueue", "-"]):
            done = run(NOWHERE, *words, text='{"handler":"h"}\n')
            self.assertEqual(done.returncode, 3, (words, done.stderr))
            self.assertEqual(done.stdout, "")

    def test_a_login_that_is_refused(self):
        server = self.server()
        server.call("CONFIG", "SET", "requirepass", "right")
        for url in (server.url, server.url.replace("unix://", "unix://:wrong@")):
            done = run(url, "ping")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertNotIn("wrong@", done.stderr)
        self.assertEqual(run(server.url.replace("unix://", "unix://:right@"), "ping").returncode, 0)

    def test_options_before_and_after_the_command(self):
        server = self.server()
        for words in (
            ["-u", server.url, "--json", "ping"], ["--url=" + server.url, "ping", "--json"],
            ["ping", "--json", "-u" + server.url], ["--json", "ping", "--url", server.url],
        ):
            done = run(NOWHERE, *words)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(json.loads(done.stdout)["ok"])

    def test_help_goes_to_stdout(self):
        for command in COMMANDS:
            for words in (["help", command], [command, "-h"], ["-h", command], [command, "--help", "-q", "?"][:2]):
                done = run(NOWHERE, *words)
                self.assertEqual((done.returncode, done.stderr), (0, ""), words)
                self.assertTrue(done.stdout.startswith(f"Usage: lq {command}"), done.stdout)
                self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)

    def test_a_url_on_the_command_line_is_moved_away(self):
        server = self.server()
        run(server.url, "enqueue", "--id", "a", "h")
        process = start(NOWHERE, "-u", "redis://:first@nowhere", "wait", "-q", "default", "-u", server.url, "a", stderr=subprocess.PIPE)
        path = pathlib.Path(f"/proc/{process.pid}/cmdline")
        try:
            lqtest.wait_until(
                lambda: b"wait" in path.read_bytes()
                and server.url.encode() not in path.read_bytes() and b"first" not in path.read_bytes(),
                "the URL leaves the command line",
            )
        finally:
            process.kill()
            process.communicate()


class Ids(lqtest.TestCase):
    def test_lines_that_are_no_ids_are_told(self):
        server = self.server()
        for identity in ("a", "b", "c"):
            run(server.url, "enqueue", "--id", identity, "h")
        done = run(server.url, "delete", "-", text="a\r\nb\0d\n" + "c" * 5000 + "\n" + "c" * 129)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr.count("no job"), 3, done.stderr)
        self.assertEqual(run(server.url, "list", "queued").stdout.split("\t")[0], "b")
        self.assertEqual(run(server.url, "delete", "-", text="b\r\nc").returncode, 0)


class Interrupt(lqtest.TestCase):
    def test_ctrl_c_is_130(self):
        server = self.server()
        process = start(server.url, "enqueue", "--wait", "h", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        identity = process.stderr.readline().strip()
        lqtest.wait_until(lambda: server.call("EXISTS", f"lq:{{default}}:job:{identity}"), "the job is there")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(20), 130)
        self.assertEqual(process.stdout.read(), "")
        process.stdout.close()
        process.stderr.close()
        self.assertEqual(lqtest.lq_json(server, "show", identity)["state"], "queued")


class Sensitive(lqtest.TestCase):
    def test_arguments_are_hidden_unless_revealed(self):
        server = self.server()
        # docs/protocol.md, section 2: option 12 says that the arguments are sensitive.
        args = b"\x81\xa6secret\xa5value"
        record = b"\x97\x01\xc0\xa1h\xc4" + bytes([len(args)]) + args + b"\x81\x0c\xc3\xcf" + (1).to_bytes(8, "big") + b"\x00"
        server.call("SADD", "lq:queues", "default")
        server.call("SET", "lq:{default}:job:a", record)
        server.call("RPUSH", "lq:{default}:wait", "a")
        for words in (["show", "a"], ["show", "--json", "a"]):
            self.assertNotIn("value", run(server.url, *words).stdout)
            self.assertIn("value", run(server.url, *words, "--reveal").stdout)
        self.assertNotIn("args", json.loads(run(server.url, "show", "--json", "a").stdout))


class Completion(lqtest.TestCase):
    FILES = ("lq.bash", "_lq", "lq.fish")

    def test_shells_can_read_them(self):
        for shell, name in (("bash", "lq.bash"), ("zsh", "_lq"), ("fish", "lq.fish")):
            if shutil.which(shell):
                subprocess.run([shell, "-n", str(SOURCE / "cli/completion" / name)], check=True)

    def test_they_know_every_command_and_option(self):
        for name in self.FILES:
            text = (SOURCE / "cli/completion" / name).read_text()
            for command in COMMANDS:
                self.assertRegex(text, rf"\b{command}\b", name)
                for option in re.findall(r"^  ..  ?--([a-z-]+)", run(NOWHERE, "help", command).stdout, re.M):
                    self.assertRegex(text, rf"(--|-l ){option}\b", f"{name}: {command}")

    def test_bash_completes(self):
        if not shutil.which("bash"):
            self.skipTest("bash is not installed")
        script = f"""source '{SOURCE}/cli/completion/lq.bash'
            try() {{ COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _lq; echo "${{COMPREPLY[*]}}"; }}
            try lq en; try lq list st; try lq -u x list --by ha; try lq delete --all fin; try lq retry --ha"""
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.split("\n")[:5],
                         ["enqueue", "started stopped", "handler", "finished", "--handler"])


if __name__ == "__main__":
    lqtest.main()
