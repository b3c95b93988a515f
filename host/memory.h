/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's memory: frames, who owns them and what each is used as.
 *
 *     index   0 .. n-1      our number of a frame: its place in the memory file
 *     pfn     0 .. pages-1  the domain's number at birth; the index, for its own pages
 *     mfn     scattered     the machine's number; never equal to the pfn
 *
 * Behind the domain's pages lie the frames that Xen shares with it: shared_info and the
 * grant table. Frames of one type at a time: what is a page table cannot be writable.
 */
#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/addr.h"

/* Guest addresses end here; everything of the host lies above (even with an unlimited
 * stack, when Linux maps downwards from a sixth of its space). */
#define GUEST_END 0x100000000000ul

#define FRAME_BAD (~(size_t)0)

/* What a frame is used as; the numbers of tables are their levels. */
enum frame_type {
	FRAME_NONE, /* never used yet */
	FRAME_L1,
	FRAME_L2,
	FRAME_L3,
	FRAME_L4,
	FRAME_DESCRIPTORS, /* a global descriptor table */
	FRAME_WRITABLE,
};

struct frame {
	uint32_t type_count; /* uses as that type; at 0 the type may change */
	uint8_t type;        /* enum frame_type */
	bool pinned;         /* one of the uses is a pin */
	bool domains;        /* it belongs to the domain */
	bool shared;         /* it is Xen's, and shared with the domain */
	bool from_file;      /* mapped from the image file, see tlb.c */
};

struct memory {
	int fd;                   /* the memory file, one page for each index */
	uint8_t *ptr;             /* our mapping of all of it */
	size_t n_frames, n_pages; /* all; the domain's */
	struct frame *frames;
	uint64_t *m2p; /* readable by the guest, by mfn */
	uint64_t mfn_first, mfn_mask;
};
extern struct memory memory;

/** Make the memory of a domain of n pages. Returns 0 or -errno. */
int memory_create(size_t n_pages);
void memory_destroy(void);

/** All of these bytes will be written soon. */
void memory_touch(void *from, size_t bytes);

/** How many mfns there are: the highest plus one. */
static inline uint64_t memory_mfn_end(void)
{
	return memory.mfn_first + memory.mfn_mask + 1;
}

/*
 * Neighbours in the file are far from each other by mfn: multiplication by an odd number
 * modulo a power of two, which has an inverse.
 */
#define MFN_MULTIPLIER 0x9e3779b1ull
#define MFN_INVERSE    0xcfa4a56b0e8b2f51ull
_Static_assert(MFN_MULTIPLIER *MFN_INVERSE == 1, "they undo each other");
#define MFN_OFFSET 0x1f3u

static inline uint64_t frame_mfn(size_t index)
{
	return memory.mfn_first +
	       ((index * MFN_MULTIPLIER + MFN_OFFSET) & memory.mfn_mask);
}

/** The index of a machine frame; FRAME_BAD when the machine has no such frame. */
static inline size_t mfn_frame(uint64_t mfn)
{
	uint64_t n = mfn - memory.mfn_first;
	size_t index;

	if (n > memory.mfn_mask)
		return FRAME_BAD;
	index = ((n - MFN_OFFSET) * MFN_INVERSE) & memory.mfn_mask;
	return index < memory.n_frames ? index : FRAME_BAD;
}

static inline void *frame_ptr(size_t index)
{
	return memory.ptr + pages_to_bytes(index);
}

/** The index of a frame that the domain may use: its own or shared with it. */
static inline size_t domain_frame(uint64_t mfn)
{
	size_t index = mfn_frame(mfn);

	if (index == FRAME_BAD ||
		!(memory.frames[index].domains || memory.frames[index].shared))
		return FRAME_BAD;
	return index;
}

/** The frame of shared_info. */
uint64_t memory_shared_info_mfn(void);

#endif
