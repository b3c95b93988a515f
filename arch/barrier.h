/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers and locked bit operations for memory that Xen or another domain
 * touches at the same time.
 *
 * x86 keeps stores in order and loads in order, so a compiler barrier is enough for
 * both; only a store followed by a load of something else needs the instruction.
 */
#ifndef ARCH_BARRIER_H
#define ARCH_BARRIER_H

#include <stdbool.h>
#include <stdint.h>

/** Order everything before against everything after, as another processor sees it. */
static inline void arch_mb(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/** Loads before it come before loads after it. */
static inline void arch_rmb(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/** Stores before it come before stores after it. */
static inline void arch_wmb(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

/** Only the compiler: for memory that our own upcall changes. */
static inline void arch_compiler_barrier(void)
{
	__asm__ volatile("" ::: "memory");
}

/*
 * Bits of arrays of unsigned long, as in shared_info; bit n is bit n % BITS_PER_LONG of
 * word n / BITS_PER_LONG.
 */
#define BITS_PER_LONG (8 * (unsigned)sizeof(unsigned long))

static inline void atomic_bit_set(unsigned long *words, unsigned n)
{
	__atomic_fetch_or(
		&words[n / BITS_PER_LONG], 1ul << n % BITS_PER_LONG, __ATOMIC_SEQ_CST);
}

/** Set a bit; returns what it was. */
static inline bool atomic_bit_set_test(unsigned long *words, unsigned n)
{
	unsigned long mask = 1ul << n % BITS_PER_LONG;

	return __atomic_fetch_or(&words[n / BITS_PER_LONG], mask, __ATOMIC_SEQ_CST) &
	       mask;
}

/** Clear a bit; returns what it was. */
static inline bool atomic_bit_clear(unsigned long *words, unsigned n)
{
	unsigned long mask = 1ul << n % BITS_PER_LONG;

	return __atomic_fetch_and(&words[n / BITS_PER_LONG], ~mask, __ATOMIC_SEQ_CST) &
	       mask;
}

static inline bool atomic_bit_test(const unsigned long *words, unsigned n)
{
	return __atomic_load_n(&words[n / BITS_PER_LONG], __ATOMIC_SEQ_CST) >>
		       n % BITS_PER_LONG &
	       1;
}

/** Swap a whole word for a new value; returns the old one. */
static inline unsigned long atomic_xchg(unsigned long *word, unsigned long value)
{
	return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}

#endif
