/* SPDX-License-Identifier: BSD-2-Clause */
/* Event channels: what each operation does, and what Xen refuses with which error. */
#include <stdint.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/io/xs_wire.h>

#include "arch/barrier.h"
#include "host/peer.h"
#include "kernel/util.h"
#include "tests/fake/raw.h"
#include "tests/fake/said.h"
#include "tests/test.h"

#define PEER 3u

static unsigned n_calls;

static void called(void *arg)
{
	(void)arg;
	n_calls++;
}

static uint32_t status_of(uint32_t port, struct evtchn_status *s)
{
	*s = (struct evtchn_status){.dom = DOMID_SELF, .port = port};
	return hv_evtchn_op(EVTCHNOP_status, s) == 0 ? s->status : ~0u;
}

static struct vcpu_info *vcpu(void)
{
	return &hv_shared_info()->vcpu_info[0];
}

static void quiet(void)
{
	raw_start();
	raw_settle();
	said_clear();
	n_calls = 0;
	vcpu()->evtchn_upcall_pending = 0;
	vcpu()->evtchn_pending_sel = 0;
}

/* --- opening and binding ------------------------------------------------------------ */

TEST(a_port_is_open_for_one_domain_only)
{
	struct evtchn_status s;
	uint32_t port;

	quiet();
	port = raw_unbound(PEER);
	CHECK(port > 0);
	CHECK_EQ(status_of(port, &s), EVTCHNSTAT_unbound);
	CHECK_EQ(s.u.unbound.dom, PEER);
	CHECK(channel_bind(PEER + 1, port, called, NULL) == NULL);
	CHECK(channel_bind(PEER, 0, called, NULL) == NULL);
	CHECK(channel_bind(PEER, 5000, called, NULL) == NULL);
	CHECK_EQ(raw_close(port), 0);
}

TEST(a_port_of_another_domain_cannot_be_opened)
{
	struct evtchn_alloc_unbound op = {.dom = PEER, .remote_dom = PEER};

	quiet();
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_alloc_unbound, &op), -XEN_EPERM);
	CHECK(strstr(said_refused(), "domain 3"));
}

TEST(signals_reach_the_peer_and_come_back)
{
	struct channel *c;
	uint32_t port;

	quiet();
	port = raw_unbound(PEER);
	c = channel_bind(PEER, port, called, NULL);
	CHECK(c != NULL);
	raw_settle();
	CHECK_EQ(n_calls, 1); /* the bind itself: the domain may have signalled before */
	CHECK_EQ(raw_send(port), 0);
	CHECK_EQ(n_calls, 2);
	channel_notify(c);
	CHECK(hv_port_pending(port) && hv_event_pending());
	CHECK(raw_take_event(port));
	channel_close(c);
	CHECK_EQ(raw_close(port), 0);
}

TEST(many_signals_before_a_peer_works_are_one)
{
	uint32_t port;
	struct channel *c;

	quiet();
	port = raw_unbound(PEER);
	c = channel_bind(PEER, port, called, NULL);
	raw_settle();
	n_calls = 0;
	for (int i = 0; i < 100; i++)
		CHECK_EQ(hv_evtchn_op(EVTCHNOP_send, &(struct evtchn_send){port}), 0);
	CHECK(peers_signalled());
	raw_settle();
	CHECK_EQ(n_calls, 1);
	CHECK(!peers_signalled());
	channel_close(c);
	CHECK_EQ(raw_close(port), 0);
}

TEST(a_port_can_be_bound_once)
{
	uint32_t port;
	struct channel *c;

	quiet();
	port = raw_unbound(PEER);
	c = channel_bind(PEER, port, called, NULL);
	CHECK(channel_bind(PEER, port, called, NULL) == NULL);
	channel_close(c);
	c = channel_bind(PEER, port, called, NULL); /* open again for the same domain */
	CHECK(c != NULL);
	channel_close(c);
	CHECK_EQ(raw_close(port), 0);
}

TEST(a_peer_opens_a_port_and_the_domain_binds_to_it)
{
	uint32_t theirs;
	struct channel *c;
	struct evtchn_bind_interdomain op = {.remote_dom = PEER};
	struct evtchn_status s;

	quiet();
	c = channel_open(PEER, called, NULL, &theirs);
	op.remote_port = theirs;
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_interdomain, &op), 0);
	CHECK(raw_take_event(op.local_port)); /* the peer may have signalled before */
	CHECK_EQ(status_of(op.local_port, &s), EVTCHNSTAT_interdomain);
	CHECK_EQ(s.u.interdomain.dom, PEER);
	CHECK_EQ(s.u.interdomain.port, theirs);
	CHECK_EQ(raw_send(op.local_port), 0);
	CHECK_EQ(n_calls, 1);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_interdomain, &op), -XEN_EINVAL); /* taken */
	CHECK_EQ(raw_close(op.local_port), 0);
	channel_notify(c); /* nobody is there: nothing happens */
	channel_close(c);
}

TEST(what_nobody_has_opened_cannot_be_bound_to)
{
	struct evtchn_bind_interdomain op = {.remote_dom = PEER, .remote_port = 4711};

	quiet();
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_interdomain, &op), -XEN_EINVAL);
	CHECK(strstr(said_refused(), "port 4711 of domain 3"));
}

TEST(two_own_ports_can_be_connected)
{
	uint32_t a;
	struct evtchn_bind_interdomain op = {.remote_dom = DOMID_SELF};
	struct evtchn_status s;

	quiet();
	a = raw_unbound(DOMID_SELF);
	op.remote_port = a;
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_interdomain, &op), 0);
	CHECK(raw_take_event(op.local_port));
	CHECK_EQ(raw_send(a), 0);
	CHECK(raw_take_event(op.local_port));
	CHECK_EQ(raw_send(op.local_port), 0);
	CHECK(raw_take_event(a));
	CHECK_EQ(raw_close(op.local_port), 0);
	CHECK_EQ(status_of(a, &s), EVTCHNSTAT_unbound); /* open again */
	CHECK_EQ(raw_close(a), 0);
}

TEST(an_own_port_that_is_open_for_another_is_not_for_us)
{
	struct evtchn_bind_interdomain op = {.remote_dom = DOMID_SELF};

	quiet();
	op.remote_port = raw_unbound(PEER);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_interdomain, &op), -XEN_EINVAL);
	CHECK_EQ(raw_close(op.remote_port), 0);
	op.remote_port = 0x80000000u;
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_interdomain, &op), -XEN_EINVAL);
}

TEST(ports_run_out_at_the_limit_of_the_toolstack)
{
	static uint32_t port[4096];
	unsigned n = 0;

	quiet();
	while (n < ARRAY_SIZE(port) && (port[n] = raw_unbound(PEER)))
		n++;
	CHECK_EQ(hv_ports_open(), 1023);
	CHECK(strstr(said_refused(), "all 1023 ports are in use"));
	while (n > 0)
		CHECK_EQ(raw_close(port[--n]), 0);
}

/* --- virtual interrupts, one's own interrupts --------------------------------------- */

TEST(a_virtual_interrupt_is_bound_once_and_arrives)
{
	struct evtchn_bind_virq op = {.virq = VIRQ_DEBUG}, again = op;
	struct evtchn_status s;

	quiet();
	CHECK(!hv_raise_virq(VIRQ_DEBUG));
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_virq, &op), 0);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_virq, &again), -XEN_EEXIST);
	CHECK_EQ(status_of(op.port, &s), EVTCHNSTAT_virq);
	CHECK_EQ(s.u.virq, VIRQ_DEBUG);
	CHECK(hv_raise_virq(VIRQ_DEBUG));
	CHECK(raw_take_event(op.port));
	CHECK_EQ(raw_send(op.port), -XEN_EINVAL); /* nobody sends to it */
	CHECK_EQ(raw_close(op.port), 0);
	CHECK(!hv_raise_virq(VIRQ_DEBUG));
}

TEST(virtual_interrupts_that_are_none_are_refused)
{
	struct evtchn_bind_virq op = {.virq = NR_VIRQS};

	quiet();
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_virq, &op), -XEN_EINVAL);
	op = (struct evtchn_bind_virq){.virq = VIRQ_TIMER, .vcpu = 1};
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_virq, &op), -XEN_ENOENT);
}

TEST(an_interrupt_of_ones_own_arrives)
{
	struct evtchn_bind_ipi op = {.vcpu = 0};
	struct evtchn_status s;

	quiet();
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_ipi, &op), 0);
	CHECK_EQ(status_of(op.port, &s), EVTCHNSTAT_ipi);
	CHECK_EQ(raw_send(op.port), 0);
	CHECK(raw_take_event(op.port));
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_vcpu, &(struct evtchn_bind_vcpu){op.port, 0}),
		-XEN_EINVAL);
	CHECK_EQ(raw_close(op.port), 0);
	op.vcpu = 1;
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_ipi, &op), -XEN_ENOENT);
}

TEST(there_are_no_interrupts_of_hardware)
{
	struct evtchn_bind_pirq op = {.pirq = 9};

	quiet();
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_pirq, &op), -XEN_EPERM);
}

TEST(a_port_may_be_bound_to_the_one_processor)
{
	uint32_t port;

	quiet();
	port = raw_unbound(PEER);
	CHECK_EQ(
		hv_evtchn_op(EVTCHNOP_bind_vcpu, &(struct evtchn_bind_vcpu){port, 0}), 0);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_vcpu, &(struct evtchn_bind_vcpu){port, 1}),
		-XEN_ENOENT);
	CHECK_EQ(raw_close(port), 0);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_bind_vcpu, &(struct evtchn_bind_vcpu){port, 0}),
		-XEN_EINVAL);
}

/* --- numbers that are no ports ------------------------------------------------------ */

TEST(numbers_that_are_no_ports_are_refused)
{
	static const uint32_t numbers[] = {0, 1000, 1024, 4095, 4096, 0xffffffff};

	quiet();
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		test_row("%u", numbers[i]);
		CHECK_EQ(raw_close(numbers[i]), -XEN_EINVAL);
		CHECK_EQ(raw_send(numbers[i]), -XEN_EINVAL);
		CHECK_EQ(said_count() >= 2, 1);
	}
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_unmask, &(struct evtchn_unmask){4096}),
		-XEN_EINVAL);
	CHECK(!hv_port_pending(0xffffffff));
	hv_raise_port(0xffffffff);
	CHECK(!hv_event_pending());
}

TEST(the_status_of_others_is_not_for_us)
{
	struct evtchn_status s = {.dom = PEER, .port = 1};

	quiet();
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_status, &s), -XEN_EPERM);
	s = (struct evtchn_status){.dom = DOMID_SELF, .port = 5000};
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_status, &s), -XEN_EINVAL);
	CHECK_EQ(status_of(900, &s), EVTCHNSTAT_closed);
}

TEST(unknown_operations_are_not_there)
{
	uint8_t arg[64] = {0};

	quiet();
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_init_control, arg), -XEN_ENOSYS); /* FIFO events */
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_set_priority, arg), -XEN_ENOSYS);
	CHECK_EQ(hv_evtchn_op(77, arg), -XEN_ENOSYS);
}

/* --- the bits ----------------------------------------------------------------------- */

TEST(a_masked_port_becomes_pending_and_no_more)
{
	struct shared_info *s;
	uint32_t port;

	quiet();
	s = hv_shared_info();
	port = raw_unbound(PEER);
	atomic_bit_set(s->evtchn_mask, port);
	hv_raise_port(port);
	CHECK(hv_port_pending(port));
	CHECK(!hv_event_pending());
	CHECK_EQ(vcpu()->evtchn_pending_sel, 0);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_unmask, &(struct evtchn_unmask){port}), 0);
	CHECK(hv_event_pending());
	CHECK_EQ(vcpu()->evtchn_pending_sel, 1ul << port / BITS_PER_LONG);
	CHECK(raw_take_event(port));
	CHECK_EQ(raw_close(port), 0);
}

TEST(unmasking_what_is_not_masked_or_not_pending_does_nothing)
{
	uint32_t port;

	quiet();
	port = raw_unbound(PEER);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_unmask, &(struct evtchn_unmask){port}), 0);
	CHECK(!hv_event_pending());
	atomic_bit_set(hv_shared_info()->evtchn_mask, port);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_unmask, &(struct evtchn_unmask){port}), 0);
	CHECK(!hv_event_pending());
	CHECK_EQ(raw_close(port), 0);
}

/* While its word's bit is set the guest is about to look: no further upcall is asked for. */
TEST(one_upcall_is_asked_for_until_the_guest_has_looked)
{
	uint32_t a, b;

	quiet();
	a = raw_unbound(PEER);
	b = raw_unbound(PEER);
	hv_raise_port(a);
	CHECK(hv_event_pending());
	vcpu()->evtchn_upcall_pending = 0; /* the guest begins to look */
	hv_raise_port(b);                  /* in the same word */
	CHECK(hv_port_pending(b));
	CHECK(!hv_event_pending());
	vcpu()->evtchn_pending_sel = 0; /* it has taken the word */
	hv_raise_port(a);               /* pending still: no change */
	CHECK(!hv_event_pending());
	CHECK(raw_take_event(a) && raw_take_event(b));
	CHECK_EQ(raw_close(a), 0);
	CHECK_EQ(raw_close(b), 0);
}

TEST(a_signal_to_an_open_port_is_lost)
{
	uint32_t port;

	quiet();
	port = raw_unbound(PEER);
	CHECK_EQ(raw_send(port), 0);
	CHECK_EQ(n_calls, 0);
	CHECK_EQ(raw_close(port), 0);
}

TEST(closing_clears_what_is_pending)
{
	uint32_t port;

	quiet();
	port = raw_unbound(PEER);
	hv_raise_port(port);
	CHECK_EQ(raw_close(port), 0);
	CHECK(!hv_port_pending(port));
}

/* --- life --------------------------------------------------------------------------- */

static struct channel *suicide;

static void closes_itself(void *arg)
{
	channel_close(suicide);
	channel_close(arg);
	suicide = NULL;
	n_calls++;
}

TEST(a_peer_may_close_channels_while_it_works)
{
	uint32_t a, b;
	struct channel *other;

	quiet();
	a = raw_unbound(PEER);
	b = raw_unbound(PEER);
	other = channel_bind(PEER, b, called, NULL);
	suicide = channel_bind(PEER, a, closes_itself, other);
	raw_settle();
	CHECK(suicide == NULL);
	CHECK_EQ(raw_send(a), 0);
	CHECK_EQ(raw_send(b), 0);
	CHECK_EQ(raw_close(a), 0);
	CHECK_EQ(raw_close(b), 0);
}

TEST(random_operations_do_no_harm)
{
	unsigned long seed = 5;

	quiet();
	for (unsigned round = 0; round < 200000; round++) {
		uint32_t arg[8];

		for (size_t i = 0; i < ARRAY_SIZE(arg); i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			arg[i] = (uint32_t)(seed >> 33);
			if (seed & 1 << 20)
				arg[i] %= 40;
		}
		arg[7] %= 10; /* not reset: XenStore lives on its port */
		if (arg[7] == EVTCHNOP_close && arg[0] < 3)
			continue;
		hv_evtchn_op(arg[7], arg);
		raw_settle();
	}
	for (uint32_t p = 3; p < 1024; p++)
		raw_close(p);
	CHECK_EQ(hv_ports_open(), 2);
	CHECK_STR(raw_xs2(XS_READ, 0, "domid", NULL)->body, "7");
}

/* Last: it takes XenStore's and the console's ports too. */
TEST(a_reset_closes_every_port)
{
	struct evtchn_reset op = {.dom = PEER};
	uint32_t theirs;

	quiet();
	raw_unbound(PEER);
	channel_open(PEER, called, NULL, &theirs);
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_reset, &op), -XEN_EPERM);
	CHECK(hv_ports_open() >= 3);
	op.dom = DOMID_SELF;
	CHECK_EQ(hv_evtchn_op(EVTCHNOP_reset, &op), 0);
	CHECK_EQ(hv_ports_open(), 0);
}
