/* SPDX-License-Identifier: MIT */
/*
 * Lets one allocation fail: the one after `n` more of this thread, counted in the objects that
 * are linked with alloc_fault_dep (not inside shared libraries). A test grows n until its
 * call succeeds without a hit, so that each allocation has failed once:
 *
 *     for (size_t n = 0;; n++) {
 *             alloc_fault_after(n);
 *             r = call();
 *             if (!alloc_fault_end())
 *                     break;
 *             ck_assert_int_eq(r, -ENOMEM);
 *     }
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

void alloc_fault_after(size_t n);
/* No more failures; whether there was one. */
bool alloc_fault_end(void);
