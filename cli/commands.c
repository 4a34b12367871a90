/* SPDX-License-Identifier: MIT */
/* All commands, and their help. */
#include "commands.h"

#include <stdio.h>
#include <string.h>

#include "macro.h"

/* In the order of a job's life. */
static const struct command *const commands[] = {
	&cmd_enqueue, &cmd_wait,   &cmd_show,  &cmd_list,   &cmd_info,  &cmd_workers, &cmd_retry,
	&cmd_cancel,  &cmd_delete, &cmd_pause, &cmd_resume, &cmd_empty, &cmd_ping,    &cmd_help,
};

const struct command *commands_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *command = commands[i];

		if (strcmp(command->name, name) == 0 ||
		    (command->alias && strcmp(command->alias, name) == 0))
			return command;
	}
	return NULL;
}

static void print_option(const struct option *option)
{
	char left[64];

	(void)snprintf(
		left, sizeof(left), "%c%c%s--%s%s%s%s", option->letter ? '-' : ' ',
		option->letter ? option->letter : ' ', option->letter ? ", " : "  ", option->name,
		option->kind == OPTION_OPTIONAL ? "[="
		: option->kind == OPTION_VALUE  ? " "
						: "",
		option->value ? option->value : "", option->kind == OPTION_OPTIONAL ? "]" : "");
	output_line("  %-26s %s", left, option->help);
}

static void print_options(const struct option *options)
{
	for (; options && options->name; options++)
		print_option(options);
}

static void print_usage(const struct command *command)
{
	const char *usage = command->usage, *head = "Usage:";

	while (*usage) {
		size_t size = strcspn(usage, "\n");

		output_line("%s lq %s %.*s", head, command->name, (int)size, usage);
		usage += size + (usage[size] == '\n');
		head = "      ";
	}
	if (!*command->usage)
		output_line("Usage: lq %s", command->name);
}

static void print_command(const struct command *command)
{
	print_usage(command);
	output_line("\n%s.", command->summary);
	if (command->details)
		output_line("\n%s", command->details);
	output_line("\nOptions:");
	print_options(command->options);
	print_options(args_common_options);
	if (command->alias)
		output_line("\nAlso as lq %s.", command->alias);
}

static void print_overview(void)
{
	output_line("Usage: lq [-u URL] [--json] COMMAND ...\n\nCommands:");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		output_line("  %-10s %s", commands[i]->name, commands[i]->summary);
	output_line("\nOptions:");
	print_options(args_common_options);
	output_line("      --version              show the version");
	output_line("\nURL is redis://[[user]:password@]host[:port][/db], unix:///path/to.sock or\n"
		    "@FILE; without -u the environment's LQ_URL, else " LQ_DEFAULT_URL ".\n"
		    "Exit status: 0 done, 1 not done or not so, 2 wrong usage, 3 Redis not\n"
		    "reachable or login refused, 124 the wait ran out, 130 Ctrl-C.\n"
		    "`lq help COMMAND` says more.");
}

void commands_print_help(const struct command *command)
{
	if (command)
		print_command(command);
	else
		print_overview();
}
