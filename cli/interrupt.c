/* SPDX-License-Identifier: MIT */
/* Ctrl-C ends the program with 130. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "command.h"

static void handle(int number)
{
	(void)number;
	_exit(LQ_EXIT_INTERRUPTED);
}

void interrupt_init(void)
{
	struct sigaction old, action = { .sa_handler = handle };

	/* A shell's background job ignores it, and goes on to. */
	if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		return;
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
}
