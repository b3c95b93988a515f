/* SPDX-License-Identifier: BSD-2-Clause */
/* The console daemon: both rings of the console page, seen from domain 0. */
#include "host/console.h"

#include <string.h>
#include <stdint.h>
#include <xen/io/console.h>

#include "arch/barrier.h"
#include "host/peer.h"
#include "host/say.h"
#include "kernel/addr.h"
#include "kernel/util.h"

static struct xencons_interface *ring;
static struct channel *channel;
static consoled_sink *sink;
static void *sink_arg;
static bool paused;
static unsigned signals;

static void read_out(void)
{
	uint32_t cons = ring->out_cons, prod = READ_ONCE(ring->out_prod);
	char text[sizeof(ring->out)];
	size_t n = 0;

	arch_rmb(); /* the index before the bytes that it covers */
	if (paused || cons == prod)
		return;
	if (prod - cons > sizeof(text)) {
		host_refused("console: %u bytes in a ring of %zu; nothing is read",
			prod - cons, sizeof(text));
		return;
	}
	while (cons != prod)
		text[n++] = ring->out[MASK_XENCONS_IDX(cons++, ring->out)];
	arch_mb(); /* the bytes are read before the index gives them back */
	ring->out_cons = prod;
	sink(sink_arg, text, n);
	channel_notify(channel);
}

static void signalled(void *arg)
{
	(void)arg;
	signals++;
	read_out();
}

void consoled_start(void *page, uint32_t *guest_port, consoled_sink *fn, void *arg)
{
	memset(page, 0, PAGE_SIZE);
	ring = page;
	sink = fn;
	sink_arg = arg;
	channel = channel_wire(0, signalled, NULL, guest_port);
}

size_t consoled_type(const char *typed, size_t len_bytes)
{
	uint32_t prod = ring->in_prod;
	size_t n = 0;

	while (n < len_bytes && prod - READ_ONCE(ring->in_cons) < sizeof(ring->in))
		ring->in[MASK_XENCONS_IDX(prod++, ring->in)] = typed[n++];
	arch_wmb(); /* the bytes before the index that shows them */
	ring->in_prod = prod;
	channel_notify(channel);
	return n;
}

void consoled_pause(bool p)
{
	paused = p;
	if (!p)
		read_out();
}

void consoled_resume_later(void)
{
	paused = false;
	channel_again(channel);
}

unsigned consoled_signals(void)
{
	return signals;
}

void consoled_break_out_cons(uint32_t value)
{
	ring->out_cons = value;
}

void consoled_break_in_prod(uint32_t value)
{
	ring->in_prod = value;
	channel_notify(channel);
}
