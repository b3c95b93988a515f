/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that every /dev has. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/util.h"
#include "libc-glue/console_file.h"
#include "libc-glue/devfs.h"

/* An open null, zero, full or random; each open() has its own, for its flags. */
struct device_file {
	struct file file;
	const struct device *device;
};

static const struct device *device_of(struct file *f)
{
	return container_of(f, struct device_file, file)->device;
}

static ssize_t null_read(struct file *f, void *buf, size_t len)
{
	(void)f, (void)buf, (void)len;
	return 0;
}

static ssize_t zero_read(struct file *f, void *buf, size_t len)
{
	(void)f;
	memset(buf, 0, len);
	return (ssize_t)len;
}

#define ENTROPY_MAX 256u /* bytes of one getentropy() */

static ssize_t random_read(struct file *f, void *buf, size_t len)
{
	(void)f;
	for (size_t done = 0; done < len; done += ENTROPY_MAX) {
		size_t n = len - done < ENTROPY_MAX ? len - done : ENTROPY_MAX;

		if (getentropy((char *)buf + done, n))
			return done ? (ssize_t)done : -EIO;
	}
	return (ssize_t)len;
}

static ssize_t null_write(struct file *f, const void *buf, size_t len)
{
	(void)f, (void)buf;
	return (ssize_t)len;
}

static ssize_t full_write(struct file *f, const void *buf, size_t len)
{
	(void)f, (void)buf;
	return len ? -ENOSPC : 0;
}

static int device_stat(struct file *f, struct stat *st)
{
	st->st_mode = device_of(f)->mode;
	st->st_rdev = device_of(f)->rdev;
	st->st_nlink = 1;
	return 0;
}

static off_t device_seek(struct file *f, off_t offset, int whence)
{
	(void)f, (void)offset, (void)whence;
	return 0;
}

static void device_close(struct file *f)
{
	kfree(container_of(f, struct device_file, file));
}

#define OPS(name, reader, writer)                                                        \
	static const struct file_ops name##_ops = {                                      \
		.kind = #name,                                                           \
		.read = reader,                                                          \
		.write = writer,                                                         \
		.seek = device_seek,                                                     \
		.stat = device_stat,                                                     \
		.close = device_close,                                                   \
	}

OPS(null, null_read, null_write);
OPS(zero, zero_read, null_write);
OPS(full, zero_read, full_write);
OPS(random, random_read, null_write);

static int open_with(
	const struct device *d, const struct file_ops *ops, int flags, struct file **out)
{
	struct device_file *f = kzalloc(sizeof(*f));

	if (!f)
		return -ENOMEM;
	file_init(&f->file, ops, flags & (O_ACCMODE | O_NONBLOCK | O_APPEND));
	f->device = d;
	*out = &f->file;
	return 0;
}

static int null_open(const struct device *d, int flags, struct file **out)
{
	return open_with(d, &null_ops, flags, out);
}

static int zero_open(const struct device *d, int flags, struct file **out)
{
	return open_with(d, &zero_ops, flags, out);
}

static int full_open(const struct device *d, int flags, struct file **out)
{
	return open_with(d, &full_ops, flags, out);
}

static int random_open(const struct device *d, int flags, struct file **out)
{
	return open_with(d, &random_ops, flags, out);
}

static int console_open(const struct device *d, int flags, struct file **out)
{
	(void)d, (void)flags;
	*out = console_file();
	return 0;
}

/* The file behind one of the first descriptors, as dup() would give it. */
static int std_open(const struct device *d, int flags, struct file **out)
{
	(void)flags;
	*out = fd_get((int)(d->rdev & 0xff) - 1);
	return *out ? 0 : -ENXIO;
}

static struct device standard[] = {
	{.name = "null", .mode = S_IFCHR | 0666, .rdev = DEVICE(1, 3), .open = null_open},
	{.name = "zero", .mode = S_IFCHR | 0666, .rdev = DEVICE(1, 5), .open = zero_open},
	{.name = "full", .mode = S_IFCHR | 0666, .rdev = DEVICE(1, 7), .open = full_open},
	{.name = "random",
		.mode = S_IFCHR | 0666,
		.rdev = DEVICE(1, 8),
		.open = random_open},
	{.name = "urandom",
		.mode = S_IFCHR | 0666,
		.rdev = DEVICE(1, 9),
		.open = random_open},
	{.name = "tty",
		.mode = S_IFCHR | 0666,
		.rdev = DEVICE(5, 0),
		.open = console_open},
	{.name = "console",
		.mode = S_IFCHR | 0600,
		.rdev = DEVICE(5, 1),
		.open = console_open},
	/* Links into /proc elsewhere; 60 is for local use. */
	{.name = "stdin",
		.mode = S_IFCHR | 0666,
		.rdev = DEVICE(60, 1),
		.open = std_open},
	{.name = "stdout",
		.mode = S_IFCHR | 0666,
		.rdev = DEVICE(60, 2),
		.open = std_open},
	{.name = "stderr",
		.mode = S_IFCHR | 0666,
		.rdev = DEVICE(60, 3),
		.open = std_open},
};

void device_add_standard(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(standard); i++)
		device_add(&standard[i]);
}
