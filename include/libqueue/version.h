/* SPDX-License-Identifier: MIT */
/* The version of the headers, and that of the library in use. */
#ifndef LIBQUEUE_VERSION_H
#define LIBQUEUE_VERSION_H

#include <libqueue/export.h>

#define LQ_VERSION_MAJOR 0
#define LQ_VERSION_MINOR 1
#define LQ_VERSION_PATCH 0
#define LQ_VERSION "0.1.0"

LQ_BEGIN_DECLS

/* "0.1.0" of the library that runs. Static text. Any thread. Since: 0.1 */
LQ_API const char *lq_version(void);

LQ_END_DECLS

#endif
