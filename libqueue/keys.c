/* SPDX-License-Identifier: MIT */
/* The names of keys. Whoever calls has checked the names that go into them. */
#include "keys.h"

#include <stdio.h>

char *lq__key_base(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue)
{
	(void)snprintf(buf, LQ__KEY_SIZE, "%s:{%s}", prefix, queue);
	return buf;
}

char *lq__key_queues(char buf[LQ__KEY_SIZE], const char *prefix)
{
	(void)snprintf(buf, LQ__KEY_SIZE, "%s:queues", prefix);
	return buf;
}

char *lq__key_workers(char buf[LQ__KEY_SIZE], const char *prefix)
{
	(void)snprintf(buf, LQ__KEY_SIZE, "%s:workers", prefix);
	return buf;
}

char *lq__key_worker(char buf[LQ__KEY_SIZE], const char *prefix, const char *worker)
{
	(void)snprintf(buf, LQ__KEY_SIZE, "%s:worker:%s", prefix, worker);
	return buf;
}

char *lq__key_name(char buf[LQ__KEY_SIZE], const char *prefix, const char *name)
{
	(void)snprintf(buf, LQ__KEY_SIZE, "%s:name:%s", prefix, name);
	return buf;
}

char *lq__key_wake(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue)
{
	(void)snprintf(buf, LQ__KEY_SIZE, "%s:{%s}:wake", prefix, queue);
	return buf;
}

/* "lq:{queue}:<kind>:<which>" */
static char *key_of(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue, const char *kind,
		    const char *which)
{
	(void)snprintf(buf, LQ__KEY_SIZE, "%s:{%s}:%s:%s", prefix, queue, kind, which);
	return buf;
}

char *lq__key_ctl(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue, const char *worker)
{
	return key_of(buf, prefix, queue, "ctl", worker);
}

char *lq__key_held(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue,
		   const char *worker)
{
	return key_of(buf, prefix, queue, "held", worker);
}

char *lq__key_done(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue, const char *nonce)
{
	return key_of(buf, prefix, queue, "done", nonce);
}

char *lq__key_job(char buf[LQ__KEY_SIZE], const char *prefix, const char *queue, const char *id)
{
	return key_of(buf, prefix, queue, "job", id);
}
