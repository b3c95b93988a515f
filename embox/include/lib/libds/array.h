/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loops over arrays, and arrays whose elements are spread over many files.
 *
 *     ARRAY_SPREAD_DEF(const struct shell, shells);          in one file: the array
 *     ARRAY_SPREAD_DECLARE(const struct shell, shells);      in a header
 *     ARRAY_SPREAD_ADD(shells, {.name = "sh"});              anywhere: an element
 *
 * Each part has a section of its own, and the linker script sorts them by name:
 *
 *     .array_spread.shells.0   the head: the symbol `shells`, no bytes
 *     .array_spread.shells.1   elements, in link order and then in that of the file
 *     .array_spread.shells.2   a terminator, if there is one
 *     .array_spread.shells.3   the end, no bytes
 *
 * The compiler sees an array without elements, so loops take its address through
 * something that hides where it came from.
 */
#ifndef LIB_LIBDS_ARRAY_H
#define LIB_LIBDS_ARRAY_H

#include <stddef.h>

#include <util/macro.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)                                                                    \
	(sizeof(a) / sizeof((a)[0])) /* word for word that of kernel/util.h */
#endif

/* --- plain arrays: the loop variable is declared by the caller --- */

#define array_foreach(element, array, n)                                                 \
	array_range_foreach(element, array, (array) + (n))
#define array_foreach_ptr(ptr, array, n)                                                 \
	array_range_foreach_ptr(ptr, array, (array) + (n))

#define array_range_foreach(element, begin, end)                                         \
	ARRAY_LOOP(element, begin, end, MACRO_GUARD(array_at), MACRO_GUARD(array_end))
#define ARRAY_LOOP(element, begin, end, at, last)                                        \
	for (__typeof__(&*(begin)) at = (begin), last = (end);                           \
		at < last && ((element) = *at, 1); at++)

#define array_range_foreach_ptr(ptr, begin, end)                                         \
	ARRAY_LOOP_PTR(ptr, begin, end, MACRO_GUARD(array_end))
#define ARRAY_LOOP_PTR(ptr, begin, end, last)                                            \
	for (__typeof__(&*(end)) last = ((ptr) = (__typeof__(ptr))(begin), (end));       \
		(ptr) < (__typeof__(ptr))last; (ptr)++)

/* Up to an element that is zero. */
#define array_nullterm_foreach(element, array)                                           \
	ARRAY_LOOP_ZERO(element, array, MACRO_GUARD(array_at))
#define ARRAY_LOOP_ZERO(element, array, at)                                              \
	for (__typeof__(&*(array)) at = (array); ((element) = *at); at++)

/* --- spread arrays --- */

#define ARRAY_SPREAD_PART(array, part)                                                   \
	__attribute__((used, section(".array_spread." MACRO_STRING(array) part)))
#define ARRAY_SPREAD_END(array)  MACRO_CONCAT(array_spread_end_of_, array)
#define ARRAY_SPREAD_STOP(array) MACRO_CONCAT(array_spread_stop_of_, array)

#if defined(__has_attribute) && __has_attribute(no_reorder)
#define ARRAY_SPREAD_IN_ORDER __attribute__((no_reorder))
#else
#define ARRAY_SPREAD_IN_ORDER
#endif

/* "stop" is where the elements end, "end" where the terminator does. */
#define ARRAY_SPREAD_DEF(type, array)                                                    \
	type volatile array[0] ARRAY_SPREAD_PART(array, ".0") = {};                      \
	type volatile ARRAY_SPREAD_STOP(array)[0] ARRAY_SPREAD_PART(array, ".2") = {};   \
	type volatile ARRAY_SPREAD_END(array)[0] ARRAY_SPREAD_PART(array, ".3") = {}

#define ARRAY_SPREAD_DEF_TERMINATED(type, array, terminator)                             \
	type volatile array[0] ARRAY_SPREAD_PART(array, ".0") = {};                      \
	type volatile ARRAY_SPREAD_STOP(array)[0] ARRAY_SPREAD_PART(array, ".2") = {};   \
	static __typeof__(array[0]) MACRO_CONCAT(                                        \
		array_spread_terminator_of_, array)[] ARRAY_SPREAD_PART(array, ".2.1")   \
		__attribute__((aligned(__alignof__(array[0])))) = {terminator};          \
	type volatile ARRAY_SPREAD_END(array)[0] ARRAY_SPREAD_PART(array, ".3") = {}

#define ARRAY_SPREAD_DECLARE(type, array)                                                \
	extern type volatile ARRAY_SPREAD_STOP(array)[];                                 \
	extern type volatile ARRAY_SPREAD_END(array)[];                                  \
	extern type volatile array[]

/* The alignment is said, or the compiler aligns large elements so that gaps appear. */
#define ARRAY_SPREAD_ADD_NAMED(array, name, ...)                                         \
	static __typeof__(array[0]) name[] ARRAY_SPREAD_PART(array, ".1")                \
		ARRAY_SPREAD_IN_ORDER                                                    \
		__attribute__((aligned(__alignof__(array[0])))) = {__VA_ARGS__}
#define ARRAY_SPREAD_ADD(array, ...)                                                     \
	ARRAY_SPREAD_ADD_NAMED(                                                          \
		array, MACRO_CONCAT(array_spread_item_, __COUNTER__), __VA_ARGS__)

#define ARRAY_SPREAD_HIDDEN(type, pointer)                                               \
	({                                                                               \
		type array_spread_hidden = (type)(pointer);                              \
		__asm__("" : "+r"(array_spread_hidden));                                 \
		array_spread_hidden;                                                     \
	})
#define ARRAY_SPREAD_AT(array, symbol)                                                   \
	ARRAY_SPREAD_HIDDEN(__typeof__(&(array)[0]), symbol)

/* How many elements: with the terminator, and without. */
#define ARRAY_SPREAD_SIZE(array)                                                         \
	((size_t)(ARRAY_SPREAD_AT(array, ARRAY_SPREAD_END(array)) -                      \
		  ARRAY_SPREAD_AT(array, array)))
#define ARRAY_SPREAD_SIZE_IGNORE_TERMINATING(array)                                      \
	((size_t)(ARRAY_SPREAD_AT(array, ARRAY_SPREAD_STOP(array)) -                     \
		  ARRAY_SPREAD_AT(array, array)))

#define array_spread_foreach(element, array)                                             \
	ARRAY_LOOP(element, ARRAY_SPREAD_AT(array, array),                               \
		ARRAY_SPREAD_AT(array, ARRAY_SPREAD_END(array)), MACRO_GUARD(array_at),  \
		MACRO_GUARD(array_end))

#define array_spread_foreach_reverse(element, array)                                     \
	ARRAY_LOOP_BACK(element, ARRAY_SPREAD_AT(array, array),                          \
		ARRAY_SPREAD_AT(array, ARRAY_SPREAD_END(array)), MACRO_GUARD(array_at),  \
		MACRO_GUARD(array_begin))
#define ARRAY_LOOP_BACK(element, begin, end, at, first)                                  \
	for (__typeof__(&*(begin)) at = (end), first = (begin);                          \
		at > first && ((element) = at[-1], 1); at--)

#define array_spread_foreach_ptr(ptr, array)                                             \
	ARRAY_LOOP_PTR(ptr, ARRAY_SPREAD_HIDDEN(__typeof__(ptr), array),                 \
		ARRAY_SPREAD_HIDDEN(__typeof__(ptr), ARRAY_SPREAD_END(array)),           \
		MACRO_GUARD(array_end))

#define array_spread_nullterm_foreach(element, array)                                    \
	ARRAY_LOOP_ZERO(element, ARRAY_SPREAD_AT(array, array), MACRO_GUARD(array_at))

#endif
