/* SPDX-License-Identifier: MIT */
/* The name of a worker: a key with the worker as value, that lives as long as its lease. */
#pragma once

struct lq__gather;

/* Prolongs the name if it is ours, takes it if it is free; LQ_LOCKED if it is another's by now. */
int lq__name_renew(struct lq__gather *gather);

/* Gives the name back, if it is ours. */
int lq__name_release(struct lq__gather *gather);
