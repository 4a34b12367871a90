/* SPDX-License-Identifier: MIT */
/* lq_pack(): arguments to msgpack, as a format says. The first error ends it: the arguments behind
 * it are not read. */
#include <libqueue/value.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <libqueue/limits.h>

#include "pack.h"
#include "utf8.h"
#include "value-format.h"
#include "value-internal.h"

struct packing {
	struct lq_value *value; /* takes the errors */
	struct lq_writer writer;
	struct lq_format format;
	unsigned int depth;
	const char *key; /* the last one, NULL outside of maps */
	va_list args;
};

static int pack_fail(struct packing *p, int error, const char *what)
{
	if (p->key)
		return lq__value_fail(p->value, error, "format, character %zu, \"%.*s\": %s",
				      p->format.position, lq__value_key_size(p->key), p->key, what);
	return lq__value_fail(p->value, error, "format, character %zu: %s", p->format.position,
			      what);
}

/* The writer's error, in words. */
static int pack_check(struct packing *p)
{
	switch (p->writer.error) {
	case 0:
		return 0;
	case -EMSGSIZE:
		return pack_fail(p, -EMSGSIZE,
				 p->writer.is_too_deep ? "nested deeper than 32 levels"
						       : "over the limit of 1 MiB");
	case -EINVAL:
		return pack_fail(p, -EINVAL, "not a msgpack object");
	default:
		return pack_fail(p, p->writer.error, "out of memory");
	}
}

static int pack_text(struct packing *p, const char *text, size_t size)
{
	if (!text && size > 0)
		return pack_fail(p, -EINVAL, "the text is NULL");
	if (size > LQ_ARGS_MAX)
		return pack_fail(p, -EMSGSIZE, "the text is over the limit of 1 MiB");
	if (!lq__utf8_is_valid(text, size))
		return pack_fail(p, -EINVAL, "the text is not UTF-8; B# takes any bytes");
	lq__write_str(&p->writer, text, size);
	return 0;
}

static int pack_string(struct packing *p)
{
	const char *text = va_arg(p->args, const char *);

	if (p->format.has_size)
		return pack_text(p, text, va_arg(p->args, size_t));
	if (!text)
		return pack_fail(p, -EINVAL, "the text is NULL");
	return pack_text(p, text, strlen(text));
}

static int pack_bytes(struct packing *p)
{
	const void *data = va_arg(p->args, const void *);
	size_t size = va_arg(p->args, size_t);

	if (!data && size > 0)
		return pack_fail(p, -EINVAL, "the bytes are NULL");
	lq__write_bin(&p->writer, data, size);
	return 0;
}

static int pack_object(struct packing *p)
{
	const msgpack_object *object = va_arg(p->args, const msgpack_object *);

	if (!object)
		return pack_fail(p, -EINVAL, "the object is NULL");
	lq__write_object(&p->writer, object, p->depth);
	return 0;
}

static int pack_key(struct packing *p)
{
	const char *key = va_arg(p->args, const char *);

	p->key = NULL;
	if (!key)
		return pack_fail(p, -EINVAL, "the key is NULL");
	int r = pack_text(p, key, strlen(key));
	p->key = key;
	return r;
}

static int pack_value(struct packing *p, char letter);

static int pack_container(struct packing *p, bool is_map)
{
	size_t n = lq__format_count(&p->format);
	const char *outer_key = p->key;
	int r = 0;

	if (is_map)
		lq__write_map(&p->writer, n / 2);
	else
		lq__write_array(&p->writer, n);
	p->depth++;
	for (size_t i = 0; i < n && r == 0; i++) {
		char letter = lq__format_next(&p->format);

		r = is_map && i % 2 == 0 ? pack_key(p) : pack_value(p, letter);
	}
	if (r < 0)
		return r;
	(void)lq__format_next(&p->format); /* the closing bracket */
	p->depth--;
	p->key = outer_key;
	return 0;
}

static int pack_scalar(struct packing *p, char letter)
{
	switch (letter) {
	case 'i':
		lq__write_int(&p->writer, va_arg(p->args, int));
		return 0;
	case 'I':
		lq__write_int(&p->writer, va_arg(p->args, int64_t));
		return 0;
	case 'f':
		lq__write_double(&p->writer, va_arg(p->args, double));
		return 0;
	case 'b':
		lq__write_bool(&p->writer, va_arg(p->args, int) != 0);
		return 0;
	case 'n':
		lq__write_nil(&p->writer);
		return 0;
	case 'B':
		return pack_bytes(p);
	default: /* 'O': the format has been checked */
		return pack_object(p);
	}
}

/* Recursive as deep as the checked format: LQ_NESTING_MAX. */
static int pack_value(struct packing *p, char letter)
{
	int r = 0;

	if (letter == '{' || letter == '[')
		r = pack_container(p, letter == '{');
	else if (letter == 's')
		r = pack_string(p);
	else
		r = pack_scalar(p, letter);
	return r < 0 ? r : pack_check(p);
}

static int pack_all(struct packing *p)
{
	void *data;
	size_t size;
	int r = pack_value(p, lq__format_next(&p->format));

	if (r < 0)
		return r;
	r = lq__writer_take(&p->writer, &data, &size);
	if (r == 0)
		lq__value_own(p->value, data, size);
	return r;
}

struct lq_value *lq_vpack(const char *format, va_list args)
{
	struct packing p = {
		.value = lq__value_new(),
		.format = { .text = format, .at = format },
	};
	char text[128];

	if (p.value->error < 0)
		return p.value;
	int r = lq__format_check(format, text, sizeof(text));
	if (r < 0) {
		(void)lq__value_fail(p.value, r, "%s", text);
		return p.value;
	}
	lq__writer_init(&p.writer, LQ_ARGS_MAX);
	va_copy(p.args, args);
	(void)pack_all(&p); /* an error stays in the value */
	va_end(p.args);
	lq__writer_fini(&p.writer);
	return p.value;
}

struct lq_value *lq_pack(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct lq_value *value = lq_vpack(format, args);
	va_end(args);
	return value;
}
