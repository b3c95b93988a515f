/* SPDX-License-Identifier: BSD-2-Clause */
/* A RAM file system as the root. */
#include "tests/unit/libc-glue/ramfs_tree.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "kernel/page.h"
#include "libc-glue/mount.h"
#include "libc-glue/process.h"
#include "libc-glue/ramfs.h"
#include "tests/test.h"
#include "xen/clock.h"

/* The wall clock of the tests: it stands still. */
uint64_t clock_wall_ns(void)
{
	return 1700000000ull * 1000000000ull;
}

static size_t blocks_before, pages_before;

static size_t blocks_now(void)
{
	struct heap_stats s;

	heap_get_stats(kernel_heap, &s);
	return s.blocks;
}

static size_t pages_now(void)
{
	struct page_stats s;

	page_get_stats(&s);
	return s.free;
}

void ram_mount(uint64_t limit_bytes)
{
	struct mount *m;

	if (fd_count() == 0)
		process_start();
	blocks_before = blocks_now();
	pages_before = pages_now();
	CHECK_EQ(ramfs_create(limit_bytes, &m), 0);
	mount_set_root(m);
}

void ram_unmount(void)
{
	if (process_self()->cwd)
		inode_put(process_self()->cwd);
	process_self()->cwd = NULL;
	mount_set_root(NULL);
	EXPECT(blocks_now() == blocks_before);
	EXPECT(pages_now() == pages_before);
}

int ram_put(const char *path, const void *data, size_t len)
{
	int fd = file_open(path, O_WRONLY | O_CREAT | O_TRUNC);
	ssize_t n = fd < 0 ? fd : fd_write(fd, data, len);

	if (fd >= 0)
		fd_close(fd);
	return n < 0 ? (int)n : (size_t)n == len ? 0 : -1;
}

int ram_put_text(const char *path, const char *text)
{
	return ram_put(path, text, strlen(text));
}

const char *ram_text(const char *path)
{
	static char text[4096];
	int fd = file_open(path, O_RDONLY);
	ssize_t n;

	if (fd < 0) {
		snprintf(text, sizeof(text), "%s", strerror(-fd));
		return text;
	}
	n = fd_read(fd, text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = '\0';
	fd_close(fd);
	return text;
}

const char *ram_names(const char *path)
{
	static char names[4096];
	int fd = file_open(path, O_RDONLY | O_DIRECTORY);
	struct file *f = fd_get(fd);
	uint64_t position = 0;
	struct dir_entry e;

	names[0] = '\0';
	while (f && dir_read(f, &position, &e) > 0)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			names[0] ? " " : "", e.name);
	if (f)
		file_put(f);
	fd_close(fd);
	return names;
}

int ram_mkdir(const char *path)
{
	const struct inode_new what = {.mode = S_IFDIR | 0777};

	return file_create_at(NULL, path, &what);
}

int ram_symlink(const char *target, const char *path)
{
	const struct inode_new what = {
		.mode = S_IFLNK | 0777, .target = target, .target_len = strlen(target)};

	return file_create_at(NULL, path, &what);
}

int ram_unlink(const char *path)
{
	return file_unlink_at(NULL, path, false);
}

int ram_rmdir(const char *path)
{
	return file_unlink_at(NULL, path, true);
}

int ram_rename(const char *from, const char *to)
{
	return file_rename_at(NULL, from, NULL, to);
}

int ram_link(const char *from, const char *to)
{
	return file_link_at(NULL, from, NULL, to, false);
}

uint64_t ram_free_blocks(void)
{
	struct mount_space s = {0};
	struct inode *root;

	if (path_lookup("/", 0, &root) == 0) {
		mount_space_of(root, &s);
		inode_put(root);
	}
	return s.free_blocks;
}
