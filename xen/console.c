/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PV console: one page with a ring for each direction, shared with the console daemon of
 * domain 0.
 *
 *   console_write() ---> [ backlog, ours ] ---> [ out: 2048 bytes ] ---> daemon
 *   console_read_nowait() <-------------------- [ in:  1024 bytes ] <--- daemon
 *
 * Text goes straight into the ring while there is room, then into the backlog, which the
 * daemon's event moves on as it catches up. Past that, text is counted and dropped, and a
 * note says so where it is missing: the log waits for nobody. Programs do, for a daemon
 * that reads at all. Source: public/io/console.h.
 */
#include "xen/console.h"

#include <errno.h>
#include <xen/event_channel.h>
#include <xen/io/console.h>
#include <xen/sched.h>

#include "arch/barrier.h"
#include "kernel/irq.h"
#include "kernel/panic.h"
#include "kernel/timer.h"
#include "xen/evtchn.h"
#include "xen/hypercall.h"

#define LOG_MODULE "console"
#include "kernel/log.h"

#define BACKLOG_BYTES  4096u /* power of two */
#define PANIC_FLUSH_NS (2 * NS_PER_S)
#define NOTE_BYTES     48u /* the note about dropped text fits */
#define PIECE_BYTES    (BACKLOG_BYTES / 4)
#define PATIENCE_NS    NS_PER_S

static char backlog[BACKLOG_BYTES];
static uint32_t backlog_prod, backlog_cons; /* free-running */
static uint64_t dropped_unsaid;             /* bytes dropped since the last note */
static struct console_stats stats;

static struct waitq room_waiters = WAITQ_INIT(room_waiters);
static bool
	stalled; /* a program has waited for the daemon in vain, and none does again */

static struct waitq input_waiters = WAITQ_INIT(input_waiters);
static void (*input_listener)(void);

/* NULL as domain 0, which has no console daemon. */
static struct xencons_interface *ring_get(void)
{
	return boot_info.console_page;
}

/* --- out: all of it with events off ------------------------------------- */

/* Move what fits from the backlog into the ring; true if anything moved. */
static bool backlog_push(struct xencons_interface *ring)
{
	uint32_t prod = ring->out_prod, used = prod - READ_ONCE(ring->out_cons);
	uint32_t n = 0;

	arch_mb(); /* the daemon's index before we overwrite what it has read */
	/* An index that cannot be makes used too large: no room then. */
	while (used + n < sizeof(ring->out) && backlog_cons != backlog_prod) {
		ring->out[(prod + n++) % sizeof(ring->out)] =
			backlog[backlog_cons++ % BACKLOG_BYTES];
	}
	arch_wmb(); /* text before the index that shows it to the daemon */
	WRITE_ONCE(ring->out_prod, prod + n);
	stats.bytes_out += n;
	return n > 0;
}

static uint32_t backlog_room(void)
{
	return BACKLOG_BYTES - (backlog_prod - backlog_cons);
}

static void backlog_put(char c)
{
	backlog[backlog_prod++ % BACKLOG_BYTES] = c;
}

static void backlog_puts(const char *text)
{
	while (*text)
		backlog_put(*text++);
}

/* Say what is missing, at the place where it is missing. */
static void backlog_note_dropped(void)
{
	char number[21] = "";
	char *digit = number + sizeof(number) - 1;

	if (!dropped_unsaid || backlog_room() < NOTE_BYTES)
		return;
	for (; dropped_unsaid; dropped_unsaid /= 10)
		*--digit = (char)('0' + dropped_unsaid % 10);
	backlog_puts("\r\n[");
	backlog_puts(digit);
	backlog_puts(" bytes dropped]\r\n");
}

static void drop(void)
{
	dropped_unsaid++;
	stats.bytes_dropped++;
}

/* Returns true if the daemon has something new to see. */
static bool text_queue(struct xencons_interface *ring, const char *text, size_t len_bytes)
{
	bool moved = backlog_push(ring);

	backlog_note_dropped();
	for (size_t i = 0; i < len_bytes; i++) {
		if (backlog_room() < 2)
			moved |= backlog_push(ring);
		if (dropped_unsaid || backlog_room() < 2) {
			drop();
			continue;
		}
		if (text[i] == '\n')
			backlog_put('\r');
		backlog_put(text[i]);
	}
	return backlog_push(ring) || moved;
}

static void daemon_notify(void)
{
	stats.notifications++;
	(void)evtchn_send(boot_info.console_port); /* nowhere to report it */
}

void console_write(const char *text, size_t len_bytes)
{
	struct xencons_interface *ring = ring_get();
	unsigned long flags;

	if (!ring) {
		arch_early_puts(text, len_bytes);
		return;
	}
	flags = irq_save();
	if (text_queue(ring, text, len_bytes))
		daemon_notify();
	irq_restore(flags);
}

/* Until all of a piece fits, line ends that become two characters included. */
static void wait_for_room(void)
{
	uint64_t deadline_ns = clock_ns() + PATIENCE_NS;
	unsigned long flags = irq_save();
	int err = 0;

	while (!err && !stalled && backlog_room() < 2 * PIECE_BYTES + NOTE_BYTES)
		err = waitq_sleep(&room_waiters, deadline_ns);
	stalled |= err == -ETIMEDOUT;
	irq_restore(flags);
}

void console_write_all(const char *text, size_t len_bytes)
{
	while (len_bytes) {
		size_t n = len_bytes < PIECE_BYTES ? len_bytes : PIECE_BYTES;

		if (ring_get())
			wait_for_room();
		console_write(text, n);
		text += n;
		len_bytes -= n;
	}
}

/* --- in ----------------------------------------------------------------- */

/*
 * Bytes that wait. The daemon's index is from outside: one that cannot be counts as
 * nothing.
 */
static uint32_t input_waiting(const struct xencons_interface *ring)
{
	uint32_t n = ring ? READ_ONCE(ring->in_prod) - ring->in_cons : 0;

	return n <= sizeof(ring->in) ? n : 0;
}

/* Tell those who wait for input that some is there; events off. */
static void input_announce(const struct xencons_interface *ring)
{
	if (!input_waiting(ring))
		return;
	waitq_wake_all(&input_waiters);
	if (input_listener)
		input_listener();
}

size_t console_read_nowait(char *buf, size_t len_bytes)
{
	struct xencons_interface *ring = ring_get();
	unsigned long flags = irq_save();
	uint32_t n = input_waiting(ring);

	if (n > len_bytes)
		n = (uint32_t)len_bytes;
	if (n > 0) {
		arch_rmb(); /* the daemon's index before the text that it shows */
		for (uint32_t i = 0; i < n; i++)
			buf[i] = ring->in[(ring->in_cons + i) % sizeof(ring->in)];
		arch_mb(); /* text before the index that lets the daemon overwrite it */
		WRITE_ONCE(ring->in_cons, ring->in_cons + n);
		daemon_notify();
	}
	irq_restore(flags);
	return n;
}

int console_wait_input(uint64_t deadline_ns)
{
	struct xencons_interface *ring = ring_get();
	unsigned long flags = irq_save();
	int err = 0;

	while (!input_waiting(ring) && !err)
		err = waitq_sleep(&input_waiters, deadline_ns);
	if (input_waiting(ring))
		err = 0;
	irq_restore(flags);
	return err;
}

void console_on_input(void (*fn)(void))
{
	WRITE_ONCE(input_listener, fn);
}

/* --- pushing everything out --------------------------------------------- */

/* One step of a flush; true when the daemon has read everything. */
static bool flush_step(struct xencons_interface *ring)
{
	unsigned long flags = irq_save();
	bool done;

	/* Before the look, so that the poll misses no event after it. */
	evtchn_clear(boot_info.console_port);
	if (text_queue(ring, NULL, 0))
		daemon_notify();
	done = backlog_cons == backlog_prod &&
	       READ_ONCE(ring->out_cons) == ring->out_prod;
	irq_restore(flags);
	return done;
}

void console_flush(uint64_t timeout_ns)
{
	struct xencons_interface *ring = ring_get();
	uint64_t deadline_ns = clock_ns() + timeout_ns;
	evtchn_port_t port = boot_info.console_port;
	struct sched_poll poll = {.nr_ports = 1, .timeout = deadline_ns};
	unsigned long flags;

	if (!ring)
		return;
	set_xen_guest_handle(poll.ports, &port);
	evtchn_mask(port);
	while (!flush_step(ring) && clock_ns() < deadline_ns) {
		/*
		 * Sleep until the daemon has read something; should Xen refuse, this
		 * spins until the deadline.
		 */
		(void)hypercall_sched_op(SCHEDOP_poll, &poll);
	}
	evtchn_unmask(port);
	flags = irq_save(); /* the event that was forgotten above may have been for input */
	input_announce(ring);
	irq_restore(flags);
}

void console_get_stats(struct console_stats *s)
{
	unsigned long flags = irq_save();

	*s = stats;
	irq_restore(flags);
}

/* --- start -------------------------------------------------------------- */

/* The daemon has read or written: upcall context. */
static void console_event(evtchn_port_nr port, void *arg)
{
	struct xencons_interface *ring = arg;

	(void)port;
	if (text_queue(ring, NULL, 0)) {
		daemon_notify();
		stalled = false;
		waitq_wake_all(&room_waiters);
	}
	input_announce(ring);
}

static void flush_last_words(void)
{
	console_flush(NS_PER_S);
}

static void flush_at_panic(void)
{
	console_flush(PANIC_FLUSH_NS);
}

int console_start(void)
{
	int err;

	log_set_sink(console_write);
	panic_set_flush(flush_at_panic);
	panic_set_flush(flush_last_words);
	if (!ring_get())
		return 0;
	err = evtchn_adopt(boot_info.console_port, console_event, ring_get());
	if (err)
		return err;
	evtchn_unmask(boot_info.console_port);
	return 0;
}
