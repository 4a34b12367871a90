/* SPDX-License-Identifier: MIT */
/* What is in each message, in the order in which it travels. */
#include "wire-layout.h"

#include <stdint.h>

#include "macro.h"

#define MEMBER_SIZE(type, member) sizeof(((type *)NULL)->member)
#define NUMBER(type, member)                                                            \
	{                                                                               \
		WIRE_FIELD_NUMBER, offsetof(type, member), MEMBER_SIZE(type, member), 0 \
	}
#define BOOL(type, member)                                    \
	{                                                     \
		WIRE_FIELD_BOOL, offsetof(type, member), 1, 0 \
	}
#define VERDICT(type, member)                                    \
	{                                                        \
		WIRE_FIELD_VERDICT, offsetof(type, member), 1, 0 \
	}
#define TEXT(type, member)                                    \
	{                                                     \
		WIRE_FIELD_TEXT, offsetof(type, member), 0, 0 \
	}
#define BYTES(type, member)                                                                \
	{                                                                                  \
		WIRE_FIELD_BYTES, offsetof(type, member), 0, offsetof(type, member##_size) \
	}

static const struct wire_field job_fields[] = {
	NUMBER(struct wire_job, seq),        NUMBER(struct wire_job, claim),
	NUMBER(struct wire_job, attempt),    NUMBER(struct wire_job, max_attempts),
	NUMBER(struct wire_job, timeout_ms), TEXT(struct wire_job, queue),
	TEXT(struct wire_job, id),           TEXT(struct wire_job, handler),
	BYTES(struct wire_job, args),
};

static const struct wire_field outcome_fields[] = {
	NUMBER(struct wire_outcome, seq),        VERDICT(struct wire_outcome, verdict),
	NUMBER(struct wire_outcome, error),      NUMBER(struct wire_outcome, delay_ms),
	NUMBER(struct wire_outcome, user_us),    NUMBER(struct wire_outcome, system_us),
	NUMBER(struct wire_outcome, max_rss_kb), NUMBER(struct wire_outcome, n_children),
	TEXT(struct wire_outcome, message),      BYTES(struct wire_outcome, result),
};

static const struct wire_field child_fields[] = {
	TEXT(struct wire_child, queue),           TEXT(struct wire_child, id),
	NUMBER(struct wire_child, delay_ms),      NUMBER(struct wire_child, run_at_ms),
	BOOL(struct wire_child, front),           TEXT(struct wire_child, unique_key),
	NUMBER(struct wire_child, unique_ttl_ms), BYTES(struct wire_child, envelope),
};

static const struct wire_field handler_fields[] = {
	TEXT(struct wire_handler, name),
	NUMBER(struct wire_handler, timeout_ms),
	NUMBER(struct wire_handler, max_attempts),
	BOOL(struct wire_handler, sensitive),
};

static const struct wire_field runner_fields[] = {
	NUMBER(struct wire_runner, generation),
	NUMBER(struct wire_runner, pid),
};

static const struct wire_field exited_fields[] = {
	NUMBER(struct wire_exited, generation), NUMBER(struct wire_exited, status),
	NUMBER(struct wire_exited, user_us),    NUMBER(struct wire_exited, system_us),
	NUMBER(struct wire_exited, max_rss_kb), NUMBER(struct wire_exited, n_killed),
};

static const struct wire_field signal_fields[] = {
	NUMBER(struct wire_signal, generation),
	NUMBER(struct wire_signal, signo),
};

static const struct wire_field number_fields[] = { { WIRE_FIELD_NUMBER, 0, sizeof(uint32_t), 0 } };
static const struct wire_field text_fields[] = { { WIRE_FIELD_TEXT, 0, 0, 0 } };

#define LAYOUT(fields_)                            \
	{                                          \
		fields_, ARRAY_SIZE(fields_), true \
	}

static const struct wire_layout layouts[] = {
	[WIRE_JOB] = LAYOUT(job_fields),         [WIRE_READY] = LAYOUT(number_fields),
	[WIRE_OUTCOME] = LAYOUT(outcome_fields), [WIRE_CHILD] = LAYOUT(child_fields),
	[WIRE_HELLO] = LAYOUT(number_fields),    [WIRE_HANDLER] = LAYOUT(handler_fields),
	[WIRE_LOADED] = { NULL, 0, true },       [WIRE_RUNNER] = LAYOUT(runner_fields),
	[WIRE_EXITED] = LAYOUT(exited_fields),   [WIRE_FAILED] = LAYOUT(text_fields),
	[WIRE_NOTE] = LAYOUT(text_fields),       [WIRE_WANT] = LAYOUT(number_fields),
	[WIRE_SIGNAL] = LAYOUT(signal_fields),   [WIRE_KILL] = LAYOUT(signal_fields),
};

const struct wire_layout *wire_layout_of(unsigned int type)
{
	return type < ARRAY_SIZE(layouts) && layouts[type].is_known ? &layouts[type] : NULL;
}
