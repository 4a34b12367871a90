/* SPDX-License-Identifier: MIT */
/* A job as JSON, field by field as `lq show --json` promises. */
#pragma once

#include <jansson.h>
#include <libqueue/job.h>

/* NULL: no memory. */
json_t *job_to_json(const struct lq_job_info *info, bool reveal);
