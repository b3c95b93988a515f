/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts lwIP on top of netfront. */
#ifndef NET_NETIF_H
#define NET_NETIF_H

/**
 * Become netfront's client and look for vifs. lwIP is ready. Returns 0 or -errno.
 * Context: thread, sleeps.
 */
int netif_start(void);

/** Give back what is kept for reuse; for leak checks. Under the net lock. */
void netif_stop(void);

#endif
