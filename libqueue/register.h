/* SPDX-License-Identifier: MIT */
/* A queue's name goes into the set of queues before the queue is used. */
#pragma once

struct lq_client;

/* Puts the SADD on the connection, unless this handle has done it. 0, -ENOMEM, -ENOTCONN. */
int lq__register_queue(struct lq_client *client, const char *queue);
