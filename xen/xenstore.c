/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore client, the operations: each makes a request of parts and takes its reply
 * apart.
 *
 *   xenstore.c   operations, transactions      (this file)
 *   xs_request.c one request and its reply
 *   xs_watch.c   watches and their thread
 *   xs_ring.c    messages over the ring
 *
 * Source: docs/misc/xenstore.txt.
 */
#include "xen/xenstore.h"

#include <errno.h>
#include <string.h>

#include "kernel/format.h"
#include "kernel/heap.h"
#include "xen/xs_ring.h"

#define LOG_MODULE "xenstore"
#include "kernel/log.h"

/* --- requests of the usual shapes --------------------------------------- */

static struct xs_part part_string(const char *s)
{
	return (struct xs_part){s, strlen(s) + 1};
}

/* A request that names a path, and has a reply worth keeping. */
static int path_request(
	uint32_t type, xs_transaction t, const char *path, struct xs_message **reply)
{
	struct xs_part part = part_string(path);

	return xs_request(type, t, &part, 1, reply);
}

/* A request whose reply says only that it was done. */
static int plain_request(
	uint32_t type, xs_transaction t, const struct xs_part *parts, size_t n)
{
	struct xs_message *reply;
	int err = xs_request(type, t, parts, n, &reply);

	kfree(reply);
	return err;
}

/* --- reading ------------------------------------------------------------ */

int xenstore_read(xs_transaction t, const char *path, char **value, size_t *len)
{
	struct xs_message *reply;
	int err = path_request(XS_READ, t, path, &reply);

	if (err)
		return err;
	if (len)
		*len = reply->head.len;
	/* The block of the message becomes the string; the body ends with a NUL. */
	*value = (char *)reply;
	memmove(*value, reply->body, (size_t)reply->head.len + 1);
	return 0;
}

int xenstore_read_buf(xs_transaction t, const char *path, char *buf, size_t buf_bytes)
{
	struct xs_message *reply;
	int err = path_request(XS_READ, t, path, &reply);

	if (buf_bytes > 0)
		buf[0] = '\0';
	if (err)
		return err;
	if (reply->head.len < buf_bytes) {
		memcpy(buf, reply->body, (size_t)reply->head.len + 1);
		err = (int)reply->head.len;
	} else {
		err = -ERANGE;
	}
	kfree(reply);
	return err;
}

int xenstore_parse_uint(const char *text, unsigned long *value)
{
	unsigned long long n = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		n = n * 10 + (unsigned)(*text - '0');
		if (n > UINT32_MAX)
			return -EINVAL;
	}
	*value = (unsigned long)n;
	return 0;
}

int xenstore_read_uint(xs_transaction t, const char *path, unsigned long *value)
{
	char text[16];
	int len = xenstore_read_buf(t, path, text, sizeof(text));

	if (len == -ERANGE)
		return -EINVAL;
	if (len < 0)
		return len;
	if (strlen(text) != (size_t)len) /* a NUL inside */
		return -EINVAL;
	return xenstore_parse_uint(text, value);
}

/* --- writing ------------------------------------------------------------ */

int xenstore_write(xs_transaction t, const char *path, const void *value, size_t len)
{
	const struct xs_part parts[] = {part_string(path), {value, len}};

	return plain_request(XS_WRITE, t, parts, ARRAY_SIZE(parts));
}

int xenstore_printf(xs_transaction t, const char *path, const char *fmt, ...)
{
	char value[256];
	va_list args;
	size_t len;

	va_start(args, fmt);
	len = format_text_v(value, sizeof(value), fmt, args);
	va_end(args);
	if (len >= sizeof(value))
		return -ERANGE;
	return xenstore_write(t, path, value, len);
}

int xenstore_mkdir(xs_transaction t, const char *path)
{
	const struct xs_part part = part_string(path);

	return plain_request(XS_MKDIR, t, &part, 1);
}

int xenstore_rm(xs_transaction t, const char *path)
{
	const struct xs_part part = part_string(path);

	return plain_request(XS_RM, t, &part, 1);
}

/* --- lists -------------------------------------------------------------- */

/*
 * Strings that follow each other, each ended by a NUL, as a block: pointers, then the
 * strings.
 */
static int strings_split(const char *text, size_t len_bytes, char ***list, size_t *n)
{
	size_t count = 0, at = 0;
	char **block, *copy;

	if (len_bytes > 0 && text[len_bytes - 1] != '\0')
		return -EIO;
	for (size_t i = 0; i < len_bytes; i++)
		count += text[i] == '\0';
	block = kmalloc(count * sizeof(block[0]) + len_bytes);
	if (!block)
		return -ENOMEM;
	copy = (char *)(block + count);
	if (len_bytes > 0)
		memcpy(copy, text, len_bytes);
	for (size_t i = 0; i < count; i++) {
		block[i] = copy + at;
		at += strlen(copy + at) + 1;
	}
	*list = block;
	*n = count;
	return 0;
}

static int list_request(
	uint32_t type, xs_transaction t, const char *path, char ***list, size_t *n)
{
	struct xs_message *reply;
	int err = path_request(type, t, path, &reply);

	if (err)
		return err;
	err = strings_split(reply->body, reply->head.len, list, n);
	kfree(reply);
	return err;
}

/* A long directory as it is gathered. */
struct parts {
	char *names;
	size_t len_bytes;
	char generation[24]; /* changes when the directory does: begin again */
	bool complete;
};

/*
 * Add a reply: the generation, NUL, some names, and an empty name at the end of the last
 * part.
 */
static int parts_add(struct parts *p, const struct xs_message *reply)
{
	size_t head_bytes = strlen(reply->body) + 1, n;
	char *longer;

	if (head_bytes >= reply->head.len || head_bytes > sizeof(p->generation) ||
		reply->body[reply->head.len - 1] != '\0')
		return -EIO;
	if (p->len_bytes > 0 && strcmp(p->generation, reply->body) != 0)
		return -EAGAIN;
	memcpy(p->generation, reply->body, head_bytes);
	n = reply->head.len - head_bytes;
	p->complete = n == 1 || reply->body[reply->head.len - 2] == '\0';
	if (p->complete)
		n--;
	longer = heap_realloc(kernel_heap, p->names, p->len_bytes + n + 1);
	if (!longer)
		return -ENOMEM;
	memcpy(longer + p->len_bytes, reply->body + head_bytes, n);
	p->names = longer;
	p->len_bytes += n;
	return 0;
}

/* Read all parts, or find that the directory has changed meanwhile (-EAGAIN). */
static int parts_read(struct parts *p, xs_transaction t, const char *path)
{
	int err = 0;

	while (!err && !p->complete) {
		char offset[16];
		struct xs_message *reply;
		struct xs_part request[2] = {part_string(path)};

		format_text(offset, sizeof(offset), "%zu", p->len_bytes);
		request[1] = part_string(offset);
		err = xs_request(
			XS_DIRECTORY_PART, t, request, ARRAY_SIZE(request), &reply);
		if (!err)
			err = parts_add(p, reply);
		kfree(reply);
	}
	return err;
}

static int directory_in_parts(
	xs_transaction t, const char *path, char ***names, size_t *n)
{
	int err = -EAGAIN;

	for (int tries = 0; err == -EAGAIN && tries < XENSTORE_RETRIES; tries++) {
		struct parts p = {.names = NULL};

		err = parts_read(&p, t, path);
		if (!err)
			err = strings_split(p.names, p.len_bytes, names, n);
		kfree(p.names);
	}
	return err;
}

int xenstore_directory(xs_transaction t, const char *path, char ***names, size_t *n)
{
	int err = list_request(XS_DIRECTORY, t, path, names, n);

	return err == -E2BIG ? directory_in_parts(t, path, names, n) : err;
}

int xenstore_get_perms(xs_transaction t, const char *path, char ***perms, size_t *n)
{
	return list_request(XS_GET_PERMS, t, path, perms, n);
}

int xenstore_set_perms(
	xs_transaction t, const char *path, const char *const *perms, size_t n)
{
	struct xs_part *parts = kmalloc((n + 1) * sizeof(*parts));
	int err;

	if (!parts)
		return -ENOMEM;
	parts[0] = part_string(path);
	for (size_t i = 0; i < n; i++)
		parts[i + 1] = part_string(perms[i]);
	err = plain_request(XS_SET_PERMS, t, parts, n + 1);
	kfree(parts);
	return err;
}

/* --- transactions ------------------------------------------------------- */

int xenstore_transaction_start(xs_transaction *t)
{
	const struct xs_part part = part_string("");
	struct xs_message *reply;
	unsigned long id = 0;
	int err = xs_request(XS_TRANSACTION_START, XS_NO_TRANSACTION, &part, 1, &reply);

	if (err)
		return err;
	if (xenstore_parse_uint(reply->body, &id) || id == XS_NO_TRANSACTION)
		err = -EIO;
	kfree(reply);
	*t = (xs_transaction)id;
	return err;
}

int xenstore_transaction_end(xs_transaction t, bool commit)
{
	const struct xs_part part = part_string(commit ? "T" : "F");

	return plain_request(XS_TRANSACTION_END, t, &part, 1);
}

int xenstore_transact(int (*fn)(xs_transaction t, void *arg), void *arg)
{
	int err = -EAGAIN;

	for (int tries = 0; err == -EAGAIN && tries < XENSTORE_RETRIES; tries++) {
		xs_transaction t;

		err = xenstore_transaction_start(&t);
		if (err)
			return err;
		err = fn(t, arg);
		if (err < 0) {
			int aborted = xenstore_transaction_end(t, false);

			if (aborted)
				log_warn("transaction could not be aborted: %d", aborted);
			return err;
		}
		err = xenstore_transaction_end(t, true);
	}
	return err;
}

/* --- the rest ----------------------------------------------------------- */

int xenstore_domid(void)
{
	static int domid = -1;
	unsigned long value;
	int err;

	if (domid >= 0)
		return domid;
	err = xenstore_read_uint(XS_NO_TRANSACTION, "domid", &value);
	if (err)
		return err;
	if (value > UINT16_MAX)
		return -EINVAL;
	domid = (int)value;
	return domid;
}

void xenstore_get_stats(struct xenstore_stats *s)
{
	*s = xs_stats;
}

int xenstore_start(void)
{
	int err = xs_ring_start();

	return err ? err : xs_watch_start();
}
