/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Contents of files in memory: pages below a tree of nodes, 64 to a node, as high as the largest page number needs.
 *
 *     height 0    top = page 0
 *     height 1    top = node --> pages 0..63
 *     height 2    top = node --> nodes --> pages 0..4095
 *
 * What was never written has no page and reads as zeroes, or as the memory that the file was made over.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/page.h"
#include "kernel/thread.h"
#include "libc-glue/ramfs_private.h"

#define NODE_BITS  6u
#define NODE_SLOTS (1u << NODE_BITS)

struct node {
	void *slot[NODE_SLOTS];
};

/* --- the tree of pages ----------------------------------------------------------------------------------------- */

static bool fits(uint64_t index, unsigned height)
{
	return index >> (NODE_BITS * height) == 0;
}

static unsigned slot_number(uint64_t index, unsigned height)
{
	return (unsigned)(index >> (NODE_BITS * (height - 1))) % NODE_SLOTS;
}

static void *page_find(const struct ram_file *f, uint64_t index)
{
	void *at = f->top;

	if (!fits(index, f->height))
		return NULL;
	for (unsigned h = f->height; h && at; h--)
		at = ((struct node *)at)->slot[slot_number(index, h)];
	return at;
}

/* Where the pointer to a page is, with the nodes above it made; NULL without memory. */
static void **page_slot(struct ramfs *fs, struct ram_file *f, uint64_t index)
{
	void **at = &f->top;

	while (!fits(index, f->height)) {
		if (f->top) {
			struct node *n = ramfs_block_alloc(fs, sizeof(*n));

			if (!n)
				return NULL;
			n->slot[0] = f->top;
			f->top = n;
		}
		f->height++;
	}
	for (unsigned h = f->height; h; h--) {
		if (!*at)
			*at = ramfs_block_alloc(fs, sizeof(struct node));
		if (!*at)
			return NULL;
		at = &((struct node *)*at)->slot[slot_number(index, h)];
	}
	return at;
}

/* Free the pages from n_keep on below *at, whose first page is `first`; deep as the tree is high, at most 9. */
static void cut(struct ramfs *fs, struct ram_file *f, void **at, unsigned height,
	uint64_t first, uint64_t n_keep)
{
	uint64_t span = height ? 1ull << (NODE_BITS * (height - 1)) : 0;

	if (!*at)
		return;
	for (unsigned k = 0; height && k < NODE_SLOTS; k++)
		if (first + (k + 1) * span > n_keep)
			cut(fs, f, &((struct node *)*at)->slot[k], height - 1,
				first + k * span, n_keep);
	if (first < n_keep)
		return;
	if (height) {
		ramfs_block_free(fs, *at, sizeof(struct node));
	} else {
		page_free(*at, 1);
		ramfs_uncharge(fs, PAGE_SIZE);
		f->n_pages--;
	}
	*at = NULL;
}

void ram_file_cut(struct ramfs *fs, struct ram_file *f, uint64_t n_keep)
{
	cut(fs, f, &f->top, f->height, 0, n_keep);
	if (!f->top)
		f->height = 0;
}

/* --- one page ----------------------------------------------------------------------------------------------------- */

/* Bytes of a page that has none of its own: base, then zeroes. */
static void read_unwritten(const struct ram_file *f, void *buf, size_t len, uint64_t at)
{
	size_t n = 0;

	if (at < f->base_len) {
		n = f->base_len - at < len ? (size_t)(f->base_len - at) : len;
		memcpy(buf, f->base + at, n);
	}
	memset((char *)buf + n, 0, len - n);
}

/* The page to write to, made if there is none; NULL when the limit or the memory ends. */
static char *page_for_write(struct ramfs *fs, struct ram_file *f, uint64_t index)
{
	void **slot = page_slot(fs, f, index);

	if (!slot || *slot)
		return slot ? *slot : NULL;
	if (!ramfs_charge(fs, PAGE_SIZE))
		return NULL;
	*slot = page_alloc(1);
	if (!*slot) {
		ramfs_uncharge(fs, PAGE_SIZE);
		return NULL;
	}
	f->n_pages++;
	read_unwritten(f, *slot, PAGE_SIZE, index * PAGE_SIZE);
	return *slot;
}

static size_t part_in_page(uint64_t at, size_t len)
{
	size_t left = PAGE_SIZE - (size_t)(at % PAGE_SIZE);

	return left < len ? left : len;
}

/* --- contents -------------------------------------------------------------------------------------------------------- */

void ram_set_size(struct ram_inode *i, uint64_t size)
{
	preempt_disable(); /* two words on a 32-bit machine */
	i->inode.size = size;
	preempt_enable();
}

ssize_t ramfs_read(struct inode *i, void *buf, size_t len, uint64_t at)
{
	struct ramfs *fs = ramfs_of(i);
	const struct ram_file *f = &to_ram(i)->file;
	size_t done = 0;

	mutex_lock(&fs->lock);
	if (at >= i->size)
		len = 0;
	else if (len > i->size - at)
		len = (size_t)(i->size - at);
	while (done < len) {
		size_t n = part_in_page(at, len - done);
		const char *page = page_find(f, at / PAGE_SIZE);

		if (page)
			memcpy((char *)buf + done, page + at % PAGE_SIZE, n);
		else
			read_unwritten(f, (char *)buf + done, n, at);
		done += n;
		at += n;
	}
	mutex_unlock(&fs->lock);
	return (ssize_t)done;
}

ssize_t ramfs_write(struct inode *i, const void *buf, size_t len, uint64_t *at)
{
	struct ramfs *fs = ramfs_of(i);
	struct ram_inode *r = to_ram(i);
	size_t done = 0;
	ssize_t result;

	mutex_lock(&fs->lock);
	if (*at == VFS_APPEND)
		*at = i->size;
	if (len && *at >= INT64_MAX) {
		mutex_unlock(&fs->lock);
		return -EFBIG;
	}
	if (len > INT64_MAX - *at)
		len = (size_t)(INT64_MAX - *at);
	while (done < len) {
		uint64_t pos = *at + done;
		size_t n = part_in_page(pos, len - done);
		char *page = page_for_write(fs, &r->file, pos / PAGE_SIZE);

		if (!page)
			break;
		memcpy(page + pos % PAGE_SIZE, (const char *)buf + done, n);
		done += n;
	}
	if (done && *at + done > i->size)
		ram_set_size(r, *at + done);
	if (done)
		ram_touch(r, true);
	result = done || !len ? (ssize_t)done : -ENOSPC;
	mutex_unlock(&fs->lock);
	return result;
}

/* What lay behind the new end must not come back when the file grows again. */
static void shrink(struct ramfs *fs, struct ram_inode *r, uint64_t size)
{
	struct ram_file *f = &r->file;
	char *page = page_find(f, size / PAGE_SIZE);

	ram_file_cut(fs, f, (size + PAGE_SIZE - 1) / PAGE_SIZE);
	if (size % PAGE_SIZE && page)
		memset(page + size % PAGE_SIZE, 0,
			PAGE_SIZE - (size_t)(size % PAGE_SIZE));
	if (f->base_len > size)
		f->base_len = size;
}

int ramfs_resize(struct inode *i, uint64_t size)
{
	struct ramfs *fs = ramfs_of(i);
	struct ram_inode *r = to_ram(i);

	if (size > INT64_MAX)
		return -EFBIG;
	mutex_lock(&fs->lock);
	if (size < i->size)
		shrink(fs, r, size);
	ram_set_size(r, size);
	ram_touch(r, true);
	mutex_unlock(&fs->lock);
	return 0;
}

/* Only what was never written: pages can go, and change under a packet that waits. */
const void *ramfs_data(struct inode *i, uint64_t at, size_t *len)
{
	struct ramfs *fs = ramfs_of(i);
	const struct ram_file *f = &to_ram(i)->file;
	const void *data = NULL;

	mutex_lock(&fs->lock);
	if (f->base && !f->top && f->base_len == i->size) {
		if (at > f->base_len)
			at = f->base_len;
		*len = (size_t)(f->base_len - at);
		data = f->base + at;
	}
	mutex_unlock(&fs->lock);
	return data;
}
