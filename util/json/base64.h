/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648), padded, strict when read. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A terminated text, owned by the caller (free()); NULL: no memory. */
char *base64_encode(const void *data, size_t size);
/* The most bytes that text of this length can hold. */
size_t base64_decoded_max(size_t text_size);
/* 0, or -EINVAL; data has room for base64_decoded_max(text_size) bytes. */
int base64_decode(const char *text, size_t text_size, uint8_t *data, size_t *ret_size);
