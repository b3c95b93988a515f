/* SPDX-License-Identifier: BSD-2-Clause */
/* XenStore: one message to its function and back: transaction, path, errors, trace. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/stats.h"
#include "host/trace.h"
#include "host/xenstore_private.h"
#include "kernel/util.h"

/* What one transaction may look at. */
#define VIEW_NODES_MAX 1024u
#define VIEW_BYTES_MAX (1u << 20)

struct xenstored_faults xenstored_faults;
struct xenstored_counts xs_counts;

void xs_append(struct xs_bytes *b, const void *bytes, size_t n)
{
	b->at = realloc(b->at, b->n + n + 1);
	assert(b->at);
	if (n > 0)
		memcpy(b->at + b->n, bytes, n);
	b->n += n;
	b->at[b->n] = '\0';
}

void xs_append_string(struct xs_bytes *b, const char *s)
{
	xs_append(b, s, strlen(s) + 1);
}

const char *xs_rest(const struct xs_request *r, size_t *n)
{
	size_t first = strlen(r->body) + 1;

	*n = first <= r->n ? r->n - first : 0;
	return r->body + (first <= r->n ? first : r->n);
}

bool xs_is_strings(const struct xs_request *r, unsigned count)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->body[i] == '\0';
	return n == count && r->n > 0 && r->body[r->n - 1] == '\0';
}

/* --- one message -------------------------------------------------------------------- */

static const struct xs_operation *operation_of(uint32_t type)
{
	return type < XS_TYPE_COUNT && xs_operations[type].run ? &xs_operations[type]
							       : NULL;
}

static const char *error_name(int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(xsd_errors); i++)
		if (xsd_errors[i].errnum == err)
			return xsd_errors[i].errstring;
	return "EINVAL";
}

static void reply_error(struct xs_conn *c, const struct xsd_sockmsg *in, const char *name)
{
	struct xsd_sockmsg head = {.type = XS_ERROR,
		.req_id = in->req_id,
		.tx_id = in->tx_id,
		.len = (uint32_t)strlen(name) + 1};

	c->send(c, &head, name);
}

/* Find the transaction, and that it has not looked at too much already. */
static int transaction_enter(struct xs_request *r, const struct xs_operation *op)
{
	if (!r->head->tx_id || op->no_tx)
		return 0;
	r->t = xs_transaction_find(r->c, r->head->tx_id);
	if (!r->t)
		return ENOENT;
	r->view = r->t->view;
	if (op->has_path && !r->c->privileged &&
		(db_view_nodes(r->view) > VIEW_NODES_MAX ||
			db_view_bytes(r->view) > VIEW_BYTES_MAX))
		return ENOSPC;
	return 0;
}

static int request_run(struct xs_request *r, const struct xs_operation *op)
{
	int err;

	if (!op)
		return ENOSYS;
	err = transaction_enter(r, op);
	if (!err && op->strings && !xs_is_strings(r, op->strings))
		err = EINVAL;
	if (!err && op->has_path)
		err = xs_path(r->c, r->path, r->body);
	if (!err)
		err = op->run(r);
	if (!err && !op->has_reply)
		xs_append_string(&r->reply, "OK");
	return err;
}

static void request_trace(
	const struct xs_request *r, const struct xs_operation *op, int err)
{
	size_t n;
	const char *more = xs_rest(r, &n);

	if (!TRACE_ON(TRACE_XENSTORE))
		return;
	TRACE(TRACE_XENSTORE, "%s tx=%u %.80s%s%.*s = %.*s", op ? op->name : "unknown",
		r->head->tx_id, r->body, n ? " " : "", (int)(n < 40 ? n : 40), more,
		err ? 16 : (int)(r->reply.n < 40 ? r->reply.n : 40),
		err           ? error_name(err)
		: r->reply.at ? r->reply.at
			      : "");
}

void xs_handle(struct xs_conn *c, const struct xsd_sockmsg *head, const char *body)
{
	const struct xs_operation *op = operation_of(head->type);
	struct xs_request r = {
		.c = c, .head = head, .body = body, .n = head->len, .view = db_store()};
	struct xsd_sockmsg out = *head;
	int err;

	xs_counts.requests++;
	stats.xenstore_requests++;
	if (xenstored_faults.error_n > 0 && xenstored_faults.error_type == head->type) {
		xenstored_faults.error_n--;
		reply_error(c, head, xenstored_faults.error);
		return;
	}
	err = request_run(&r, op);
	request_trace(&r, op, err);
	if (xenstored_faults.wrong_type) {
		out.type = xenstored_faults.wrong_type;
		xenstored_faults.wrong_type = 0;
	}
	out.len = (uint32_t)r.reply.n;
	if (err)
		reply_error(c, head, error_name(err));
	else if (out.len > XENSTORE_PAYLOAD_MAX) /* the toolstack's nodes may be larger */
		reply_error(c, head, error_name(E2BIG));
	else
		c->send(c, &out, r.reply.at);
	free(r.reply.at);
	if (!err && head->type == XS_WATCH)
		xs_watch_first(c);
}

void xs_conn_clear(struct xs_conn *c)
{
	xs_transactions_abort(c);
	xs_watches_free(c);
}
