/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparisons that evaluate each argument once. */
#ifndef UTIL_MATH_H
#define UTIL_MATH_H

#define max(a, b)                                                                        \
	({                                                                               \
		__typeof__(a) math_max_a = (a);                                          \
		__typeof__(b) math_max_b = (b);                                          \
		math_max_a > math_max_b ? math_max_a : math_max_b;                       \
	})

#define min(a, b)                                                                        \
	({                                                                               \
		__typeof__(a) math_min_a = (a);                                          \
		__typeof__(b) math_min_b = (b);                                          \
		math_min_a < math_min_b ? math_min_a : math_min_b;                       \
	})

/* The value, or the bound that it is beyond. */
#define clamp(value, low, high)                                                          \
	({                                                                               \
		__typeof__(value) math_clamped = (value);                                \
		__typeof__(low) math_low = (low);                                        \
		__typeof__(high) math_high = (high);                                     \
		if (math_clamped < math_low)                                             \
			math_clamped = math_low;                                         \
		if (math_clamped > math_high)                                            \
			math_clamped = math_high;                                        \
		math_clamped;                                                            \
	})

/* Between two bounds: with the lower one, with both, with neither. */
#define MATH_TEST(value, low, high, lower_test, upper_test)                              \
	({                                                                               \
		__typeof__(value) math_value = (value);                                  \
		__typeof__(low) math_low = (low);                                        \
		__typeof__(high) math_high = (high);                                     \
		(lower_test) && (upper_test);                                            \
	})
#define check_range(value, low, high)                                                    \
	MATH_TEST(value, low, high, math_value >= math_low, math_value < math_high)
#define check_range_incl(value, low, high)                                               \
	MATH_TEST(value, low, high, math_value >= math_low, math_value <= math_high)
#define check_range_excl(value, low, high)                                               \
	MATH_TEST(value, low, high, math_value > math_low, math_value < math_high)

#endif
