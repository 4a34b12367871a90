/* SPDX-License-Identifier: MIT */
/* A direct-mapped cache of queue names. */
#include "known-queues.h"

#include <stdint.h>
#include <string.h>

/* FNV-1a. */
static size_t slot_of(const char *queue)
{
	uint32_t hash = 2166136261u;

	for (const char *p = queue; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	return hash % LQ__KNOWN_QUEUES;
}

void lq__known_queues_clear(struct lq__known_queues *known)
{
	for (size_t i = 0; i < LQ__KNOWN_QUEUES; i++)
		known->names[i][0] = '\0';
}

bool lq__known_queues_has(const struct lq__known_queues *known, const char *queue)
{
	return !strcmp(known->names[slot_of(queue)], queue);
}

void lq__known_queues_add(struct lq__known_queues *known, const char *queue)
{
	size_t size = strlen(queue) + 1;

	if (size <= sizeof(known->names[0]))
		memcpy(known->names[slot_of(queue)], queue, size);
}
