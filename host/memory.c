/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's memory: one memory file, mapped once for us and piece by piece for the
 * guest (tlb.c), and m2p, the table from machine frames back to the domain's numbers.
 */
#define _GNU_SOURCE
#include "host/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/hv.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

#define MFN_FIRST_MIN 0x40000ull /* 1 GiB: as if others had the memory below */

/* Frames of Xen's behind the domain's pages. */
#define N_SHARED (1 + HV_GRANT_FRAMES_LIMIT)

struct memory memory = {.fd = -1};

static void *reserve(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static uint64_t power_of_two_from(uint64_t n)
{
	uint64_t p = 1;

	while (p < n)
		p *= 2;
	return p;
}

static size_t frames_bytes(void)
{
	return memory.n_frames * sizeof(struct frame);
}

static size_t m2p_bytes(void)
{
	return (memory_mfn_end() * sizeof(uint64_t) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1ul);
}

/* Fault in at once what will be touched soon; no harm when the kernel cannot. */
void memory_touch(void *from, size_t bytes)
{
	uintptr_t begin = (uintptr_t)from & PAGE_MASK;

	(void)madvise(
		(void *)begin, (uintptr_t)from + bytes - begin, MADV_POPULATE_WRITE);
}

static int map_all(void)
{
	size_t bytes = pages_to_bytes(memory.n_frames);

	memory.fd = memfd_create("domain-memory", MFD_CLOEXEC);
	if (memory.fd < 0 || ftruncate(memory.fd, (off_t)bytes) < 0)
		return -errno;
	memory.ptr = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory.fd, 0);
	if (memory.ptr == MAP_FAILED) {
		memory.ptr = NULL;
		return -ENOMEM;
	}
	memory.frames = reserve(frames_bytes());
	memory.m2p = reserve(m2p_bytes());
	return memory.frames && memory.m2p ? 0 : -ENOMEM;
}

int memory_create(size_t n_pages)
{
	uint64_t scattered;
	int err;

	memory.n_pages = n_pages;
	memory.n_frames = n_pages + N_SHARED;
	scattered = power_of_two_from(memory.n_frames);
	memory.mfn_mask = scattered - 1;
	memory.mfn_first = scattered > MFN_FIRST_MIN ? scattered : MFN_FIRST_MIN;
	err = map_all();
	if (err) {
		memory_destroy();
		return err;
	}
	memory_touch(memory.frames, frames_bytes());
	memory_touch(&memory.m2p[memory.mfn_first],
		(memory.mfn_mask + 1) * sizeof(memory.m2p[0]));
	for (size_t i = 0; i < memory.n_frames; i++) {
		memory.frames[i].domains = i < n_pages;
		memory.frames[i].shared = i >= n_pages;
		if (i >= n_pages) { /* Xen has it mapped writable, for ever */
			memory.frames[i].type = FRAME_WRITABLE;
			memory.frames[i].type_count = 1;
		}
		memory.m2p[frame_mfn(i)] = i < n_pages ? i : ~0ull;
	}
	hv_shared_info()->vcpu_info[0].evtchn_upcall_mask = 1;
	return 0;
}

void memory_destroy(void)
{
	if (memory.m2p)
		munmap(memory.m2p, m2p_bytes());
	if (memory.frames)
		munmap(memory.frames, frames_bytes());
	if (memory.ptr)
		munmap(memory.ptr, pages_to_bytes(memory.n_frames));
	if (memory.fd >= 0)
		close(memory.fd);
	memory = (struct memory){.fd = -1};
}

uint64_t memory_shared_info_mfn(void)
{
	return frame_mfn(memory.n_pages);
}

/* --- what the models need: hv.h ------------------------------------------------------ */

void *hv_frame(uint64_t mfn)
{
	size_t index = domain_frame(mfn);

	return index == FRAME_BAD ? NULL : frame_ptr(index);
}

uint64_t hv_grant_frame(unsigned n)
{
	return frame_mfn(memory.n_pages + 1 + n);
}

struct shared_info *hv_shared_info(void)
{
	return frame_ptr(memory.n_pages);
}
