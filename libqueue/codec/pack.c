/* SPDX-License-Identifier: MIT */
/* A msgpack writer over util/buffer: msgpack-c's packer with a bounded, checked append. */
#include "pack.h"

#include <errno.h>

#include <libqueue/limits.h>
#include <string.h>

static int writer_append(void *data, const char *bytes, size_t size)
{
	struct lq_writer *w = data;

	if (w->error == 0)
		w->error = buffer_append(&w->buffer, bytes, size);
	return w->error;
}

void lq__writer_init(struct lq_writer *w, size_t max)
{
	*w = (struct lq_writer){ .buffer = BUFFER_INIT(max) };
	msgpack_packer_init(&w->packer, w, writer_append);
}

void lq__writer_fini(struct lq_writer *w)
{
	buffer_fini(&w->buffer);
}

/* msgpack-c's return values repeat what writer_append() has put into w->error. */

void lq__write_nil(struct lq_writer *w)
{
	(void)msgpack_pack_nil(&w->packer);
}

void lq__write_bool(struct lq_writer *w, bool value)
{
	(void)(value ? msgpack_pack_true(&w->packer) : msgpack_pack_false(&w->packer));
}

void lq__write_int(struct lq_writer *w, int64_t value)
{
	(void)msgpack_pack_int64(&w->packer, value);
}

void lq__write_double(struct lq_writer *w, double value)
{
	(void)msgpack_pack_double(&w->packer, value);
}

/* msgpack's sizes and counts have 32 bits; above them msgpack-c would cut silently. */
static bool fits(struct lq_writer *w, size_t n)
{
	if (n > UINT32_MAX && w->error == 0)
		w->error = -EMSGSIZE;
	return w->error == 0;
}

void lq__write_str(struct lq_writer *w, const char *text, size_t size)
{
	if (!fits(w, size))
		return;
	(void)msgpack_pack_str(&w->packer, size);
	(void)msgpack_pack_str_body(&w->packer, text, size);
}

void lq__write_text(struct lq_writer *w, const char *text)
{
	if (text)
		lq__write_str(w, text, strlen(text));
	else
		lq__write_nil(w);
}

void lq__write_bin(struct lq_writer *w, const void *data, size_t size)
{
	if (!fits(w, size))
		return;
	(void)msgpack_pack_bin(&w->packer, size);
	(void)msgpack_pack_bin_body(&w->packer, data, size);
}

void lq__write_array(struct lq_writer *w, size_t n)
{
	if (fits(w, n))
		(void)msgpack_pack_array(&w->packer, n);
}

void lq__write_map(struct lq_writer *w, size_t n)
{
	if (fits(w, n))
		(void)msgpack_pack_map(&w->packer, n);
}

void lq__write_u16(struct lq_writer *w, uint16_t value)
{
	(void)msgpack_pack_fix_uint16(&w->packer, value);
}

void lq__write_u32(struct lq_writer *w, uint32_t value)
{
	(void)msgpack_pack_fix_uint32(&w->packer, value);
}

void lq__write_u64(struct lq_writer *w, uint64_t value)
{
	(void)msgpack_pack_fix_uint64(&w->packer, value);
}

static void write_ext(struct lq_writer *w, const msgpack_object_ext *ext)
{
	(void)msgpack_pack_ext(&w->packer, ext->size, ext->type);
	(void)msgpack_pack_ext_body(&w->packer, ext->ptr, ext->size);
}

static void write_scalar(struct lq_writer *w, const msgpack_object *object)
{
	switch ((int)object->type) {
	case MSGPACK_OBJECT_NIL:
		lq__write_nil(w);
		break;
	case MSGPACK_OBJECT_BOOLEAN:
		lq__write_bool(w, object->via.boolean);
		break;
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		(void)msgpack_pack_uint64(&w->packer, object->via.u64);
		break;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		lq__write_int(w, object->via.i64);
		break;
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		lq__write_double(w, object->via.f64);
		break;
	case MSGPACK_OBJECT_STR:
		lq__write_str(w, object->via.str.ptr, object->via.str.size);
		break;
	case MSGPACK_OBJECT_BIN:
		lq__write_bin(w, object->via.bin.ptr, object->via.bin.size);
		break;
	case MSGPACK_OBJECT_EXT:
		write_ext(w, &object->via.ext);
		break;
	default: /* no such type: the object is not msgpack-c's */
		w->error = -EINVAL;
	}
}

/* Recursive, so it stops at the first error: an array may claim 2^32 elements. */
void lq__write_object(struct lq_writer *w, const msgpack_object *object, unsigned int depth)
{
	bool is_container =
		object->type == MSGPACK_OBJECT_ARRAY || object->type == MSGPACK_OBJECT_MAP;

	if (w->error < 0)
		return;
	if (!is_container) {
		write_scalar(w, object);
		return;
	}
	if (depth >= LQ_NESTING_MAX) {
		w->error = -EMSGSIZE;
		w->is_too_deep = true;
		return;
	}
	if (object->type == MSGPACK_OBJECT_ARRAY) {
		lq__write_array(w, object->via.array.size);
		for (size_t i = 0; i < object->via.array.size && w->error == 0; i++)
			lq__write_object(w, &object->via.array.ptr[i], depth + 1);
		return;
	}
	lq__write_map(w, object->via.map.size);
	for (size_t i = 0; i < object->via.map.size && w->error == 0; i++) {
		lq__write_object(w, &object->via.map.ptr[i].key, depth + 1);
		lq__write_object(w, &object->via.map.ptr[i].val, depth + 1);
	}
}

int lq__writer_take(struct lq_writer *w, void **ret_data, size_t *ret_size)
{
	if (w->error < 0)
		return w->error;
	*ret_data = buffer_take(&w->buffer, ret_size);
	return 0;
}
