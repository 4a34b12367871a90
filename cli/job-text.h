/* SPDX-License-Identifier: MIT */
/* A job for people to read. */
#pragma once

#include <libqueue/job.h>

void job_print(const struct lq_job_info *info, bool reveal);
