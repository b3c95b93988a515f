/* SPDX-License-Identifier: BSD-2-Clause */
/* A place in a source file, as constant data. */
#ifndef UTIL_LOCATION_H
#define UTIL_LOCATION_H

#include <stddef.h>

struct location {
	const char *file;
	int line;
};

struct location_func {
	struct location at;
	const char *func;
};

/* Initialisers */
/* clang-format off */
#define LOCATION_INIT                                                                    \
	{                                                                                \
		.file = __FILE__, .line = __LINE__                                       \
	}
#define LOCATION_FUNC_INIT                                                               \
	{                                                                                \
		.at = LOCATION_INIT, .func = __func__                                    \
	}
/* clang-format on */

#define LOCATION_REF()                                                                   \
	({                                                                               \
		static const struct location location_here = LOCATION_INIT;              \
		&location_here;                                                          \
	})
#define LOCATION_FUNC_REF()                                                              \
	({                                                                               \
		static const struct location_func location_here = LOCATION_FUNC_INIT;    \
		&location_here;                                                          \
	})

/* For printf: printf(LOCATION_FMT("\t", "\n"), LOCATION_ARGS(place)). */
#define LOCATION_FMT(before, after) before "at %s:%d" after
#define LOCATION_ARGS(place)        (place) ? (place)->file : NULL, (place) ? (place)->line : 0
#define LOCATION_FUNC_FMT(before, after)                                                 \
	LOCATION_FMT(before, after) before "in function %s" after
#define LOCATION_FUNC_ARGS(place)                                                        \
	LOCATION_ARGS((place) ? &(place)->at : NULL), (place) ? (place)->func : NULL

#endif
