/* SPDX-License-Identifier: MIT */
/* All that a service needs which enqueues, waits, looks and steers. Handlers include handler.h. */
#ifndef LIBQUEUE_LIBQUEUE_H
#define LIBQUEUE_LIBQUEUE_H

#include <libqueue/client.h>
#include <libqueue/enqueue.h>
#include <libqueue/error.h>
#include <libqueue/inspect.h>
#include <libqueue/job.h>
#include <libqueue/limits.h>
#include <libqueue/value.h>
#include <libqueue/version.h>

#endif
