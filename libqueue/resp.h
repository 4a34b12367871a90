/* SPDX-License-Identifier: MIT */
/* The protocol: commands to bytes, bytes to replies. The only concept that knows hiredis. */
#pragma once

#include "reply.h"

#include <stddef.h>
#include <stdint.h>

struct lq__arg;
struct lq__resp;

/* The bytes of a command: free them with lq__resp_free_bytes(). 0, -ENOMEM, -EMSGSIZE (above 1 GiB,
 * or none at all). */
int lq__resp_format(const struct lq__arg *args, size_t n, char **ret_bytes, size_t *ret_size);
void lq__resp_free_bytes(char *bytes);

/* A reader of one connection's answers. NULL: no memory. */
struct lq__resp *lq__resp_new(void);
void lq__resp_free(struct lq__resp *resp);

/* 0, -ENOMEM, -EPROTO. After a failure the reader is of no more use. */
int lq__resp_feed(struct lq__resp *resp, const char *data, size_t size);
/* 1: *ret_reply is set and the caller's. 0: it is not whole yet. -ENOMEM, -EPROTO. */
int lq__resp_next(struct lq__resp *resp, struct reply **ret_reply);
/* Why it was -EPROTO: static text or the reader's. */
const char *lq__resp_error(const struct lq__resp *resp);
