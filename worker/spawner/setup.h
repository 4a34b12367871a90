/* SPDX-License-Identifier: MIT */
/* What all runners inherit, set up once in the spawner: there it costs nothing per job. */
#pragma once

struct spawner;

/* Before any module is loaded. 0, or a negative errno. */
int setup_early(int control_fd);
/* After that: signals, and the page of proofs. */
int setup_late(struct spawner *s);
