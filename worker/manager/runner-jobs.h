/* SPDX-License-Identifier: MIT */
/* A runner's job: sent, heard of, and told to the settler when it has ended, however it did. */
#pragma once

#include "runner.h"

extern const struct runner_link_events runner_jobs_events;

void runner_jobs_send(struct runner *runner);
void runner_jobs_settle(struct runner *runner, const struct wire_outcome *outcome);
/* It is dead and has said nothing about its job. */
void runner_jobs_abandon(struct runner *runner, const struct runner_exit *exit);
