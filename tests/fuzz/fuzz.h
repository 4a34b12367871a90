/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target: LLVMFuzzerTestOneInput() and good inputs to begin with. libFuzzer
 * drives it where Clang is the compiler; fuzz-driver.c does so in every build, with
 * the good inputs and a fixed set of damaged ones.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Hands each good input to feed(), which copies it. */
void fuzz_seeds(void (*feed)(const void *data, size_t size));

/* A terminated copy, owned. (strndup() looks for a zero behind the end where strings are checked
 * strictly.) */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return NULL;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = 0;
	return text;
}
