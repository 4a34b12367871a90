/* SPDX-License-Identifier: MIT */
/* A msgpack cursor: the head of an item by table, everything else on top of that. */
#include "scan.h"

#include <errno.h>
#include <string.h>

#include <libqueue/limits.h>

/* What follows a head byte of 0xc0 up to 0xdf: so many bytes of number, then a payload. */
static const struct head {
	enum lq_scan_type type;
	uint8_t n_number; /* bytes of the number or the size behind the head */
	uint8_t fixed;    /* payload bytes where the head itself says them */
	uint8_t is_valid;
} heads[32] = {
	[0xc0 - 0xc0] = { LQ_SCAN_NIL, 0, 0, 1 },   [0xc2 - 0xc0] = { LQ_SCAN_BOOL, 0, 0, 1 },
	[0xc3 - 0xc0] = { LQ_SCAN_BOOL, 0, 0, 1 },  [0xc4 - 0xc0] = { LQ_SCAN_BIN, 1, 0, 1 },
	[0xc5 - 0xc0] = { LQ_SCAN_BIN, 2, 0, 1 },   [0xc6 - 0xc0] = { LQ_SCAN_BIN, 4, 0, 1 },
	[0xc7 - 0xc0] = { LQ_SCAN_EXT, 1, 0, 1 },   [0xc8 - 0xc0] = { LQ_SCAN_EXT, 2, 0, 1 },
	[0xc9 - 0xc0] = { LQ_SCAN_EXT, 4, 0, 1 },   [0xca - 0xc0] = { LQ_SCAN_FLOAT, 4, 0, 1 },
	[0xcb - 0xc0] = { LQ_SCAN_FLOAT, 8, 0, 1 }, [0xcc - 0xc0] = { LQ_SCAN_UINT, 1, 0, 1 },
	[0xcd - 0xc0] = { LQ_SCAN_UINT, 2, 0, 1 },  [0xce - 0xc0] = { LQ_SCAN_UINT, 4, 0, 1 },
	[0xcf - 0xc0] = { LQ_SCAN_UINT, 8, 0, 1 },  [0xd0 - 0xc0] = { LQ_SCAN_INT, 1, 0, 1 },
	[0xd1 - 0xc0] = { LQ_SCAN_INT, 2, 0, 1 },   [0xd2 - 0xc0] = { LQ_SCAN_INT, 4, 0, 1 },
	[0xd3 - 0xc0] = { LQ_SCAN_INT, 8, 0, 1 },   [0xd4 - 0xc0] = { LQ_SCAN_EXT, 0, 1, 1 },
	[0xd5 - 0xc0] = { LQ_SCAN_EXT, 0, 2, 1 },   [0xd6 - 0xc0] = { LQ_SCAN_EXT, 0, 4, 1 },
	[0xd7 - 0xc0] = { LQ_SCAN_EXT, 0, 8, 1 },   [0xd8 - 0xc0] = { LQ_SCAN_EXT, 0, 16, 1 },
	[0xd9 - 0xc0] = { LQ_SCAN_STR, 1, 0, 1 },   [0xda - 0xc0] = { LQ_SCAN_STR, 2, 0, 1 },
	[0xdb - 0xc0] = { LQ_SCAN_STR, 4, 0, 1 },   [0xdc - 0xc0] = { LQ_SCAN_ARRAY, 2, 0, 1 },
	[0xdd - 0xc0] = { LQ_SCAN_ARRAY, 4, 0, 1 }, [0xde - 0xc0] = { LQ_SCAN_MAP, 2, 0, 1 },
	[0xdf - 0xc0] = { LQ_SCAN_MAP, 4, 0, 1 },
};

static int take(struct lq_scan *s, size_t size, const uint8_t **ret)
{
	if ((size_t)(s->end - s->at) < size)
		return -EPROTO;
	*ret = s->at;
	s->at += size;
	return 0;
}

static int take_number(struct lq_scan *s, size_t size, uint64_t *ret)
{
	const uint8_t *p;
	uint64_t number = 0;

	if (take(s, size, &p) < 0)
		return -EPROTO;
	for (size_t i = 0; i < size; i++)
		number = number << 8 | p[i];
	*ret = number;
	return 0;
}

static int64_t sign_extend(uint64_t number, size_t size)
{
	unsigned int unused = 64 - 8 * (unsigned int)size;
	uint64_t top = UINT64_C(1) << (63 - unused);

	return (int64_t)((number ^ top) - top);
}

/* The payload of text and bytes, the plausibility of a count. */
static int take_content(struct lq_scan *s, struct lq_scan_item *item, uint64_t size)
{
	size_t left = (size_t)(s->end - s->at);

	item->size = (size_t)size;
	switch (item->type) {
	case LQ_SCAN_EXT:
		item->size++; /* the type byte */
		return take(s, item->size, &item->data);
	case LQ_SCAN_STR:
	case LQ_SCAN_BIN:
		return take(s, item->size, &item->data);
	case LQ_SCAN_ARRAY:
		return size > left ? -EPROTO : 0;
	case LQ_SCAN_MAP:
		return size > left / 2 ? -EPROTO : 0;
	case LQ_SCAN_NIL:
	case LQ_SCAN_BOOL:
	case LQ_SCAN_UINT:
	case LQ_SCAN_INT:
	case LQ_SCAN_FLOAT:
		break;
	}
	return 0;
}

static int scan_long(struct lq_scan *s, uint8_t byte, struct lq_scan_item *item)
{
	const struct head *head = &heads[byte - 0xc0];
	uint64_t number;

	if (!head->is_valid || take_number(s, head->n_number, &number) < 0)
		return -EPROTO;
	item->type = head->type;
	item->uint = byte == 0xc3 ? 1 : number;
	if (head->type == LQ_SCAN_INT) {
		item->sint = sign_extend(number, head->n_number);
		if (item->sint >= 0) {
			item->type = LQ_SCAN_UINT;
			item->uint = (uint64_t)item->sint;
		}
	}
	return take_content(s, item, head->fixed ? head->fixed : number);
}

static int scan_head(struct lq_scan *s, struct lq_scan_item *item)
{
	const uint8_t *p;

	if (take(s, 1, &p) < 0)
		return -EPROTO;
	if (*p < 0x80) {
		item->type = LQ_SCAN_UINT;
		item->uint = *p;
		return 0;
	}
	if (*p >= 0xe0) {
		item->type = LQ_SCAN_INT;
		item->sint = (int)*p - 0x100;
		return 0;
	}
	if (*p >= 0xc0)
		return scan_long(s, *p, item);
	item->type = *p < 0x90 ? LQ_SCAN_MAP : *p < 0xa0 ? LQ_SCAN_ARRAY : LQ_SCAN_STR;
	return take_content(s, item, *p & (*p < 0xa0 ? 0x0f : 0x1f));
}

int lq__scan_item(struct lq_scan *s, struct lq_scan_item *ret)
{
	struct lq_scan copy = *s;
	struct lq_scan_item item = { .type = LQ_SCAN_NIL };

	if (scan_head(&copy, &item) < 0)
		return -EPROTO;
	*s = copy;
	*ret = item;
	return 0;
}

int lq__scan_skip(struct lq_scan *s)
{
	size_t left[LQ_NESTING_MAX]; /* values still to come, for each open container */
	size_t depth = 0;
	struct lq_scan copy = *s;
	struct lq_scan_item item;

	do {
		if (lq__scan_item(&copy, &item) < 0)
			return -EPROTO;
		if (depth > 0)
			left[depth - 1]--;
		if (item.type == LQ_SCAN_ARRAY || item.type == LQ_SCAN_MAP) {
			if (depth == LQ_NESTING_MAX)
				return -EMSGSIZE;
			left[depth++] = item.type == LQ_SCAN_MAP ? item.size * 2 : item.size;
		}
		while (depth > 0 && left[depth - 1] == 0)
			depth--;
	} while (depth > 0);
	*s = copy;
	return 0;
}

static int scan_typed(struct lq_scan *s, enum lq_scan_type type, struct lq_scan_item *ret)
{
	struct lq_scan copy = *s;

	if (lq__scan_item(&copy, ret) < 0 || ret->type != type)
		return -EPROTO;
	*s = copy;
	return 0;
}

int lq__scan_array(struct lq_scan *s, size_t *ret_n)
{
	struct lq_scan_item item;

	if (scan_typed(s, LQ_SCAN_ARRAY, &item) < 0)
		return -EPROTO;
	*ret_n = item.size;
	return 0;
}

int lq__scan_map(struct lq_scan *s, size_t *ret_n)
{
	struct lq_scan_item item;

	if (scan_typed(s, LQ_SCAN_MAP, &item) < 0)
		return -EPROTO;
	*ret_n = item.size;
	return 0;
}

int lq__scan_nil(struct lq_scan *s)
{
	struct lq_scan_item item;

	return scan_typed(s, LQ_SCAN_NIL, &item);
}

int lq__scan_uint(struct lq_scan *s, uint64_t max, uint64_t *ret)
{
	struct lq_scan copy = *s;
	struct lq_scan_item item;

	if (scan_typed(&copy, LQ_SCAN_UINT, &item) < 0 || item.uint > max)
		return -EPROTO;
	*s = copy;
	*ret = item.uint;
	return 0;
}

int lq__scan_int(struct lq_scan *s, int64_t *ret)
{
	struct lq_scan_item item;
	uint64_t positive;

	if (lq__scan_uint(s, INT64_MAX, &positive) == 0) {
		*ret = (int64_t)positive;
		return 0;
	}
	if (scan_typed(s, LQ_SCAN_INT, &item) < 0)
		return -EPROTO;
	*ret = item.sint;
	return 0;
}

int lq__scan_str(struct lq_scan *s, const char **ret_text, size_t *ret_size)
{
	struct lq_scan_item item;

	if (scan_typed(s, LQ_SCAN_STR, &item) < 0)
		return -EPROTO;
	*ret_text = (const char *)item.data;
	*ret_size = item.size;
	return 0;
}

int lq__scan_bin(struct lq_scan *s, const void **ret_data, size_t *ret_size)
{
	struct lq_scan_item item;

	if (scan_typed(s, LQ_SCAN_BIN, &item) < 0)
		return -EPROTO;
	*ret_data = item.data;
	*ret_size = item.size;
	return 0;
}
