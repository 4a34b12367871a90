#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What keeps a worker from starting, told by its exit status, and its first line."""

import pathlib

import jobs
import lqtest


class Refused(jobs.TestCase):
    def refused(self, *arguments, server=None, modules=None, **options):
        worker = self.worker(
            server, *arguments, modules=[jobs.MODULE] if modules is None else modules, **options
        )
        status = worker.wait()
        return status, worker.log()

    def assert_untouched(self):
        self.assertEqual(self.jobs.call("DBSIZE"), 0)

    def test_bad_usage(self):
        for arguments, words in (
            (["--nonsense"], "--nonsense"),
            (["--lease", "soon"], "--lease soon"),
            (["bad/queue"], "bad/queue"),
            (["--url", "http://example.org"], "URL"),
            (["--url", "@" + self.path("missing")], "missing"),
        ):
            status, log = self.refused(*arguments)
            self.assertEqual(status, 2, arguments)
            self.assertIn(words, log)

    def test_no_handlers(self):
        status, log = self.refused(server=self.redis, modules=[])
        self.assertEqual(status, 2)
        self.assertIn("--module", log)

    def test_no_redis(self):
        status, log = self.refused("--url", "unix://" + self.path("nobody"))
        self.assertEqual(status, 3)
        self.assertIn("nobody", log)

    def test_no_redis_comes_before_a_bad_module(self):
        status, _ = self.refused("--url", "unix://" + self.path("nobody"), modules=["/no.so"])
        self.assertEqual(status, 3)

    def test_a_refused_login(self):
        self.jobs.call("CONFIG", "SET", "requirepass", "right")
        status, log = self.refused("--url", f"unix://:wrong-secret@{self.redis.socket}")
        self.assertEqual(status, 3)
        self.assertNotIn("wrong-secret", log)

    def test_a_module_that_cannot_be_loaded(self):
        broken = self.path("broken.so")
        pathlib.Path(broken).write_text("no ELF")
        for module in (self.path("missing.so"), broken):
            status, log = self.refused(server=self.redis, modules=[module])
            self.assertEqual(status, 4)
            self.assertIn(module, log)
        self.assert_untouched()

    def test_a_handler_named_twice(self):
        status, log = self.refused(server=self.redis, modules=[jobs.MODULE, jobs.MODULE])
        self.assertEqual(status, 4)
        self.assertIn("echo", log)
        self.assert_untouched()

    def test_a_name_in_use(self):
        self.start("--name", "web1")
        status, log = self.refused("--name", "web1", server=self.redis)
        self.assertEqual(status, 5)
        self.assertIn("web1", log)

    def test_a_killed_ones_name_is_free_after_a_lease(self):
        self.start("--name", "web1", "--lease", "1s").kill()
        lqtest.wait_until(lambda: not self.jobs.call("EXISTS", "lq:name:web1"), "the name is free")
        self.start("--name", "web1")

    def test_a_bad_module_comes_before_a_name_in_use(self):
        self.start("--name", "web1")
        status, _ = self.refused("--name", "web1", server=self.redis, modules=["/missing.so"])
        self.assertEqual(status, 4)


class Ready(jobs.TestCase):
    def test_the_first_line(self):
        worker = self.start("-n", "web1", "-j", "3", "mail", "default")
        ready = worker.events[0]
        self.assertEqual(ready["event"], "ready")
        self.assertEqual(ready["name"], "web1")
        self.assertEqual(ready["queues"], "mail,default")
        self.assertIn("echo", ready["handlers"].split(","))
        self.assertEqual(ready["runners"], 3)

    def test_the_first_line_as_text(self):
        worker = self.worker(
            self.redis, "--log-format", "text", "-n", "w", "-j", "3", "a", modules=[jobs.MODULE]
        )
        line = lqtest.wait_until(lambda: worker.lines and worker.lines[0], "a first line")
        self.assertRegex(line, r"ready name=w queues=a handlers=echo,noop,\S* runners=3$")

    def test_the_url_of_the_environment_and_of_a_file(self):
        secret = self.path("url")
        pathlib.Path(secret).write_text(self.redis.url + "\n")
        for environ, arguments in (({"LQ_URL": self.redis.url}, []), ({}, ["--url", "@" + secret])):
            worker = self.worker(None, *arguments, modules=[jobs.MODULE], environ=environ)
            worker.wait_ready()
            self.assertEqual(worker.stop(), 0)

    def test_warnings_about_the_server(self):
        self.jobs.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        worker = self.start()
        worker.wait_event(
            lambda event: event.get("maxmemory_policy") == "allkeys-lru"
            and event["level"] == "warning",
            "a warning of the eviction policy",
        )
        worker.wait_event(
            lambda event: "appendonly" in event.get("event", "") and event["level"] == "warning",
            "a warning of no persistence",
        )

    def test_help_and_version(self):
        for option, words in (("--help", "usage: lq-worker"), ("--version", "lq-worker ")):
            done = lqtest.subprocess.run(
                [lqtest.find_built("lq-worker"), option], capture_output=True, text=True, check=False
            )
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout.startswith(words))
            self.assertEqual(done.stderr, "")

    def test_without_standard_descriptors(self):
        identity = self.jobs.add("talk")
        command = [lqtest.find_built("lq-worker"), "-u", self.redis.url, "-m", jobs.MODULE, "-b"]
        closing = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
        done = lqtest.subprocess.run(closing + command, check=False, timeout=lqtest.DEADLINE)
        self.assertEqual(done.returncode, 0)
        # Log lines in the place of commands would be answered so.
        self.assertNotIn(b"errorstat_ERR", self.jobs.call("INFO", "errorstats"))
        self.assertEqual(self.jobs.look(identity)["state"], "finished")

    def run_with_files(self, soft, hard, *arguments):
        command = [lqtest.find_built("lq-worker"), "-u", self.redis.url, "-m", jobs.MODULE]
        script = f'ulimit -Sn {soft}; ulimit -Hn {hard}; exec "$@"'
        return lqtest.subprocess.run(
            ["sh", "-c", script, "sh", *command, *arguments],
            capture_output=True, text=True, check=False, timeout=lqtest.DEADLINE,
        )

    def test_more_runners_than_open_files(self):
        done = self.run_with_files(64, 64, "-j", "50")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--runners", done.stderr)

    def test_the_limit_on_open_files_is_raised_for_itself_only(self):
        identity = self.jobs.add("n_files")
        done = self.run_with_files(64, 1000, "-j", "50", "--burst")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(self.jobs.end(identity)["result"], 64)

    def test_signals_that_are_not_known_do_no_harm(self):
        worker = self.start()
        for number in ("SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT"):
            worker.signal(getattr(lqtest.signal, number))
            worker.wait_event(
                lambda event: event.get("event", "").startswith("a signal"), "that it is ignored"
            )
        self.assertEqual(self.jobs.end(self.jobs.add("noop"))["state"], "finished")
        self.assertEqual(worker.stop(), 0)


if __name__ == "__main__":
    lqtest.main()
