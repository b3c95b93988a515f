/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore: transactions. Each works on a view of its own; at its end it conflicts when
 * anything that it has looked at has been changed meanwhile by anyone else.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/xenstore_private.h"

static uint32_t last_id;

static struct xs_transaction **find(struct xs_conn *c, uint32_t id)
{
	struct xs_transaction **at = &c->transactions;

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

struct xs_transaction *xs_transaction_find(struct xs_conn *c, uint32_t id)
{
	return *find(c, id);
}

int xs_do_transaction_start(struct xs_request *r)
{
	struct xs_transaction *t;
	char id[16];

	if (r->t)
		return EBUSY;
	if (!r->c->privileged && r->c->n_transactions >= XENSTORED_TRANSACTIONS_MAX)
		return ENOSPC;
	t = calloc(1, sizeof(*t));
	assert(t);
	do
		t->id = ++last_id;
	while (t->id == 0 || xs_transaction_find(r->c, t->id));
	t->view = db_begin();
	t->next = r->c->transactions;
	r->c->transactions = t;
	r->c->n_transactions++;
	snprintf(id, sizeof(id), "%u", t->id);
	xs_append_string(&r->reply, id);
	return 0;
}

/* Does a fault that was asked for make this commit conflict? */
static bool conflict_forced(void)
{
	unsigned every = xenstored_faults.conflict_every;

	xs_counts.commits++;
	return every && xs_counts.commits % every == 0;
}

/* Returns 0, EAGAIN for a conflict, or ENOSPC. */
static int commit(struct xs_conn *c, struct xs_transaction *t)
{
	unsigned owned = db_count_owned(t->view, c->domid);

	if (conflict_forced()) {
		db_abort(t->view);
		return EAGAIN;
	}
	/* Two transactions may each have stayed within what is allowed. */
	if (!c->privileged && owned > XENSTORED_NODES_MAX) {
		db_abort(t->view);
		return ENOSPC;
	}
	return db_commit(t->view) ? 0 : EAGAIN;
}

static int finish(struct xs_conn *c, struct xs_transaction *t, bool good)
{
	int err = 0;

	*find(c, t->id) = t->next;
	c->n_transactions--;
	if (good)
		err = commit(c, t);
	else
		db_abort(t->view);
	xs_counts.conflicts += err == EAGAIN;
	if (good && !err)
		xs_changes_tell(&t->changes);
	else
		xs_changes_drop(&t->changes);
	free(t);
	return err;
}

int xs_do_transaction_end(struct xs_request *r)
{
	struct xs_transaction *t = r->t;

	if (!xs_is_strings(r, 1) ||
		(strcmp(r->body, "T") != 0 && strcmp(r->body, "F") != 0))
		return EINVAL;
	if (!t)
		return ENOENT;
	r->t = NULL;
	return finish(r->c, t, r->body[0] == 'T');
}

void xs_transactions_abort(struct xs_conn *c)
{
	while (c->transactions)
		finish(c, c->transactions, false);
}
