/* SPDX-License-Identifier: MIT */
/*
 * Reads msgpack from bytes that nobody vouches for: no allocation, no recursion, no
 * step outside, and no count is believed that the remaining bytes could not hold.
 * Every function: 0, or -EPROTO, and then the cursor stands where it stood.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct lq_scan {
	const uint8_t *at, *end;
};

enum lq_scan_type {
	LQ_SCAN_NIL,
	LQ_SCAN_BOOL,
	LQ_SCAN_UINT,
	LQ_SCAN_INT, /* negative */
	LQ_SCAN_FLOAT,
	LQ_SCAN_STR,
	LQ_SCAN_BIN,
	LQ_SCAN_EXT,
	LQ_SCAN_ARRAY,
	LQ_SCAN_MAP,
};

struct lq_scan_item {
	enum lq_scan_type type;
	uint64_t uint;       /* UINT, BOOL (0 or 1) */
	int64_t sint;        /* INT */
	const uint8_t *data; /* STR, BIN, EXT: the bytes */
	size_t size;         /* STR, BIN, EXT: bytes; ARRAY: elements; MAP: pairs */
};

/* One scalar with its bytes, or the head of an array or map. */
int lq__scan_item(struct lq_scan *s, struct lq_scan_item *ret);
/* One whole value; -EMSGSIZE: it nests deeper than LQ_NESTING_MAX. */
int lq__scan_skip(struct lq_scan *s);

int lq__scan_array(struct lq_scan *s, size_t *ret_n);
int lq__scan_map(struct lq_scan *s, size_t *ret_n);
int lq__scan_nil(struct lq_scan *s);
int lq__scan_uint(struct lq_scan *s, uint64_t max, uint64_t *ret);
int lq__scan_int(struct lq_scan *s, int64_t *ret);
int lq__scan_str(struct lq_scan *s, const char **ret_text, size_t *ret_size);
int lq__scan_bin(struct lq_scan *s, const void **ret_data, size_t *ret_size);
