/* SPDX-License-Identifier: MIT */
/* From a copy of the spawner to a process of its own. */
#pragma once

struct runner_start;

/* 0, or a negative errno: there must be no handler in this process. */
int runner_cut_loose(const struct runner_start *start);
