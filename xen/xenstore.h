/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore client: the shared configuration tree of a Xen host, over one byte ring to
 * xenstored.
 *
 * Any number of threads may call at once; replies are told apart by request id. Every
 * call has a time-out (XENSTORE_TIMEOUT_MS) and fails with -ETIMEDOUT after it. Values
 * are strings of up to 4096 bytes from outside: check what you parse. The error replies
 * of xenstored come back as -errno (-ENOENT, -EACCES, -EAGAIN, ...).
 * Source: docs/misc/xenstore.txt, public/io/xs_wire.h.
 */
#ifndef XEN_XENSTORE_H
#define XEN_XENSTORE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/util.h"

#define XENSTORE_TIMEOUT_MS 20000 /* domain 0 of a busy host is slow, not gone */
#define XENSTORE_PATH_MAX                                                                \
	256 /* bytes with the NUL that our own callers need; the protocol allows 3072 */

typedef uint32_t xs_transaction; /* 0 = none */
#define XS_NO_TRANSACTION 0u

/**
 * Read a node.
 *
 * @value  set to a NUL-terminated heap copy; the caller frees it with kfree()
 * @len    set to its length in bytes without the NUL; may be NULL
 * Returns 0, or -ENOENT, -EACCES, -ENOMEM, -ETIMEDOUT, -EIO (malformed reply).
 * Context: thread, sleeps.
 */
int xenstore_read(xs_transaction t, const char *path, char **value, size_t *len);

/**
 * Read into a buffer, always terminated. Returns the length, or -errno, -ERANGE when it
 * does not fit.
 */
int xenstore_read_buf(xs_transaction t, const char *path, char *buf, size_t buf_bytes);

/** Read an unsigned decimal number. -EINVAL when the node is not one. */
int xenstore_read_uint(xs_transaction t, const char *path, unsigned long *value);

/**
 * Parse a value: an unsigned decimal number below 2^32 and nothing else. Returns 0 or
 * -EINVAL.
 */
int xenstore_parse_uint(const char *text, unsigned long *value);

/** Write len bytes (no NUL is stored), creating the node and its parents. */
int xenstore_write(xs_transaction t, const char *path, const void *value, size_t len);

/** Write formatted text. */
int xenstore_printf(xs_transaction t, const char *path, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

int xenstore_mkdir(xs_transaction t, const char *path);
int xenstore_rm(xs_transaction t, const char *path);

/**
 * List the children of a node.
 *
 * @names  set to one heap block: an array of *n pointers followed by the strings; free
 *         with one kfree()
 * Lists that do not fit into one reply are read in parts (XS_DIRECTORY_PART) where the
 * server can.
 */
int xenstore_directory(xs_transaction t, const char *path, char ***names, size_t *n);

/**
 * Permissions as xenstored writes them, "n0", "r5", ...: n strings. Same memory rule as
 * the directory.
 */
int xenstore_get_perms(xs_transaction t, const char *path, char ***perms, size_t *n);
int xenstore_set_perms(
	xs_transaction t, const char *path, const char *const *perms, size_t n);

/** Begin a transaction. Returns 0 and *t, or -errno (-ENOSPC: too many). */
int xenstore_transaction_start(xs_transaction *t);

/**
 * End it. Returns 0, or -EAGAIN when it conflicted and has to be done again (commit
 * only).
 */
int xenstore_transaction_end(xs_transaction t, bool commit);

/**
 * Run fn in a transaction, again after every -EAGAIN (at most XENSTORE_RETRIES times),
 * aborted when fn fails.
 *
 * Returns what fn returned when negative, else the result of the commit.
 */
#define XENSTORE_RETRIES 64
int xenstore_transact(int (*fn)(xs_transaction t, void *arg), void *arg);

/* A watch: fires once when set, then whenever path or anything below it changes. */
struct xenstore_watch {
	const char *path; /* set by the caller, stays valid while watched */
	void (*changed)(struct xenstore_watch *w,
		const char *path); /* in the xenbus thread; may sleep and call here */
	void *arg;                 /* for the caller */
	/* private */
	struct xenstore_watch *next;
	bool active, missed, stale;
	char token[20];
};

/** Returns 0 or -errno. Context: thread, sleeps. */
int xenstore_watch_add(struct xenstore_watch *w);

/** After it returns the function does not run any more (unless called from inside it). */
int xenstore_watch_remove(struct xenstore_watch *w);

/**
 * Have the function called with the watch's own path, without any change there. The watch
 * must stay until this returns. Context: any.
 */
void xenstore_watch_poke(struct xenstore_watch *w);

/** Our own domain id, from the first relative look-up. */
int xenstore_domid(void);

struct xenstore_stats {
	uint64_t requests, replies, events, errors, timeouts,
		dropped; /* dropped: replies nobody waits for, bad messages */
};
void xenstore_get_stats(struct xenstore_stats *s);

/**
 * Module entry: bind the event, start the thread that delivers watches. Returns 0 or
 * -errno.
 */
int xenstore_start(void);

#endif
