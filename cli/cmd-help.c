/* SPDX-License-Identifier: MIT */
/* lq help: what there is. */
#include "command-context.h"
#include "commands.h"
#include "spelling.h"

static int run(struct context *c)
{
	const struct command *command = NULL;

	if (!context_want_words(c, 0, 1))
		return LQ_EXIT_USAGE;
	if (c->args.n_words) {
		command = commands_find(c->args.words[0]);
		if (!command)
			return context_fail(c, LQ_EXIT_USAGE,
					    "no command %.64s; `lq help` lists them",
					    word_shown(c->args.words[0]));
	}
	commands_print_help(command);
	return LQ_EXIT_DONE;
}

const struct command cmd_help = {
	.name = "help",
	.usage = "[COMMAND]",
	.summary = "Show what there is, or how a command is used",
	.run = run,
};
