/* SPDX-License-Identifier: BSD-2-Clause */
/* The common part of outlets, for tests of the back end alone: nothing is cut or summed. */
#include "host/outlet.h"

#include <stddef.h>

void outlet_send(struct outlet *o, struct packet *p)
{
	o->sent++;
	o->sent_bytes += p->len_bytes;
	if (o->ops->send)
		o->ops->send(o, p);
}

void outlet_connect(struct outlet *o, bool (*deliver)(void *arg, const struct packet *p),
	void *arg, const struct packet_ability *takes)
{
	o->deliver = deliver;
	o->arg = arg;
	o->takes = *takes;
	if (o->ops->guest_takes)
		o->ops->guest_takes(o, takes);
}

void outlet_disconnect(struct outlet *o)
{
	o->deliver = NULL;
}

void outlet_room(struct outlet *o)
{
	if (o->ops->room)
		o->ops->room(o);
}

void outlet_close(struct outlet *o)
{
	if (o->ops->close)
		o->ops->close(o);
}
