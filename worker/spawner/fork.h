/* SPDX-License-Identifier: MIT */
/* A new runner, with what it is reached by. */
#pragma once

struct spawner;

/* 0; -ECONNRESET: the manager is gone; else a negative errno: there is no new runner, later
 * perhaps. */
int fork_runner(struct spawner *s);
