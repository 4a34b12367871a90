/* SPDX-License-Identifier: MIT */
/*
 * JSON text, and JSON values to msgpack values and back.
 *
 * Msgpack can say more than JSON; what JSON lacks is written as
 *
 *   bin, and str that is not UTF-8   {"$bin": "base64"}
 *   unsigned above 2^63-1            a string of its digits
 *   NaN, infinity                    null
 *   a map's key that is no text      the key's own JSON text
 *   ext                              {"$ext": [type, "base64"]}
 *
 * and the first two are read back as what they were. Nothing is packed here: the
 * object goes to lq_pack("O", ...).
 */
#pragma once

#include <jansson.h>
#include <msgpack.h>
#include <stddef.h>

#define JSON_ERROR_SIZE 192

/*
 * JSON text, strictly: any value at the top, \u0000 allowed in texts, a key twice
 * refused, nothing behind it. NULL: error has the words. The caller json_decref()s it.
 */
json_t *json_parse(const char *text, size_t size, char error[JSON_ERROR_SIZE]);

/* Any value as text, real numbers in as few digits as say them; flags: jansson's. The caller
 * free()s it; NULL: no memory. */
char *json_format(json_t *json, size_t flags);

/*
 * 0: *ret is set; it borrows texts from json and arrays from zone, so both must live as
 * long. -EINVAL (a "$bin" that is no base64), -EMSGSIZE (more than max_depth
 * objects and arrays inside each other), -ENOMEM; error has the words.
 */
int json_to_msgpack(const json_t *json, unsigned int max_depth, msgpack_zone *zone,
		    msgpack_object *ret, char error[JSON_ERROR_SIZE]);

/* A new value, nothing borrowed; NULL: no memory. The depth is bounded by whoever unpacked object.
 */
json_t *json_from_msgpack(const msgpack_object *object);
