/* SPDX-License-Identifier: MIT */
/* Arguments that many verbs share, checked before anything is sent. 0, or -EINVAL with the words on
 * the handle. */
#pragma once

struct lq_client;

int lq__validate_queue(struct lq_client *client, const char *queue);
int lq__validate_job(struct lq_client *client, const char *queue, const char *id);
