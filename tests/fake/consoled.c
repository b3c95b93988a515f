/* SPDX-License-Identifier: BSD-2-Clause */
/* The console daemon's model: both rings of the console page, seen from domain 0. */
#include "tests/fake/consoled.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xen/io/console.h>

#include "arch/barrier.h"
#include "kernel/addr.h"
#include "tests/fake/peer.h"

#define TEXT_MAX (1u << 20)

static struct xencons_interface *ring;
static struct channel *channel;
static char text[TEXT_MAX];
static size_t text_bytes;
static bool paused;
static unsigned signals;

static void read_out(void)
{
	uint32_t cons = ring->out_cons, prod = ring->out_prod;

	arch_rmb();
	if (paused || cons == prod)
		return;
	for (; cons != prod; cons++) {
		assert(text_bytes + 1 < TEXT_MAX);
		text[text_bytes++] = ring->out[MASK_XENCONS_IDX(cons, ring->out)];
	}
	text[text_bytes] = '\0';
	arch_mb();
	ring->out_cons = cons;
	channel_notify(channel);
}

static void signalled(void *arg)
{
	(void)arg;
	signals++;
	read_out();
}

void *consoled_start(uint32_t *guest_port)
{
	ring = aligned_alloc(PAGE_SIZE, PAGE_SIZE);
	assert(ring);
	memset(ring, 0, PAGE_SIZE);
	channel = channel_wire(0, signalled, NULL, guest_port);
	return ring;
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

const char *consoled_text(void)
{
	return text;
}

size_t consoled_text_bytes(void)
{
	return text_bytes;
}

void consoled_clear(void)
{
	text_bytes = 0;
	text[0] = '\0';
	signals = 0;
}

unsigned consoled_signals(void)
{
	return signals;
}

size_t consoled_type(const char *typed, size_t len_bytes)
{
	uint32_t prod = ring->in_prod;
	size_t n = 0;

	while (n < len_bytes && prod - ring->in_cons < sizeof(ring->in))
		ring->in[MASK_XENCONS_IDX(prod++, ring->in)] = typed[n++];
	arch_wmb();
	ring->in_prod = prod;
	channel_notify(channel);
	return n;
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
