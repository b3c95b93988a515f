/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lwIP has to know about compiler and libc. Error numbers are the libc's own
 * (<errno.h>), and every service that lwIP wants from outside is one of the net_
 * functions below.
 */
#ifndef NET_LWIP_ARCH_CC_H
#define NET_LWIP_ARCH_CC_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

/* Without it lwIP defines ssize_t itself, as int. */
#ifndef SSIZE_MAX
#define SSIZE_MAX LONG_MAX
#endif

/** A number that a peer cannot guess (net/random.c). */
uint32_t net_random(void);
#define LWIP_RAND() net_random()

/**
 * The id of a DNS query that begins now: its timer has to run for a while (net/timers.c).
 */
uint32_t net_dns_id(void);
#define DNS_RAND_TXID net_dns_id

/** The Internet checksum of a block, as it lies and not inverted (net/checksum.c). */
uint16_t net_checksum(const void *data, int len_bytes);
#define LWIP_CHKSUM net_checksum

/** All of lwIP's memory comes from our heap, within a budget (net/limits.c). */
void *net_mem_alloc(size_t len_bytes);
void *net_mem_calloc(size_t n, size_t len_bytes);
void net_mem_free(void *block);

/* The texts of lwIP's assertions stay out of the image: file and line are enough. */
void net_lwip_assert_failed(const char *file, int line) __attribute__((noreturn));
#define LWIP_PLATFORM_ASSERT(text) net_lwip_assert_failed(__FILE__, __LINE__)
#define LWIP_PLATFORM_DIAG(x)

/** Whoever calls lwIP holds the core lock (net/net.c). */
void net_assert_locked(void);
#define LWIP_ASSERT_CORE_LOCKED() net_assert_locked()

#endif
