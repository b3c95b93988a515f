/* SPDX-License-Identifier: BSD-2-Clause */
/* The preprocessor's building blocks, each of which expands its arguments first. */
#ifndef UTIL_MACRO_H
#define UTIL_MACRO_H

#define MACRO_STRING(...)     MACRO_STRING_RAW(__VA_ARGS__)
#define MACRO_STRING_RAW(...) #__VA_ARGS__

#define MACRO_CONCAT(a, b)     MACRO_CONCAT_RAW(a, b)
#define MACRO_CONCAT_RAW(a, b) a##b

#define MACRO_EXPAND(m)      m
#define MACRO_INVOKE(m, ...) m(__VA_ARGS__)

/* A name that no other line of the file makes. */
#define MACRO_GUARD(name) MACRO_CONCAT(name##_line_, __LINE__)

/* MACRO_FOREACH(f, a, b, c) is f(a, f(b, f(c, ))), for up to nine arguments. */
#define MACRO_FOREACH(f, ...)                                                            \
	MACRO_CONCAT(MACRO_FOREACH_,                                                     \
		MACRO_FOREACH_COUNT(__VA_ARGS__, 9, 8, 7, 6, 5, 4, 3, 2, 1))             \
	(f, __VA_ARGS__)
#define MACRO_FOREACH_COUNT(_1, _2, _3, _4, _5, _6, _7, _8, _9, n, ...) n
#define MACRO_FOREACH_1(f, a)                                           f(a, )
#define MACRO_FOREACH_2(f, a, ...)                                      f(a, MACRO_FOREACH_1(f, __VA_ARGS__))
#define MACRO_FOREACH_3(f, a, ...)                                      f(a, MACRO_FOREACH_2(f, __VA_ARGS__))
#define MACRO_FOREACH_4(f, a, ...)                                      f(a, MACRO_FOREACH_3(f, __VA_ARGS__))
#define MACRO_FOREACH_5(f, a, ...)                                      f(a, MACRO_FOREACH_4(f, __VA_ARGS__))
#define MACRO_FOREACH_6(f, a, ...)                                      f(a, MACRO_FOREACH_5(f, __VA_ARGS__))
#define MACRO_FOREACH_7(f, a, ...)                                      f(a, MACRO_FOREACH_6(f, __VA_ARGS__))
#define MACRO_FOREACH_8(f, a, ...)                                      f(a, MACRO_FOREACH_7(f, __VA_ARGS__))
#define MACRO_FOREACH_9(f, a, ...)                                      f(a, MACRO_FOREACH_8(f, __VA_ARGS__))

#endif
