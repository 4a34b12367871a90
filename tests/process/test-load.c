/* SPDX-License-Identifier: MIT */
/* Loading of modules: what the manager is told of good ones, and how bad ones are refused. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "macro.h"
#include "suite.h"

static struct harness h;

START_TEST(table_is_told)
{
	const struct wire_handler *last;

	harness_start_good(&h, NULL);
	ck_assert_uint_gt(h.n_handlers, 20);
	ck_assert_str_eq(h.handlers[0].name, "echo");
	ck_assert_int_eq(h.handlers[0].timeout_ms, 0);
	ck_assert_int_eq(h.handlers[0].max_attempts, 0);
	ck_assert(!h.handlers[0].sensitive);
	for (last = h.handlers; strcmp(last->name, "with:limits") != 0;)
		ck_assert(++last < h.handlers + h.n_handlers);
	ck_assert_int_eq(last->timeout_ms, 1500);
	ck_assert_int_eq(last->max_attempts, 4);
	ck_assert(last->sensitive);
	harness_stop(&h);
}
END_TEST

static void assert_refused(const char *module, const char *words)
{
	harness_start(&h, NULL, &module, 1);
	harness_wait_refused(&h);
	ck_assert_msg(strstr(h.failed, module) != NULL, "no module in: %s", h.failed);
	ck_assert_msg(strstr(h.failed, words) != NULL, "not '%s' in: %s", words, h.failed);
}

START_TEST(bad_modules_are_refused)
{
	static const struct {
		const char *module, *words;
	} cases[] = {
		{ "no-table", "write LQ_HANDLERS(...)" },
		{ "other-abi", "of ABI 99" },
		{ "other-size", "entries of 8 bytes" },
		{ "bad-name", "the name 'has space'" },
		{ "no-function", "'h' has no function" },
		{ "init-fails", "No such file or directory (-2)" },
		{ "init-socket", "left 1 sockets behind" },
		{ "init-thread", "left 1 threads behind" },
	};
	char path[4096];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_refused(module_path(cases[i].module, path), cases[i].words);
}
END_TEST

START_TEST(missing_module_is_refused)
{
	assert_refused("/nonexistent/module.so", "No such file or directory");
}
END_TEST

/* Not searched for in library folders: the name of a file here. */
START_TEST(bare_name_is_a_file_here)
{
	assert_refused("libc.so.6", "./libc.so.6: cannot open");
}
END_TEST

START_TEST(no_elf_is_refused)
{
	static const char text[4096] = "#!/bin/sh\nexit 0\n";
	char path[] = "/tmp/lq-no-elf-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, sizeof(text)), sizeof(text));
	(void)close(fd);
	assert_refused(path, "invalid ELF header");
	(void)unlink(path);
}
END_TEST

START_TEST(name_twice_is_refused)
{
	char good[4096], other[4096];
	const char *modules[] = { module_path("good", good),
				  module_path("runner-init-fails", other), NULL };

	/* The same file again is the same table again. */
	modules[2] = modules[0];
	harness_start(&h, NULL, modules, 3);
	harness_wait_refused(&h);
	ck_assert_ptr_nonnull(strstr(h.failed, "handler 'echo' is named twice"));
}
END_TEST

START_TEST(failing_runner_init_is_told)
{
	char path[4096];
	const char *modules[] = { module_path("runner-init-fails", path) };
	struct wire_message m;

	harness_start(&h, NULL, modules, 1);
	harness_wait_loaded(&h);
	harness_want(&h, 1);
	struct peer *peer = harness_unready_runner(&h);
	harness_want(&h, 0);
	ck_assert(peer_receive(peer, &m));
	ck_assert_int_eq(m.type, WIRE_READY);
	ck_assert_int_eq(m.error, ECONNREFUSED);
	peer_wait_closed(peer);
	ck_assert(WIFEXITED(harness_wait_exited(&h, peer)->status));
	harness_stop(&h);
}
END_TEST

START_TEST(own_program_is_its_spawner)
{
	const char *program = getenv("LQ_TEST_OWN");

	ck_assert_ptr_nonnull(program);
	harness_start_program(&h, program);
	harness_wait_loaded(&h);
	ck_assert_uint_eq(h.n_handlers, 1);
	ck_assert_str_eq(h.handlers[0].name, "own");
	harness_want(&h, 1);
	struct peer *peer = harness_runner(&h);
	for (int i = 0; i < 3; i++) {
		struct wire_outcome o = peer_run(peer, "own", NULL);

		ck_assert_str_eq(result_text(&o), "own");
	}
	peer_wait_closed(peer); /* three jobs per runner, said by the environment */
	(void)harness_wait_exited(&h, peer);
	harness_stop(&h);
}
END_TEST

/* Runs a program to its end; its output (both streams), terminated, and its wait status. */
static int run_program(const char *const *argv, char *output, size_t size)
{
	int fds[2], status;
	size_t used = 0;

	ck_assert_ptr_nonnull(argv[0]);
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)dup2(fds[1], STDOUT_FILENO);
		(void)dup2(fds[1], STDERR_FILENO);
		(void)close(fds[0]);
		(void)execv(argv[0], (char *const *)(const void *)argv);
		_exit(127);
	}
	(void)close(fds[1]);
	for (ssize_t n; used < size - 1; used += (size_t)n) {
		n = read(fds[0], output + used, size - 1 - used);
		if (n <= 0)
			break;
	}
	output[used] = '\0';
	(void)close(fds[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

/* The first entry: it becomes what is called lq-worker in PATH, with itself as the spawner. */
START_TEST(own_program_becomes_the_worker)
{
	char folder[] = "/tmp/lq-path-XXXXXX", path[64], expected[4200], output[8192];
	const char *argv[] = { getenv("LQ_TEST_OWN"), "-b", "mail", NULL };

	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/lq-worker", folder);
	FILE *file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	(void)fprintf(file, "#!/bin/sh\necho \"$LQ_SPAWNER_FD|$*\"\n");
	(void)fclose(file);
	ck_assert_int_eq(chmod(path, 0755), 0);
	ck_assert_int_eq(setenv("PATH", folder, 1), 0);

	/* A variable from somewhere, with no socket behind it, does not make a spawner. */
	ck_assert_int_eq(setenv("LQ_SPAWNER_FD", "4", 1), 0);
	ck_assert_int_eq(run_program(argv, output, sizeof(output)), 0);
	(void)snprintf(expected, sizeof(expected), "|--spawner=%s -b mail\n", argv[0]);
	ck_assert_str_eq(output, expected);
	(void)unlink(path);

	/* Nor in PATH nor installed. */
	int status = run_program(argv, output, sizeof(output));
	ck_assert(WIFEXITED(status));
	if (access(LQ_BINDIR "/lq-worker", X_OK) < 0) {
		ck_assert_int_eq(WEXITSTATUS(status), 4);
		ck_assert_ptr_nonnull(strstr(output, "lq-worker cannot be started from PATH"));
	}
	(void)rmdir(folder);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
	static const char *const cases[][2] = {
		{ NULL, NULL },         { "--fd", "1" },
		{ "--fd", "x" },        { "--fd", "0" },
		{ "--fd", "" },         { "--fd", "99999999999" },
		{ "--fd", NULL },       { "--jobs-per-runner", "-1" },
		{ "--nonsense", NULL }, { "file.so", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *argv[] = { getenv("LQ_TEST_SPAWNER"), cases[i][0], cases[i][1], NULL };
		char output[4096];

		int status = run_program(argv, output, sizeof(output));
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 2, "case %zu: %#x", i,
			      (unsigned int)status);
		ck_assert_ptr_nonnull(strstr(output, "usage: lq-spawner"));
	}
}
END_TEST

int main(void)
{
	const TTest *all[] = {
		table_is_told,
		bad_modules_are_refused,
		missing_module_is_refused,
		bare_name_is_a_file_here,
		no_elf_is_refused,
		name_twice_is_refused,
		failing_runner_init_is_told,
		own_program_is_its_spawner,
		own_program_becomes_the_worker,
		wrong_arguments_are_refused,
	};

	return run_process_tests("load", all, ARRAY_SIZE(all));
}
