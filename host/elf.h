/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the domain builder must know of an image: its segments and its Xen notes. Every
 * offset and length of the file is checked here; who uses the result need not.
 */
#ifndef HOST_ELF_H
#define HOST_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_SEGMENTS_MAX 32u

struct image_segment {
	uint64_t vaddr; /* where the guest sees it */
	uint64_t offset, file_bytes, memory_bytes;
	bool execute;
};

struct image {
	const uint8_t *file; /* the whole file */
	size_t bytes;
	struct image_segment segment[IMAGE_SEGMENTS_MAX];
	unsigned n_segments;
	uint64_t start, end; /* of all segments, virtual */
	uint64_t virt_base;  /* pfn 0 */
	uint64_t entry;
	uint64_t hypercall_page; /* valid with has_hypercall_page */
	bool has_hypercall_page;
	bool module_by_pfn; /* the RAM disk need not be mapped: start_info has its pfn */
};

/**
 * Understand an image.
 *
 * @file  mapped or read completely; stays in use by *image
 * @why   gets the reason in words when it is refused
 * Returns 0, or the host_status that fits.
 * Source: ELF-64 object file format; public/elfnote.h.
 */
int image_parse(struct image *image, const void *file, size_t bytes, const char **why);

#endif
