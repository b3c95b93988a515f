/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event channels over the model of Xen: the demultiplexer, masks, and ports that come and
 * go.
 */
#include "xen/evtchn.h"

#include <errno.h>
#include <xen/errno.h>
#include <xen/xen.h>

#include "arch/arch.h"
#include "arch/barrier.h"
#include "kernel/irq.h"
#include "tests/fake/domain_test.h"
#include "host/peer.h"

#define PEER 3

static void boot(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	domain_start();
	CHECK_EQ(evtchn_start(), 0);
}

static unsigned calls[4096];
static evtchn_port_nr order[64];
static unsigned n_order;

static void count(evtchn_port_nr port, void *arg)
{
	CHECK(!arch_irq_enabled());
	CHECK(arg == calls);
	calls[port]++;
	if (n_order < ARRAY_SIZE(order))
		order[n_order++] = port;
}

static void forget_calls(void)
{
	memset(calls, 0, sizeof(calls));
	n_order = 0;
}

/* Deliver what the model has raised. */
static void deliver(void)
{
	irq_restore(irq_save());
}

/* A port of this number, opened by us and unmasked. */
static int open_port(evtchn_port_nr number)
{
	int port;

	hv_ports_from(number);
	port = evtchn_alloc_unbound(PEER, count, calls);
	hv_ports_from(1);
	if (port > 0)
		evtchn_unmask((evtchn_port_nr)port);
	return port;
}

/*
 * Port 0 exists for nobody; the others sit at the edges of words and of selectors on both
 * widths.
 */
static const evtchn_port_nr edges[] = {
	1, 31, 32, 40, 63, 64, 65, 127, 128, 1023, 1024, 2048, 4094, 4095};

/* First, while the table is small. */
DOMAIN_TEST(without_memory_for_the_table_the_port_is_given_back)
{
	unsigned before = hv_ports_open();

	hv_ports_from(4095);
	fake_fail_blocks_after(0);
	CHECK_EQ(evtchn_alloc_unbound(PEER, count, calls), -ENOMEM);
	fake_fail_blocks_after(SIZE_MAX);
	hv_ports_from(1);
	CHECK_EQ(hv_ports_open(), before);
}

DOMAIN_TEST(every_port_number_is_delivered_to_its_own_handler)
{
	for (size_t i = 0; i < ARRAY_SIZE(edges); i++) {
		test_row("port %u", edges[i]);
		if (edges[i] < 16) /* the console and XenStore live here */
			continue;
		CHECK_EQ(open_port(edges[i]), edges[i]);
		forget_calls();
		hv_raise_port(edges[i]);
		deliver();
		CHECK_EQ(n_order, 1);
		CHECK_EQ(calls[edges[i]], 1);
		evtchn_close(edges[i]);
	}
}

DOMAIN_TEST(ports_in_many_words_at_once_are_all_delivered_once)
{
	evtchn_port_nr all[ARRAY_SIZE(edges)];
	unsigned n = 0;
	unsigned long flags;

	for (size_t i = 1; i < ARRAY_SIZE(edges); i++) {
		CHECK_EQ(open_port(edges[i]), edges[i]);
		all[n++] = edges[i];
	}
	forget_calls();
	flags = irq_save();
	for (unsigned i = 0; i < n; i++)
		hv_raise_port(all[i]);
	CHECK_EQ(n_order, 0);
	irq_restore(flags);
	CHECK_EQ(n_order, n);
	for (unsigned i = 0; i < n; i++) {
		CHECK_EQ(calls[all[i]], 1);
		evtchn_close(all[i]);
	}
}

DOMAIN_TEST(port_0_is_masked_and_counted_when_it_fires)
{
	struct evtchn_stats before, after;

	evtchn_get_stats(&before);
	evtchn_unmask(0);
	hv_raise_port(0);
	deliver();
	evtchn_get_stats(&after);
	CHECK_EQ(after.spurious, before.spurious + 1);
	hv_raise_port(0); /* masked now */
	deliver();
	evtchn_get_stats(&after);
	CHECK_EQ(after.spurious, before.spurious + 1);
	evtchn_clear(0);
}

DOMAIN_TEST(a_spurious_event_beyond_the_table_is_masked)
{
	const unsigned port = sizeof(xen_ulong_t) == 8 ? 4000 : 1000;
	struct evtchn_stats before, after;

	evtchn_get_stats(&before);
	evtchn_unmask(port);
	hv_raise_port(port);
	deliver();
	evtchn_get_stats(&after);
	CHECK_EQ(after.spurious, before.spurious + 1);
	CHECK(atomic_bit_test(arch_shared_info->evtchn_mask, port));
	evtchn_clear(port);
}

DOMAIN_TEST(a_masked_port_keeps_its_event_until_it_is_unmasked)
{
	int port = open_port(100);

	CHECK_EQ(port, 100);
	forget_calls();
	evtchn_mask(100);
	hv_raise_port(100);
	deliver();
	CHECK_EQ(n_order, 0);
	CHECK(evtchn_pending(100));
	evtchn_unmask(100);
	CHECK_EQ(calls[100], 1);
	CHECK(!evtchn_pending(100));
	evtchn_close(100);
}

DOMAIN_TEST(unmasking_with_events_off_delivers_when_they_come_on)
{
	unsigned long flags;

	CHECK_EQ(open_port(100), 100);
	forget_calls();
	evtchn_mask(100);
	hv_raise_port(100);
	flags = irq_save();
	evtchn_unmask(100);
	CHECK_EQ(n_order, 0);
	irq_restore(flags);
	CHECK_EQ(calls[100], 1);
	evtchn_close(100);
}

DOMAIN_TEST(a_masked_event_can_be_forgotten)
{
	CHECK_EQ(open_port(100), 100);
	forget_calls();
	evtchn_mask(100);
	hv_raise_port(100);
	evtchn_clear(100);
	evtchn_unmask(100);
	CHECK_EQ(n_order, 0);
	evtchn_close(100);
}

DOMAIN_TEST(a_new_port_is_masked)
{
	int port = evtchn_alloc_unbound(PEER, count, calls);

	CHECK(port > 0);
	forget_calls();
	hv_raise_port((uint32_t)port);
	deliver();
	CHECK_EQ(n_order, 0);
	evtchn_unmask((evtchn_port_nr)port);
	CHECK_EQ(calls[port], 1);
	evtchn_close((evtchn_port_nr)port);
}

/* A handler whose own port fires again, and a neighbour that must get its turn. */
static unsigned rounds;

static void noisy(evtchn_port_nr port, void *arg)
{
	count(port, arg);
	if (++rounds < 10)
		hv_raise_port(port);
}

DOMAIN_TEST(a_busy_port_does_not_starve_another)
{
	unsigned long flags;
	unsigned at = 0;

	hv_ports_from(200);
	CHECK_EQ(evtchn_alloc_unbound(PEER, noisy, calls), 200);
	hv_ports_from(1);
	evtchn_unmask(200);
	CHECK_EQ(open_port(201), 201);
	CHECK_EQ(open_port(3000), 3000);
	forget_calls();
	rounds = 0;
	flags = irq_save();
	hv_raise_port(200);
	hv_raise_port(201);
	hv_raise_port(3000);
	irq_restore(flags);
	CHECK_EQ(calls[200], 10);
	CHECK_EQ(calls[201], 1);
	CHECK_EQ(calls[3000], 1);
	while (order[at] != 3000)
		at++;
	CHECK(at <= 2); /* in the first round */
	evtchn_close(200);
	evtchn_close(201);
	evtchn_close(3000);
}

DOMAIN_TEST(the_handler_of_a_closed_port_is_not_called)
{
	CHECK_EQ(open_port(100), 100);
	forget_calls();
	evtchn_close(100);
	hv_raise_port(100);
	deliver();
	CHECK_EQ(n_order, 0);
	evtchn_clear(100);
}

/* --- both ends ---------------------------------------------------------- */

static unsigned peer_calls;

static void peer_handler(void *arg)
{
	(void)arg;
	peer_calls++;
}

DOMAIN_TEST(a_peer_binds_to_our_port_and_signals_go_both_ways)
{
	int port = evtchn_alloc_unbound(PEER, count, calls);
	struct channel *c;

	CHECK(port > 0);
	evtchn_unmask((evtchn_port_nr)port);
	CHECK(channel_bind(PEER + 1, (uint32_t)port, peer_handler, NULL) == NULL);
	c = channel_bind(PEER, (uint32_t)port, peer_handler, NULL);
	CHECK(c != NULL);
	peers_run(); /* the signal that binding makes */
	peer_calls = 0;
	forget_calls();
	CHECK_EQ(evtchn_send((evtchn_port_nr)port), 0);
	CHECK_EQ(peer_calls, 1);
	channel_notify(c);
	deliver();
	CHECK_EQ(calls[port], 1);
	channel_close(c);
	CHECK_EQ(evtchn_send((evtchn_port_nr)port), 0); /* lost, as Xen has it */
	evtchn_close((evtchn_port_nr)port);
}

DOMAIN_TEST(we_bind_to_a_peers_port)
{
	uint32_t peer_port;
	struct channel *c = channel_open(PEER, peer_handler, NULL, &peer_port);
	int port;

	CHECK_EQ(evtchn_bind_interdomain(PEER + 1, peer_port, count, calls), -EINVAL);
	port = evtchn_bind_interdomain(PEER, peer_port, count, calls);
	CHECK(port > 0);
	forget_calls();
	evtchn_unmask((evtchn_port_nr)port); /* Xen makes a fresh binding pending */
	CHECK_EQ(calls[port], 1);
	peer_calls = 0;
	CHECK_EQ(evtchn_send((evtchn_port_nr)port), 0);
	CHECK_EQ(peer_calls, 1);
	evtchn_close((evtchn_port_nr)port);
	channel_notify(c);
	deliver();
	CHECK_EQ(calls[port], 1);
	channel_close(c);
}

DOMAIN_TEST(a_virtual_interrupt_is_bound_once)
{
	int port = evtchn_bind_virq(VIRQ_DEBUG, count, calls);

	CHECK(port > 0);
	CHECK_EQ(evtchn_bind_virq(VIRQ_DEBUG, count, calls), -EEXIST);
	evtchn_unmask((evtchn_port_nr)port);
	forget_calls();
	CHECK(hv_raise_virq(VIRQ_DEBUG));
	deliver();
	CHECK_EQ(calls[port], 1);
	evtchn_close((evtchn_port_nr)port);
	CHECK(!hv_raise_virq(VIRQ_DEBUG));
}

DOMAIN_TEST(errors_of_xen_come_back_in_our_numbers)
{
	static const struct {
		int xen, ours;
	} rows[] = {{XEN_ENOSPC, -ENOSPC}, {XEN_EPERM, -EPERM}, {XEN_ENOSYS, -ENOSYS},
		{XEN_ENOTCONN, -ENOTCONN}, {XEN_EDEADLK, -EDEADLK}, {999, -EIO}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("Xen's %d", rows[i].xen);
		hv_ports_fail(1, rows[i].xen);
		CHECK_EQ(evtchn_alloc_unbound(PEER, count, calls), rows[i].ours);
	}
}

DOMAIN_TEST(a_port_cannot_be_adopted_twice_nor_beyond_the_end)
{
	int port = open_port(100);

	CHECK_EQ(evtchn_adopt((evtchn_port_nr)port, count, calls), -EBUSY);
	CHECK_EQ(evtchn_adopt(0, count, calls), -EINVAL);
	CHECK_EQ(evtchn_adopt(4096, count, calls), -EINVAL);
	evtchn_close((evtchn_port_nr)port);
}

DOMAIN_TEST(numbers_beyond_the_end_are_harmless)
{
	evtchn_mask(4096);
	evtchn_unmask(UINT32_MAX);
	evtchn_clear(5000);
	evtchn_close(70000);
	CHECK(!evtchn_pending(4096));
	CHECK_EQ(evtchn_send(4096), -EINVAL);
}

DOMAIN_TEST(opening_and_closing_leaves_nothing_behind)
{
	struct evtchn_stats before, after;
	unsigned open = hv_ports_open();

	evtchn_get_stats(&before);
	for (int i = 0; i < 500; i++) {
		int port = evtchn_alloc_unbound(PEER, count, calls);

		CHECK(port > 0);
		evtchn_close((evtchn_port_nr)port);
		evtchn_close((evtchn_port_nr)port); /* twice is harmless */
	}
	evtchn_get_stats(&after);
	CHECK_EQ(after.ports, before.ports);
	CHECK_EQ(hv_ports_open(), open);
}
