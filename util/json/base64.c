/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648), padded, strict when read: one text for each sequence of bytes. */
#include "base64.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode_group(const uint8_t *in, size_t n, char out[4])
{
	uint32_t bits = (uint32_t)in[0] << 16;

	if (n > 1)
		bits |= (uint32_t)in[1] << 8;
	if (n > 2)
		bits |= in[2];
	out[0] = alphabet[bits >> 18];
	out[1] = alphabet[bits >> 12 & 63];
	out[2] = n > 1 ? alphabet[bits >> 6 & 63] : '=';
	out[3] = n > 2 ? alphabet[bits & 63] : '=';
}

char *base64_encode(const void *data, size_t size)
{
	const uint8_t *in = data;
	char *text, *out;

	if (size > SIZE_MAX / 2)
		return NULL;
	text = out = malloc((size + 2) / 3 * 4 + 1);
	if (!text)
		return NULL;
	for (size_t i = 0; i < size; i += 3, out += 4)
		encode_group(in + i, size - i, out);
	*out = '\0';
	return text;
}

size_t base64_decoded_max(size_t text_size)
{
	return text_size / 4 * 3;
}

static int digit(char c)
{
	const char *p = c ? strchr(alphabet, c) : NULL;

	return p ? (int)(p - alphabet) : -1;
}

/* Returns how many bytes the group holds, or -EINVAL. */
static int decode_group(const char in[4], uint8_t out[3])
{
	int n = in[3] != '=' ? 3 : in[2] != '=' ? 2 : 1;
	uint32_t bits = 0;

	for (int i = 0; i < 4; i++) {
		int value = i <= n ? digit(in[i]) : 0;

		if (value < 0 || (i > n && in[i] != '='))
			return -EINVAL;
		bits = bits << 6 | (uint32_t)value;
	}
	/* Bits beyond the last byte would be a second spelling of the same bytes. */
	if ((n < 3 && (bits & 0xff)) || (n < 2 && (bits & 0xff00)))
		return -EINVAL;
	for (int i = 0; i < n; i++)
		out[i] = (uint8_t)(bits >> (16 - 8 * i));
	return n;
}

int base64_decode(const char *text, size_t text_size, uint8_t *data, size_t *ret_size)
{
	size_t size = 0;

	if (text_size % 4)
		return -EINVAL;
	for (size_t i = 0; i < text_size; i += 4) {
		uint8_t group[3];
		int n = decode_group(text + i, group);

		if (n < 0 || (n < 3 && i + 4 < text_size))
			return -EINVAL;
		memcpy(data + size, group, (size_t)n);
		size += (size_t)n;
	}
	*ret_size = size;
	return 0;
}
