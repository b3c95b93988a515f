/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits from memory, and the allocator that keeps lwIP within them.
 *
 * lwIP allocates everything with net_mem_alloc(): packet buffers and control blocks
 * alike. When the budget is used up, large blocks (data) are refused: tcp_write() says
 * ERR_MEM and its caller waits. Small ones, which carry acknowledgements and new
 * connections, may use the reserve, so that what is queued can still drain.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lwip/opt.h"

#include "kernel/addr.h"
#include "kernel/heap.h"
#include "kernel/page.h"
#include "net/limits.h"

#define LOG_MODULE "net"
#include "kernel/log.h"

#define SMALL_BLOCK                                                                      \
	512u /* bytes; a segment's header and bookkeeping stay below, its data does not */
#define TCP_FLOOR 0x8000u /* as in lwipopts.h */

uint32_t net_tcp_wnd_more, net_tcp_snd_buf_more;

static struct net_limits limits;
static bool limits_known;
static size_t used_bytes;

static unsigned clamp(size_t value, unsigned low, unsigned high)
{
	return value < low ? low : value > high ? high : (unsigned)value;
}

void net_limits_for(struct net_limits *l, size_t memory_bytes)
{
	size_t pages = bytes_to_pages(memory_bytes);

	l->heap_bytes = memory_bytes / 3;
	l->heap_reserve_bytes = memory_bytes / 16;
	l->tcp_wnd = clamp(memory_bytes / 128, TCP_FLOOR, 512u << 10);
	l->tcp_snd_buf = clamp(memory_bytes / 128, TCP_FLOOR, 512u << 10);
	l->time_wait_max = clamp(pages / 8, 64, 512);
	l->rx_target_max = clamp(pages / 16, 32, 256);
	l->rx_pages_max = clamp(pages / 6, 64, 4096);
	l->tx_pages_max = clamp(pages / 32, 16, 128);
}

const struct net_limits *net_limits(void)
{
	struct page_stats pages;

	if (limits_known)
		return &limits;
	page_get_stats(&pages);
	net_limits_for(&limits, pages_to_bytes(pages.free));
	net_tcp_wnd_more = limits.tcp_wnd - TCP_FLOOR;
	net_tcp_snd_buf_more = limits.tcp_snd_buf - TCP_FLOOR;
	limits_known = true;
	return &limits;
}

size_t net_mem_used(void)
{
	return used_bytes;
}

void *net_mem_alloc(size_t len_bytes)
{
	size_t room = limits.heap_bytes;
	void *block;

	if (len_bytes <= SMALL_BLOCK)
		room += limits.heap_reserve_bytes;
	if (used_bytes + len_bytes > room)
		return NULL;
	block = kmalloc(len_bytes);
	if (block)
		used_bytes += heap_block_size(block);
	return block;
}

void *net_mem_calloc(size_t n, size_t len_bytes)
{
	void *block;

	if (len_bytes && n > SIZE_MAX / len_bytes)
		return NULL;
	block = net_mem_alloc(n * len_bytes);
	if (block)
		memset(block, 0, n * len_bytes);
	return block;
}

void net_mem_free(void *block)
{
	if (!block)
		return;
	used_bytes -= heap_block_size(block);
	kfree(block);
}
