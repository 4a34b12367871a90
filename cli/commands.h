/* SPDX-License-Identifier: MIT */
/* All commands, and their help. */
#pragma once

#include "command.h"

/* NULL: no such command. */
const struct command *commands_find(const char *name);
/* On stdout; NULL: the overview. */
void commands_print_help(const struct command *command);
