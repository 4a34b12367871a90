/* SPDX-License-Identifier: MIT */
/* What makes a symbol public, and the attributes that the other headers use. */
#ifndef LIBQUEUE_EXPORT_H
#define LIBQUEUE_EXPORT_H

#if defined(__GNUC__)
#define LQ_API __attribute__((visibility("default")))
#define LQ_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define LQ_WARN_UNUSED __attribute__((warn_unused_result))
#else
#define LQ_API
#define LQ_PRINTF(fmt, first)
#define LQ_WARN_UNUSED
#endif

#ifdef __cplusplus
#define LQ_BEGIN_DECLS extern "C" {
#define LQ_END_DECLS }
#else
#define LQ_BEGIN_DECLS
#define LQ_END_DECLS
#endif

#endif
