/* SPDX-License-Identifier: MIT */
/* Since when a waiting job may run, by its record alone. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Unix ms at which a waiting job became ready: made or requeued, or the end of the delay that it
 * was given. record may lack its beginning (what is left must then hold the whole last entry, or
 * the end of the envelope). 0, or -EPROTO: it does not tell.
 */
int lq__record_ready(const void *record, size_t size, int64_t *ret_ms);
