/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target: LLVMFuzzerTestOneInput() and good inputs to begin with. libFuzzer
 * drives it where Clang is the compiler; fuzz-driver.c does so in every build, with
 * the good inputs and a fixed set of damaged ones.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Hands each good input to feed(), which copies it. */
void fuzz_seeds(void (*feed)(const void *data, size_t size));
