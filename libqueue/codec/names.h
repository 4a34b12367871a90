/* SPDX-License-Identifier: MIT */
/* Which names are allowed. */
#pragma once

#include <stdbool.h>

bool lq__is_queue_name(const char *name);   /* [A-Za-z0-9_.-], 1 to 128 bytes, no leading '-' */
bool lq__is_handler_name(const char *name); /* [A-Za-z0-9_.:-], likewise */
bool lq__is_job_id(const char *id);         /* [A-Za-z0-9_.-], likewise */
bool lq__is_worker_name(const char *name);  /* [A-Za-z0-9_-], 1 to 64 bytes */
