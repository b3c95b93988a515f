/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the XenStore server share: connections, requests, changes. */
#ifndef HOST_XENSTORE_PRIVATE_H
#define HOST_XENSTORE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/io/xs_wire.h>

#include "host/hv.h"
#include "host/xenstore.h"
#include "host/xenstore_db.h"

/* A path in the server's hands: absolute, with its NUL. */
#define XS_HOME_BYTES 24u /* "/local/domain/32767/" and its NUL, rounded up */
#define XS_PATH_BYTES (XS_HOME_BYTES + XENSTORE_REL_PATH_MAX + 1)

/* A growing run of bytes, with a NUL of ours behind it. */
struct xs_bytes {
	char *at;
	size_t n;
};
void xs_append(struct xs_bytes *b, const void *bytes, size_t n);
void xs_append_string(struct xs_bytes *b, const char *s); /* with its NUL */

/* Who speaks: the domain over its ring, or the toolstack by function calls. */
struct xs_conn {
	uint16_t domid;
	bool privileged;
	char home[XS_HOME_BYTES]; /* what relative paths begin with, "/local/domain/7/" */
	void (*send)(struct xs_conn *c, const struct xsd_sockmsg *head, const void *body);
	struct xs_transaction *transactions;
	unsigned n_transactions;
	struct xs_watch *watches; /* that send events; function watches are apart */
	unsigned n_watches;
};

struct xs_request {
	struct xs_conn *c;
	const struct xsd_sockmsg *head;
	const char *body; /* a NUL of ours follows */
	size_t n;
	struct xs_transaction *t; /* NULL = none */
	struct db_view *view;
	char path[XS_PATH_BYTES]; /* of its first string, when it names one */
	struct xs_bytes reply;
};

/* What a request's type means: xenstore_ops.c. */
struct xs_operation {
	const char *name;
	int (*run)(struct xs_request *r);
	bool has_path;   /* the body begins with one */
	uint8_t strings; /* it is so many strings and nothing else; 0 = otherwise */
	bool has_reply;  /* of its own; else "OK" */
	bool no_tx;      /* its transaction id means nothing */
};
extern const struct xs_operation xs_operations[XS_TYPE_COUNT];

/** Do one request and send its reply. The body is followed by a NUL. */
void xs_handle(struct xs_conn *c, const struct xsd_sockmsg *head, const char *body);

/** Let go of everything the connection has: transactions and watches. */
void xs_conn_clear(struct xs_conn *c);

/** What follows the body's first string. */
const char *xs_rest(const struct xs_request *r, size_t *n);

/** The body is so many strings, each with its NUL, and nothing else? */
bool xs_is_strings(const struct xs_request *r, unsigned count);

extern struct xenstored_counts xs_counts;

/* --- paths and rights: xenstore_access.c -------------------------------------------- */

/** The absolute form of a path that a request names. Returns 0 or EINVAL. */
int xs_path(const struct xs_conn *c, char *path, const char *given);

/** What a watch may be on: a path, or @something. */
int xs_watch_path(const struct xs_conn *c, char *path, const char *given);

/** May the connection read ('r') or write ('w') the node? */
bool xs_may(const struct xs_conn *c, const struct db_node *n, char right);

/** The node next above that exists. */
struct db_node *xs_ancestor(struct db_view *v, const char *path);

/** The node of a request, for a right. Returns 0 and *n, or an errno. */
int xs_node_get(struct xs_request *r, char right, struct db_node **n);

/** Read permissions, strings that follow each other. Returns 0 or an errno. */
int xs_perms_parse(struct db_node *n, const char *text, size_t len_bytes);

/** Within the limits of one who is not privileged? Returns 0 or ENOSPC. */
int xs_quota_size(
	const struct xs_conn *c, const struct db_node *n, size_t value, size_t children);
int xs_quota_nodes(const struct xs_request *r, unsigned more);

/* --- changes and watches: xenstore_watch.c ------------------------------------------ */

struct xs_change;

/** A node was changed: told at once, or when the transaction is committed. */
void xs_changed(struct xs_transaction *t, const char *path);

/** Remove a node and all below it, and tell. */
void xs_subtree_remove(struct xs_transaction *t, struct db_view *v, const char *path);

/** Tell a list of changes, or forget it. */
void xs_changes_tell(struct xs_change **list);
void xs_changes_drop(struct xs_change **list);

int xs_do_watch(struct xs_request *r);
int xs_do_unwatch(struct xs_request *r);
void xs_watches_free(struct xs_conn *c);

/** The first event of the newest watch, which comes by itself. */
void xs_watch_first(struct xs_conn *c);

/* --- transactions: xenstore_transaction.c ------------------------------------------- */

struct xs_transaction {
	struct xs_transaction *next;
	uint32_t id;
	struct db_view *view;
	struct xs_change *changes;
};

struct xs_transaction *xs_transaction_find(struct xs_conn *c, uint32_t id);
int xs_do_transaction_start(struct xs_request *r);
int xs_do_transaction_end(struct xs_request *r);
void xs_transactions_abort(struct xs_conn *c);

/* --- the toolstack's connection: xenstore_tool.c ------------------------------------- */

extern struct xs_conn xs_domain, xs_tool;

/** Have the domain's connection look for events to write. */
void xs_domain_again(void);

/** Mark the function watches that a change concerns. */
void xs_tool_changed(bool (*concerns)(const struct xs_change *c, const char *watched),
	const struct xs_change *c);

/** Its own channel, for the turn in which function watches run. */
void xs_tool_start(void);

#endif
