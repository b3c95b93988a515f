/* SPDX-License-Identifier: BSD-2-Clause */
/* From an object to a member and back. */
#ifndef UTIL_MEMBER_H
#define UTIL_MEMBER_H

#include <stddef.h>

#define member_sizeof(type, member) sizeof(((type *)0)->member)
#define member_typeof(type, member) __typeof__(((type *)0)->member)

/* The object that has *ptr as this member. */
#define mcast_out(ptr, type, member)                                                     \
	((type *)((char *)(ptr)-offsetof(__typeof__(type), member)))
#define member_cast_out(ptr, type, member) mcast_out(ptr, type, member)

/* The same, and NULL for NULL. */
#define mcast_out_or_null(ptr, type, member)                                             \
	({                                                                               \
		__typeof__(ptr) member_ptr = (ptr);                                      \
		member_ptr ? mcast_out(member_ptr, type, member) : NULL;                 \
	})
#define member_cast_out_or_null(ptr, type, member) mcast_out_or_null(ptr, type, member)

#define member_cast_in(object, member)         (&(object)->member)
#define member_cast_in_or_null(object, member) ((object) ? &(object)->member : NULL)

#endif
