/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event channels, two-level ABI: from Xen's upcall to the handler of a port.
 *
 * Xen and other processors set bits in shared memory at any moment, so every access is a
 * locked operation on a whole word or a single bit. The names of the levels, top down:
 *
 *   vcpu_info.evtchn_upcall_pending   one byte: something is pending
 *         |
 *   vcpu_info.evtchn_pending_sel      one bit per word below: the selector
 *         |         \
 *   shared_info.evtchn_pending[w]     one bit per port: port = w * BITS_PER_LONG + bit
 *   shared_info.evtchn_mask[w]        one bit per port: set = do not deliver
 *
 * There are as many words as bits in a word: 64 x 64 = 4096 ports on pv64, 32 x 32 = 1024
 * on pv32. A round of the demultiplexer takes a snapshot of each level and serves every
 * port in it once, so that a busy port cannot starve another. Source:
 * public/event_channel.h, public/xen.h (struct shared_info).
 */
#include "xen/evtchn.h"

#include <errno.h>
#include <xen/event_channel.h>

#include "arch/barrier.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "xen/hypercall.h"

#define LOG_MODULE "evtchn"
#include "kernel/log.h"

#define N_PORTS                                                                          \
	((evtchn_port_nr)ARRAY_SIZE(arch_shared_info->evtchn_pending) * BITS_PER_LONG)
#define BINDINGS_FIRST                                                                   \
	16u /* ports that a small domain uses; the table doubles from here */

struct binding {
	evtchn_handler *handler; /* NULL = port not ours */
	void *arg;
};

/*
 * Indexed by port. Xen hands out the lowest free port, so the table stays as small as the
 * use.
 */
static struct binding *bindings;
static evtchn_port_nr n_bindings;
static struct evtchn_stats stats;

/* --- from Xen to the handlers ------------------------------------------- */

static void port_serve(evtchn_port_nr port)
{
	const struct binding *b = port < n_bindings ? &bindings[port] : NULL;

	/*
	 * The bit goes before the handler looks at its ring: an event after that look
	 * sets it again.
	 */
	atomic_bit_clear(arch_shared_info->evtchn_pending, port);
	if (!b || !b->handler) {
		evtchn_mask(port);
		stats.spurious++;
		return;
	}
	stats.events++;
	b->handler(port, b->arg);
}

static void word_serve(unsigned w)
{
	unsigned long pending =
		__atomic_load_n(&arch_shared_info->evtchn_pending[w], __ATOMIC_SEQ_CST);

	pending &= ~__atomic_load_n(&arch_shared_info->evtchn_mask[w], __ATOMIC_SEQ_CST);
	for (; pending; pending &= pending - 1) {
		unsigned bit = (unsigned)__builtin_ctzl(pending);

		port_serve(w * BITS_PER_LONG + bit);
	}
}

/* The upcall: events are off, and stay off until it returns. */
static void upcall(void)
{
	struct vcpu_info *v = &arch_shared_info->vcpu_info[0];

	stats.upcalls++;
	while (READ_ONCE(v->evtchn_upcall_pending)) {
		unsigned long selector;

		/* Flag before selector: Xen sets them in the other order. */
		WRITE_ONCE(v->evtchn_upcall_pending, 0);
		arch_mb();
		selector = atomic_xchg(&v->evtchn_pending_sel, 0);
		for (; selector; selector &= selector - 1)
			word_serve((unsigned)__builtin_ctzl(selector));
	}
}

/* --- masks -------------------------------------------------------------- */

void evtchn_mask(evtchn_port_nr port)
{
	if (port < N_PORTS)
		atomic_bit_set(arch_shared_info->evtchn_mask, port);
}

/*
 * An event that came while the port was masked has set the pending bit but no bit above
 * it, and Xen will not look again. We have one vCPU and are on it, so we can do the rest
 * of Xen's work without a hypercall.
 */
void evtchn_unmask(evtchn_port_nr port)
{
	struct vcpu_info *v = &arch_shared_info->vcpu_info[0];
	unsigned long flags;

	if (port >= N_PORTS)
		return;
	flags = irq_save();
	atomic_bit_clear(arch_shared_info->evtchn_mask, port);
	/*
	 * Mask before pending: Xen sets pending, then looks at the mask. The locked clear
	 * is the barrier.
	 */
	if (atomic_bit_test(arch_shared_info->evtchn_pending, port)) {
		atomic_bit_set(&v->evtchn_pending_sel, port / BITS_PER_LONG);
		WRITE_ONCE(v->evtchn_upcall_pending, 1);
	}
	irq_restore(flags);
}

bool evtchn_pending(evtchn_port_nr port)
{
	return port < N_PORTS && atomic_bit_test(arch_shared_info->evtchn_pending, port);
}

void evtchn_clear(evtchn_port_nr port)
{
	if (port < N_PORTS)
		atomic_bit_clear(arch_shared_info->evtchn_pending, port);
}

/* --- opening and closing ports ------------------------------------------ */

/*
 * Make the table large enough for a port. The swap is made with events off: the upcall
 * reads the table.
 */
static int bindings_grow(evtchn_port_nr port)
{
	evtchn_port_nr n = n_bindings ? n_bindings : BINDINGS_FIRST;
	struct binding *larger, *old;
	unsigned long flags;

	if (port < n_bindings)
		return 0;
	while (n <= port)
		n *= 2;
	larger = kzalloc(n * sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	flags = irq_save();
	for (evtchn_port_nr i = 0; i < n_bindings; i++)
		larger[i] = bindings[i];
	old = bindings;
	bindings = larger;
	n_bindings = n;
	irq_restore(flags);
	kfree(old);
	return 0;
}

int evtchn_adopt(evtchn_port_nr port, evtchn_handler *handler, void *arg)
{
	unsigned long flags;
	int err;

	if (port == 0 || port >= N_PORTS)
		return -EINVAL;
	evtchn_mask(port);
	err = bindings_grow(port);
	if (err)
		return err;
	flags = irq_save();
	if (bindings[port].handler)
		err = -EBUSY;
	else
		bindings[port] = (struct binding){handler, arg};
	stats.ports += !err;
	irq_restore(flags);
	return err;
}

static void port_close(evtchn_port_nr port)
{
	struct evtchn_close op = {.port = port};
	int err = hypercall_event_channel_op(EVTCHNOP_close, &op);

	if (err)
		log_error("close of port %u refused: %d", port, err);
	evtchn_clear(port);
}

/* Adopt a port that Xen has just given us, or give it back. */
static int port_take(evtchn_port_nr port, evtchn_handler *handler, void *arg)
{
	int err = evtchn_adopt(port, handler, arg);

	if (err) {
		port_close(port);
		return err;
	}
	return (int)port;
}

int evtchn_alloc_unbound(uint16_t peer, evtchn_handler *handler, void *arg)
{
	struct evtchn_alloc_unbound op = {.dom = DOMID_SELF, .remote_dom = peer};
	int err = hypercall_event_channel_op(EVTCHNOP_alloc_unbound, &op);

	return err ? err : port_take(op.port, handler, arg);
}

int evtchn_bind_interdomain(
	uint16_t peer, evtchn_port_nr peer_port, evtchn_handler *handler, void *arg)
{
	struct evtchn_bind_interdomain op = {
		.remote_dom = peer, .remote_port = peer_port};
	int err = hypercall_event_channel_op(EVTCHNOP_bind_interdomain, &op);

	return err ? err : port_take(op.local_port, handler, arg);
}

int evtchn_bind_virq(unsigned virq, evtchn_handler *handler, void *arg)
{
	struct evtchn_bind_virq op = {.virq = virq, .vcpu = 0};
	int err = hypercall_event_channel_op(EVTCHNOP_bind_virq, &op);

	return err ? err : port_take(op.port, handler, arg);
}

void evtchn_close(evtchn_port_nr port)
{
	unsigned long flags;
	bool ours;

	if (port >= n_bindings)
		return;
	flags = irq_save();
	ours = bindings[port].handler;
	evtchn_mask(port);
	bindings[port] = (struct binding){NULL, NULL};
	stats.ports -= ours;
	irq_restore(flags);
	if (ours)
		port_close(port);
}

int evtchn_send(evtchn_port_nr port)
{
	struct evtchn_send op = {.port = port};

	return hypercall_event_channel_op(EVTCHNOP_send, &op);
}

void evtchn_get_stats(struct evtchn_stats *s)
{
	unsigned long flags = irq_save();

	*s = stats;
	irq_restore(flags);
}

/*
 * Ports that nobody has opened are masked from here on, so that only what is asked for is
 * delivered.
 */
int evtchn_start(void)
{
	for (unsigned w = 0; w < ARRAY_SIZE(arch_shared_info->evtchn_mask); w++)
		atomic_xchg(&arch_shared_info->evtchn_mask[w], ~0ul);
	arch_set_upcall_handler(upcall);
	return 0;
}
