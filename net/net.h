/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network as the layers above see it: one lock around lwIP, and the addresses of our
 * interfaces.
 *
 * lwIP runs with NO_SYS=1 and its raw API: whoever holds net_lock() may call any lwIP
 * function. The network thread takes the lock to feed received packets and to run
 * time-outs; sockets take it in the caller.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/sync.h"

/** The lwIP core lock: a mutex with priority inheritance. Context: thread. */
void net_lock(void);
void net_unlock(void);
bool net_lock_held(void);

/**
 * Unlock as net_unlock() does (flush included), sleep on the condition, lock again. For
 * socket calls that wait for lwIP; its callbacks run under the lock and call
 * cond_broadcast().
 *
 * Returns 0 when woken (check again: it may be for another's sake), -ETIMEDOUT when the
 * deadline passed.
 * Context: thread that holds the lock, once.
 */
int net_wait(struct cond *changed, uint64_t deadline_ns);

/**
 * Send what lwIP queued in the meantime: called by net_unlock() of the outermost user, so
 * that one notification covers a whole batch. (netfront queues requests under the lock
 * and publishes here.)
 */
void net_flush(void);

/**
 * Something has changed lwIP's next deadline or left work for the network thread.
 * Context: any.
 */
void net_kick(void);

/**
 * Wait until an interface has an address (static, DHCP) or the deadline. Returns 0 or
 * -ETIMEDOUT.
 */
int net_wait_up(uint64_t deadline_ns);

/** An interface has got or lost an address: wakes net_wait_up(). Under the net lock. */
void net_address_changed(void);

/**
 * Module start: lwIP, the network thread, and the vifs that are there. Returns 0 or
 * -errno.
 */
int net_start(void);

#endif
