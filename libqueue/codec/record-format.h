/* SPDX-License-Identifier: MIT */
/* The numbers of docs/protocol.md, section 2, that both writers and readers of records need. */
#pragma once

#include "worker-protocol.h" /* enum lq_entry_kind */

#include <stdbool.h>
#include <stdint.h>

#define LQ_ENVELOPE_FIELDS 7
#define LQ_ENVELOPE_VERSION 1
#define LQ_ENTRY_FIELDS 8

enum lq_option {
	LQ_OPTION_TIMEOUT = 1,
	LQ_OPTION_MAX_ATTEMPTS,
	LQ_OPTION_BACKOFF,
	LQ_OPTION_BACKOFF_MAX,
	LQ_OPTION_RESULT_TTL,
	LQ_OPTION_FAILURE_TTL,
	LQ_OPTION_TTL,
	LQ_OPTION_DELAY,
	LQ_OPTION_RUN_AT,
	LQ_OPTION_UNIQUE_TTL,
	LQ_OPTION_DESCRIPTION,
	LQ_OPTION_SENSITIVE,
	LQ_OPTION_DEDUP,
};

/* The server's clock in a token: the time of the hand-out, shifted to leave room for many in 1 ms.
 */
#define LQ_TOKEN_PER_MS 1024

/* Whether a job whose last entry has this kind has ended. */
static inline bool lq__kind_is_end(uint8_t kind)
{
	return kind >= LQ_ENTRY_FINISHED && kind <= LQ_ENTRY_STOPPED;
}
