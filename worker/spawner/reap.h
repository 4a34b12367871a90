/* SPDX-License-Identifier: MIT */
/* The end of runners: what they leave is killed, how they ended is told. */
#pragma once

struct spawner;
struct runner;

/* Every child that is dead. 0, or a negative errno: the manager is gone. */
int reap_dead(struct spawner *s);
/* Kills a runner and all that descends from it; its death is told by reap_dead(). */
void reap_kill(const struct runner *runner);
/* For those who gave a proof of a clean end: seldom, and only after some have. */
void reap_recheck(struct spawner *s);
/* The manager is gone: nothing below this process is left when it returns. */
void reap_all(struct spawner *s);
