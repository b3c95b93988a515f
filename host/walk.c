/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walks the guest's page tables in software, and copies by it: the guest's pages need not
 * be mapped in this process when it passes their addresses.
 */
#include <stdint.h>
#include <xen/errno.h>

#include "host/mmu.h"

#define CACHED 64u

/* Pages that were walked to before, by address and access. */
static struct {
	uint64_t page; /* address of the page plus 1; 0 = none */
	uint8_t *ptr;
} cache[2][CACHED];

void walk_forget(void)
{
	for (unsigned i = 0; i < CACHED; i++)
		cache[0][i].page = cache[1][i].page = 0;
}

pte_t *walk(uint64_t va, pte_t *rights)
{
	size_t table = mmu_root;
	pte_t all = PTE_WRITE, any = 0;

	for (int level = PTE_LEVELS;; level--) {
		pte_t *e = (pte_t *)frame_ptr(table) + pte_slot(va, level);

		all &= *e;
		any |= *e;
		if (level == 1) {
			if (rights)
				*rights = (all & PTE_WRITE) | (any & PTE_NX);
			return e;
		}
		table = mfn_frame(pte_mfn(*e));
		if (!(*e & PTE_PRESENT) || table == FRAME_BAD)
			return NULL;
	}
}

void *guest_ptr(uint64_t va, bool write)
{
	uint64_t page = va & ~(uint64_t)(PAGE_SIZE - 1);
	unsigned i = (va >> PAGE_SHIFT) % CACHED;
	pte_t rights, *e;
	size_t index;

	if (cache[write][i].page == page + 1)
		return cache[write][i].ptr + (va - page);
	if (va >= GUEST_END)
		return NULL;
	e = walk(va, &rights);
	if (!e || !(*e & PTE_PRESENT) || (write && !(rights & PTE_WRITE)))
		return NULL;
	index = mfn_frame(pte_mfn(*e));
	if (index == FRAME_BAD)
		return NULL;
	cache[write][i].page = page + 1;
	cache[write][i].ptr = frame_ptr(index);
	return cache[write][i].ptr + (va - page);
}

/* Without the library: this is lean code. */
static void copy(void *to, const void *from, size_t bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static size_t rest_of_page(uint64_t va, size_t bytes)
{
	size_t rest = PAGE_SIZE - (va & (PAGE_SIZE - 1));

	return bytes < rest ? bytes : rest;
}

int guest_read(void *to, uint64_t va, size_t bytes)
{
	while (bytes > 0) {
		size_t n = rest_of_page(va, bytes);
		const void *from = guest_ptr(va, false);

		if (!from)
			return -XEN_EFAULT;
		if (n == sizeof(uint64_t))
			__builtin_memcpy(to, from, sizeof(uint64_t));
		else
			copy(to, from, n);
		to = (char *)to + n;
		va += n;
		bytes -= n;
	}
	return 0;
}

int guest_write(uint64_t va, const void *from, size_t bytes)
{
	while (bytes > 0) {
		size_t n = rest_of_page(va, bytes);
		void *to = guest_ptr(va, true);

		if (!to)
			return -XEN_EFAULT;
		if (n == sizeof(uint64_t))
			__builtin_memcpy(to, from, sizeof(uint64_t));
		else
			copy(to, from, n);
		from = (const char *)from + n;
		va += n;
		bytes -= n;
	}
	return 0;
}
