/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The four kinds of address, as types that do not mix, and the only shifts by PAGE_SHIFT.
 *
 *   pfn_t    page frame number: our own numbering of our memory, 0 .. n_pages-1
 *            ("pseudo-physical")
 *   mfn_t    machine frame number: Xen's number of the same frame; goes into PV page
 *            tables and grants
 *   maddr_t  machine byte address, always 64 bits (PAE: 36 bits and more)
 *   vaddr_t  virtual byte address in our one address space
 *
 *            vaddr_to_pfn            pfn_to_mfn (p2m table, ours)
 *   vaddr_t ------------->  pfn_t  -------------------------------> mfn_t --> maddr_t
 *           <-------------         <-------------------------------      mfn_to_maddr
 *            pfn_to_vaddr            mfn_to_pfn (m2p table, Xen's)
 *
 * Words used everywhere: a frame is one page-sized unit of memory, a page is our mapping
 * of it, a slot is a ring entry, a ref is a grant. The two translations in the middle are
 * declared in arch/arch.h.
 */
#ifndef KERNEL_ADDR_H
#define KERNEL_ADDR_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  4096u /* bytes */
#define PAGE_MASK  (~(uintptr_t)(PAGE_SIZE - 1))

/* Declares a boxed integer: NAME_t, NAME(n) to box, NAME_eq, NAME_add. Unbox with .v */
#define ADDR_KIND(name, word)                                                            \
	typedef struct {                                                                 \
		word v;                                                                  \
	} name##_t;                                                                      \
	static inline name##_t name(word n)                                              \
	{                                                                                \
		return (name##_t){n};                                                    \
	}                                                                                \
	static inline bool name##_eq(name##_t a, name##_t b)                             \
	{                                                                                \
		return a.v == b.v;                                                       \
	}                                                                                \
	static inline name##_t name##_add(name##_t a, word n)                            \
	{                                                                                \
		return (name##_t){a.v + n};                                              \
	}

ADDR_KIND(pfn, unsigned long)
ADDR_KIND(mfn, unsigned long)
ADDR_KIND(maddr, uint64_t)
ADDR_KIND(vaddr, uintptr_t)

#define PRIpfn   "lx"
#define PRImfn   "lx"
#define PRImaddr PRIx64
#define PRIvaddr PRIxPTR

/** A frame number that names no frame: what m2p says of memory that is not ours. */
#define MFN_NONE mfn(~0ul)
#define PFN_NONE pfn(~0ul)

/** Bytes that n pages hold. */
static inline size_t pages_to_bytes(size_t n_pages)
{
	return n_pages << PAGE_SHIFT;
}

/** Pages needed for len_bytes, rounded up. */
static inline size_t bytes_to_pages(size_t len_bytes)
{
	return (len_bytes >> PAGE_SHIFT) + ((len_bytes & (PAGE_SIZE - 1)) != 0);
}

/** Machine address of the first byte of a frame. */
static inline maddr_t mfn_to_maddr(mfn_t m)
{
	return maddr((uint64_t)m.v << PAGE_SHIFT);
}

/** Frame that holds a machine address. */
static inline mfn_t maddr_to_mfn(maddr_t m)
{
	return mfn((unsigned long)(m.v >> PAGE_SHIFT));
}

/** Byte offset within its page of any address. */
static inline unsigned page_offset(uintptr_t addr)
{
	return (unsigned)(addr & (PAGE_SIZE - 1));
}

/** The address as a pointer, and back. */
static inline void *vaddr_ptr(vaddr_t v)
{
	return (void *)v.v; // NOLINT(performance-no-int-to-ptr)
}

static inline vaddr_t ptr_vaddr(const void *p)
{
	return vaddr((uintptr_t)p);
}

#endif
