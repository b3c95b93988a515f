/* SPDX-License-Identifier: BSD-2-Clause */
/* What all outlets share: counting, and the help for a guest that takes less than comes. */
#include "host/outlet.h"

#include <stdlib.h>
#include <string.h>

#include "host/join.h"
#include "host/offload.h"
#include "host/trace.h"

static void trace_packet(const char *direction, const struct packet *p)
{
	char text[240];

	packet_describe(p, text, sizeof(text));
	TRACE(TRACE_NET, "%s %s", direction, text);
}

void outlet_send(struct outlet *o, struct packet *p)
{
	o->sent++;
	o->sent_bytes += p->len_bytes;
	if (TRACE_ON(TRACE_NET))
		trace_packet("from-guest", p);
	if (o->join && join_add(o->join, p)) {
		o->joined++;
		return;
	}
	outlet_flush(o); /* what came before it goes before it */
	if (o->join && join_add(o->join, p))
		return;
	o->ops->send(o, p);
}

void outlet_flush(struct outlet *o)
{
	struct packet p;

	if (o->join && join_take(o->join, &p))
		o->ops->send(o, &p);
}

void outlet_connect(struct outlet *o, bool (*deliver)(void *arg, const struct packet *p),
	void *arg, const struct packet_ability *takes)
{
	o->deliver = deliver;
	o->arg = arg;
	o->takes = *takes;
	if (o->ops->guest_takes)
		o->ops->guest_takes(o, takes);
	outlet_room(o);
}

void outlet_disconnect(struct outlet *o)
{
	o->deliver = NULL;
}

void outlet_room(struct outlet *o)
{
	if (o->deliver && o->ops->room)
		o->ops->room(o);
}

void outlet_close(struct outlet *o)
{
	if (!o)
		return;
	join_free(o->join);
	o->join = NULL;
	o->ops->close(o);
}

/* --- to the guest ------------------------------------------------------------------- */

static bool takes_blank(const struct outlet *o, const struct packet *p)
{
	struct layers l;

	if (!layers_find(p->data, p->len_bytes, &l))
		return false;
	return l.ip6 ? o->takes.csum_blank6 : o->takes.csum_blank4;
}

static bool takes_gso(const struct outlet *o, const struct packet *p)
{
	return p->gso == GSO_TCP4 ? o->takes.gso_tcp4 : o->takes.gso_tcp6;
}

static bool give(struct outlet *o, const struct packet *p)
{
	if (!o->deliver(o->arg, p))
		return false;
	if (TRACE_ON(TRACE_NET))
		trace_packet("to-guest", p);
	o->received++;
	o->received_bytes += p->len_bytes;
	return true;
}

static void give_part(void *arg, struct packet *p)
{
	struct outlet *o = arg;

	if (!give(o, p))
		o->dropped++; /* the sender will send it again */
}

bool outlet_deliver(struct outlet *o, struct packet *p)
{
	if (!o->deliver || p->len_bytes < 14) {
		o->dropped++;
		return true;
	}
	if (p->gso != GSO_NONE && !takes_gso(o, p)) {
		o->cut++;
		if (!offload_cut(p, false, give_part, o))
			o->dropped++;
		return true;
	}
	if (p->csum_blank && !takes_blank(o, p)) {
		o->summed++;
		if (offload_sum(p->data, p->len_bytes))
			p->csum_blank = false;
	}
	return give(o, p);
}

/* --- none --------------------------------------------------------------------------- */

static void null_send(struct outlet *o, struct packet *p)
{
	(void)o;
	(void)p;
}

static void null_close(struct outlet *o)
{
	free(o);
}

struct outlet *outlet_null(void)
{
	static const struct outlet_ops ops = {
		.name = "none", .send = null_send, .close = null_close};
	struct outlet *o = calloc(1, sizeof(*o));

	if (o)
		o->ops = &ops;
	return o;
}
