/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers rounded up to powers of two, and whether they are multiples. */
#ifndef UTIL_BINALIGN_H
#define UTIL_BINALIGN_H

/* To a multiple of `bound`, or of 2 to the `power`. */
#define binalign_bound(x, bound)                                                         \
	(((x) + ((__typeof__(x))(bound)-1)) & ~((__typeof__(x))(bound)-1))
#define binalign(x, power) binalign_bound(x, (__typeof__(x))1 << (power))

#define binalign_check_bound(x, bound) (((x) & ((__typeof__(x))(bound)-1)) == 0)
#define binalign_check(x, power)       binalign_check_bound(x, (__typeof__(x))1 << (power))

/* To what a type's alignment is. */
#define binalign_type(x, type) binalign_bound(x, __alignof__(type))

#endif
