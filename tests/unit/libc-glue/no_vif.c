/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine without a network card or a date: lwIP, its lock, thread and timers are the real ones, over loop-back. */
#include "net/conflict.h"
#include "net/lwip/hooks.h"
#include "net/netfront.h"
#include "net/netif.h"
#include "net/vif.h"
#include "xen/clock.h"

void netfront_flush(void)
{
}

bool netfront_poll(void)
{
	return false;
}

bool netfront_starved(void)
{
	return false;
}

int netfront_share(const void *base, size_t len_bytes)
{
	(void)base, (void)len_bytes;
	return 0;
}

unsigned netfront_wait_settled(uint64_t deadline_ns)
{
	(void)deadline_ns;
	return 0;
}

unsigned netfront_report_missing(void)
{
	return 0;
}

unsigned netfront_id(const struct netfront *nf)
{
	(void)nf;
	return 0;
}

int netif_start(void)
{
	return 0;
}

bool netif_is_vif(const struct netif *n)
{
	(void)n;
	return false;
}

void conflict_tmr(void)
{
}

uint64_t conflict_need(void)
{
	return UINT64_MAX;
}

const ip6_addr_t *net_ip6_gateway(const struct netif *netif, const ip6_addr_t *dest)
{
	(void)netif, (void)dest;
	return NULL;
}

uint64_t clock_wall_ns(void)
{
	return 0;
}
