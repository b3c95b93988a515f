/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The core lock, and the thread that feeds lwIP.
 *
 *   network thread   sleeps until an event, a timer or net_kick(); then, under the
 *                    lock: rings, loop-back, timers
 *   everybody else   takes the lock, calls lwIP, lets go: what was queued is
 *                    published then, once for all of it
 *
 * Under a flood the thread would keep everything of lower priority from running: when it
 * has had more to do for some time, it goes down to the priority of applications and
 * takes turns with them.
 */
#include "net/net.h"

#include <errno.h>

#include "arch/arch.h"
#include "lwip/dhcp.h"
#include "lwip/init.h"
#include "lwip/netif.h"

#include "kernel/irq.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "net/limits.h"
#include "net/netfront.h"
#include "net/netif.h"
#include "net/timers.h"
#include "net/vif.h"

#define LOG_MODULE "net"
#include "kernel/log.h"

#define FLOOD_NS                                                                         \
	(20 * NS_PER_MS) /* of work without a pause before the thread steps down */
#define CONNECT_NS  (5 * NS_PER_S) /* for all vifs to be connected at boot */
#define STACK_BYTES 16384u

static struct mutex lock = MUTEX_INIT(lock);
static struct cond address_changed = COND_INIT(address_changed);

static struct waitq work = WAITQ_INIT(work);
static bool work_waits; /* upcall */
static bool timer_due;  /* upcall */

/* --- the lock ----------------------------------------------------------------------- */

void net_lock(void)
{
	mutex_lock(&lock);
	net_timers_enter();
}

void net_unlock(void)
{
	net_flush();
	net_timers_leave();
	mutex_unlock(&lock);
}

bool net_lock_held(void)
{
	return mutex_held(&lock);
}

void net_assert_locked(void)
{
	assert(mutex_held(&lock));
}

void net_lwip_assert_failed(const char *file, int line)
{
	assert_fail("lwIP", file, line);
}

int net_wait(struct cond *changed, uint64_t deadline_ns)
{
	int err;

	net_flush();
	net_timers_leave();
	err = cond_wait_until(changed, &lock, deadline_ns);
	net_timers_enter();
	return err;
}

/* Packets to our own addresses wait in their netif for somebody to carry them round. */
static bool loop_waits(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		if (n->loop_first)
			return true;
	}
	return false;
}

void net_flush(void)
{
	netfront_flush();
	if (loop_waits())
		net_kick();
}

/* --- the thread --------------------------------------------------------------------- */

void net_kick(void)
{
	unsigned long flags = irq_save();

	work_waits = true;
	waitq_wake_one(&work);
	irq_restore(flags);
}

/* In the upcall. */
static void timer_fired(void)
{
	timer_due = true;
	net_kick();
}

static void wait_for_work(void)
{
	unsigned long flags = irq_save();

	while (!work_waits)
		waitq_sleep(&work, TIME_FOREVER);
	work_waits = false;
	irq_restore(flags);
}

/* One round. Returns true when there is more to do at once. */
static bool do_work(void)
{
	bool more;

	net_lock();
	more = netfront_poll();
	if (loop_waits())
		netif_poll_all();
	if (timer_due) {
		timer_due = false;
		net_timers_run();
		net_flush();
		mutex_unlock(&lock); /* not a use of lwIP that wants another look */
	} else {
		net_unlock();
	}
	return more;
}

static void *network_thread(void *arg)
{
	(void)arg;
	for (;;) {
		uint64_t start;

		wait_for_work();
		start = clock_ns();
		while (do_work()) {
			if (clock_ns() - start < FLOOD_NS)
				continue;
			thread_set_priority(thread_self(), THREAD_PRIO_DEFAULT);
			thread_yield();
		}
		thread_set_priority(thread_self(), THREAD_PRIO_NET);
	}
	return NULL;
}

/* --- addresses ---------------------------------------------------------------------- */

static bool has_address(const struct netif *n)
{
	if (!netif_is_vif(n) || !netif_is_link_up(n))
		return false;
	if (!ip4_addr_isany(netif_ip4_addr(n)))
		return true;
	for (int i = 1; i < LWIP_IPV6_NUM_ADDRESSES; i++) /* 0 is the link-local one */
		if (ip6_addr_isvalid(netif_ip6_addr_state(n, i)))
			return true;
	return false;
}

static bool any_address(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		if (has_address(n))
			return true;
	}
	return false;
}

void net_address_changed(void)
{
	cond_broadcast(&address_changed);
}

int net_wait_up(uint64_t deadline_ns)
{
	int err = 0;

	net_lock();
	while (!any_address() && !err)
		err = net_wait(&address_changed, deadline_ns);
	if (any_address())
		err = 0;
	net_unlock();
	return err;
}

/* --- start -------------------------------------------------------------------------- */

/* Connect what is there at boot, or say what is wrong; either way the boot goes on. */
int net_start(void)
{
	const struct thread_attr attr = {
		.name = "net", .stack_bytes = STACK_BYTES, .priority = THREAD_PRIO_NET};
	struct thread *t;
	int err;

	net_limits();
	if (netfront_share(boot_info.ramdisk, boot_info.ramdisk_bytes))
		log_warn("files are sent as copies");
	mutex_lock(&lock);
	lwip_init();
	net_timers_start(clock_ns(), timer_fired);
	net_unlock();
	t = thread_create(&attr, network_thread, NULL);
	if (!t)
		return -ENOMEM;
	thread_detach(t);
	err = netif_start();
	if (err)
		return err;
	netfront_wait_settled(clock_ns() + CONNECT_NS);
	net_lock();
	if (netfront_report_missing() == 0)
		log_error(
			"no network interface: add vif=[\"bridge=...\"] to the domain's "
			"configuration");
	net_unlock();
	return 0;
}
