/* SPDX-License-Identifier: MIT */
/* uthash with a function that both compilers accept: its default one falls through its cases. */
#pragma once

#define HASH_FUNCTION HASH_OAT
#include <uthash.h>
