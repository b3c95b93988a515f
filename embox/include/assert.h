/* SPDX-License-Identifier: BSD-2-Clause */
/* The C library's assert.h, and an assertion with a message. Like it, it may come twice. */
#include_next <assert.h>

#undef assertf
#ifdef NDEBUG
#define assertf(condition, ...) ((void)0)
#else
#define assertf(condition, ...)                                                          \
	((condition) ? (void)0 : __assert_func(__FILE__, __LINE__, __func__, #condition))
#endif
