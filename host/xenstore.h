/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XenStore server: the wire protocol for the domain over its ring, and functions for
 * toolstack and back ends, who are privileged. Rights, quotas, transactions and watches
 * are those of the real one.
 */
#ifndef HOST_XENSTORE_H
#define HOST_XENSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Quotas of a domain that is not privileged, as the real one has them by default. */
#define XENSTORED_NODES_MAX        1000u
#define XENSTORED_NODE_BYTES_MAX   2048u
#define XENSTORED_WATCHES_MAX      128u
#define XENSTORED_TRANSACTIONS_MAX 10u
#define XENSTORED_PERMS_MAX        5u

/**
 * Make the store with the domain's directory, and its connection.
 *
 * @page        the domain's page for it, as we see it
 * @guest_port  gets the domain's event channel
 */
void xenstored_start(void *page, uint32_t *guest_port);

/* --- for peers and the toolstack: absolute paths, all rights ------------ */

void store_write(const char *path, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** The value, until the next call; NULL when there is no such node. */
const char *store_read(const char *path);

void store_rm(const char *path);

/** Give the node rights like "n0 r7": the owner, then others. */
void store_set_perms(const char *path, const char *perms);

/** Called for each node of a tree, from the top; @depth counts from 0. */
typedef void store_line(void *arg, unsigned depth, const char *name, const char *value,
	size_t value_bytes);
void store_dump(const char *path, store_line *line, void *arg);

/** Hold the events of several writes back, and let them out at once. */
void store_begin(void);
void store_commit(void);

struct store_watch {
	struct store_watch *next;
	const char *path;
	void (*changed)(
		struct store_watch *w, const char *path); /* in peers_run(); may write */
	void *arg;
	bool hit;
};
void store_watch(struct store_watch *w);
void store_unwatch(struct store_watch *w);

/**
 * A request of the protocol, as from a program in domain 0: transactions of it conflict
 * with the domain's.
 *
 * @type   XS_...
 * @tx     0 = no transaction
 * @reply  gets the reply's body, until the next call
 * Returns the reply's type, XS_ERROR for an error.
 */
uint32_t xenstored_ask(uint32_t type, uint32_t tx, const void *body, size_t len_bytes,
	const char **reply, size_t *reply_bytes);

/* --- faults ------------------------------------------------------------- */

struct xenstored_faults {
	unsigned
		conflict_every; /* every n-th commit conflicts; 0 = only real conflicts */
	unsigned step_bytes;    /* at most so many bytes each way in one go; 0 = all */
	bool deaf;              /* reads no requests */
	bool silent;            /* reads and does them, but keeps the replies */
	const char
		*error; /* name of the error that the next requests of error_type get */
	uint32_t error_type;
	unsigned error_n;       /* so many of them */
	uint32_t wrong_type;    /* 0, or the type that the next reply claims */
	bool no_directory_part; /* an old one that does not know XS_DIRECTORY_PART */
};
extern struct xenstored_faults xenstored_faults;

/** Put raw bytes into the stream to our domain. */
void xenstored_send_raw(const void *bytes, size_t n);

/** Is the reply ring's other index what it should be? Set it. */
void xenstored_break_rsp_prod(uint32_t value);

/** Can it take the connection up anew? Tells our domain so. */
void xenstored_offer_reconnect(bool can);

/** Look at the ring without having been signalled. */
void xenstored_kick(void);

/* What it has seen. */
struct xenstored_counts {
	unsigned requests, commits, conflicts, reconnects;
	unsigned watches, transactions; /* that the domain has now */
	unsigned events_merged;         /* an equal one waited */
	unsigned events_lost;           /* too many waited */
	size_t waiting_bytes;           /* for the domain to read */
	bool ignored;                   /* it has broken the protocol */
};
struct xenstored_counts xenstored_get_counts(void);

#endif
