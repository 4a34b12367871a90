/* SPDX-License-Identifier: MIT */
/* lq: the table of commands, and dispatch. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command-context.h"
#include "commands.h"
#include "interrupt.h"
#include "spelling.h"

/* A password on the command line is seen by whoever lists processes: it is moved away. A URL that
 * is too long for any is left for the library to refuse. */
static void hide_url(struct args *args)
{
	static char hidden[LQ_URL_MAX + 1];
	size_t size = args->url ? strlen(args->url) : 0;

	if (size == 0 || size >= sizeof(hidden))
		return;
	memcpy(hidden, args->url, size + 1);
	explicit_bzero(args->url, size);
	args->url = hidden;
}

/* Redis must not be connected to by the number of a closed standard stream: what is printed would
 * go there. In its place stands what fails as a closed one does. */
static bool has_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int access = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", access | O_CLOEXEC) != fd)
			return false;
	}
	return true;
}

static int fail_usage(const char *words, const char *about)
{
	(void)fprintf(stderr, "lq: %s%s\nSee `lq help`.\n", words, about);
	return LQ_EXIT_USAGE;
}

static int run(struct context *c)
{
	int code;

	if (c->args.help) {
		commands_print_help(c->command);
		output_flush();
		return LQ_EXIT_DONE;
	}
	code = c->command->run(c);
	lq_client_close(c->client);
	lq_queue_names_free(&c->queues);
	output_flush();
	return code;
}

/* "--version" stands where a command would. */
static bool wants_version(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[1], "--version") == 0;
}

static int run_command(struct context *c, int argc, char **argv, int at)
{
	char error[256];

	c->command = commands_find(argv[at]);
	if (!c->command)
		return fail_usage("no such command: ", word_shown(argv[at]));
	if (args_parse(argc - at - 1, argv + at + 1, c->command->options, &c->args, error) < 0)
		return context_fail_usage(c, "%s", error);
	hide_url(&c->args);
	output_init(c->args.json);
	return run(c);
}

int main(int argc, char **argv)
{
	struct context c = { 0 };
	char error[256];
	int at;

	if (!has_standard_streams())
		return LQ_EXIT_NOT;
	/* A reader that goes away is told by EPIPE, see output.h. */
	(void)signal(SIGPIPE, SIG_IGN);
	interrupt_init();
	if (wants_version(argc, argv)) {
		output_line("lq %s", lq_version());
		output_flush();
		return LQ_EXIT_DONE;
	}
	at = args_parse_leading(argc - 1, argv + 1, &c.args, error);
	if (at < 0)
		return fail_usage(error, "");
	if (at + 1 < argc)
		return run_command(&c, argc, argv, at + 1);
	if (!c.args.help)
		return fail_usage("no command", "");
	commands_print_help(NULL);
	output_flush();
	return LQ_EXIT_DONE;
}
