/* SPDX-License-Identifier: MIT */
/*
 * The only place that packs msgpack: a writer over a bounded buffer. The first failure
 * stays in the writer, later calls do nothing, so a packer checks once, at its end.
 */
#pragma once

#include <msgpack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

struct lq_writer {
	struct buffer buffer;
	msgpack_packer packer;
	int error; /* 0, -ENOMEM, -EMSGSIZE (over max or too deep), -EINVAL (a foreign object) */
	bool is_too_deep; /* which of the two -EMSGSIZE is */
};

/* The writer must not move in memory until fini: the packer points to it. */
void lq__writer_init(struct lq_writer *w, size_t max);
void lq__writer_fini(struct lq_writer *w);

void lq__write_nil(struct lq_writer *w);
void lq__write_bool(struct lq_writer *w, bool value);
void lq__write_int(struct lq_writer *w, int64_t value); /* the shortest form */
void lq__write_double(struct lq_writer *w, double value);
void lq__write_str(struct lq_writer *w, const char *text, size_t size);
void lq__write_text(struct lq_writer *w, const char *text); /* NULL: nil */
void lq__write_bin(struct lq_writer *w, const void *data, size_t size);
void lq__write_array(struct lq_writer *w, size_t n);
void lq__write_map(struct lq_writer *w, size_t n);
/* The widths that docs/protocol.md forces: cd, ce, cf. */
void lq__write_u16(struct lq_writer *w, uint16_t value);
void lq__write_u32(struct lq_writer *w, uint32_t value);
void lq__write_u64(struct lq_writer *w, uint64_t value);
/* An object and all in it, at most LQ_NESTING_MAX levels with the depth that it stands in. */
void lq__write_object(struct lq_writer *w, const msgpack_object *object, unsigned int depth);

/* The writer's error, or 0: the bytes are the caller's, free(). The writer is empty then. */
int lq__writer_take(struct lq_writer *w, void **ret_data, size_t *ret_size);
