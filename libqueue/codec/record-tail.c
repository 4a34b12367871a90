/* SPDX-License-Identifier: MIT */
/* The last 21 bytes of an entry: fixed forms, so that they are read without what is in front. */
#include "record.h"

#include <errno.h>

#include "record-format.h"

#define KIND_AT (LQ_RECORD_TAIL_SIZE - 1)

/* Where the fields stand, by the head bytes of their msgpack forms. */
static const struct {
	uint8_t at, head;
} heads[] = { { 0, 0xcf }, { 9, 0xce }, { 14, 0xcd }, { 17, 0xcd } };

static uint64_t big_endian(const uint8_t *p, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | p[i];
	return number;
}

int lq__record_tail(const void *record, size_t size, struct lq_record_tail *ret)
{
	const uint8_t *tail;

	if (size < LQ_RECORD_TAIL_SIZE)
		return -EPROTO;
	tail = (const uint8_t *)record + size - LQ_RECORD_TAIL_SIZE;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (tail[heads[i].at] != heads[i].head)
			return -EPROTO;
	/* An envelope has kind 0 and no tail. */
	if (tail[KIND_AT] == LQ_ENTRY_ENVELOPE || tail[KIND_AT] > 0x7f)
		return -EPROTO;
	*ret = (struct lq_record_tail){
		.token = big_endian(tail + 1, 8),
		.snoozes = (uint32_t)big_endian(tail + 10, 4),
		.losses = (uint16_t)big_endian(tail + 15, 2),
		.attempts = (uint16_t)big_endian(tail + 18, 2),
		.kind = tail[KIND_AT],
	};
	return 0;
}
