/* SPDX-License-Identifier: BSD-2-Clause */
/* XenBus, the keys: reading both ends' directories, and writing to ours. */
#include <errno.h>
#include <string.h>

#include "kernel/format.h"
#include "xen/xenbus_private.h"

/* dir/key; -ENAMETOOLONG when it does not fit. */
int xenbus_path_join(char *path, const char *dir, const char *key)
{
	size_t len = format_text(path, XENSTORE_PATH_MAX, "%s/%s", dir, key);

	return len < XENSTORE_PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int key_read(const char *dir, const char *key, char *buf, size_t buf_bytes)
{
	char path[XENSTORE_PATH_MAX];
	int err = xenbus_path_join(path, dir, key);

	return err ? err : xenstore_read_buf(XS_NO_TRANSACTION, path, buf, buf_bytes);
}

int xenbus_read_uint(const char *dir, const char *key, unsigned long *value)
{
	char path[XENSTORE_PATH_MAX];
	int err = xenbus_path_join(path, dir, key);

	return err ? err : xenstore_read_uint(XS_NO_TRANSACTION, path, value);
}

int xenbus_read_backend(
	struct xenbus_device *dev, const char *key, char *buf, size_t buf_bytes)
{
	return key_read(dev->backend, key, buf, buf_bytes);
}

int xenbus_read_backend_uint(
	struct xenbus_device *dev, const char *key, unsigned long *value)
{
	return xenbus_read_uint(dev->backend, key, value);
}

int xenbus_read_frontend(
	struct xenbus_device *dev, const char *key, char *buf, size_t buf_bytes)
{
	return key_read(dev->node, key, buf, buf_bytes);
}

struct key_writes {
	const struct xenbus_device *dev;
	const struct xenbus_key *keys;
	size_t n;
};

/*
 * A write would bring a removed node back to life, or reach a device that has taken the
 * place of ours.
 */
static int node_check(xs_transaction t, const struct xenbus_device *dev)
{
	char path[XENSTORE_PATH_MAX], backend[XENSTORE_PATH_MAX];
	int err = xenbus_path_join(path, dev->node, "backend");

	if (err)
		return err;
	err = xenstore_read_buf(t, path, backend, sizeof(backend));
	if (err < 0)
		return err;
	return strcmp(backend, dev->backend) == 0 ? 0 : -ENOENT;
}

static int keys_write_in(xs_transaction t, void *arg)
{
	const struct key_writes *w = arg;
	char path[XENSTORE_PATH_MAX];
	int err = node_check(t, w->dev);

	for (size_t i = 0; !err && i < w->n; i++) {
		const struct xenbus_key *key = &w->keys[i];

		err = xenbus_path_join(path, w->dev->node, key->name);
		if (!err)
			err = xenstore_write(t, path, key->value, strlen(key->value));
	}
	return err;
}

int xenbus_write_keys(struct xenbus_device *dev, const struct xenbus_key *keys, size_t n)
{
	struct key_writes w = {dev, keys, n};

	return xenstore_transact(keys_write_in, &w);
}
