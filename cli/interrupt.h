/* SPDX-License-Identifier: MIT */
/* Ctrl-C ends the program with 130 at once: every change is one script in Redis, nothing is left
 * half done here. */
#pragma once

void interrupt_init(void);
