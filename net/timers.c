/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP wants functions called every 100 ms to 60 s, whether or not there is anything to
 * do. A domain with one idle connection would be woken ten times a second for nothing.
 * Here each of them says when it is needed:
 *
 *   awake    some use of lwIP began a moment ago: the next look is at most 250 ms away
 *   asleep   at the last look nothing was under way: the next wake-up is a keep-alive or
 *            a lease, or none at all
 *
 * Whoever takes the lock while asleep first makes up for the periods that were left out
 * (ages, lifetimes), so lwIP never sees the difference.
 */
#include "net/timers.h"

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/priv/memp_priv.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

#include "kernel/sync.h"
#include "kernel/timer.h"
#include "kernel/util.h"
#include "net/conflict.h"
#include "net/limits.h"
#include "net/netfront.h"

#define NEVER         UINT64_MAX
#define LOOK_NS       (TCP_TMR_INTERVAL * NS_PER_MS) /* awake: at most this far ahead */
#define DNS_ACTIVE_NS (30 * NS_PER_S) /* a query with all its retries is over by then */
#define IDLE_AGING                                                                       \
	60 /* periods of 1 s that lifetimes may wait when nothing else happens */
#define CATCH_UP_MAX 4000u /* periods made up for at most: more than any age in tables */

/* --- TCP ---------------------------------------------------------------------------- */

/* A connection with anything in flight, half open or half closed needs every tick. */
static bool tcp_busy(const struct tcp_pcb *pcb)
{
	if (pcb->state != ESTABLISHED && pcb->state != CLOSE_WAIT)
		return true;
	return pcb->unacked || pcb->unsent || pcb->ooseq || pcb->refused_data ||
	       pcb->rtime >= 0 || pcb->persist_backoff ||
	       (pcb->flags & (TF_ACK_DELAY | TF_CLOSEPEND | TF_NAGLEMEMERR));
}

/* Slow ticks until an idle connection needs one. */
static uint64_t tcp_idle_ticks(const struct tcp_pcb *pcb)
{
	uint64_t ticks = NEVER;

	if (pcb->poll)
		ticks = pcb->pollinterval > pcb->polltmr
				? pcb->pollinterval - pcb->polltmr
				: 1;
	if (ip_get_option(pcb, SOF_KEEPALIVE)) {
		uint64_t quiet = tcp_ticks - pcb->tmr;
		uint64_t limit = (pcb->keep_idle +
					 (uint64_t)pcb->keep_cnt_sent * pcb->keep_intvl) /
				 TCP_SLOW_INTERVAL;
		uint64_t keep = limit >= quiet ? limit - quiet + 1 : 1;

		ticks = keep < ticks ? keep : ticks;
	}
	return ticks;
}

/* Slow ticks until the first connection in TIME_WAIT is forgotten. */
static uint64_t tcp_time_wait_ticks(void)
{
	const uint32_t stay = 2 * TCP_MSL / TCP_SLOW_INTERVAL;
	uint64_t ticks = NEVER;

	for (const struct tcp_pcb *pcb = tcp_tw_pcbs; pcb; pcb = pcb->next) {
		uint32_t been = tcp_ticks - pcb->tmr;
		uint64_t left = been <= stay ? stay - been + 1 : 1;

		ticks = left < ticks ? left : ticks;
	}
	return ticks;
}

static uint64_t tcp_need(void)
{
	uint64_t slow = tcp_time_wait_ticks();

	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		uint64_t ticks;

		if (tcp_busy(pcb))
			return 1;
		ticks = tcp_idle_ticks(pcb);
		slow = ticks < slow ? ticks : slow;
	}
	return slow == NEVER ? NEVER : slow * 2;
}

/*
 * A connection in TIME_WAIT costs memory and every look-up: the oldest, at the end of the
 * list, go first.
 */
static void trim_time_wait(void)
{
	unsigned kept = 0, max = net_limits()->time_wait_max;
	struct tcp_pcb *pcb = tcp_tw_pcbs;

	while (pcb) {
		struct tcp_pcb *next = pcb->next;

		if (++kept > max)
			tcp_abandon(pcb, 0);
		pcb = next;
	}
}

/*
 * tcp_tmr() does the slow part every other time; what is left out of it is counted here.
 */
static void tcp_run(unsigned periods)
{
	if (periods > 3) {
		unsigned left_out = periods / 2 - 1;

		periods -= left_out * 2;
		tcp_ticks += left_out;
		for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
			pcb->polltmr = (u8_t)LWIP_MIN(255, pcb->polltmr + left_out);
	}
	for (unsigned i = 0; i < periods; i++)
		tcp_tmr();
	trim_time_wait();
}

/* --- the others --------------------------------------------------------------------- */

static uint64_t dns_active_until;

uint32_t net_random(void);

uint32_t net_dns_id(void)
{
	dns_active_until = clock_ns() + DNS_ACTIVE_NS;
	return net_random();
}

static uint64_t pool_need(memp_t pool)
{
	return memp_pools[pool]->stats->used ? 1 : NEVER;
}

static uint64_t arp_need(void)
{
	return pool_need(MEMP_ARP_QUEUE);
}

static uint64_t reass_need(void)
{
	return pool_need(MEMP_REASSDATA);
}

static uint64_t reass6_need(void)
{
	return pool_need(MEMP_IP6_REASSDATA);
}

static uint64_t dns_need(void)
{
	return clock_ns() < dns_active_until ? 1 : NEVER;
}

static uint64_t dhcp_fine_need(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		if (netif_dhcp_data(n) && netif_dhcp_data(n)->request_timeout)
			return 1;
	}
	return NEVER;
}

static uint64_t dhcp_coarse_need(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		if (netif_dhcp_data(n))
			return 1;
	}
	return NEVER;
}

static uint64_t nd6_need(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		if (n->rs_count && netif_is_up(n) && netif_is_link_up(n))
			return 1;
		for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
			if (ip6_addr_istentative(netif_ip6_addr_state(n, i)))
				return 1;
	}
	for (int i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++)
		if (neighbor_cache[i].state == ND6_INCOMPLETE ||
			neighbor_cache[i].state == ND6_DELAY ||
			neighbor_cache[i].state == ND6_PROBE)
			return 1;
	return IDLE_AGING;
}

static uint64_t mld6_need(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		for (const struct mld_group *g = netif_mld6_data(n); g; g = g->next)
			if (g->timer)
				return 1;
	}
	return NEVER;
}

static uint64_t starved_need(void)
{
	return netfront_starved() ? 1 : NEVER;
}

/* --- the table ---------------------------------------------------------------------- */

static struct cyclic {
	uint64_t period_ms;
	void (*tick)(void);            /* once per period, or */
	void (*run)(unsigned periods); /* for several at once */
	uint64_t (*need)(void); /* periods until it has to run: 1 = the next; NEVER */
	uint64_t last_ns;       /* end of the last period that it ran for */
} cyclics[] = {
	{TCP_TMR_INTERVAL, NULL, tcp_run, tcp_need, 0},
	{ARP_TMR_INTERVAL, etharp_tmr, NULL, arp_need, 0},
	{IP_TMR_INTERVAL, ip_reass_tmr, NULL, reass_need, 0},
	{IP6_REASS_TMR_INTERVAL, ip6_reass_tmr, NULL, reass6_need, 0},
	{DHCP_FINE_TIMER_MSECS, dhcp_fine_tmr, NULL, dhcp_fine_need, 0},
	{DHCP_COARSE_TIMER_MSECS, dhcp_coarse_tmr, NULL, dhcp_coarse_need, 0},
	{DNS_TMR_INTERVAL, dns_tmr, NULL, dns_need, 0},
	{ND6_TMR_INTERVAL, nd6_tmr, NULL, nd6_need, 0},
	{MLD6_TMR_INTERVAL, mld6_tmr, NULL, mld6_need, 0},
	{CONFLICT_TMR_INTERVAL, conflict_tmr, NULL, conflict_need, 0},
	{100, netfront_flush, NULL, starved_need, 0},
};

static struct timer wake_timer;
static void (*wake_function)(void);
static bool awake;

static void fire(struct timer *t)
{
	(void)t;
	wake_function();
}

void net_timers_start(uint64_t now_ns, void (*wake)(void))
{
	wake_function = wake;
	timer_setup(&wake_timer, fire);
	for (size_t i = 0; i < ARRAY_SIZE(cyclics); i++)
		cyclics[i].last_ns = now_ns;
}

static void run_due(uint64_t now_ns)
{
	for (size_t i = 0; i < ARRAY_SIZE(cyclics); i++) {
		struct cyclic *c = &cyclics[i];
		uint64_t period = c->period_ms * NS_PER_MS, periods;

		if (now_ns - c->last_ns < period)
			continue;
		periods = (now_ns - c->last_ns) / period;
		c->last_ns += periods * period;
		if (c->run) {
			c->run((unsigned)LWIP_MIN(periods, UINT32_MAX));
			continue;
		}
		for (periods = LWIP_MIN(periods, CATCH_UP_MAX); periods > 0; periods--)
			c->tick();
	}
}

uint64_t net_timers_next(void)
{
	uint64_t next = NEVER;

	for (size_t i = 0; i < ARRAY_SIZE(cyclics); i++) {
		uint64_t periods = cyclics[i].need();
		uint64_t at = periods == NEVER ? NEVER
					       : cyclics[i].last_ns +
							 periods * cyclics[i].period_ms *
								 NS_PER_MS;

		next = at < next ? at : next;
	}
	return next;
}

void net_timers_enter(void)
{
	if (!awake)
		run_due(clock_ns());
}

void net_timers_leave(void)
{
	if (awake)
		return;
	awake = true;
	timer_set(&wake_timer, clock_ns() + LOOK_NS);
}

void net_timers_run(void)
{
	uint64_t now = clock_ns(), next;

	run_due(now);
	next = net_timers_next();
	awake = next <= now + LOOK_NS;
	if (next == NEVER)
		timer_cancel(&wake_timer);
	else
		timer_set(&wake_timer, next);
}
